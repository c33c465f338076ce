/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/prose_words.h"

#include "rules/sentence_words.h"
#include "tocsin/v1/enums.pb-c.h"

static const char *const words[][2] = {
#define WORD(id, english, french) [TOCSIN_PROSE_##id] = {english, french},
#include "clients/alert/prose_words.inc"
};

static const struct {
	const ProtobufCEnumDescriptor *type;
	int value;
	const char *text[2];
} values[] = {
#define VALUE(type, value, english, french)                                                        \
	{&tocsin__v1__##type##__descriptor, value, {english, french}},
#include "clients/alert/prose_words.inc"
};

const char *tocsin_prose_word(enum tocsin_prose_word word, enum tocsin_language language)
{
	return words[word][language];
}

const char *tocsin_prose_value(
	const ProtobufCEnumDescriptor *type, int value, enum tocsin_language language)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (values[i].type == type && values[i].value == value)
			return values[i].text[language];
	return tocsin_word_value(type, value, language);
}
