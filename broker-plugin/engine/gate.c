/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/gate.h"

enum { ADMIN_1 = 1 };

bool tocsin_gating_saw(const struct tocsin_gating *gating, const struct tocsin_output *output)
{
	return gating->saw >> output->audience & 1;
}

bool tocsin_gating_free(const struct tocsin_gating *gating, const struct tocsin_output *outputs,
	size_t count, const uint8_t *withheld)
{
	for (size_t i = 0; i < count; ++i) {
		if (withheld[i] == 0 && !tocsin_gating_saw(gating, &outputs[i])) {
			return true;
		}
	}
	return false;
}

uint64_t tocsin_gating_hold(const struct tocsin_gating *gating, const struct tocsin_output *outputs,
	size_t count, uint8_t why, uint8_t *withheld)
{
	uint64_t audiences = 0;

	for (size_t i = 0; i < count; ++i) {
		if (withheld[i] == 0 && !tocsin_gating_saw(gating, &outputs[i])) {
			withheld[i] = why;
			audiences |= UINT64_C(1) << outputs[i].audience;
		}
	}
	return audiences;
}

uint32_t tocsin_gating_ancestor(const struct tocsin_draft *draft, unsigned level)
{
	const struct tocsin_facts *facts = &draft->facts;

	return facts->depth > 0
		? tocsin_gazetteer_ancestor(draft->engine->ruleset->gazetteer, facts->path[0], level)
		: TOCSIN_NO_REGION;
}

void tocsin_gating_place(
	const struct tocsin_draft *draft, uint32_t number, char *place, size_t room)
{
	if (number == TOCSIN_NO_REGION) {
		return;
	}
	const struct tocsin_region *region =
		tocsin_gazetteer_region(draft->engine->ruleset->gazetteer, number);
	const size_t half = room / 2;

	memcpy(place, region->code, strnlen(region->code, half));
	memcpy(place + half, region->valid_from, strnlen(region->valid_from, half));
}

uint64_t tocsin_gating_hash(const struct tocsin_draft *draft, const char *text)
{
	return tocsin_table_hash(&draft->engine->tokens, text, strlen(text));
}

/* Those of the audiences that are shown an incident of this sensitivity as one of level: a
 * downgrade sends it to some that may see less. */
static uint64_t shown_at(const struct tocsin_ruleset *ruleset, uint64_t audiences,
	Tocsin__V1__Sensitivity sensitivity, Tocsin__V1__Sensitivity level)
{
	uint64_t shown = 0;

	for (size_t i = 0; i < ruleset->audience_count; ++i) {
		const Tocsin__V1__Sensitivity most = ruleset->audiences[i].max_sensitivity;

		if ((most < sensitivity ? most : sensitivity) == level) {
			shown |= audiences & UINT64_C(1) << i;
		}
	}
	return shown;
}

static enum tocsin_status count_for(struct tocsin_draft *draft, struct tocsin_tally **owner,
	const struct tocsin_tally_about *about, const struct tocsin_tally_kind *kind,
	uint64_t audiences)
{
	struct tocsin_engine *engine = draft->engine;
	const bool begun = !*owner;
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; status == TOCSIN_OK && i < engine->ruleset->audience_count; ++i) {
		if (audiences >> i & 1) {
			status = tocsin_tally_count(&engine->tallies, &draft->undo->steps, owner, about,
				engine->audience_names[i], kind);
		}
	}
	return status == TOCSIN_OK
		? tocsin_hold_count(draft, about, kind, audiences, (*owner)->id, begun)
		: status;
}

