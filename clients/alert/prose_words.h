/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The words of prose, in each language. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "rules/sentence.h"

enum tocsin_prose_word {
#define WORD(id, english, french) TOCSIN_PROSE_##id,
#include "clients/alert/prose_words.inc"
};

/* A text, or a format whose arguments are the same in all languages. */
const char *tocsin_prose_word(enum tocsin_prose_word word, enum tocsin_language language);

/* A value of an enum; its spelling where it has no words. */
const char *tocsin_prose_value(
	const ProtobufCEnumDescriptor *type, int value, enum tocsin_language language);
