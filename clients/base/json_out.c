/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/json_out.h"

#include "proto/json.h"

enum { MAX_LINE_MEMORY = 32 << 20 };

bool tocsin_json_line(const ProtobufCMessage *message, FILE *out)
{
	struct tocsin_arena *arena = tocsin_arena_create(MAX_LINE_MEMORY, &tocsin_heap);
	char *text = NULL;
	size_t length = 0;
	bool fine = arena && tocsin_json_write(message, arena, &text, &length) == TOCSIN_OK;
	if (fine) {
		fwrite(text, 1, length, out);
		fputc('\n', out);
	}
	tocsin_arena_destroy(arena);
	return fine;
}

bool tocsin_json_line_value(json_t *value, FILE *out)
{
	if (!value)
		return false;
	bool fine = json_dumpf(value, out, JSON_COMPACT | JSON_REAL_PRECISION(15)) == 0;
	fputc('\n', out);
	json_decref(value);
	return fine;
}
