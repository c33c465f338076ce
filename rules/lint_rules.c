/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "rules/linting.h"
#include "rules/sender.h"

static bool sender_reports_there(const struct tocsin_linting *linting,
	const struct tocsin_sender *sender, const struct tocsin_match *match)
{
	const struct tocsin_gazetteer *gazetteer = linting->ruleset->gazetteer;
	if (sender->events != 0 && match->event != 0 && (sender->events & match->event) == 0) {
		return false;
	}
	if (sender->region_count == 0 || match->region_count == 0) {
		return true;
	}
	for (size_t i = 0; i < sender->region_count; i++) {
		for (size_t k = 0; k < match->region_count; k++) {
			if (tocsin_cover_touches(gazetteer, sender->regions[i], match->regions[k])) {
				return true;
			}
		}
	}
	return false;
}

/* A relay speaks for names that the file need not list, within what it may report. */
static bool may_report(
	const struct tocsin_linting *linting, const char *name, const struct tocsin_match *match)
{
	const struct tocsin_ruleset *ruleset = linting->ruleset;
	const struct tocsin_sender *sender = tocsin_ruleset_sender(ruleset, name);
	if (sender != NULL) {
		return sender_reports_there(linting, sender, match);
	}
	if (!ruleset->senders_listed || ruleset->open_senders) {
		return true;
	}
	const struct tocsin_sender *relay = tocsin_ruleset_relay(ruleset, name, NULL);
	while (relay != NULL && !sender_reports_there(linting, relay, match)) {
		relay = tocsin_ruleset_relay(ruleset, name, relay);
	}
	return relay != NULL;
}

static bool has_sender(const struct tocsin_linting *linting, const struct tocsin_match *match)
{
	for (size_t i = 0; i < match->sender_count; i++) {
		if (may_report(linting, match->senders[i], match)) {
			return true;
		}
	}
	return match->sender_count == 0;
}

/* Of a rule that can never fire by itself; NULL where that is not known. */
static bool lint_alone(struct tocsin_linting *linting, const struct tocsin_rule *rule)
{
	const char *key = tocsin_cover_impossible(&rule->match);
	if (key != NULL) {
		tocsin_lint_rule(linting, rule, "rule.impossible",
			TOCSIN_LINT_SAY(linting, LINT_IMPOSSIBLE, rule->id, key),
			strcmp(key, "msg_type") == 0 ? TOCSIN_WORD_LINT_MSG_TYPE_DO
										 : TOCSIN_WORD_LINT_IMPOSSIBLE_DO);
	} else if (!has_sender(linting, &rule->match)) {
		tocsin_lint_rule(linting, rule, "rule.sender",
			TOCSIN_LINT_SAY(linting, LINT_SENDER, rule->id), TOCSIN_WORD_LINT_SENDER_DO);
	} else if (rule->not != NULL && tocsin_cover(&linting->covering, rule->not, &rule->match)) {
		tocsin_lint_rule(linting, rule, "rule.excluded",
			TOCSIN_LINT_SAY(linting, LINT_EXCLUDED, rule->id), TOCSIN_WORD_LINT_EXCLUDED_DO);
	} else {
		return false;
	}
	return true;
}

/* The least sensitive incident that the rule asks for. */
static unsigned least_sensitivity(const struct tocsin_match *match)
{
	const unsigned asked = match->sensitivity & ~1U;
	return asked == 0 ? 0 : (unsigned)__builtin_ctz(asked);
}

static void lint_outputs(struct tocsin_linting *linting, const struct tocsin_rule *rule)
{
	for (size_t i = 0; i < rule->output_count; i++) {
		const struct tocsin_output *output = &rule->outputs[i];
		const struct tocsin_audience *audience = &linting->ruleset->audiences[output->audience];
		if (!output->downgrade &&
			least_sensitivity(&rule->match) > (unsigned)audience->max_sensitivity) {
			tocsin_lint_rule(linting, rule, "output.withheld",
				TOCSIN_LINT_SAY(linting, LINT_WITHHELD, rule->id, audience->name),
				TOCSIN_WORD_LINT_WITHHELD_DO);
		}
	}
}

/* "line 12", and its file where that is another one than rule's. */
static const char *place_of(const struct tocsin_linting *linting, const struct tocsin_rule *other,
	const struct tocsin_rule *rule)
{
	const char *text = other->file == rule->file
		? TOCSIN_LINT_SAY(linting, LINT_LINE, (unsigned)other->line)
		: TOCSIN_LINT_SAY(
			  linting, LINT_LINE_OF, (unsigned)other->line, linting->ruleset->files[other->file]);
	return text != NULL ? text : "";
}

/* Fewer rules stop than there are. */
static void lint_shadow(
	struct tocsin_linting *linting, uint32_t number, const uint32_t *stops, size_t stop_count)
{
	const struct tocsin_rule *rules = linting->ruleset->rules;
	const struct tocsin_rule *rule = &rules[number];
	for (size_t i = 0; i < stop_count; i++) {
		const struct tocsin_rule *stop = &rules[stops[i]];
		if (tocsin_cover_rule(&linting->covering, stop, rule)) {
			linting->dead[number] = true;
			tocsin_lint_rule(linting, rule, "rule.shadowed",
				TOCSIN_LINT_SAY(
					linting, LINT_SHADOWED, rule->id, stop->id, place_of(linting, stop, rule)),
				TOCSIN_WORD_LINT_SHADOWED_DO);
			return;
		}
	}
}

