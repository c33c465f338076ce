/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A good incident, changed by a patch in Tocsin JSON (RFC 7396: null removes a
 * field), and what validation says of it as one line of text. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/json.h"
#include "proto/limits.h"
#include "proto/place.h"
#include "proto/validate.h"

#define SAMPLE_NOW_MS 1723056300000LL /* 2024-08-07T18:45:00Z */

static const char sample_json[] =
	"{\"id\": \"0f8fad5b-d9cb-469f-a165-70867728950e\", \"status\": \"actual\","
	" \"msg_type\": \"alert\", \"sent\": \"2024-08-07T18:40:00Z\","
	" \"event\": {\"type\": \"battles\"}, \"severity\": \"severe\","
	" \"certainty\": \"observed\", \"location\": {\"country\": \"ML\", \"pcode\": \"ML0503\"},"
	" \"sensitivity\": \"moderate\"}";

static inline void sample_patch(json_t *target, const json_t *patch)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)patch, key, value)
	{
		json_t *old = json_object_get(target, key);

		if (json_is_null(value)) {
			(void)json_object_del(target, key);
		} else if (json_is_object(value) && json_is_object(old)) {
			sample_patch(old, value);
		} else {
			assert_int_equal(json_object_set(target, key, value), 0);
		}
	}
}

/* The incident with the patch, in arena. */
static inline Tocsin__V1__Incident *sample_read(const char *patch, struct tocsin_arena *arena)
{
	struct tocsin_violations list;
	ProtobufCMessage *message = NULL;
	json_error_t error;
	json_t *value = json_loads(sample_json, 0, &error);
	json_t *changes = json_loads(patch, 0, &error);

	assert_non_null(value);
	if (!changes) {
		fail_msg("%s: %s", error.text, patch);
	}
	sample_patch(value, changes);
	tocsin_violations_init(&list, arena);
	if (tocsin_json_read_value(&tocsin__v1__incident__descriptor, value, arena, &list, &message) !=
		TOCSIN_OK) {
		fail_msg("not a good patch (%s): %s", list.count ? list.items[0].id : "memory", patch);
	}
	json_decref(value);
	json_decref(changes);
	return (Tocsin__V1__Incident *)message;
}

/* ML09 stands for two places; ML11 was split; BF4903 lies in another country. */
static inline struct tocsin_place sample_find(
	const void *ctx, const char *pcode, const char *version)
{
	static const struct {
		const char *pcode, *country, *version;
		enum tocsin_place_match match;
	} rows[] = {
		{"BF4903", "BF", "2020-03-23", TOCSIN_PLACE_FOUND},
		{"ML05", "ML", "2021-12-20", TOCSIN_PLACE_FOUND},
		{"ML0503", "ML", "2021-12-20", TOCSIN_PLACE_FOUND},
		{"ML09", "ML", "2021-12-20", TOCSIN_PLACE_AMBIGUOUS},
		{"ML11", "ML", "2021-12-20", TOCSIN_PLACE_SPLIT},
	};
	struct tocsin_place place = {.match = TOCSIN_PLACE_UNKNOWN};

	assert_ptr_equal(ctx, &sample_find);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].pcode, pcode) != 0) {
			continue;
		}
		const bool given = version && version[0] != '\0';
		const bool fits = given && strncmp(rows[i].version, version, strlen(version)) == 0;

		place.match =
			rows[i].match == TOCSIN_PLACE_AMBIGUOUS && fits ? TOCSIN_PLACE_FOUND : rows[i].match;
		place.version_unfit = given && !fits;
		if (place.match != TOCSIN_PLACE_AMBIGUOUS) {
			memcpy(place.country, rows[i].country, 3);
		}
	}
	return place;
}

static inline const struct tocsin_box *sample_box(const void *ctx, const char *country)
{
	static const struct tocsin_box mali = {10.1, -12.3, 25.1, 4.3};

	assert_ptr_equal(ctx, &sample_find);
	return strcmp(country, "ML") == 0 ? &mali : NULL;
}

/* All of a list as "error id @field; warning id @field", in its order. */
static inline void sample_write(const struct tocsin_violations *list, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < list->count; i++) {
		const int length = snprintf(text + used, size - used, "%s%s %s @%s", i > 0 ? "; " : "",
			tocsin_level_name(list->items[i].level), list->items[i].id, list->items[i].field);

		assert_in_range(length, 1, size - used - 1);
		used += (size_t)length;
	}
}

struct sample_row {
	const char *patch;
	const char *expected; /* as sample_write gives it */
};

/* Validates every row's incident and compares all that comes. */
static inline void sample_run(const struct sample_row *rows, size_t count)
{
	const struct tocsin_places places = {&sample_find, sample_find, sample_box};

	for (size_t i = 0; i < count; i++) {
		struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
		struct tocsin_violations list;
		char text[4096];

		assert_non_null(arena);
		tocsin_violations_init(&list, arena);
		tocsin_incident_validate(sample_read(rows[i].patch, arena), &places, SAMPLE_NOW_MS, &list);
		sample_write(&list, text, sizeof(text));
		if (strcmp(text, rows[i].expected) != 0) {
			fail_msg("%s\n  gives    %s\n  expected %s", rows[i].patch, text, rows[i].expected);
		}
		assert_true(tocsin_violations_pass(&list) == (strstr(text, "error ") == NULL));
		tocsin_arena_destroy(arena);
	}
}
