/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/sentence.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rules/decide.h"
#include "rules/sentence_making.h"

struct tocsin_sentences {
	const struct tocsin_ruleset *ruleset;
	enum tocsin_language language;
	uint32_t *beneath; /* by region: how many lie one level beneath */
};

enum tocsin_language tocsin_language_of(const char *locale)
{
	if (locale == NULL || strncasecmp(locale, "fr", 2) != 0) {
		return TOCSIN_ENGLISH;
	}
	return strchr("_.@-", locale[2]) != NULL ? TOCSIN_FRENCH : TOCSIN_ENGLISH;
}

static struct tocsin_sentence begin(
	const struct tocsin_sentences *sentences, struct tocsin_arena *arena)
{
	return (struct tocsin_sentence){.ruleset = sentences->ruleset,
		.language = sentences->language,
		.beneath = sentences->beneath,
		.arena = arena,
		.text = ""};
}

static const char *write_span(const struct tocsin_sentence *sentence, int64_t ms)
{
	static const struct {
		int64_t ms, least;
		enum tocsin_word unit;
	} units[] = {{86400000, 4, TOCSIN_WORD_DAY}, {3600000, 1, TOCSIN_WORD_HOUR},
		{60000, 1, TOCSIN_WORD_MINUTE}, {1, 0, TOCSIN_WORD_SECOND}};
	for (size_t i = 0; i < 3; i++) {
		if (ms % units[i].ms == 0 && ms / units[i].ms >= units[i].least) {
			return tocsin_arena_format(sentence->arena,
				tocsin_sentence_word(sentence, units[i].unit), (long long)(ms / units[i].ms));
		}
	}
	return TOCSIN_SENTENCE_SAY(sentence, SECOND, (long long)(ms / 1000));
}

static void add_output(struct tocsin_sentence *sentence, const struct tocsin_output *output)
{
	const char *name = sentence->ruleset->audiences[output->audience].name;
	const char *span = write_span(
		sentence, output->expires_ms > 0 ? output->expires_ms : TOCSIN_DEFAULT_EXPIRES_MS);
	tocsin_sentence_append(
		sentence, span == NULL ? NULL : TOCSIN_SENTENCE_SAY(sentence, FOR, name, span));
	if (output->open) {
		tocsin_sentence_append(sentence, tocsin_sentence_word(sentence, TOCSIN_WORD_OPEN));
	}
	if (output->qos != 1) {
		tocsin_sentence_append(sentence, TOCSIN_SENTENCE_SAY(sentence, QOS, (unsigned)output->qos));
	}
	if (output->downgrade) {
		tocsin_sentence_append(sentence, tocsin_sentence_word(sentence, TOCSIN_WORD_DOWNGRADE));
	}
}

static void add_outputs(
	struct tocsin_sentence *sentence, const struct tocsin_output *outputs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0) {
			tocsin_sentence_append(
				sentence, tocsin_sentence_word(sentence, TOCSIN_WORD_NEXT_OUTPUT));
		}
		add_output(sentence, &outputs[i]);
	}
}

static const char *write_window(const struct tocsin_sentence *sentence, int64_t ms)
{
	switch (ms) {
	case 60000:
		return tocsin_sentence_word(sentence, TOCSIN_WORD_A_MINUTE);
	case 3600000:
		return tocsin_sentence_word(sentence, TOCSIN_WORD_AN_HOUR);
	case 86400000:
		return tocsin_sentence_word(sentence, TOCSIN_WORD_A_DAY);
	default:
		break;
	}
	const char *span = write_span(sentence, ms);
	return span == NULL ? NULL : TOCSIN_SENTENCE_SAY(sentence, IN_SPAN, span);
}

