/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/enum_name.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tocsin/v1/enums.pb-c.h"

/* The numbers of each enum are dense from 0, so that a value is its place. */
struct row {
	const ProtobufCEnumDescriptor *type;
	const char *names[16];
};

static const struct row rows[] = {
#define ENUM_VALUE(number, spelling) [number] = (spelling),
#define ENUM(type, values) {&(type), {values}},
#include "proto/enum_names.inc"
#undef ENUM
#undef ENUM_VALUE
};

static const struct row *find(const ProtobufCEnumDescriptor *type)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].type == type) {
			return &rows[i];
		}
	}
	return NULL;
}

enum { NAMES = sizeof(rows[0].names) / sizeof(rows[0].names[0]) };

const char *tocsin_enum_name(const ProtobufCEnumDescriptor *type, int value)
{
	const struct row *row = find(type);

	return row && value >= 0 && value < NAMES ? row->names[value] : NULL;
}

static bool same(const char *name, const char *text, size_t length)
{
	return strlen(name) == length && strncasecmp(name, text, length) == 0;
}

bool tocsin_enum_read(
	const ProtobufCEnumDescriptor *type, const char *text, size_t length, int *value)
{
	const struct row *row = find(type);

	for (int i = 0; row && i < NAMES && row->names[i]; i++) {
		if (same(row->names[i], text, length)) {
			*value = i;
			return true;
		}
	}
	for (unsigned i = 0; i < type->n_values; i++) {
		if (same(type->values[i].name, text, length)) {
			*value = type->values[i].value;
			return true;
		}
	}
	return false;
}

void tocsin_enum_list(const ProtobufCEnumDescriptor *type, char text[TOCSIN_ENUM_LIST])
{
	const struct row *row = find(type);
	size_t used = 0;

	text[0] = '\0';
	for (int i = 1; row && i < NAMES && row->names[i] && used < TOCSIN_ENUM_LIST; i++) {
		used += (size_t)snprintf(
			text + used, TOCSIN_ENUM_LIST - used, "%s%s", i > 1 ? ", " : "", row->names[i]);
	}
}
