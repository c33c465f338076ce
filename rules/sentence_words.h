/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The words that sentences are made from, in each language. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "rules/sentence.h"

enum tocsin_word {
#define WORD(id, english, french) TOCSIN_WORD_##id,
#include "rules/sentence_words.inc"
};

/* A text, or a format whose arguments are the same in all languages. */
const char *tocsin_word(enum tocsin_word word, enum tocsin_language language);

/* The value of an enum that rules match; its spelling where it has no words. */
const char *tocsin_word_value(
	const ProtobufCEnumDescriptor *type, int value, enum tocsin_language language);

/* What a country calls its regions of an admin level, for a number of them; NULL where
 * that is not known. */
const char *tocsin_word_unit(
	const char *country, unsigned level, size_t count, enum tocsin_language language);
