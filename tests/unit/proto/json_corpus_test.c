/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Every incident of the corpus: JSON to message and back, and by way of protobuf
 * bytes, without losing or adding anything. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/decode.h"
#include "proto/json.h"

enum { CEILING = 4 << 20, MAX_FILE = 1 << 20, INCIDENTS = 24 };

struct file {
	char text[MAX_FILE];
	size_t length;
};

static void load(const char *folder, const char *name, struct file *file)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/tests/corpus/%s/%s", SOURCE_DIR, folder, name);
	FILE *stream = fopen(path, "rb");
	assert_non_null(stream);
	file->length = fread(file->text, 1, sizeof file->text, stream);
	assert_true(file->length > 0 && file->length < sizeof file->text);
	assert_int_equal(fclose(stream), 0);
}

static Tocsin__V1__Incident *decode(const char *name, enum tocsin_form form, const void *data,
	size_t size, struct tocsin_arena *arena)
{
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;
	tocsin_violations_init(&violations, arena);
	if (tocsin_incident_decode(form, data, size, arena, &violations, &incident) != TOCSIN_OK) {
		fail_msg("%s: %s at %s", name, violations.items[0].id, violations.items[0].field);
	}
	assert_int_equal(violations.count, 0);
	return incident;
}

/* Equal but for how times and numbers are spelled, which the second reading
 * settles. */
static void check_file(const char *folder, const char *name, struct file *file)
{
	struct tocsin_arena *arena = tocsin_arena_create(CEILING, &tocsin_heap);
	assert_non_null(arena);
	load(folder, name, file);
	Tocsin__V1__Incident *read = decode(name, TOCSIN_FORM_JSON, file->text, file->length, arena);
	char *text = NULL;
	size_t length = 0;
	assert_int_equal(tocsin_json_write(&read->base, arena, &text, &length), TOCSIN_OK);

	/* By way of protobuf bytes. */
	size_t size = tocsin__v1__incident__get_packed_size(read);
	uint8_t *bytes = tocsin_arena_alloc(arena, size);
	assert_non_null(bytes);
	(void)tocsin__v1__incident__pack(read, bytes);
	Tocsin__V1__Incident *unpacked = decode(name, TOCSIN_FORM_PROTOBUF, bytes, size, arena);
	char *text_of_unpacked = NULL;
	assert_int_equal(
		tocsin_json_write(&unpacked->base, arena, &text_of_unpacked, &length), TOCSIN_OK);
	assert_string_equal(text, text_of_unpacked);

	/* What was written says the same as what was read. */
	Tocsin__V1__Incident *again = decode(name, TOCSIN_FORM_JSON, text, strlen(text), arena);
	assert_int_equal(tocsin__v1__incident__get_packed_size(again), size);
	uint8_t *bytes_again = tocsin_arena_alloc(arena, size);
	assert_non_null(bytes_again);
	(void)tocsin__v1__incident__pack(again, bytes_again);
	assert_memory_equal(bytes, bytes_again, size);

	/* In the canonical files the texts are the same value for value. */
	if (strcmp(folder, "incidents") == 0 && strstr(file->text, "+02:00") == NULL) {
		json_t *theirs = json_loadb(file->text, file->length, 0, NULL);
		json_t *ours = json_loads(text, 0, NULL);
		assert_true(json_equal(theirs, ours));
		json_decref(theirs);
		json_decref(ours);
	}
	tocsin_arena_destroy(arena);
}

static size_t check_folder(const char *folder)
{
	char path[512];
	size_t count = 0;
	struct file *file = calloc(1, sizeof *file);
	assert_non_null(file);
	(void)snprintf(path, sizeof path, "%s/tests/corpus/%s", SOURCE_DIR, folder);
	DIR *listing = opendir(path);
	assert_non_null(listing);
	for (struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
		size_t length = strlen(entry->d_name);
		if (length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0) {
			memset(file, 0, sizeof *file);
			check_file(folder, entry->d_name, file);
			count++;
		}
	}
	(void)closedir(listing);
	free(file);
	return count;
}

static void test_incidents(void **state)
{
	(void)state;
	assert_int_equal(check_folder("incidents"), INCIDENTS);
}

static void test_accepted(void **state)
{
	(void)state;
	assert_true(check_folder("accepted") > 0);
}

static void test_warned(void **state)
{
	(void)state;
	assert_true(check_folder("warned") > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_incidents),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_warned),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
