/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>

#include "rules/index.h"
#include "rules/match.h"
#include "rules/posting.h"

struct build {
	const struct tocsin_rule *rules;
	size_t rule_count;
	struct tocsin_buckets named; /* every key that any rule names */
	uint8_t *chosen;             /* kind of key that each rule is posted under */
	struct tocsin_index *index;
};

static const enum tocsin_bucket_kind kinds[] = {
	TOCSIN_BUCKET_REGION, TOCSIN_BUCKET_SENDER, TOCSIN_BUCKET_SUB_TYPE};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* How many keys of a kind a match names; one of none. */
static size_t key_count(const struct tocsin_match *match, enum tocsin_bucket_kind kind)
{
	switch (kind) {
	case TOCSIN_BUCKET_REGION:
		return match->region_count;
	case TOCSIN_BUCKET_SENDER:
		return match->sender_count;
	case TOCSIN_BUCKET_SUB_TYPE:
		return match->sub_type_count;
	case TOCSIN_BUCKET_GENERAL:
		break;
	}
	return 1;
}

static struct tocsin_bucket_key key_at(
	const struct tocsin_match *match, enum tocsin_bucket_kind kind, size_t at)
{
	struct tocsin_bucket_key key = {.kind = kind};
	if (kind == TOCSIN_BUCKET_REGION) {
		key.region = match->regions[at];
	} else if (kind == TOCSIN_BUCKET_SENDER) {
		key.text = match->senders[at];
	} else if (kind == TOCSIN_BUCKET_SUB_TYPE) {
		key.text = match->sub_types[at];
	}
	return key;
}

static enum tocsin_status count_keys(
	struct tocsin_buckets *buckets, const struct tocsin_match *match, enum tocsin_bucket_kind kind)
{
	for (size_t i = 0; i < key_count(match, kind); i++) {
		struct tocsin_bucket_key key = key_at(match, kind, i);
		enum tocsin_status status = tocsin_buckets_count(buckets, &key);
		if (status != TOCSIN_OK) {
			return status;
		}
	}
	return TOCSIN_OK;
}

static enum tocsin_status count_named(struct build *build)
{
	for (size_t i = 0; i < build->rule_count; i++) {
		for (size_t k = 0; build->rules[i].enabled && k < KINDS; k++) {
			enum tocsin_status status = count_keys(&build->named, &build->rules[i].match, kinds[k]);
			if (status != TOCSIN_OK) {
				return status;
			}
		}
	}
	return TOCSIN_OK;
}

/* The kind whose most crowded key of this rule is shared by the fewest rules. */
static enum tocsin_bucket_kind most_selective(
	const struct build *build, const struct tocsin_match *match)
{
	enum tocsin_bucket_kind best = TOCSIN_BUCKET_GENERAL;
	uint32_t least = UINT32_MAX;
	for (size_t k = 0; k < KINDS; k++) {
		uint32_t most = 0;
		size_t count = key_count(match, kinds[k]);
		for (size_t i = 0; i < count; i++) {
			struct tocsin_bucket_key key = key_at(match, kinds[k], i);
			const struct tocsin_bucket *bucket = tocsin_buckets_find(&build->named, &key);
			if (bucket != NULL && bucket->rules > most) {
				most = bucket->rules;
			}
		}
		if (count > 0 && most < least) {
			least = most;
			best = kinds[k];
		}
	}
	return best;
}

static enum tocsin_status choose(struct build *build)
{
	for (size_t i = 0; i < build->rule_count; i++) {
		const struct tocsin_rule *rule = &build->rules[i];
		if (!rule->enabled) {
			continue;
		}
		enum tocsin_bucket_kind kind = most_selective(build, &rule->match);
		build->chosen[i] = (uint8_t)kind;
		enum tocsin_status status = count_keys(&build->index->buckets, &rule->match, kind);
		if (status != TOCSIN_OK) {
			return status;
		}
	}
	tocsin_buckets_trim(&build->index->buckets);
	return TOCSIN_OK;
}

static void number_lists(struct tocsin_index *index)
{
	uint32_t next = 0;
	for (size_t i = 0; i < index->buckets.count; i++) {
		struct tocsin_bucket *bucket = &index->buckets.items[i];
		bucket->split = bucket->rules > TOCSIN_CROWDED_BUCKET;
		bucket->list = next;
		next += bucket->split ? TOCSIN_SPLIT_LISTS : 1;
	}
	index->list_count = next;
}

/* Lists are counted first, then filled. While filling, lists[i + 1] is where list i
 * goes on; where it ends is where the next one starts, as it must be. */
