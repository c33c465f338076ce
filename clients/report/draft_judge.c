/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/draft_judge.h"

#include <string.h>

#include "clients/base/tongue.h"
#include "proto/limits.h"
#include "proto/sha256.h"
#include "proto/validate.h"

/* Without a gazetteer a code is believed, since only the hub can tell; its
 * country is then whatever the report states. */
static struct tocsin_place believe(const void *ctx, const char *pcode, const char *version)
{
	const char *country = ctx;
	struct tocsin_place place = {.match = TOCSIN_PLACE_FOUND};
	(void)pcode;
	(void)version;
	if (country && strlen(country) == 2)
		memcpy(place.country, country, 2);
	return place;
}

static const struct tocsin_box *no_box(const void *ctx, const char *country)
{
	(void)ctx;
	(void)country;
	return NULL;
}

static Tocsin__V1__Violation *copy_violation(
	struct tocsin_arena *arena, const struct tocsin_violation *from)
{
	Tocsin__V1__Violation *violation = tocsin_arena_alloc(arena, sizeof(*violation));
	if (!violation)
		return NULL;
	tocsin__v1__violation__init(violation);
	violation->field = tocsin_arena_text(arena, from->field, strlen(from->field));
	violation->check = tocsin_arena_text(arena, from->id, strlen(from->id));
	violation->message = tocsin_arena_text(arena, from->message, strlen(from->message));
	const char *level = tocsin_level_name(from->level);
	violation->level = tocsin_arena_text(arena, level, strlen(level));
	if (!violation->field || !violation->check || !violation->message || !violation->level)
		return NULL;
	return violation;
}

Tocsin__V1__Receipt *tocsin_draft_verdict(struct tocsin_arena *arena, const char *id,
	const struct tocsin_violations *violations, const void *bytes, size_t size)
{
	Tocsin__V1__Receipt *receipt = tocsin_arena_alloc(arena, sizeof(*receipt));
	size_t count = violations->count;
	if (!receipt)
		return NULL;
	tocsin__v1__receipt__init(receipt);
	receipt->verdict = tocsin_violations_pass(violations) ? TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED
														  : TOCSIN__V1__VERDICT__VERDICT_REJECTED;
	receipt->violations = tocsin_arena_zero(arena, count + 1, sizeof(*receipt->violations));
	if (!receipt->violations)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		receipt->violations[i] = copy_violation(arena, &violations->items[i]);
		if (!receipt->violations[i])
			return NULL;
	}
	receipt->n_violations = count;
	if (id)
		receipt->incident_id = tocsin_arena_text(arena, id, strlen(id));
	uint8_t hash[TOCSIN_SHA256];
	char text[TOCSIN_SHA256_TEXT];
	if (bytes && tocsin_sha256(bytes, size, hash) == TOCSIN_OK) {
		tocsin_hex(hash, sizeof(hash), text);
		receipt->payload_sha256 = tocsin_arena_text(arena, text, strlen(text));
	}
	return receipt->incident_id && receipt->payload_sha256 ? receipt : NULL;
}

enum tocsin_exit tocsin_draft_judge(
	struct tocsin_draft *draft, const struct tocsin_draft_source *source)
{
	Tocsin__V1__Incident *incident = NULL;
	struct tocsin_violations violations;
	tocsin_violations_init(&violations, draft->arena);
	if (draft->size > TOCSIN_MAX_PAYLOAD)
		tocsin_violations_add(
			&violations, TOCSIN_CHECK_PAYLOAD_SIZE, "", ": at most %d bytes", TOCSIN_MAX_PAYLOAD);
	else if (tocsin_incident_decode(draft->form, draft->bytes, draft->size, draft->arena,
				 &violations, &incident) == TOCSIN_NO_MEMORY)
		incident = NULL;
	if (incident) {
		const char *country = incident->location ? incident->location->country : "";
		struct tocsin_places believing = {country, believe, no_box};
		tocsin_incident_validate(
			incident, source->places ? source->places : &believing, source->now_ms, &violations);
		draft->id = incident->id;
	}
	draft->pass = tocsin_violations_pass(&violations);
	draft->verdict =
		tocsin_draft_verdict(draft->arena, draft->id, &violations, draft->bytes, draft->size);
	if (!draft->verdict) {
		fprintf(stderr, _("tocsin: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	return TOCSIN_EXIT_OK;
}