static bool same_outputs(const struct tocsin_rule *a, const struct tocsin_rule *b)
{
	if (a->output_count != b->output_count) {
		return false;
	}
	for (size_t i = 0; i < a->output_count; i++) {
		const struct tocsin_output *x = &a->outputs[i], *y = &b->outputs[i];
		if (x->audience != y->audience || x->qos != y->qos || x->open != y->open ||
			x->downgrade != y->downgrade || x->expires_ms != y->expires_ms) {
			return false;
		}
	}
	return true;
}

static bool same_holds(const struct tocsin_rule *a, const struct tocsin_rule *b)
{
	const struct tocsin_throttle *x = a->throttle, *y = b->throttle;
	const struct tocsin_corroborate *c = a->corroborate, *d = b->corroborate;
	if ((x == NULL) != (y == NULL) || (c == NULL) != (d == NULL)) {
		return false;
	}
	return (x == NULL ||
			   (x->per == y->per && x->rate.max == y->rate.max &&
				   x->rate.per_ms == y->rate.per_ms)) &&
		(c == NULL || (c->reports == d->reports && c->within_ms == d->within_ms));
}

static bool same_match(
	struct tocsin_linting *linting, const struct tocsin_match *a, const struct tocsin_match *b)
{
	if (a == NULL || b == NULL) {
		return a == b;
	}
	return tocsin_cover(&linting->covering, a, b) && tocsin_cover(&linting->covering, b, a);
}

static bool same_rule(
	struct tocsin_linting *linting, const struct tocsin_rule *a, const struct tocsin_rule *b)
{
	return same_outputs(a, b) && same_holds(a, b) && same_match(linting, &a->match, &b->match) &&
		same_match(linting, a->not, b->not );
}

/* What rules that say the same have in common, mixed into one number. */
static uint64_t likeness(const struct tocsin_rule *rule)
{
	const struct tocsin_match *match = &rule->match;
	const uint64_t parts[] = {match->event, match->min_displaced, match->min_killed,
		match->category, match->need, match->impact, rule->output_count, rule->outputs[0].audience,
		(uint64_t)rule->outputs[0].expires_ms};
	uint64_t mixed = 0;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		mixed = (mixed ^ parts[i]) * UINT64_C(0x9E3779B97F4A7C15);
		mixed ^= mixed >> 29;
	}
	return match->region_count == 1 ? (mixed ^ match->regions[0]) * UINT64_C(0x9E3779B97F4A7C15)
									: mixed;
}

struct like {
	uint64_t mixed;
	uint32_t rule;
};

static int compare(const void *a, const void *b)
{
	const struct like *x = a, *y = b;
	if (x->mixed != y->mixed) {
		return x->mixed < y->mixed ? -1 : 1;
	}
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static void lint_duplicates(struct tocsin_linting *linting)
{
	const struct tocsin_ruleset *ruleset = linting->ruleset;
	struct like *likes = calloc(ruleset->rule_count + 1, sizeof *likes);
	size_t count = 0;
	if (likes == NULL) {
		linting->short_of_memory = true;
		return;
	}
	for (uint32_t i = 0; i < ruleset->rule_count; i++) {
		if (ruleset->rules[i].enabled && !linting->dead[i]) {
			likes[count++] = (struct like){likeness(&ruleset->rules[i]), i};
		}
	}
	qsort(likes, count, sizeof *likes, compare);
	for (size_t i = 1; i < count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[likes[i].rule];
		for (size_t k = i; k-- > 0 && likes[k].mixed == likes[i].mixed;) {
			const struct tocsin_rule *other = &ruleset->rules[likes[k].rule];
			if (same_rule(linting, other, rule)) {
				tocsin_lint_rule(linting, rule, "rule.duplicate",
					TOCSIN_LINT_SAY(linting, LINT_DUPLICATE, rule->id, other->id,
						place_of(linting, other, rule)),
					TOCSIN_WORD_LINT_DUPLICATE_DO);
				break;
			}
		}
	}
	free(likes);
}

void tocsin_lint_rules(struct tocsin_linting *linting)
{
	const struct tocsin_ruleset *ruleset = linting->ruleset;
	uint32_t *stops = calloc(ruleset->rule_count + 1, sizeof *stops);
	size_t stop_count = 0;
	if (stops == NULL) {
		linting->short_of_memory = true;
		return;
	}
	for (uint32_t i = 0; i < ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[i];
		if (!rule->enabled) {
			continue;
		}
		linting->dead[i] = lint_alone(linting, rule);
		if (!linting->dead[i]) {
			lint_shadow(linting, i, stops, stop_count);
		}
		if (!linting->dead[i]) {
			lint_outputs(linting, rule);
		}
		if (rule->stop && !linting->dead[i]) {
			stops[stop_count++] = i;
		}
	}
	free(stops);
	lint_duplicates(linting);
}
