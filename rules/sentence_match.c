/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/sentence_making.h"

enum { VALUES = 32 };

/* The first clause stands as it is, each other after a comma. */
static void add_clause(struct tocsin_sentence *sentence, const char *clause)
{
	if (sentence->begun) {
		tocsin_sentence_append(sentence, ", ");
	}
	tocsin_sentence_append(sentence, clause);
	sentence->begun = true;
}

static const char *list_values(
	const struct tocsin_sentence *sentence, const ProtobufCEnumDescriptor *type, uint32_t mask)
{
	struct tocsin_word_list list =
		tocsin_list_start(sentence, TOCSIN_WORD_OR, (size_t)__builtin_popcount(mask));
	for (int value = 0; value < VALUES; value++) {
		if ((mask & TOCSIN_BIT(value)) != 0) {
			tocsin_list_add(&list, tocsin_word_value(type, value, sentence->language));
		}
	}
	return tocsin_list_end(&list);
}

static const char *list_texts(
	const struct tocsin_sentence *sentence, const char *const *texts, size_t count)
{
	struct tocsin_word_list list = tocsin_list_start(sentence, TOCSIN_WORD_OR, count);
	for (size_t i = 0; i < count && !tocsin_list_full(&list); i++) {
		tocsin_list_add(&list, texts[i]);
	}
	return tocsin_list_end(&list);
}

static const char *write_region(const struct tocsin_sentence *sentence, uint32_t number)
{
	const struct tocsin_gazetteer *gazetteer = sentence->ruleset->gazetteer;
	const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, number);
	const size_t beneath = sentence->beneath[number];
	const unsigned level = (unsigned)region->level + 1;
	const char *unit = tocsin_word_unit(region->country, level, beneath, sentence->language);
	if (beneath == 0) {
		return tocsin_arena_format(sentence->arena, "%s (%s)", region->name, region->code);
	}
	if (unit != NULL) {
		return tocsin_arena_format(
			sentence->arena, "%s (%s, %zu %s)", region->name, region->code, beneath, unit);
	}
	const char *many = TOCSIN_SENTENCE_SAY(sentence, BENEATH, beneath, level);
	return many == NULL
		? NULL
		: tocsin_arena_format(sentence->arena, "%s (%s, %s)", region->name, region->code, many);
}

static const char *list_regions(
	const struct tocsin_sentence *sentence, const struct tocsin_match *match)
{
	struct tocsin_word_list list = tocsin_list_start(sentence, TOCSIN_WORD_OR, match->region_count);
	for (size_t i = 0; i < match->region_count && !tocsin_list_full(&list); i++) {
		tocsin_list_add(&list, write_region(sentence, match->regions[i]));
	}
	return tocsin_list_end(&list);
}

/* One clause with a list in it, where the match asks for it. */
static void add_listed(struct tocsin_sentence *sentence, enum tocsin_word id, const char *list)
{
	add_clause(sentence,
		list == NULL
			? NULL
			: tocsin_arena_format(sentence->arena, tocsin_sentence_word(sentence, id), list));
}

static void add_mask(struct tocsin_sentence *sentence, enum tocsin_word id,
	const ProtobufCEnumDescriptor *type, uint32_t mask)
{
	if (mask != 0) {
		add_listed(sentence, id, list_values(sentence, type, mask));
	}
}

/* Above the end of a scale there is nothing. */
static void add_least(struct tocsin_sentence *sentence, enum tocsin_word id, enum tocsin_word alone,
	const ProtobufCEnumDescriptor *type, uint32_t least)
{
	if (least != 0) {
		const bool top = least >= type->n_values - 1;
		add_listed(
			sentence, top ? alone : id, tocsin_word_value(type, (int)least, sentence->language));
	}
}

static void add_texts(
	struct tocsin_sentence *sentence, enum tocsin_word id, const char *const *texts, size_t count)
{
	if (count > 0) {
		add_listed(sentence, id, list_texts(sentence, texts, count));
	}
}

