/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/index.h"

#include <stdlib.h>
#include <string.h>

#include "rules/match.h"
#include "rules/posting.h"
#include "rules/scratch.h"

/* Own region and ancestors, sender, sub_type and the rules without any of them; of
 * each the rules of this event or of any, and of this severity or of any. */
enum { MAX_CURSORS = (TOCSIN_MAX_REGION_DEPTH + 3) * 4 };

struct cursor {
	const struct tocsin_posting *at, *end;
};

struct merge {
	struct cursor cursors[MAX_CURSORS];
	size_t count;
	uint32_t wanted; /* signature of the incident */
};

/* Moves to the next posting from a rule on that the signature lets pass. */
static bool advance(struct cursor *cursor, uint32_t wanted, uint32_t rule)
{
	while (cursor->at < cursor->end &&
		((cursor->at->signature & wanted) != wanted || cursor->at->rule < rule)) {
		cursor->at++;
	}
	return cursor->at < cursor->end;
}

static void add_list(struct merge *merge, const struct tocsin_index *index, uint32_t list)
{
	struct cursor cursor = {
		index->postings + index->lists[list], index->postings + index->lists[list + 1]};
	if (advance(&cursor, merge->wanted, 0)) {
		merge->cursors[merge->count++] = cursor;
	}
}

/* Unspecified satisfies no list: only the rules that do not ask can match. */
static uint32_t split_of(int value, int lists)
{
	return value > 0 && value < lists ? (uint32_t)value : 0;
}

static void add_key(struct merge *merge, const struct tocsin_index *index,
	const struct tocsin_bucket_key *key, const struct tocsin_facts *facts)
{
	const struct tocsin_bucket *bucket = tocsin_buckets_find(&index->buckets, key);
	if (bucket == NULL) {
		return;
	}
	uint32_t event = bucket->split ? split_of((int)facts->event, TOCSIN_EVENT_LISTS) : 0;
	uint32_t severity = bucket->split ? split_of((int)facts->severity, TOCSIN_SEVERITY_LISTS) : 0;
	uint32_t any_event = bucket->list, this_event = any_event + event * TOCSIN_SEVERITY_LISTS;
	add_list(merge, index, any_event);
	if (severity > 0) {
		add_list(merge, index, any_event + severity);
	}
	if (event > 0) {
		add_list(merge, index, this_event);
	}
	if (event > 0 && severity > 0) {
		add_list(merge, index, this_event + severity);
	}
}

static void start(
	struct merge *merge, const struct tocsin_index *index, const struct tocsin_facts *facts)
{
	merge->count = 0;
	merge->wanted = tocsin_signature_of(facts);
	for (size_t level = 0; level < facts->depth; level++) {
		add_key(merge, index,
			&(struct tocsin_bucket_key){.kind = TOCSIN_BUCKET_REGION, .region = facts->path[level]},
			facts);
	}
	add_key(merge, index,
		&(struct tocsin_bucket_key){.kind = TOCSIN_BUCKET_SENDER, .text = facts->sender}, facts);
	add_key(merge, index,
		&(struct tocsin_bucket_key){.kind = TOCSIN_BUCKET_SUB_TYPE, .text = facts->sub_type},
		facts);
	add_key(merge, index, &(struct tocsin_bucket_key){.kind = TOCSIN_BUCKET_GENERAL}, facts);
}

/* The lowest rule that any cursor stands on; false when all are at their end. */
static bool lowest(const struct merge *merge, uint32_t *rule)
{
	if (merge->count == 0) {
		return false;
	}
	*rule = merge->cursors[0].at->rule;
	for (size_t i = 1; i < merge->count; i++) {
		if (merge->cursors[i].at->rule < *rule) {
			*rule = merge->cursors[i].at->rule;
		}
	}
	return true;
}

static void pass(struct merge *merge, uint32_t rule)
{
	for (size_t i = 0; i < merge->count;) {
		struct cursor *cursor = &merge->cursors[i];
		if (cursor->at->rule > rule || advance(cursor, merge->wanted, rule + 1)) {
			i++;
		} else {
			*cursor = merge->cursors[--merge->count];
		}
	}
}

size_t tocsin_match_rules(const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts,
	struct tocsin_scratch *scratch, const uint32_t **fired)
{
	struct merge merge;
	size_t count = 0;
	uint32_t rule;
	*fired = scratch->fired;
	start(&merge, ruleset->index, facts);
	while (lowest(&merge, &rule)) {
		if (tocsin_match_rule(&ruleset->rules[rule], facts)) {
			scratch->fired[count++] = rule;
			if (ruleset->rules[rule].stop) {
				break;
			}
		}
		pass(&merge, rule);
	}
	return count;
}

struct tocsin_scratch *tocsin_scratch_create(const struct tocsin_ruleset *ruleset)
{
	struct tocsin_scratch *scratch = calloc(1, sizeof *scratch);
	size_t outputs = 0;
	if (scratch == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		outputs += ruleset->rules[i].output_count;
	}
	scratch->fired = calloc(ruleset->rule_count + 1, sizeof *scratch->fired);
	scratch->held = calloc(ruleset->rule_count + 1, sizeof *scratch->held);
	scratch->delivered = calloc(outputs + 1, sizeof *scratch->delivered);
	scratch->outputs = calloc(outputs + 1, sizeof *scratch->outputs);
	scratch->withheld = calloc(ruleset->rule_count + 1, sizeof *scratch->withheld);
	if (scratch->fired == NULL || scratch->held == NULL || scratch->delivered == NULL ||
		scratch->outputs == NULL || scratch->withheld == NULL) {
		tocsin_scratch_destroy(scratch);
		return NULL;
	}
	return scratch;
}

void tocsin_scratch_destroy(struct tocsin_scratch *scratch)
{
	if (scratch == NULL) {
		return;
	}
	free(scratch->fired);
	free(scratch->held);
	free(scratch->delivered);
	free(scratch->outputs);
	free(scratch->withheld);
	free(scratch);
}
