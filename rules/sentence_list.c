/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/sentence_making.h"

enum { MAX_LISTED = 12 }; /* of a longer list the rest is counted */

const char *tocsin_sentence_word(const struct tocsin_sentence *sentence, enum tocsin_word id)
{
	return tocsin_word(id, sentence->language);
}

void tocsin_sentence_append(struct tocsin_sentence *sentence, const char *text)
{
	if (sentence->text != NULL) {
		sentence->text = text == NULL
			? NULL
			: tocsin_arena_format(sentence->arena, "%s%s", sentence->text, text);
	}
}

struct tocsin_word_list tocsin_list_start(
	const struct tocsin_sentence *sentence, enum tocsin_word last, size_t total)
{
	return (struct tocsin_word_list){
		.sentence = sentence, .last = last, .text = "", .total = total};
}

bool tocsin_list_full(const struct tocsin_word_list *list)
{
	return list->text == NULL || list->listed >= MAX_LISTED;
}

void tocsin_list_add(struct tocsin_word_list *list, const char *item)
{
	if (item == NULL) {
		list->text = NULL;
	}
	if (tocsin_list_full(list)) {
		return;
	}
	list->listed++;
	const char *separator = list->listed == 1 ? ""
		: list->listed == list->total         ? tocsin_sentence_word(list->sentence, list->last)
											  : ", ";
	list->text = tocsin_arena_format(list->sentence->arena, "%s%s%s", list->text, separator, item);
}

const char *tocsin_list_end(struct tocsin_word_list *list)
{
	if (list->text == NULL || list->listed == list->total) {
		return list->text;
	}
	const char *more =
		TOCSIN_SENTENCE_SAY(list->sentence, MORE_OF_THEM, list->total - list->listed);
	return more == NULL ? NULL
						: tocsin_arena_format(list->sentence->arena, "%s%s%s", list->text,
							  tocsin_sentence_word(list->sentence, list->last), more);
}
