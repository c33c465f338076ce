/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/fingerprint.h"

#include <string.h>

/* FNV-1a, 64 bits: no secret hangs on it. */
#define BASIS UINT64_C(0xcbf29ce484222325)
#define PRIME UINT64_C(0x100000001b3)

static void add_number(uint64_t *hash, uint64_t number)
{
	for (int i = 0; i < 8; i++) {
		*hash = (*hash ^ (number & 0xFF)) * PRIME;
		number >>= 8;
	}
}

/* The length first, so that no two lists of texts run together alike. */
static void add_text(uint64_t *hash, const char *text)
{
	const size_t length = text != NULL ? strlen(text) : 0;

	add_number(hash, text != NULL ? length + 1 : 0);
	for (size_t i = 0; i < length; i++) {
		*hash = (*hash ^ (unsigned char)text[i]) * PRIME;
	}
}

static void add_texts(uint64_t *hash, const char *const *texts, size_t count)
{
	add_number(hash, count);
	for (size_t i = 0; i < count; i++) {
		add_text(hash, texts[i]);
	}
}

/* The sum stands for the set: the numbers of regions, by which they are sorted,
 * change with the lists. */
static void add_regions(
	uint64_t *hash, const struct tocsin_gazetteer *gazetteer, const struct tocsin_match *match)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < match->region_count; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, match->regions[i]);
		uint64_t one = BASIS;
		add_text(&one, region->code);
		add_text(&one, region->valid_from);
		sum += one;
	}
	add_number(hash, match->region_count);
	add_number(hash, sum);
}

static void add_hours(uint64_t *hash, const struct tocsin_hours *hours)
{
	add_number(hash, hours != NULL);
	if (hours != NULL) {
		add_text(hash, hours->tz);
		add_number(hash, hours->days);
		add_number(hash, hours->has_between);
		add_number(hash, hours->from_minute);
		add_number(hash, hours->to_minute);
	}
}

static void add_match(
	uint64_t *hash, const struct tocsin_gazetteer *gazetteer, const struct tocsin_match *match)
{
	const uint64_t numbers[] = {match->severity, match->urgency, match->certainty, match->event,
		match->category, match->cause, match->status, match->msg_type, match->sensitivity,
		match->need, match->impact, match->min_severity, match->min_urgency, match->min_certainty,
		match->has_min_displaced, match->min_displaced, match->has_min_killed, match->min_killed};

	add_regions(hash, gazetteer, match);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		add_number(hash, numbers[i]);
	}
	add_texts(hash, match->senders, match->sender_count);
	add_texts(hash, match->sub_types, match->sub_type_count);
	add_texts(hash, match->languages, match->language_count);
	add_hours(hash, match->hours);
}

static void add_output(
	uint64_t *hash, const struct tocsin_ruleset *ruleset, const struct tocsin_output *output)
{
	add_text(hash, ruleset->audiences[output->audience].name);
	add_number(hash, output->qos);
	add_number(hash, output->open);
	add_number(hash, output->downgrade);
	add_number(hash, (uint64_t)output->expires_ms);
}

static void add_holds(uint64_t *hash, const struct tocsin_rule *rule)
{
	add_number(hash, rule->throttle != NULL);
	if (rule->throttle != NULL) {
		add_number(hash, rule->throttle->per);
		add_number(hash, rule->throttle->rate.max);
		add_number(hash, (uint64_t)rule->throttle->rate.per_ms);
	}
	add_number(hash, rule->corroborate != NULL);
	if (rule->corroborate != NULL) {
		add_number(hash, rule->corroborate->reports);
		add_number(hash, (uint64_t)rule->corroborate->independent);
		add_number(hash, (uint64_t)rule->corroborate->within_ms);
	}
}

uint64_t tocsin_fingerprint_rule(
	const struct tocsin_ruleset *ruleset, const struct tocsin_rule *rule)
{
	uint64_t hash = BASIS;

	add_text(&hash, rule->id);
	add_text(&hash, rule->description);
	add_number(&hash, rule->stop);
	add_number(&hash, rule->enabled);
	add_match(&hash, ruleset->gazetteer, &rule->match);
	add_number(&hash, rule->not != NULL);
	if (rule->not != NULL) {
		add_match(&hash, ruleset->gazetteer, rule->not );
	}
	add_number(&hash, rule->output_count);
	for (size_t i = 0; i < rule->output_count; i++) {
		add_output(&hash, ruleset, &rule->outputs[i]);
	}
	add_holds(&hash, rule);
	return hash;
}
