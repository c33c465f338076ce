/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/review.h"

#include <string.h>

#include "engine/state.h"
#include "rules/redaction.h"

enum { ORDINAL_BITS = 16 };

enum tocsin_status tocsin_review_texts(struct tocsin_arena *arena,
	const Tocsin__V1__Incident *incident, uint8_t texts[TOCSIN_REVIEW_TEXTS])
{
	uint8_t hash[TOCSIN_SHA256];
	/* No text holds a NUL, so one between them tells them apart. */
	const size_t first = strlen(incident->description) + 1;
	const size_t second = strlen(incident->instruction);
	char *both = tocsin_arena_alloc(arena, first + second + 1);

	if (!both) {
		return TOCSIN_NO_MEMORY;
	}
	memcpy(both, incident->description, first);
	memcpy(both + first, incident->instruction, second);
	const enum tocsin_status status = tocsin_sha256(both, first + second, hash);
	if (status == TOCSIN_OK) {
		memcpy(texts, hash, TOCSIN_REVIEW_TEXTS);
	}
	return status;
}

const struct tocsin_audience *tocsin_review_reader(const struct tocsin_engine *engine,
	const struct tocsin_reach *reach, uint64_t journal_id, int64_t now_ms)
{
	const struct tocsin_audience *audience = tocsin_reach_audience(engine, reach);
	const bool sees = audience &&
		tocsin_redaction(TOCSIN_REDACTED_FREE_TEXT, audience->max_sensitivity) ==
			TOCSIN_TREAT_IF_REVIEWED;

	/* What it has must be of the version whose texts they are, and be made for what it
	 * may see now: it is sent again as it is. */
	return sees && !reach->withdrawn && reach->expires_ms > now_ms && reach->redaction > 0 &&
			reach->redaction <= (uint8_t)audience->max_sensitivity &&
			reach->last_row >> ORDINAL_BITS == journal_id
		? audience
		: NULL;
}

static enum tocsin_status find_chain(
	struct tocsin_engine *engine, const char *incident, struct tocsin_chain **chain)
{
	const struct tocsin_known *known = NULL;
	uint8_t id[TOCSIN_UUID];

	*chain = NULL;
	if (!tocsin_uuid_read(incident, id)) {
		return TOCSIN_OK;
	}
	const enum tocsin_status status =
		tocsin_recall_known(engine, id, tocsin_id_hash(engine, id), &known);
	return status == TOCSIN_OK && known ? tocsin_recall_chain(engine, known->chain, NULL, chain)
										: status;
}

/* The newest version as it was published, into the decoding arena. NULL where it is not
 * kept. */
static enum tocsin_status read_version(
	struct tocsin_engine *engine, struct tocsin_chain *chain, struct tocsin_review_look *look)
{
	const struct tocsin_archive *archive = engine->archive;
	const struct tocsin_known *known = NULL;
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;
	enum tocsin_form form;
	const uint8_t *bytes;
	size_t size;

	tocsin_uuid_write(chain->state->version, look->version);
	const uint8_t *version = chain->state->version;
	enum tocsin_status status =
		tocsin_recall_known(engine, version, tocsin_id_hash(engine, version), &known);
	if (status != TOCSIN_OK || !known || !archive) {
		return status;
	}
	look->journal_id = known->journal_id;
	look->received_ms = known->received_ms;
	look->sender = known->sender->bytes;
	status = archive->published(archive->ctx, look->version, &form, &bytes, &size);
	if (status != TOCSIN_OK) {
		return status == TOCSIN_NOT_FOUND ? TOCSIN_OK : status;
	}
	tocsin_violations_init(&violations, engine->working);
	status = tocsin_incident_decode(form, bytes, size, engine->decoding, &violations, &incident);
	look->incident = incident;
	return status == TOCSIN_INVALID ? TOCSIN_OK : status;
}

static enum tocsin_status judge(struct tocsin_engine *engine, const struct tocsin_chain *chain,
	int64_t now_ms, struct tocsin_review_look *look)
{
	const struct tocsin_state *state = chain->state;
	uint8_t texts[TOCSIN_REVIEW_TEXTS];

	if (look->incident->description[0] == '\0' && look->incident->instruction[0] == '\0') {
		look->state = TOCSIN_REVIEW_NO_TEXT;
		return TOCSIN_OK;
	}
	const enum tocsin_status status = tocsin_review_texts(engine->working, look->incident, texts);
	for (size_t i = 0; i < state->reach_count; ++i) {
		const struct tocsin_audience *audience =
			tocsin_review_reader(engine, state->reaches[i], look->journal_id, now_ms);

		if (audience && look->audience_count < TOCSIN_MAX_AUDIENCES) {
			look->audiences[look->audience_count++] = audience->name;
		}
	}
	look->state = state->reviewed && memcmp(texts, state->texts, sizeof(texts)) == 0
		? TOCSIN_REVIEW_DONE
		: look->audience_count > 0 ? TOCSIN_REVIEW_WAITS
								   : TOCSIN_REVIEW_NOBODY;
	return status;
}

enum tocsin_status tocsin_review_look(struct tocsin_engine *engine, const char *incident,
	int64_t now_ms, struct tocsin_review_look *look)
{
	struct tocsin_chain *chain;
	enum tocsin_status status = find_chain(engine, incident, &chain);

	*look = (struct tocsin_review_look){.state = TOCSIN_REVIEW_UNKNOWN};
	if (status != TOCSIN_OK || !chain) {
		return status;
	}
	if (chain->state->cancelled || tocsin_chain_closed(chain, now_ms)) {
		look->state = TOCSIN_REVIEW_OVER;
		return TOCSIN_OK;
	}
	look->state = TOCSIN_REVIEW_GONE;
	look->region = chain->state->region ? chain->state->region->bytes : "";
	status = read_version(engine, chain, look);
	return status == TOCSIN_OK && look->incident ? judge(engine, chain, now_ms, look) : status;
}

enum tocsin_status tocsin_engine_look(struct tocsin_engine *engine, const char *incident,
	int64_t now_ms, struct tocsin_review_look *look)
{
	tocsin_arena_reset(engine->working);
	tocsin_arena_reset(engine->decoding);
	return tocsin_review_look(engine, incident, now_ms, look);
}

enum tocsin_status tocsin_engine_review(struct tocsin_engine *engine,
	const struct tocsin_review *review, int64_t now_ms, enum tocsin_review_state *state,
	struct tocsin_outcome **outcome)
{
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	struct tocsin_review_look look;

	const enum tocsin_status status = tocsin_engine_look(engine, review->version, now_ms, &look);
	if (status != TOCSIN_OK) {
		return status;
	}
	const bool outdated = look.incident && strcmp(look.version, review->version) != 0;
	*state = outdated ? TOCSIN_REVIEW_OUTDATED : look.state;
	if (*state != TOCSIN_REVIEW_WAITS || !look.incident) {
		return TOCSIN_OK;
	}
	/* What the journal keeps of the act itself: who, when, of which version. The texts
	 * stand in the alerts. */
	incident.status = look.incident->status;
	incident.msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE;
	const struct tocsin_act act = {
		.author = review->author,
		.id = review->id,
		.owner = look.sender,
		.version = review->version,
		.reviews = review->version,
	};
	struct tocsin_outcome *made = tocsin_act(engine, &act, &incident, now_ms);
	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	if (made->verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED) {
		tocsin_outcome_destroy(engine, made);
		return TOCSIN_NO_MEMORY;
	}
	*outcome = made;
	return TOCSIN_OK;
}
