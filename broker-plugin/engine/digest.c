/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "engine/state.h"
#include "rules/view.h"
#include "tocsin/v1/digest.pb-c.h"

enum {
	LOOK_AGAIN_MS = 1000,
	SET_BACK_MS = 60 * 1000, /* a clock that was set back by more makes digests early, not late */
	MANY = TOCSIN_MAX_TALLIES / 2,
};

static const char schema[] = "tocsin.v1.Digest";

/* Who is told of what an audience was not sent: itself, or where the rules no longer
 * have it, or let it see less since, the audience of the default route that sees
 * everything. */
static size_t told_of(const struct tocsin_ruleset *ruleset, const struct tocsin_tally_group *group)
{
	const int index = tocsin_ruleset_audience(ruleset, group->audience->bytes);

	if (index >= 0 && ruleset->audiences[index].max_sensitivity >= group->sensitivity) {
		return (size_t)index;
	}
	for (size_t i = 0; i < ruleset->fallback_count; ++i) {
		const uint8_t at = ruleset->fallback[i].audience;

		if (ruleset->audiences[at].max_sensitivity == TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE) {
			return at;
		}
	}
	return ruleset->audience_count;
}

static int compare_groups(const void *one, const void *other)
{
	const Tocsin__V1__DigestGroup *a = *(Tocsin__V1__DigestGroup *const *)one;
	const Tocsin__V1__DigestGroup *b = *(Tocsin__V1__DigestGroup *const *)other;
	const int country = strcmp(a->country, b->country);
	const int adm1 = country ? country : strcmp(a->adm1, b->adm1);

	return adm1 ? adm1 : (int)a->event - (int)b->event;
}

/* One entry a kind: what was two audiences may be told to one. */
static void merge_groups(Tocsin__V1__Digest *digest)
{
	size_t count = 0;

	for (size_t i = 0; i < digest->n_groups; ++i) {
		Tocsin__V1__DigestGroup *group = digest->groups[i];

		if (count == 0 || compare_groups(&digest->groups[count - 1], &group) != 0) {
			digest->groups[count++] = group;
			continue;
		}
		digest->groups[count - 1]->count += group->count;
		if (group->severity > digest->groups[count - 1]->severity) {
			digest->groups[count - 1]->severity = group->severity;
		}
	}
	digest->n_groups = count;
}

/* Those of the digest's status. Countries and admin-1 alone: no audience may see less.
 * Where the matrix says otherwise the country is left. */
static enum tocsin_status digest_groups(const struct tocsin_tally *tally,
	const struct tocsin_ruleset *ruleset, size_t audience, struct tocsin_view *view,
	Tocsin__V1__Digest *digest, bool *told)
{
	Tocsin__V1__DigestGroup *groups =
		tocsin_arena_zero(view->arena, tally->group_count + 1, sizeof(*groups));

	digest->groups =
		tocsin_arena_zero(view->arena, tally->group_count + 1, sizeof(*digest->groups));
	if (!groups || !digest->groups) {
		return TOCSIN_NO_MEMORY;
	}
	*told = false;
	for (size_t i = 0; i < tally->group_count; ++i) {
		const struct tocsin_tally_group *from = &tally->groups[i];

		if (from->status != digest->status || told_of(ruleset, from) != audience) {
			continue;
		}
		const bool own = tocsin_ruleset_audience(ruleset, from->audience->bytes) >= 0;
		/* That nothing was held is told to the audience itself, of a silence. */
		*told |= from->count > 0 || (own && tally->reason == TOCSIN_TALLY_SILENCE);
		if (from->count == 0) {
			continue;
		}
		Tocsin__V1__DigestGroup *group = &groups[digest->n_groups];
		tocsin__v1__digest_group__init(group);
		group->country = (char *)(uintptr_t)from->country;
		group->adm1 = (char *)(uintptr_t)(view->depth >= 1 ? from->adm1 : "");
		group->event = from->event;
		group->severity = from->severity;
		group->count = from->count;
		digest->count += from->count;
		digest->groups[digest->n_groups++] = group;
	}
	if (digest->n_groups > 0) {
		qsort(digest->groups, digest->n_groups, sizeof(*digest->groups), compare_groups);
		merge_groups(digest);
	}
	return TOCSIN_OK;
}

static enum tocsin_status digest_forms(struct tocsin_draft *draft,
	const struct tocsin_audience *audience, const Tocsin__V1__Digest *digest)
{
	const char *root = draft->engine->root;
	struct tocsin_publication like = {.kind = TOCSIN_PUBLISH_DIGEST, .qos = 1, .schema = schema};
	enum tocsin_status status = TOCSIN_OK;

	for (unsigned form = TOCSIN_FORMAT_PROTOBUF; form <= TOCSIN_FORMAT_JSON; form <<= 1) {
		if (status != TOCSIN_OK || !(audience->formats & form)) {
			continue;
		}
		const bool json = form == TOCSIN_FORMAT_JSON;
		like.form = json ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF;
		like.topic = tocsin_arena_format(
			draft->arena, "%s/to/%s/digest%s", root, audience->name, json ? "-json" : "");
		status =
			like.topic ? tocsin_publish_message(draft, &like, &digest->base) : TOCSIN_NO_MEMORY;
	}
	return status;
}

