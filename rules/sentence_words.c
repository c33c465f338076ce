/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/sentence_words.h"

#include <string.h>

#include "proto/enum_name.h"
#include "tocsin/v1/enums.pb-c.h"

static const char *const words[][2] = {
#define WORD(id, english, french) [TOCSIN_WORD_##id] = {english, french},
#include "rules/sentence_words.inc"
};

static const struct {
	const ProtobufCEnumDescriptor *type;
	int value;
	const char *text[2];
} values[] = {
#define VALUE(type, value, english, french)                                                        \
	{&tocsin__v1__##type##__descriptor, value, {english, french}},
#include "rules/sentence_words.inc"
};

static const struct {
	const char *country;
	unsigned level;
	const char *one[2], *many[2];
} units[] = {
#define UNIT(country, level, english, englishes, french, frenches)                                 \
	{country, level, {english, french}, {englishes, frenches}},
#include "rules/sentence_words.inc"
};

const char *tocsin_word(enum tocsin_word word, enum tocsin_language language)
{
	return words[word][language];
}

const char *tocsin_word_value(
	const ProtobufCEnumDescriptor *type, int value, enum tocsin_language language)
{
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		if (values[i].type == type && values[i].value == value) {
			return values[i].text[language];
		}
	}
	const char *name = tocsin_enum_name(type, value);
	return name != NULL ? name : "?";
}

const char *tocsin_word_unit(
	const char *country, unsigned level, size_t count, enum tocsin_language language)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (units[i].level == level && strcmp(units[i].country, country) == 0) {
			return count == 1 ? units[i].one[language] : units[i].many[language];
		}
	}
	return NULL;
}
