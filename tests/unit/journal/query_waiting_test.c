/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What waits for a review and what does not, from rows that a test chose. That the engine
 * says the same of what it remembers is tried in broker/review. */
#include "journal/query_waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/chain.h"
#include "engine/memory.pb-c.h"
#include "engine/uuid.h"
#include "journal/stored.h"
#include "proto/failing.h"
#include "proto/sha256.h"

enum { NOW_MS = 1000, LATER_MS = 2000, ROW_BITS = 16, MAX_IMAGE = 512 };

#define TEXT "{\"description\": \"Three pick-ups\"}"
#define OTHER "{\"instruction\": \"Stay off the road\"}"

static int setup(void **state)
{
	struct stored *stored = calloc(1, sizeof(*stored));

	stored_open(stored);
	*state = stored;
	return 0;
}

static int teardown(void **state)
{
	stored_close(*state);
	free(*state);
	return 0;
}

static void write_id(int row, char id[TOCSIN_UUID_TEXT])
{
	snprintf(id, TOCSIN_UUID_TEXT, "5f0c0000-0000-4000-8000-%012d", row);
}

/* One incident, and what the engine would remember of its chain. What is left out waits
 * for partners. */
struct kept {
	int row;
	int chain;                         /* row of the first one; 0: its own */
	const char *bytes;                 /* TEXT */
	const char *audience;              /* "partners" */
	int64_t expires_ms;                /* LATER_MS */
	int alert_of;                      /* row whose alert the audience has; 0: its own */
	int newest;                        /* row of the newest version; 0: its own */
	const char *released;              /* a description */
	Tocsin__V1__Sensitivity redaction; /* of that alert; 0: the journal does not say */
	bool cancelled, withdrawn, forgotten;
};

static void remember(struct stored *stored, int row, const void *bytes, size_t size)
{
	sqlite3_stmt *to = NULL;

	assert_int_equal(sqlite3_prepare_v2(stored->journal,
						 "UPDATE incident SET memory = ?1 WHERE journal_id = ?2", -1, &to, NULL),
		SQLITE_OK);
	sqlite3_bind_blob(to, 1, bytes, (int)size, SQLITE_STATIC);
	sqlite3_bind_int(to, 2, row);
	assert_int_equal(sqlite3_step(to), SQLITE_DONE);
	sqlite3_finalize(to);
}

static void remember_chain(struct stored *stored, const struct kept *kept)
{
	Tocsin__Memory__Chain chain = TOCSIN__MEMORY__CHAIN__INIT;
	Tocsin__Memory__Reach reach = TOCSIN__MEMORY__REACH__INIT;
	Tocsin__Memory__Reach *reaches[] = {&reach};
	uint8_t version[TOCSIN_UUID], hash[TOCSIN_SHA256], image[MAX_IMAGE];
	char id[TOCSIN_UUID_TEXT];

	write_id(kept->newest ? kept->newest : kept->row, id);
	assert_true(tocsin_uuid_read(id, version));
	chain.version = (ProtobufCBinaryData){sizeof(version), version};
	if (kept->released) {
		assert_int_equal(
			tocsin_sha256(kept->released, strlen(kept->released) + 1, hash), TOCSIN_OK);
		chain.texts = (ProtobufCBinaryData){TOCSIN_REVIEW_TEXTS, hash};
	}
	chain.cancelled = kept->cancelled;
	chain.reaches = reaches;
	chain.n_reaches = 1;
	reach.audience = (char *)(uintptr_t)(kept->audience ? kept->audience : "partners");
	reach.expires_ms = kept->expires_ms ? kept->expires_ms : LATER_MS;
	reach.withdrawn = kept->withdrawn;
	reach.redaction = (uint32_t)kept->redaction;
	reach.last_row = (uint64_t)(kept->alert_of ? kept->alert_of : kept->row) << ROW_BITS;
	assert_true(tocsin__memory__chain__get_packed_size(&chain) <= sizeof(image));
	remember(stored, kept->row, image, tocsin__memory__chain__pack(&chain, image));
}

static void put(struct stored *stored, const struct kept *kept)
{
	char id[TOCSIN_UUID_TEXT], chain[TOCSIN_UUID_TEXT], sql[128];

	write_id(kept->row, id);
	write_id(kept->chain ? kept->chain : kept->row, chain);
	stored_incident(stored,
		&(struct stored_incident){.row = kept->row,
			.received_ms = kept->row,
			.id = id,
			.chain = chain,
			.bytes = kept->bytes ? kept->bytes : TEXT});
	snprintf(sql, sizeof(sql), "UPDATE incident SET form = %d WHERE journal_id = %d",
		TOCSIN_FORM_JSON, kept->row);
	stored_run(stored->journal, sql);
	if (!kept->forgotten) {
		remember_chain(stored, kept);
	}
}

struct got {
	struct tocsin_query_waiting *waiting;
	char all[256];
	size_t used;
};

/* "2:partners" */
static enum tocsin_status take(void *ctx, const struct tocsin_query_row *row)
{
	struct got *got = ctx;
	const struct tocsin_review_waiting *found = &got->waiting->found;

	got->used += (size_t)snprintf(got->all + got->used, sizeof(got->all) - got->used, "%s%lld:%s",
		got->used ? " " : "", (long long)row->row, found->audiences[0]);
	for (size_t i = 1; i < found->audience_count; i++) {
		got->used += (size_t)snprintf(
			got->all + got->used, sizeof(got->all) - got->used, ",%s", found->audiences[i]);
	}
	return TOCSIN_OK;
}

static const struct tocsin_review_readers partners = {.names = {"partners", "network"},
	.levels = {TOCSIN__V1__SENSITIVITY__SENSITIVITY_HIGH,
		TOCSIN__V1__SENSITIVITY__SENSITIVITY_HIGH},
	.count = 2};

