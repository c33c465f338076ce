/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/alert/incident_chain.h"
#include "proto/instant.h"

enum { MAX_LINKS = 8 };

/* "b<a@3": b refers to a, and was sent at 3. */
struct made {
	Tocsin__V1__Incident incident;
	Tocsin__V1__Reference reference, *references[1];
	Google__Protobuf__Timestamp sent;
};

struct link {
	const char *id, *refers;
	int64_t sent_ms;
	const char *chain;
	uint32_t revision;
};

static void make(struct made *made, const struct link *link)
{
	made->incident = (Tocsin__V1__Incident)TOCSIN__V1__INCIDENT__INIT;
	made->reference = (Tocsin__V1__Reference)TOCSIN__V1__REFERENCE__INIT;
	made->sent = (Google__Protobuf__Timestamp)GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	tocsin_instant_set(&made->sent, link->sent_ms);
	made->incident.id = (char *)(uintptr_t)link->id;
	made->incident.sent = &made->sent;
	if (link->refers) {
		made->reference.id = (char *)(uintptr_t)link->refers;
		made->references[0] = &made->reference;
		made->incident.references = made->references;
		made->incident.n_references = 1;
	}
}

static void expect(const struct link *links, size_t count)
{
	struct made made[MAX_LINKS];
	struct tocsin_incident_version versions[MAX_LINKS] = {{0}};
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	for (size_t i = 0; i < count; i++) {
		make(&made[i], &links[i]);
		versions[i].incident = &made[i].incident;
	}
	assert_int_equal(tocsin_incident_chains(versions, count, arena), TOCSIN_OK);
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;
		while (at < count && versions[at].incident != &made[i].incident)
			at++;
		assert_string_equal(versions[at].chain, links[i].chain);
		assert_int_equal(versions[at].revision, links[i].revision);
	}
	tocsin_arena_destroy(arena);
}

#define EXPECT(...)                                                                                \
	expect((const struct link[]){__VA_ARGS__},                                                     \
		sizeof((const struct link[]){__VA_ARGS__}) / sizeof(struct link))

static void versions_find_their_first(void **state)
{
	(void)state;
	EXPECT({"a", NULL, 1, "a", 1});
	EXPECT({"c", "b", 3, "a", 3}, {"b", "a", 2, "a", 2}, {"a", NULL, 1, "a", 1});
	/* The first is missing. */
	EXPECT({"b", "a", 2, "a", 2}, {"c", "b", 3, "a", 3});
	/* Two corrections of one version: that sent later is newer, whatever its clock said
	 * of the rest. */
	EXPECT({"a", NULL, 9, "a", 1}, {"c", "a", 3, "a", 3}, {"b", "a", 2, "a", 2});
	/* A version that both are followed by comes after both. */
	EXPECT({"a", NULL, 1, "a", 1}, {"b", "a", 2, "a", 2}, {"c", "a", 3, "a", 3},
		{"d", "b", 4, "a", 4});
	EXPECT({"a", NULL, 1, "a", 1}, {"x", NULL, 1, "x", 1}, {"y", "x", 1, "x", 2});
}

static void circles_end(void **state)
{
	(void)state;
	struct made made[2];
	struct tocsin_incident_version versions[2];
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	make(&made[0], &(struct link){.id = "a", .refers = "b"});
	make(&made[1], &(struct link){.id = "b", .refers = "a"});
	versions[0].incident = &made[0].incident;
	versions[1].incident = &made[1].incident;
	assert_int_equal(tocsin_incident_chains(versions, 2, arena), TOCSIN_OK);
	tocsin_arena_destroy(arena);
	EXPECT({"a", "a", 1, "a", 1});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_find_their_first),
		cmocka_unit_test(circles_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
