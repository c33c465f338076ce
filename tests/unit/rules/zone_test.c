/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Zones of the machine, and files that are none. Expected offsets are the IANA
 * database's, known beforehand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/instant.h"
#include "rules/posix_zone.h"
#include "rules/zone.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int64_t instant_ms(const char *text)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	assert_true(tocsin_instant_read(text, strlen(text), &time));
	return tocsin_instant_ms(&time);
}

static struct tocsin_zone *read_zone(const char *name)
{
	struct tocsin_zone *zone = NULL;
	assert_int_equal(tocsin_zone_read(&tocsin_disk, name, &zone), TOCSIN_OK);
	assert_non_null(zone);
	return zone;
}

static void gives_offsets_and_walls(void **state)
{
	static const struct {
		const char *zone, *at;
		int offset_minutes;
		unsigned weekday, hour, minute;
	} rows[] = {
		{"Africa/Bamako", "2024-08-07T18:30:00Z", 0, 2, 18, 30},
		{"Africa/Bamako", "2024-01-01T00:00:00Z", 0, 0, 0, 0},
		{"UTC", "1970-01-01T00:00:00Z", 0, 3, 0, 0},
		{"UTC", "1969-12-31T23:59:59.999Z", 0, 2, 23, 59},
		/* Both sides of both changes of Paris. */
		{"Europe/Paris", "2024-03-31T00:59:59.999Z", 60, 6, 1, 59},
		{"Europe/Paris", "2024-03-31T01:00:00Z", 120, 6, 3, 0},
		{"Europe/Paris", "2024-10-27T00:59:59Z", 120, 6, 2, 59},
		{"Europe/Paris", "2024-10-27T01:00:00Z", 60, 6, 2, 0},
		/* Beyond what the file lists its last rule holds. */
		{"Europe/Paris", "2090-07-01T12:00:00Z", 120, 5, 14, 0},
		{"Europe/Paris", "2090-12-31T23:30:00Z", 60, 0, 0, 30},
		/* The south: daylight time over new year. */
		{"America/Santiago", "2090-01-01T12:00:00Z", -180, 6, 9, 0},
		{"America/Santiago", "2090-07-01T12:00:00Z", -240, 5, 8, 0},
		{"Pacific/Auckland", "2024-04-06T13:59:59Z", 780, 6, 2, 59},
		{"Pacific/Auckland", "2024-04-06T14:00:00Z", 720, 6, 2, 0},
		{"Pacific/Auckland", "2024-09-28T14:00:00Z", 780, 6, 3, 0},
		/* Half hours and quarters. */
		{"Asia/Kathmandu", "2024-05-05T18:15:00Z", 345, 0, 0, 0},
		{"America/St_Johns", "2024-01-01T03:29:59Z", -210, 6, 23, 59},
		/* Sudan changed for good in 2017. */
		{"Africa/Khartoum", "2017-10-31T20:59:59Z", 180, 1, 23, 59},
		{"Africa/Khartoum", "2017-10-31T21:00:00Z", 120, 1, 23, 0},
		{"Africa/Khartoum", "2024-06-05T05:00:00Z", 120, 2, 7, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_zone *zone = read_zone(rows[i].zone);
		int64_t at_ms = instant_ms(rows[i].at);
		int64_t at_s = tocsin_instant_floor(at_ms, 1000) / 1000;
		struct tocsin_wall wall = tocsin_zone_wall(zone, at_ms);
		if (tocsin_zone_offset_s(zone, at_s) != rows[i].offset_minutes * 60 ||
			wall.weekday != rows[i].weekday ||
			wall.minute_of_the_day != rows[i].hour * 60 + rows[i].minute)
			fail_msg("%s at %s: %d s, day %u, minute %u", rows[i].zone, rows[i].at,
				(int)tocsin_zone_offset_s(zone, at_s), wall.weekday, wall.minute_of_the_day);
		tocsin_zone_destroy(zone);
	}
	tocsin_zone_destroy(NULL);
}

static void refuses_names_that_leave_the_folder(void **state)
{
	static const char *const names[] = {"", "/etc/passwd", "../etc/passwd", "Africa/../UTC",
		"Africa Bamako", "Afrïca/Bamako", "a.b",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct tocsin_zone *zone = NULL;
		assert_false(tocsin_zone_name_valid(names[i]));
		assert_int_equal(tocsin_zone_read(&tocsin_disk, names[i], &zone), TOCSIN_NOT_FOUND);
		assert_null(zone);
	}
	assert_true(tocsin_zone_name_valid("America/Argentina/Buenos_Aires"));
	assert_true(tocsin_zone_name_valid("Etc/GMT+12"));
}

/* A file in memory. */
struct one_file {
	unsigned char bytes[512];
	size_t size;
};

static enum tocsin_status read_one(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	const struct one_file *file = ctx;
	(void)path;
	assert_true(file->size <= ceiling);
	*text = malloc(file->size + 1);
	if (!*text)
		return TOCSIN_NO_MEMORY;
	memcpy(*text, file->bytes, file->size);
	(*text)[file->size] = '\0';
	*length = file->size;
	return TOCSIN_OK;
}

static void add(struct one_file *file, uint64_t number, unsigned bytes)
{
	assert_true(file->size + bytes <= sizeof(file->bytes));
	while (bytes > 0)
		file->bytes[file->size++] = (unsigned char)(number >> (8 * --bytes));
}

static void add_header(struct one_file *file, unsigned times, unsigned types)
{
	memcpy(file->bytes + file->size, "TZif2", 5);
	file->size += 5;
	for (int i = 0; i < 15; i++)
		add(file, 0, 1);
	add(file, 0, 4);
	add(file, 0, 4);
	add(file, 0, 4);
	add(file, times, 4);
	add(file, types, 4);
	add(file, 4, 4);
}

static void add_type(struct one_file *file, int32_t offset_s)
{
	add(file, (uint32_t)offset_s, 4);
	add(file, 0, 2);
}

/* At 1000 s from an hour to two; footer may be "". */
static struct one_file make_file(const char *footer)
{
	struct one_file file = {.size = 0};
	add_header(&file, 0, 1);
	add_type(&file, 0);
	add(&file, 0x55544300, 4);
	add_header(&file, 1, 2);
	add(&file, 1000, 8);
	add(&file, 1, 1);
	add_type(&file, 3600);
	add_type(&file, 7200);
	add(&file, 0x41414100, 4);
	memcpy(file.bytes + file.size, footer, strlen(footer));
	file.size += strlen(footer);
	return file;
}

static enum tocsin_status read_file(struct one_file *file, struct tocsin_zone **zone)
{
	const struct tocsin_files files = {.ctx = file, .read = read_one};
	return tocsin_zone_read(&files, "Made/Up", zone);
}

static void keeps_last_offset_without_footer(void **state)
{
	(void)state;
	struct one_file file = make_file("\n\n");
	struct tocsin_zone *zone = NULL;
	assert_int_equal(read_file(&file, &zone), TOCSIN_OK);
	assert_int_equal(tocsin_zone_offset_s(zone, 999), 3600);
	assert_int_equal(tocsin_zone_offset_s(zone, 1000), 7200);
	assert_int_equal(tocsin_zone_offset_s(zone, INT64_C(1) << 40), 7200);
	assert_int_equal(tocsin_zone_offset_s(zone, -(INT64_C(1) << 40)), 3600);
	tocsin_zone_destroy(zone);
	file = make_file("\nXYZ-3\n");
	assert_int_equal(read_file(&file, &zone), TOCSIN_OK);
	assert_int_equal(tocsin_zone_offset_s(zone, 1000), 3 * 3600);
	tocsin_zone_destroy(zone);
}

/* Cut at every length, and with every byte changed: never read beyond the end. */
static void refuses_garbage(void **state)
{
	(void)state;
	struct tocsin_zone *untouched = (struct tocsin_zone *)(void *)state, *zone = untouched;
	const struct one_file good = make_file("\nXYZ-3\n");
	for (size_t size = 0; size < good.size; size++) {
		struct one_file file = good;
		file.size = size;
		assert_int_equal(read_file(&file, &zone), TOCSIN_INVALID);
		assert_ptr_equal(zone, untouched);
	}
	for (size_t i = 0; i < good.size * 256; i++) {
		struct one_file file = good;
		file.bytes[i / 256] = (unsigned char)(i % 256);
		struct tocsin_zone *read = NULL;
		enum tocsin_status status = read_file(&file, &read);
		assert_true(status == TOCSIN_OK || status == TOCSIN_INVALID);
		if (read)
			(void)tocsin_zone_wall(read, INT64_C(1723118400000));
		tocsin_zone_destroy(read);
	}
	struct one_file none = {.size = 0};
	assert_int_equal(read_file(&none, &zone), TOCSIN_INVALID);
	none = make_file("");
	assert_int_equal(read_file(&none, &zone), TOCSIN_INVALID);
	none = make_file("\nno rule\n");
	assert_int_equal(read_file(&none, &zone), TOCSIN_INVALID);
}

static void reads_posix_rules(void **state)
{
	static const char *const bad[] = {"", "X", "CET", "CET-", "CET-1CEST,M3.5.0", "CET-25",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J365", "CET-1CEST,J1,J366", "CET-1CEST,M3.5.0,M10.5.0x", "<+03-3"};
	(void)state;
	struct tocsin_posix_zone zone;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (tocsin_posix_zone_read(bad[i], strlen(bad[i]), &zone))
			fail_msg("'%s' was read", bad[i]);
	}
	static const struct {
		const char *rule, *at;
		int offset_minutes;
	} rows[] = {
		{"<+0330>-3:30", "2024-06-01T00:00:00Z", 210},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T01:00:00Z", 120},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T00:59:59Z", 60},
		{"EST5EDT,M3.2.0,M11.1.0", "2024-03-10T07:00:00Z", -240},
		{"EST5EDT,M3.2.0,M11.1.0", "2024-11-03T06:00:00Z", -300},
		/* Day 59 counts 29 February, day J59 never does. */
		{"AAA0BBB,59/0,J365/0", "2024-02-29T00:00:00Z", 60},
		{"AAA0BBB,59/0,J365/0", "2024-02-28T23:59:59Z", 0},
		{"AAA0BBB,J60/0,J365/0", "2024-02-29T12:00:00Z", 0},
		{"AAA0BBB,J60/0,J365/0", "2024-03-01T00:00:00Z", 60},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(tocsin_posix_zone_read(rows[i].rule, strlen(rows[i].rule), &zone));
		int32_t offset_s = tocsin_posix_zone_offset_s(&zone, instant_ms(rows[i].at) / 1000);
		if (offset_s != rows[i].offset_minutes * 60)
			fail_msg("%s at %s: %d", rows[i].rule, rows[i].at, (int)offset_s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_offsets_and_walls),
		cmocka_unit_test(refuses_names_that_leave_the_folder),
		cmocka_unit_test(keeps_last_offset_without_footer),
		cmocka_unit_test(refuses_garbage),
		cmocka_unit_test(reads_posix_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
