/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/guard.h"

#include <string.h>

#include "engine/intake.h"
#include "engine/replay.h"
#include "engine/state.h"
#include "rules/limits.h"

enum place_kind { PLACE_BOX, PLACE_AUDIENCE, PLACE_OPS, PLACE_ANY, PLACE_NOTHING };

/* A topic or filter beneath the root. */
struct place {
	enum place_kind kind;
	const char *name; /* of the box or audience: the level after from/ or to/ */
	size_t length;
};

static bool is_wild(const char *level, size_t length)
{
	return memchr(level, '+', length) || memchr(level, '#', length);
}

static struct place place_read(const char *rest)
{
	static const struct {
		const char *level;
		enum place_kind kind;
	} trees[] = {{"from", PLACE_BOX}, {"to", PLACE_AUDIENCE}, {"ops", PLACE_OPS}};
	const size_t length = strcspn(rest, "/");
	struct place place = {.kind = is_wild(rest, length) ? PLACE_ANY : PLACE_NOTHING};

	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); ++i) {
		if (strlen(trees[i].level) == length && memcmp(rest, trees[i].level, length) == 0) {
			place.kind = trees[i].kind;
		}
	}
	place.name = rest[length] == '/' ? rest + length + 1 : "";
	place.length = strcspn(place.name, "/");
	return place;
}

static bool is_relay(const struct tocsin_engine *engine, const char *user)
{
	const struct tocsin_sender *sender = user ? tocsin_ruleset_sender(engine->ruleset, user) : NULL;

	return sender && sender->relay_count > 0;
}

/* What a relay brings back to the senders: receipts, and not what they themselves asked for
 * as members of an audience. */
static bool is_answer(const char *leaf)
{
	return strncmp(leaf, "/incident", 9) != 0 && strncmp(leaf, "/replay", 7) != 0;
}

static bool reads_box(const struct tocsin_engine *engine, const struct tocsin_access *access,
	const struct place *place)
{
	const struct tocsin_ruleset *ruleset = engine->ruleset;

	if (is_wild(place->name, place->length)) {
		return is_relay(engine, access->user);
	}
	switch (
		tocsin_identity_of(ruleset, access->user, access->client_id, place->name, place->length)) {
	case TOCSIN_IDENTITY_OWN:
		return access->user || tocsin_identity_unnamed(ruleset, access->client_id);
	case TOCSIN_IDENTITY_RELAYED:
		return is_answer(place->name + place->length);
	case TOCSIN_IDENTITY_OTHERS:
		break;
	}
	return false;
}

static bool reads_audience(const struct tocsin_engine *engine, const struct tocsin_access *access,
	const struct place *place)
{
	char name[TOCSIN_MAX_NAME + 1];

	if (is_wild(place->name, place->length)) {
		return true;
	}
	if (place->length > TOCSIN_MAX_NAME) {
		return false;
	}
	memcpy(name, place->name, place->length);
	name[place->length] = '\0';
	return tocsin_engine_member(engine, name, access->user);
}

static bool writes(const struct tocsin_engine *engine, const struct tocsin_access *access)
{
	const struct tocsin_intake_topic intake = tocsin_intake_read(engine->root, access->topic);

	if (intake.kind == TOCSIN_INTAKE_RESERVED) {
		return false;
	}
	const enum tocsin_identity identity = tocsin_identity_of(
		engine->ruleset, access->user, access->client_id, intake.sender, intake.sender_length);
	return identity == TOCSIN_IDENTITY_OWN ||
		(identity == TOCSIN_IDENTITY_RELAYED && intake.kind == TOCSIN_INTAKE_INCIDENT);
}

static bool reads(const struct tocsin_engine *engine, enum tocsin_guard guard,
	const struct tocsin_access *access, const char *rest)
{
	const struct place place = place_read(rest);

	if (place.kind == PLACE_BOX) {
		return reads_box(engine, access, &place);
	}
	if (guard == TOCSIN_GUARD_BESIDE || place.kind == PLACE_ANY) {
		return true;
	}
	if (place.kind == PLACE_OPS) {
		return access->admin;
	}
	return place.kind == PLACE_AUDIENCE && reads_audience(engine, access, &place);
}

bool tocsin_guard_denies(
	const struct tocsin_engine *engine, enum tocsin_guard guard, const struct tocsin_access *access)
{
	const char *rest = tocsin_intake_rest(engine->root, access->topic);

	if (guard == TOCSIN_GUARD_OFF || !rest) {
		return false;
	}
	return access->kind == TOCSIN_ACCESS_WRITE ? !writes(engine, access)
											   : !reads(engine, guard, access, rest);
}