/* Sent, and written down first. */
static enum tocsin_status digest_send(struct tocsin_draft *draft, struct tocsin_keeping *keeping,
	const struct tocsin_audience *audience, const Tocsin__V1__Digest *digest)
{
	if (draft->engine->durable) {
		struct tocsin_record_digest *record =
			tocsin_growing_slot(&keeping->digests, draft->arena, sizeof(*record));

		if (!record) {
			return TOCSIN_NO_MEMORY;
		}
		record->bytes =
			tocsin_packed_into(draft->arena, draft->engine, &digest->base, &record->size);
		record->audience = tocsin_arena_text(draft->arena, audience->name, strlen(audience->name));
		if (!record->bytes || !record->audience) {
			return TOCSIN_NO_MEMORY;
		}
	}
	return digest_forms(draft, audience, digest);
}

static enum tocsin_status digest_one(struct tocsin_draft *draft, struct tocsin_keeping *keeping,
	const struct tocsin_tally *tally, size_t index, Tocsin__V1__Status of)
{
	static const char *const reasons[] = {"throttle", "corroborate", "silence"};
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_audience *audience = &engine->ruleset->audiences[index];
	const int64_t end_ms = tally->due_ms == TOCSIN_TALLY_NOW ? draft->now_ms : tally->due_ms;
	const int64_t to_ms = end_ms < tally->from_ms ? tally->from_ms : end_ms;
	Tocsin__V1__Digest digest = TOCSIN__V1__DIGEST__INIT;
	bool told = false;

	tocsin_arena_reset(engine->rendering);
	struct tocsin_view view = tocsin_view_of(audience, engine->rendering);
	digest.status = of;
	digest.redaction = view.level;
	const enum tocsin_status status =
		digest_groups(tally, engine->ruleset, index, &view, &digest, &told);
	if (status != TOCSIN_OK || !told) {
		return status;
	}
	digest.audience = (char *)(uintptr_t)audience->name;
	digest.rule = tally->rule->bytes;
	digest.reason = (char *)(uintptr_t)reasons[tally->reason];
	/* They tell when an incident came, and are cut like that. */
	digest.from = tocsin_view_instant(&view, TOCSIN_REDACTED_SENT, tally->from_ms);
	digest.to = tocsin_view_instant(&view, TOCSIN_REDACTED_SENT, to_ms);
	return view.short_of_memory ? TOCSIN_NO_MEMORY : digest_send(draft, keeping, audience, &digest);
}

static enum tocsin_status digest_all(
	struct tocsin_draft *draft, struct tocsin_keeping *keeping, const struct tocsin_tally *tally)
{
	/* A drill is never told as real, nor beside it. */
	static const Tocsin__V1__Status each[] = {TOCSIN__V1__STATUS__STATUS_ACTUAL,
		TOCSIN__V1__STATUS__STATUS_EXERCISE, TOCSIN__V1__STATUS__STATUS_TEST};
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; i < draft->engine->ruleset->audience_count; ++i) {
		for (size_t k = 0; status == TOCSIN_OK && k < sizeof(each) / sizeof(*each); ++k) {
			status = digest_one(draft, keeping, tally, i, each[k]);
		}
	}
	return status;
}

/* Lets go of one that was told: at once, or with a journal once that is on disk. */
static enum tocsin_status tally_release(
	struct tocsin_draft *draft, struct tocsin_keeping *keeping, struct tocsin_tally *tally)
{
	struct tocsin_tallies *tallies = &draft->engine->tallies;

	if (!draft->engine->durable) {
		tocsin_tally_destroy(tallies, tally);
		return TOCSIN_OK;
	}
	uint64_t *told = tocsin_growing_slot(&keeping->told, draft->arena, sizeof(*told));
	if (!told) {
		return TOCSIN_NO_MEMORY;
	}
	*told = tally->id;
	return tocsin_tally_told(tallies, &draft->undo->steps, tally, draft->now_ms + LOOK_AGAIN_MS);
}

/* Tells all of one and lets go of it, or leaves nothing of that: what goes out and is not
 * let go of is told again. */
static enum tocsin_status tally_tell(
	struct tocsin_draft *draft, struct tocsin_keeping *keeping, struct tocsin_tally *tally)
{
	struct tocsin_outcome *outcome = draft->outcome;
	const size_t before = outcome->publication_count;
	const struct tocsin_keeping kept = *keeping;
	enum tocsin_status status = tally->muted ? TOCSIN_OK : digest_all(draft, keeping, tally);

