/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the files of sentences share. */
#pragma once

#include "rules/sentence_words.h"

/* A sentence in the making; text is NULL once the arena is at its ceiling. */
struct tocsin_sentence {
	const struct tocsin_ruleset *ruleset;
	enum tocsin_language language;
	const uint32_t *beneath;
	struct tocsin_arena *arena;
	const char *text;
	bool begun; /* a clause stands already */
};

/* A list as text: "a", "a or b", "a, b or c". */
struct tocsin_word_list {
	const struct tocsin_sentence *sentence;
	enum tocsin_word last; /* OR, AND */
	const char *text;
	size_t listed, total;
};

#define TOCSIN_SENTENCE_SAY(sentence, word, ...)                                                   \
	tocsin_arena_format(                                                                           \
		(sentence)->arena, tocsin_word(TOCSIN_WORD_##word, (sentence)->language), __VA_ARGS__)

const char *tocsin_sentence_word(const struct tocsin_sentence *sentence, enum tocsin_word id);

/* text NULL: memory is short. */
void tocsin_sentence_append(struct tocsin_sentence *sentence, const char *text);

struct tocsin_word_list tocsin_list_start(
	const struct tocsin_sentence *sentence, enum tocsin_word last, size_t total);

/* Another item would only be counted, or memory is short. */
bool tocsin_list_full(const struct tocsin_word_list *list);
void tocsin_list_add(struct tocsin_word_list *list, const char *item);

/* The whole text, with the number of those left out; NULL where memory is short. */
const char *tocsin_list_end(struct tocsin_word_list *list);

/* sentence_match.c: all clauses, begun by where ("In Mopti" or "in Mopti"). */
void tocsin_sentence_add_match(
	struct tocsin_sentence *sentence, const struct tocsin_match *match, enum tocsin_word in);