static void add_hours(struct tocsin_sentence *sentence, const struct tocsin_hours *hours)
{
	struct tocsin_word_list list = tocsin_list_start(
		sentence, TOCSIN_WORD_AND, (size_t)__builtin_popcount((unsigned)hours->days));
	const char *when = "";
	for (int day = 0; day < 7; day++) {
		if ((hours->days & 1U << day) != 0) {
			tocsin_list_add(&list,
				tocsin_sentence_word(sentence, (enum tocsin_word)(TOCSIN_WORD_MONDAY + day)));
		}
	}
	if (list.listed > 0) {
		when = tocsin_list_end(&list) == NULL
			? NULL
			: TOCSIN_SENTENCE_SAY(sentence, DAYS, tocsin_list_end(&list));
	}
	if (hours->has_between && when != NULL) {
		const char *between = TOCSIN_SENTENCE_SAY(sentence, BETWEEN, hours->from_minute / 60U,
			hours->from_minute % 60U, hours->to_minute / 60U, hours->to_minute % 60U);
		when = between == NULL ? NULL
							   : tocsin_arena_format(sentence->arena, "%s%s%s", when,
									 when[0] != '\0' ? " " : "", between);
	}
	add_clause(sentence,
		when == NULL ? NULL : TOCSIN_SENTENCE_SAY(sentence, ON_THE_CLOCK, when, hours->tz));
}

static void add_scales(struct tocsin_sentence *sentence, const struct tocsin_match *match)
{
	const ProtobufCEnumDescriptor *severity = &tocsin__v1__severity__descriptor;
	const ProtobufCEnumDescriptor *urgency = &tocsin__v1__urgency__descriptor;
	const ProtobufCEnumDescriptor *certainty = &tocsin__v1__certainty__descriptor;
	add_mask(sentence, TOCSIN_WORD_SEVERITY, severity, match->severity);
	add_least(
		sentence, TOCSIN_WORD_OR_WORSE, TOCSIN_WORD_SEVERITY_ALONE, severity, match->min_severity);
	add_mask(sentence, TOCSIN_WORD_URGENCY, urgency, match->urgency);
	add_least(
		sentence, TOCSIN_WORD_URGENCY_OR_MORE, TOCSIN_WORD_URGENCY, urgency, match->min_urgency);
	add_mask(sentence, TOCSIN_WORD_CERTAINTY, certainty, match->certainty);
	add_least(sentence, TOCSIN_WORD_CERTAINTY_OR_MORE, TOCSIN_WORD_CERTAINTY, certainty,
		match->min_certainty);
}

static void add_values(struct tocsin_sentence *sentence, const struct tocsin_match *match)
{
	add_mask(sentence, TOCSIN_WORD_EVENT, &tocsin__v1__event_type__descriptor, match->event);
	add_texts(sentence, TOCSIN_WORD_SUB_TYPE, match->sub_types, match->sub_type_count);
	add_mask(sentence, TOCSIN_WORD_CATEGORY, &tocsin__v1__category__descriptor, match->category);
	add_mask(sentence, TOCSIN_WORD_CAUSE, &tocsin__v1__cause__descriptor, match->cause);
	add_mask(sentence, TOCSIN_WORD_STATUS, &tocsin__v1__status__descriptor, match->status);
	add_mask(sentence, TOCSIN_WORD_MSG_TYPE, &tocsin__v1__msg_type__descriptor, match->msg_type);
	add_texts(sentence, TOCSIN_WORD_SENDER, match->senders, match->sender_count);
	add_mask(sentence, TOCSIN_WORD_SENSITIVITY, &tocsin__v1__sensitivity__descriptor,
		match->sensitivity);
	if (match->has_min_displaced) {
		add_clause(
			sentence, TOCSIN_SENTENCE_SAY(sentence, DISPLACED, (unsigned)match->min_displaced));
	}
	if (match->has_min_killed) {
		add_clause(sentence, TOCSIN_SENTENCE_SAY(sentence, KILLED, (unsigned)match->min_killed));
	}
	add_mask(sentence, TOCSIN_WORD_NEED, &tocsin__v1__need__descriptor, match->need);
	add_mask(sentence, TOCSIN_WORD_IMPACT, &tocsin__v1__impact__descriptor, match->impact);
	add_texts(sentence, TOCSIN_WORD_LANGUAGE, match->languages, match->language_count);
	if (match->hours != NULL) {
		add_hours(sentence, match->hours);
	}
}

void tocsin_sentence_add_match(
	struct tocsin_sentence *sentence, const struct tocsin_match *match, enum tocsin_word in)
{
	sentence->begun = false;
	if (match->region_count > 0) {
		add_listed(sentence, in, list_regions(sentence, match));
	} else if (in == TOCSIN_WORD_IN) {
		add_clause(sentence, tocsin_sentence_word(sentence, TOCSIN_WORD_ANYWHERE));
	}
	add_scales(sentence, match);
	add_values(sentence, match);
}
