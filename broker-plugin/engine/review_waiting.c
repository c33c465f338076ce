/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/review_waiting.h"

#include <stdio.h>
#include <string.h>

#include "engine/memory.pb-c.h"
#include "engine/state.h"
#include "rules/redaction.h"

enum { ORDINAL_BITS = 16 };

void tocsin_review_readers_of(
	const struct tocsin_ruleset *ruleset, struct tocsin_review_readers *readers)
{
	readers->count = 0;
	for (size_t i = 0; i < ruleset->audience_count; ++i) {
		const struct tocsin_audience *audience = &ruleset->audiences[i];

		if (tocsin_redaction(TOCSIN_REDACTED_FREE_TEXT, audience->max_sensitivity) ==
			TOCSIN_TREAT_IF_REVIEWED) {
			readers->levels[readers->count] = (uint8_t)audience->max_sensitivity;
			snprintf(
				readers->names[readers->count++], sizeof(readers->names[0]), "%s", audience->name);
		}
	}
}

/* Who would be shown the texts beside what the reach says that it has. */
static const char *find_reader(
	const struct tocsin_review_readers *readers, const Tocsin__Memory__Reach *reach)
{
	for (size_t i = 0; i < readers->count; ++i) {
		if (strcmp(readers->names[i], reach->audience) == 0) {
			return reach->redaction <= readers->levels[i] ? readers->names[i] : NULL;
		}
	}
	return NULL;
}

static bool is_newest(const Tocsin__Memory__Chain *chain, const struct tocsin_review_kept *kept)
{
	uint8_t id[TOCSIN_UUID];

	return tocsin_uuid_read(kept->id, id) && chain->version.len == TOCSIN_UUID &&
		memcmp(chain->version.data, id, TOCSIN_UUID) == 0;
}

/* As tocsin_review_reader says of a reach in memory. */
static bool is_shown(
	const Tocsin__Memory__Reach *reach, const struct tocsin_review_kept *kept, int64_t now_ms)
{
	return !reach->withdrawn && reach->expires_ms > now_ms &&
		reach->last_row >> ORDINAL_BITS == kept->journal_id;
}

enum tocsin_status tocsin_review_find(const struct tocsin_review_kept *kept,
	const struct tocsin_review_readers *readers, int64_t now_ms, struct tocsin_arena *arena,
	struct tocsin_review_waiting *waiting)
{
	*waiting = (struct tocsin_review_waiting){0};
	const Tocsin__Memory__Chain *chain = tocsin__memory__chain__unpack(
		tocsin_arena_protobuf(arena), kept->memory_size, kept->memory);
	if (!chain) {
		return tocsin_arena_full(arena) ? TOCSIN_NO_MEMORY : TOCSIN_INVALID;
	}
	if (chain->cancelled || !is_newest(chain, kept)) {
		return TOCSIN_OK;
	}
	if (chain->texts.len == TOCSIN_REVIEW_TEXTS) {
		waiting->texts = chain->texts.data;
	}
	for (size_t i = 0; i < chain->n_reaches; ++i) {
		const char *reader = find_reader(readers, chain->reaches[i]);

		if (reader && is_shown(chain->reaches[i], kept, now_ms) &&
			waiting->audience_count < TOCSIN_MAX_AUDIENCES) {
			waiting->audiences[waiting->audience_count++] = reader;
		}
	}
	return TOCSIN_OK;
}

enum tocsin_status tocsin_review_is_unread(const struct tocsin_review_waiting *waiting,
	enum tocsin_form form, const uint8_t *bytes, size_t size, struct tocsin_arena *arena,
	bool *unread)
{
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;
	uint8_t texts[TOCSIN_REVIEW_TEXTS];

	*unread = false;
	tocsin_violations_init(&violations, arena);
	enum tocsin_status status =
		tocsin_incident_decode(form, bytes, size, arena, &violations, &incident);
	if (status == TOCSIN_NO_MEMORY) {
		return status;
	}
	if (!incident || (incident->description[0] == '\0' && incident->instruction[0] == '\0')) {
		return TOCSIN_OK;
	}
	status = tocsin_review_texts(arena, incident, texts);
	*unread = status == TOCSIN_OK &&
		!(waiting->texts && memcmp(texts, waiting->texts, sizeof(texts)) == 0);
	return status;
}
