/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/incident_chain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/texts.h"
#include "proto/instant.h"

/* Longer chains than this are a circle, or as good as one. */
enum { MAX_STEPS = 4096 };

/* The incidents that texts numbers. */
struct known {
	struct tocsin_texts *ids;
	const Tocsin__V1__Incident **incidents; /* by number of their id */
};

static const Tocsin__V1__Incident *find(const struct known *known, const char *id)
{
	uint32_t number = tocsin_texts_find(known->ids, id);
	return number == TOCSIN_NO_TEXT ? NULL : known->incidents[number];
}

/* The reference that was sent last: a version may name all those before it. */
static const char *predecessor(const Tocsin__V1__Incident *incident)
{
	const Tocsin__V1__Reference *last = NULL;
	for (size_t i = 0; i < incident->n_references; i++) {
		const Tocsin__V1__Reference *one = incident->references[i];
		if (*one->id && strcmp(one->id, incident->id) != 0 &&
			(!last || tocsin_instant_ms(one->sent) > tocsin_instant_ms(last->sent)))
			last = one;
	}
	return last ? last->id : NULL;
}

/* Follows the references back. A first version that is missing still counts. */
static void trace(const struct known *known, struct tocsin_incident_version *version)
{
	const Tocsin__V1__Incident *at = version->incident;
	uint32_t steps = 1;
	version->chain = at->id;
	while (at && steps < MAX_STEPS) {
		const char *before = predecessor(at);
		if (!before)
			break;
		version->chain = before;
		at = find(known, before);
		steps++;
	}
	version->revision = steps;
}

static int by_version(const void *left, const void *right)
{
	const struct tocsin_incident_version *a = left, *b = right;
	int by = strcmp(a->chain, b->chain);
	if (by == 0)
		by = (a->revision > b->revision) - (a->revision < b->revision);
	if (by == 0) {
		int64_t x = tocsin_instant_ms(a->incident->sent), y = tocsin_instant_ms(b->incident->sent);
		by = (x > y) - (x < y);
	}
	return by ? by : strcmp(a->incident->id, b->incident->id);
}

/* Two corrections of one version are two versions: that sent later is the newer. */
static void number(struct tocsin_incident_version *versions, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (strcmp(versions[i].chain, versions[i - 1].chain) == 0 &&
			versions[i].revision <= versions[i - 1].revision)
			versions[i].revision = versions[i - 1].revision + 1;
}

static bool learn(struct known *known, const struct tocsin_incident_version *versions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t number = tocsin_texts_add(known->ids, versions[i].incident->id);
		if (number == TOCSIN_NO_TEXT)
			return false;
		if (!known->incidents[number])
			known->incidents[number] = versions[i].incident;
	}
	return true;
}

enum tocsin_status tocsin_incident_chains(
	struct tocsin_incident_version *versions, size_t count, struct tocsin_arena *arena)
{
	struct known known = {.ids = tocsin_texts_create()};
	known.incidents = tocsin_arena_zero(arena, count + 1, sizeof(Tocsin__V1__Incident *));
	bool fine = known.ids && known.incidents && learn(&known, versions, count);
	for (size_t i = 0; fine && i < count; i++)
		trace(&known, &versions[i]);
	tocsin_texts_destroy(known.ids);
	if (!fine)
		return TOCSIN_NO_MEMORY;
	qsort(versions, count, sizeof(*versions), by_version);
	number(versions, count);
	return TOCSIN_OK;
}