static enum tocsin_status ask(struct stored *stored, const struct tocsin_review_readers *readers,
	const struct tocsin_allocator *heap, struct got *got)
{
	struct tocsin_query_waiting waiting = {.readers = *readers, .now_ms = NOW_MS};
	const struct tocsin_query query = {
		.oldest_first = true, .pick = tocsin_query_waiting_pick, .pick_ctx = &waiting};
	struct tocsin_query_end end;
	char error[TOCSIN_JOURNAL_ERROR];
	enum tocsin_status status = TOCSIN_NO_MEMORY;

	*got = (struct got){.waiting = &waiting};
	const int result = tocsin_query_waiting_init(&waiting, stored->journal, heap);
	assert_true(result == SQLITE_OK || result == SQLITE_NOMEM);
	if (result == SQLITE_OK) {
		status =
			tocsin_query_run(stored->journal, stored->quarantine, &query, take, got, &end, error);
	}
	tocsin_query_waiting_finish(&waiting);
	return status;
}

static void assert_waits(struct stored *stored, const char *expected)
{
	struct got got;

	assert_int_equal(ask(stored, &partners, &tocsin_heap, &got), TOCSIN_OK);
	assert_string_equal(got.all, expected);
}

static void test_what_waits(void **state)
{
	struct stored *stored = *state;

	put(stored, &(struct kept){.row = 1});
	put(stored, &(struct kept){.row = 2, .bytes = OTHER, .audience = "network"});
	put(stored, &(struct kept){.row = 3, .released = "Other words"});
	put(stored,
		&(struct kept){.row = 4, .redaction = TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE});
	stored_refusal(stored, &(struct stored_incident){.row = 1, .received_ms = 5, .bytes = TEXT});
	assert_waits(stored, "1:partners 2:network 3:partners 4:partners");
}

static void test_what_does_not(void **state)
{
	static const struct kept none[] = {
		{.row = 1, .bytes = "{}"},
		{.row = 2, .bytes = "{\"headline\": \"Read by all\"}"},
		{.row = 3, .released = "Three pick-ups"},
		{.row = 4, .cancelled = true},
		{.row = 5, .withdrawn = true},
		{.row = 6, .expires_ms = NOW_MS},
		{.row = 7, .audience = "coordination"},
		{.row = 8, .alert_of = 1},
		{.row = 9, .newest = 1},
		{.row = 10, .bytes = "-"},
		{.row = 11, .bytes = "no JSON"},
		{.row = 12, .forgotten = true},
		{.row = 14, .redaction = TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE},
	};
	struct stored *stored = *state;

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		put(stored, &none[i]);
	}
	put(stored, &(struct kept){.row = 13});
	remember(stored, 13, "\xff", 1);
	assert_waits(stored, "");
}

/* The chain's memory stands in the row of its newest record, whichever that is. */
static void test_versions(void **state)
{
	struct stored *stored = *state;

	put(stored, &(struct kept){.row = 1, .forgotten = true});
	put(stored, &(struct kept){.row = 2, .chain = 1});
	assert_waits(stored, "2:partners");
	/* A release of these texts, and a version that came late. */
	put(stored, &(struct kept){.row = 3, .chain = 1, .newest = 2, .alert_of = 2, .bytes = "{}"});
	stored_run(stored->journal, "UPDATE incident SET memory = NULL WHERE journal_id = 2");
	assert_waits(stored, "2:partners");
	put(stored, &(struct kept){.row = 4, .chain = 1, .newest = 2, .released = "Three pick-ups"});
	stored_run(stored->journal, "UPDATE incident SET memory = NULL WHERE journal_id = 3");
	assert_waits(stored, "");
}

static void test_no_readers(void **state)
{
	const struct tocsin_review_readers nobody = {.count = 0};
	struct got got;

	put(*state, &(struct kept){.row = 1});
	assert_int_equal(ask(*state, &nobody, &tocsin_heap, &got), TOCSIN_OK);
	assert_string_equal(got.all, "");
}

static void test_without_memory(void **state)
{
	struct failing failing;
	struct got got;
	size_t after = 0;

	put(*state, &(struct kept){.row = 1});
	for (;; after++) {
		failing_init(&failing, after);
		const enum tocsin_status status = ask(*state, &partners, &failing.allocator, &got);
		assert_int_equal(failing.live, 0);
		if (status == TOCSIN_OK) {
			break;
		}
		assert_int_equal(status, TOCSIN_NO_MEMORY);
		assert_string_equal(got.all, "");
	}
	assert_true(after > 0);
	assert_string_equal(got.all, "1:partners");
}

static void test_readers(void **state)
{
	(void)state;
	struct tocsin_audience audiences[] = {
		{.name = "all", .max_sensitivity = TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE},
		{.name = "partners", .max_sensitivity = TOCSIN__V1__SENSITIVITY__SENSITIVITY_HIGH},
		{.name = "network", .max_sensitivity = TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE},
		{.name = "public", .max_sensitivity = TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW},
	};
	struct tocsin_ruleset ruleset = {.audiences = audiences, .audience_count = 4};
	struct tocsin_review_readers readers;

	tocsin_review_readers_of(&ruleset, &readers);
	assert_int_equal(readers.count, 1);
	assert_string_equal(readers.names[0], "partners");
	assert_int_equal(readers.levels[0], TOCSIN__V1__SENSITIVITY__SENSITIVITY_HIGH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_does_not, setup, teardown),
		cmocka_unit_test_setup_teardown(test_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_readers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_memory, setup, teardown),
		cmocka_unit_test(test_readers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
