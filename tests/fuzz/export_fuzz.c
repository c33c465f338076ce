/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Targets: tocsin_cap_write, tocsin_cap_reference, tocsin_geojson_feature and the
 * prose, on an Alert of any bytes that protobuf takes. */
#include <string.h>

#include <jansson.h>

#include "clients/alert/cap.h"
#include "clients/alert/geojson.h"
#include "fuzz.h"
#include "proto/text.h"

enum { MAX_MEMORY = 64 << 20 };

/* Every other reference is known. */
static const char *find(void *ctx, const char *id)
{
	(void)ctx;
	return strlen(id) % 2 ? "hub,earlier,2024-08-07T10:00:00-00:00" : NULL;
}

static size_t count(const char *text, const char *part)
{
	size_t found = 0;
	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		found++;
	return found;
}

/* Valid UTF-8 without control characters, each '<' and '&' one of ours, and the frame
 * of a document around 2 or 3 blocks. */
static void check_cap(const char *text, size_t length)
{
	size_t points;
	FUZZ_HOLDS(strlen(text) == length);
	FUZZ_HOLDS(tocsin_text_check(text, length, &points) == TOCSIN_TEXT_FINE);
	FUZZ_HOLDS(strncmp(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=", 52) == 0);
	FUZZ_HOLDS(strcmp(text + length - strlen("</alert>\n"), "</alert>\n") == 0);
	const size_t blocks = count(text, "  <info>\n");
	FUZZ_HOLDS(blocks == 2 || blocks == 3);
	FUZZ_HOLDS(blocks == count(text, "  </info>\n") && blocks == count(text, "    <areaDesc>"));
	FUZZ_HOLDS(count(text, "<") == count(text, ">"));
	FUZZ_HOLDS(count(text, "&") ==
		count(text, "&lt;") + count(text, "&gt;") + count(text, "&amp;") + count(text, "&#13;"));
}

static void check_geojson(const char *text, size_t length)
{
	/* A sequence of 2^63 and above is a number, though not one of jansson's integers. */
	json_t *value =
		json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
	FUZZ_HOLDS(value && !memchr(text, '\n', length));
	FUZZ_HOLDS(json_object_size(value) == 4);
	json_decref(value);
}

void fuzz_input(const uint8_t *data, size_t size)
{
	const struct tocsin_cap_options options = {.find = find};
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, NULL);
	char *text = NULL, *reference = NULL;
	size_t length;
	if (!arena)
		return;
	const Tocsin__V1__Alert *alert =
		tocsin__v1__alert__unpack(tocsin_arena_protobuf(arena), size, data);
	if (alert) {
		const enum tocsin_status status = tocsin_cap_write(alert, &options, arena, &text, &length);
		if (status == TOCSIN_OK)
			check_cap(text, length);
		FUZZ_HOLDS(status == TOCSIN_INVALID ||
			tocsin_cap_reference(alert, &options, arena, &reference) != TOCSIN_INVALID);
		if (tocsin_geojson_feature(alert, arena, &text, &length) == TOCSIN_OK)
			check_geojson(text, length);
	}
	tocsin_arena_destroy(arena);
}