enum pass { COUNT_POSTINGS, ADD_POSTINGS };

static void visit(
	const struct build *build, enum pass pass, uint32_t list, const struct tocsin_posting *posting)
{
	uint32_t *at = &build->index->lists[list + 1];
	if (pass == ADD_POSTINGS) {
		build->index->postings[*at] = *posting;
	}
	++*at;
}

/* Bit 0 for "any", or the bits of the values that a rule is posted under. */
static uint32_t events_of(const struct tocsin_match *match)
{
	bool many = __builtin_popcount(match->event) > TOCSIN_MAX_SPLIT_EVENTS;
	return match->event == 0 || many ? 1 : match->event;
}

static uint32_t severities_of(const struct tocsin_match *match)
{
	uint32_t admitted = 0;
	if (match->severity == 0 && match->min_severity == 0) {
		return 1;
	}
	for (int value = 1; value < TOCSIN_SEVERITY_LISTS; value++) {
		if (tocsin_match_value(match->severity, value) &&
			tocsin_match_minimum(match->min_severity, value)) {
			admitted |= TOCSIN_BIT(value);
		}
	}
	return __builtin_popcount(admitted) > TOCSIN_MAX_SPLIT_SEVERITIES ? 1 : admitted;
}

static void visit_split(
	const struct build *build, uint32_t first, const struct tocsin_posting *posting, enum pass pass)
{
	const struct tocsin_match *match = &build->rules[posting->rule].match;
	uint32_t events = events_of(match), severities = severities_of(match);
	for (uint32_t event = 0; event < TOCSIN_EVENT_LISTS; event++) {
		for (uint32_t severity = 0; severity < TOCSIN_SEVERITY_LISTS; severity++) {
			if ((events & TOCSIN_BIT(event)) != 0 && (severities & TOCSIN_BIT(severity)) != 0) {
				visit(build, pass, first + event * TOCSIN_SEVERITY_LISTS + severity, posting);
			}
		}
	}
}

/* Calls what to do for each list that a rule stands in. */
static void each_list(const struct build *build, size_t rule, enum pass pass)
{
	const struct tocsin_match *match = &build->rules[rule].match;
	enum tocsin_bucket_kind kind = (enum tocsin_bucket_kind)build->chosen[rule];
	struct tocsin_posting posting = {(uint32_t)rule, tocsin_signature_admits(match)};
	for (size_t i = 0; i < key_count(match, kind); i++) {
		struct tocsin_bucket_key key = key_at(match, kind, i);
		const struct tocsin_bucket *bucket = tocsin_buckets_find(&build->index->buckets, &key);
		if (bucket->split) {
			visit_split(build, bucket->list, &posting, pass);
		} else {
			visit(build, pass, bucket->list, &posting);
		}
	}
}

static void each_rule(const struct build *build, enum pass pass)
{
	for (size_t i = 0; i < build->rule_count; i++) {
		if (build->rules[i].enabled) {
			each_list(build, i, pass);
		}
	}
}

static enum tocsin_status post(struct build *build)
{
	struct tocsin_index *index = build->index;
	uint32_t total = 0;
	number_lists(index);
	index->lists = calloc(index->list_count + 1, sizeof *index->lists);
	if (index->lists == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	each_rule(build, COUNT_POSTINGS);
	for (size_t i = 1; i <= index->list_count; i++) {
		uint32_t count = index->lists[i];
		index->lists[i] = total;
		total += count;
	}
	index->postings = calloc((size_t)total + 1, sizeof *index->postings);
	if (index->postings == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	each_rule(build, ADD_POSTINGS);
	return TOCSIN_OK;
}

struct tocsin_index *tocsin_index_create(const struct tocsin_rule *rules, size_t rule_count)
{
	struct build build = {.rules = rules, .rule_count = rule_count};
	build.chosen = calloc(rule_count + 1, sizeof *build.chosen);
	build.index = calloc(1, sizeof *build.index);
	if (build.chosen == NULL || build.index == NULL || count_named(&build) != TOCSIN_OK ||
		choose(&build) != TOCSIN_OK || post(&build) != TOCSIN_OK) {
		tocsin_index_destroy(build.index);
		build.index = NULL;
	}
	free(build.chosen);
	tocsin_buckets_finish(&build.named);
	return build.index;
}

void tocsin_index_destroy(struct tocsin_index *index)
{
	if (index == NULL) {
		return;
	}
	tocsin_buckets_finish(&index->buckets);
	free(index->lists);
	free(index->postings);
	free(index);
}