void tocsin_gating_tally(struct tocsin_gating *gating, struct tocsin_tally **owner,
	const struct tocsin_tally_about *about, uint64_t audiences)
{
	struct tocsin_draft *draft = gating->draft;
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_gazetteer *gazetteer = engine->ruleset->gazetteer;
	const Tocsin__V1__Sensitivity sensitivity = draft->facts.sensitivity;
	const uint32_t country = tocsin_gating_ancestor(draft, 0),
				   adm1 = tocsin_gating_ancestor(draft, ADMIN_1);
	struct tocsin_tally_kind kind = {
		.country =
			country == TOCSIN_NO_REGION ? "" : tocsin_gazetteer_region(gazetteer, country)->code,
		.adm1 = adm1 == TOCSIN_NO_REGION ? "" : tocsin_gazetteer_region(gazetteer, adm1)->code,
		.status = draft->facts.status,
		.event = draft->facts.event,
		.severity = draft->facts.severity,
	};
	struct tocsin_tally_about named = *about;

	named.id = engine->durable
		? tocsin_tally_number(engine->next_journal_id, draft->hold.tallies.count)
		: 0;
	for (int level = TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW; level <= (int)sensitivity; ++level) {
		kind.sensitivity = (Tocsin__V1__Sensitivity)level;
		const uint64_t shown = shown_at(engine->ruleset, audiences, sensitivity, kind.sensitivity);

		if (shown && gating->status == TOCSIN_OK) {
			gating->status = count_for(draft, owner, &named, &kind, shown);
		}
	}
}

static void silence(struct tocsin_gating *gating, const struct tocsin_output *outputs, size_t count,
	uint8_t *withheld)
{
	for (size_t i = 0; i < count; ++i) {
		const uint64_t bit = UINT64_C(1) << outputs[i].audience;

		if (withheld[i] == 0 && (gating->silenced & bit)) {
			withheld[i] = TOCSIN_WITHHELD_SILENCE;
			gating->silence_held |= bit;
		}
	}
}

static void hold(void *ctx, uint32_t number, const struct tocsin_output *outputs, size_t count,
	uint8_t *withheld)
{
	struct tocsin_gating *gating = ctx;
	const struct tocsin_rule *rule =
		number == TOCSIN_DEFAULT_ROUTE ? NULL : &gating->draft->engine->ruleset->rules[number];
	struct tocsin_group *group = NULL;

	if (gating->status == TOCSIN_OK && rule && rule->corroborate) {
		group = tocsin_gating_corroborate(gating, rule, outputs, count, withheld);
	}
	if (gating->silenced) {
		silence(gating, outputs, count, withheld);
	}
	if (gating->status == TOCSIN_OK && rule && rule->throttle) {
		tocsin_gating_throttle(gating, rule, outputs, count, withheld);
	}
	if (rule && rule->corroborate) {
		tocsin_gating_alert(gating, group, rule, outputs, count, withheld);
	}
}

static void find_saw(struct tocsin_gating *gating)
{
	const struct tocsin_engine *engine = gating->draft->engine;
	const struct tocsin_state *state = gating->draft->chain->state;

	for (size_t i = 0; i < state->reach_count; ++i) {
		const int audience =
			tocsin_ruleset_audience(engine->ruleset, state->reaches[i]->audience->bytes);

		if (audience >= 0) {
			gating->saw |= UINT64_C(1) << (unsigned)audience;
		}
	}
}

void tocsin_gating_begin(struct tocsin_gating *gating, struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;

	memset(gating, 0, sizeof(*gating));
	gating->gate.ctx = gating;
	gating->gate.hold = hold;
	gating->draft = draft;
	gating->status = TOCSIN_OK;
	find_saw(gating);
	for (const struct tocsin_silencing *at = engine->silences.first; at; at = at->next) {
		gating->silenced |=
			tocsin_silencing_holds(at, engine->ruleset, &draft->facts, draft->now_ms);
	}
	gating->silenced &= ~gating->saw;
}

enum tocsin_status tocsin_gating_end(struct tocsin_gating *gating)
{
	struct tocsin_draft *draft = gating->draft;
	struct tocsin_engine *engine = draft->engine;
	uint64_t left = gating->silence_held;

	/* The silence that came first is the one that held it. */
	for (struct tocsin_silencing *at = engine->silences.first; at && left; at = at->next) {
		const uint64_t mine =
			left & tocsin_silencing_holds(at, engine->ruleset, &draft->facts, draft->now_ms);

		if (!mine || gating->status != TOCSIN_OK) {
			continue;
		}
		const struct tocsin_tally_about about = tocsin_silencing_about(at);
		gating->status = tocsin_silencing_count(&draft->undo->steps, at);
		if (gating->status == TOCSIN_OK) {
			gating->status = tocsin_hold_silence(draft, at->number);
		}
		tocsin_gating_tally(gating, &at->tally, &about, mine);
		left &= ~mine;
	}
	return gating->status;
}
