/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/chore.h"

#include <stdlib.h>
#include <string.h>

struct tocsin_chore *tocsin_chore_create(enum tocsin_chore_kind kind, const char *name,
	int64_t value, const char *text, size_t text_length)
{
	const size_t name_size = strlen(name) + 1;
	struct tocsin_chore *chore = malloc(sizeof(*chore) + name_size + text_length + 1);

	if (!chore) {
		return NULL;
	}
	char *copy = (char *)(chore + 1);
	*chore = (struct tocsin_chore){
		.kind = kind,
		.value = value,
		.name = memcpy(copy, name, name_size),
		.text = copy + name_size,
		.text_length = text_length,
	};
	if (text_length > 0) {
		memcpy(copy + name_size, text, text_length);
	}
	copy[name_size + text_length] = '\0';
	return chore;
}