	if (status == TOCSIN_OK) {
		status = tally_release(draft, keeping, tally);
	}
	if (status == TOCSIN_OK) {
		return TOCSIN_OK;
	}
	keeping->digests.count = kept.digests.count;
	keeping->told.count = kept.told.count;
	while (outcome->publication_count > before) {
		struct tocsin_publication *last = &outcome->publications[--outcome->publication_count];

		draft->engine->payload->free(draft->engine->payload->ctx, last->payload);
	}
	return status;
}

void tocsin_digests_turn(struct tocsin_draft *draft, struct tocsin_keeping *keeping)
{
	struct tocsin_tallies *tallies = &draft->engine->tallies;
	size_t early = tallies->count > MANY ? tallies->count - MANY : 0;
	int64_t next_ms = INT64_MAX;
	int budget = TOCSIN_MAX_TICK;
	const bool set_back = draft->now_ms < tallies->looked_ms;

	tallies->looked_ms = draft->now_ms;
	if (!tallies->first || (tallies->next_ms > draft->now_ms && !set_back && early == 0)) {
		return;
	}
	for (struct tocsin_tally *tally = tallies->first, *next; tally; tally = next) {
		if (early > 0 || (set_back && tally->from_ms > draft->now_ms + SET_BACK_MS)) {
			tally->due_ms = TOCSIN_TALLY_NOW;
			early -= early > 0;
		}
		int64_t look_ms = tally->due_ms > tally->retry_ms ? tally->due_ms : tally->retry_ms;

		next = tally->next;
		if (tally->telling) {
			continue;
		}
		if (look_ms <= draft->now_ms) {
			/* What waits for its commit may still be taken back: look later. */
			if (tally->pins > 0) {
				tocsin_tally_leave(tally);
				look_ms = draft->now_ms + 1;
			} else if (budget <= 0 || !tocsin_tick_begin(draft)) {
				look_ms = draft->now_ms;
			} else if (tally_tell(draft, keeping, tally) != TOCSIN_OK) {
				look_ms = draft->now_ms + LOOK_AGAIN_MS;
			} else {
				--budget;
				continue;
			}
		}
		next_ms = look_ms < next_ms ? look_ms : next_ms;
	}
	tallies->next_ms = next_ms;
}

static int compare_fingerprints(const void *one, const void *other)
{
	const uint64_t a = (*(struct tocsin_tally *const *)one)->fingerprint;
	const uint64_t b = (*(struct tocsin_tally *const *)other)->fingerprint;

	return (a > b) - (a < b);
}

/* Tallies of rules, by fingerprint; *count of them. */
static struct tocsin_tally **sorted_tallies(struct tocsin_engine *engine, size_t *count)
{
	size_t room = 0;

	for (struct tocsin_tally *at = engine->tallies.first; at; at = at->next) {
		room += at->reason != TOCSIN_TALLY_SILENCE;
	}
	struct tocsin_tally **sorted = tocsin_arena_zero(engine->working, room + 1, sizeof(*sorted));
	*count = 0;
	for (struct tocsin_tally *at = engine->tallies.first; sorted && at; at = at->next) {
		if (at->reason != TOCSIN_TALLY_SILENCE) {
			sorted[(*count)++] = at;
		}
	}
	if (*count > 0) {
		qsort(sorted, *count, sizeof(*sorted), compare_fingerprints);
	}
	return sorted;
}

/* The first of a fingerprint; count where there is none. */
static size_t find_first(struct tocsin_tally *const *sorted, size_t count, uint64_t fingerprint)
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (sorted[middle]->fingerprint < fingerprint) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < count && sorted[low]->fingerprint == fingerprint ? low : count;
}

void tocsin_digests_of_gone(struct tocsin_engine *engine, const struct tocsin_ruleset *ruleset)
{
	size_t count;

	if (!engine->tallies.first) {
		return;
	}
	tocsin_arena_reset(engine->working);
	struct tocsin_tally **sorted = sorted_tallies(engine, &count);
	/* Without memory they are told when they are due. */
	if (!sorted || count == 0) {
		return;
	}
	for (size_t i = 0; i < ruleset->rule_count; ++i) {
		const struct tocsin_rule *rule = &ruleset->rules[i];

		if (!rule->enabled || (!rule->throttle && !rule->corroborate)) {
			continue;
		}
		for (size_t at = find_first(sorted, count, rule->fingerprint);
			 at < count && sorted[at]->fingerprint == rule->fingerprint; ++at) {
			sorted[at]->stays |= strcmp(sorted[at]->rule->bytes, rule->id) == 0;
		}
	}
	for (size_t i = 0; i < count; ++i) {
		if (!sorted[i]->stays) {
			tocsin_tally_hurry(&engine->tallies, sorted[i]);
		}
		sorted[i]->stays = false;
	}
}
