/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/words.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "proto/enum_name.h"

enum { MAX_WORD = 64, MAX_WORDS = 32 };

const char *tocsin_word_find(const ProtobufCEnumDescriptor *type, const char *text, size_t length)
{
	int value;
	char plain[MAX_WORD];
	if (length >= sizeof(plain))
		return NULL;
	for (size_t i = 0; i < length; i++)
		plain[i] = text[i] == '-' || text[i] == ' ' ? '_' : text[i];
	if (!tocsin_enum_read(type, plain, length, &value) || value == 0)
		return NULL;
	return tocsin_enum_name(type, value);
}

void tocsin_word_complain(
	const ProtobufCEnumDescriptor *type, const char *text, char why[TOCSIN_WHY])
{
	const char *names[MAX_WORDS + 1];
	size_t count = 0;
	for (unsigned i = 0; i < type->n_values && count < MAX_WORDS; i++)
		if (type->values[i].value != 0)
			names[count++] = tocsin_enum_name(type, type->values[i].value);
	names[count] = NULL;
	const char *near = tocsin_nearest(text, names);
	int used = near ? snprintf(why, TOCSIN_WHY, _("did you mean %s?"), near)
					: snprintf(why, TOCSIN_WHY, _("takes %s"), names[0]);
	for (size_t i = 1; !near && i < count && used < TOCSIN_WHY; i++)
		used += snprintf(why + used, (size_t)(TOCSIN_WHY - used), ", %s", names[i]);
}

bool tocsin_word_read(
	const ProtobufCEnumDescriptor *type, const char *text, int *value, char why[TOCSIN_WHY])
{
	const char *name = tocsin_word_find(type, text, strlen(text));
	if (name)
		return tocsin_enum_read(type, name, strlen(name), value);
	tocsin_word_complain(type, text, why);
	return false;
}

bool tocsin_words_read(
	const ProtobufCEnumDescriptor *type, const char *text, uint32_t *mask, char why[TOCSIN_WHY])
{
	uint32_t read = 0;
	do {
		char word[MAX_WORD];
		int value;
		size_t length = strcspn(text, ",");
		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		if (!tocsin_word_read(type, word, &value, why))
			return false;
		read |= UINT32_C(1) << (unsigned)value;
		text += length + (text[length] == ',');
	} while (*text);
	*mask |= read;
	return true;
}