static void add_throttle(struct tocsin_sentence *sentence, const struct tocsin_throttle *throttle)
{
	static const enum tocsin_word names[] = {TOCSIN_WORD_PER_REGION, TOCSIN_WORD_PER_ADM1,
		TOCSIN_WORD_PER_EVENT, TOCSIN_WORD_PER_SENDER, TOCSIN_WORD_PER_SEVERITY};
	struct tocsin_word_list list =
		tocsin_list_start(sentence, TOCSIN_WORD_AND, (size_t)__builtin_popcount(throttle->per));
	const char *window = write_window(sentence, throttle->rate.per_ms);
	tocsin_sentence_append(sentence,
		window == NULL
			? NULL
			: TOCSIN_SENTENCE_SAY(sentence, THROTTLE, (unsigned)throttle->rate.max, window));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if ((throttle->per & 1U << i) != 0) {
			tocsin_list_add(&list, tocsin_sentence_word(sentence, names[i]));
		}
	}
	if (list.listed > 0) {
		tocsin_sentence_append(sentence,
			list.text == NULL ? NULL : TOCSIN_SENTENCE_SAY(sentence, FOR_EACH, list.text));
	}
}

static void add_holds(struct tocsin_sentence *sentence, const struct tocsin_rule *rule)
{
	if (rule->throttle != NULL) {
		add_throttle(sentence, rule->throttle);
	}
	if (rule->corroborate != NULL) {
		const char *span = write_span(sentence, rule->corroborate->within_ms);
		tocsin_sentence_append(sentence,
			span == NULL ? NULL
						 : TOCSIN_SENTENCE_SAY(
							   sentence, CORROBORATE, (unsigned)rule->corroborate->reports, span));
	}
}

struct tocsin_sentences *tocsin_sentences_create(
	const struct tocsin_ruleset *ruleset, enum tocsin_language language)
{
	const size_t regions = tocsin_gazetteer_count(ruleset->gazetteer);
	struct tocsin_sentences *sentences = calloc(1, sizeof *sentences);
	uint32_t *beneath = calloc(regions + 1, sizeof *beneath);
	if (sentences == NULL || beneath == NULL) {
		free(beneath);
		free(sentences);
		return NULL;
	}
	for (size_t i = 0; i < regions; i++) {
		const uint32_t parent = tocsin_gazetteer_region(ruleset->gazetteer, (uint32_t)i)->parent;
		if (parent != TOCSIN_NO_REGION) {
			beneath[parent]++;
		}
	}
	*sentences = (struct tocsin_sentences){ruleset, language, beneath};
	return sentences;
}

void tocsin_sentences_destroy(struct tocsin_sentences *sentences)
{
	if (sentences != NULL) {
		free(sentences->beneath);
		free(sentences);
	}
}

const char *tocsin_sentence_rule(const struct tocsin_sentences *sentences,
	const struct tocsin_rule *rule, struct tocsin_arena *arena)
{
	struct tocsin_sentence sentence = begin(sentences, arena);
	tocsin_sentence_add_match(&sentence, &rule->match, TOCSIN_WORD_IN);
	if (rule->not != NULL) {
		struct tocsin_sentence except = begin(sentences, arena);
		tocsin_sentence_add_match(&except, rule->not, TOCSIN_WORD_WITHIN);
		tocsin_sentence_append(&sentence,
			except.text == NULL ? NULL : TOCSIN_SENTENCE_SAY(&sentence, BUT_NOT, except.text));
	}
	tocsin_sentence_append(&sentence, tocsin_sentence_word(&sentence, TOCSIN_WORD_COLON));
	add_outputs(&sentence, rule->outputs, rule->output_count);
	add_holds(&sentence, rule);
	tocsin_sentence_append(&sentence,
		tocsin_sentence_word(&sentence, rule->stop ? TOCSIN_WORD_STOP : TOCSIN_WORD_END));
	if (sentence.text == NULL) {
		return NULL;
	}
	return rule->enabled ? TOCSIN_SENTENCE_SAY(&sentence, RULE, rule->id, sentence.text)
						 : TOCSIN_SENTENCE_SAY(&sentence, DISABLED, rule->id, sentence.text);
}

const char *tocsin_sentence_default(
	const struct tocsin_sentences *sentences, struct tocsin_arena *arena)
{
	struct tocsin_sentence sentence = begin(sentences, arena);
	add_outputs(&sentence, sentences->ruleset->fallback, sentences->ruleset->fallback_count);
	return sentence.text == NULL ? NULL : TOCSIN_SENTENCE_SAY(&sentence, DEFAULT, sentence.text);
}
