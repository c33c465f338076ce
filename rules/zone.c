/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/posix_zone.h"

enum {
	MAX_FILE = 256 * 1024,
	MAX_TRANSITIONS = 8192,
	MAX_TYPES = 256,
	HEADER = 44,
	TYPE_SIZE = 6,
};

struct tocsin_zone {
	size_t count;
	int64_t *at_s;     /* transitions, rising */
	int32_t *offset_s; /* from each on */
	int32_t first_s;   /* before the first */
	bool has_rule;
	struct tocsin_posix_zone rule; /* after the last */
};

struct header {
	uint32_t utc_flags, wall_flags, leaps, times, types, chars;
};

static uint32_t read32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read64(const unsigned char *at)
{
	return (int64_t)((uint64_t)read32(at) << 32 | read32(at + 4));
}

static bool read_header(const unsigned char *at, size_t left, struct header *header)
{
	if (left < HEADER || memcmp(at, "TZif", 4) != 0) {
		return false;
	}
	*header = (struct header){read32(at + 20), read32(at + 24), read32(at + 28), read32(at + 32),
		read32(at + 36), read32(at + 40)};
	return header->times <= MAX_TRANSITIONS && header->types > 0 && header->types <= MAX_TYPES &&
		header->leaps <= MAX_TRANSITIONS && header->chars <= MAX_FILE &&
		header->utc_flags <= header->types && header->wall_flags <= header->types;
}

static size_t body_size(const struct header *header, size_t time_size)
{
	return header->times * (time_size + 1) + (size_t)header->types * TYPE_SIZE + header->chars +
		header->leaps * (time_size + 4) + header->wall_flags + header->utc_flags;
}

/* Offsets beyond a day and a bit are no clock's (RFC 8536, 3.2). */
static bool read_offset(const unsigned char *type, int32_t *offset_s)
{
	*offset_s = (int32_t)read32(type);
	return *offset_s > -25 * 3600 && *offset_s < 26 * 3600;
}

static bool read_transitions(
	const unsigned char *at, const struct header *header, struct tocsin_zone *zone)
{
	const unsigned char *kinds = at + (size_t)header->times * 8;
	const unsigned char *types = kinds + header->times;

	if (!read_offset(types, &zone->first_s)) {
		return false;
	}
	for (size_t i = 0; i < header->times; i++) {
		zone->at_s[i] = read64(at + i * 8);
		if (kinds[i] >= header->types ||
			!read_offset(types + (size_t)kinds[i] * TYPE_SIZE, &zone->offset_s[i]) ||
			(i > 0 && zone->at_s[i] <= zone->at_s[i - 1])) {
			return false;
		}
	}
	zone->count = header->times;
	return true;
}

/* The footer stands between two line feeds. */
static bool read_footer(const unsigned char *at, size_t left, struct tocsin_zone *zone)
{
	if (left < 2 || at[0] != '\n') {
		return false;
	}
	const unsigned char *end = memchr(at + 1, '\n', left - 1);
	if (end == NULL) {
		return false;
	}
	const size_t length = (size_t)(end - at) - 1;
	zone->has_rule = length > 0;
	return length == 0 || tocsin_posix_zone_read((const char *)at + 1, length, &zone->rule);
}

/* Version 1 data is 32 bits wide and only stepped over: files of this century all
 * have the 64-bit data behind it. */
static enum tocsin_status parse(const unsigned char *data, size_t size, struct tocsin_zone *zone)
{
	struct header header;

	if (!read_header(data, size, &header) || data[4] < '2') {
		return TOCSIN_INVALID;
	}
	const size_t skip = HEADER + body_size(&header, 4);
	if (skip > size || !read_header(data + skip, size - skip, &header)) {
		return TOCSIN_INVALID;
	}
	const unsigned char *body = data + skip + HEADER;
	const size_t left = size - skip - HEADER;
	const size_t length = body_size(&header, 8);
	if (length > left) {
		return TOCSIN_INVALID;
	}
	zone->at_s = calloc(header.times + 1, sizeof(*zone->at_s));
	zone->offset_s = calloc(header.times + 1, sizeof(*zone->offset_s));
	if (zone->at_s == NULL || zone->offset_s == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	return read_transitions(body, &header, zone) && read_footer(body + length, left - length, zone)
		? TOCSIN_OK
		: TOCSIN_INVALID;
}

bool tocsin_zone_name_valid(const char *name)
{
	const size_t length = strlen(name);

	return length > 0 && length <= 64 && name[0] != '/' && strstr(name, "..") == NULL &&
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") ==
		length;
}

enum tocsin_status tocsin_zone_read(
	const struct tocsin_files *files, const char *name, struct tocsin_zone **zone)
{
	char path[sizeof(TOCSIN_ZONEINFO) + 1 + 64];
	char *text = NULL;
	size_t length = 0;

	if (!tocsin_zone_name_valid(name)) {
		return TOCSIN_NOT_FOUND;
	}
	snprintf(path, sizeof(path), "%s/%s", TOCSIN_ZONEINFO, name);
	enum tocsin_status status = files->read(files->ctx, path, MAX_FILE, &text, &length);
	if (status != TOCSIN_OK) {
		return status;
	}
	struct tocsin_zone *read = calloc(1, sizeof(*read));
	status = read == NULL ? TOCSIN_NO_MEMORY : parse((const unsigned char *)text, length, read);
	free(text);
	if (status == TOCSIN_OK) {
		*zone = read;
	} else {
		tocsin_zone_destroy(read);
	}
	return status;
}

void tocsin_zone_destroy(struct tocsin_zone *zone)
{
	if (zone == NULL) {
		return;
	}
	free(zone->at_s);
	free(zone->offset_s);
	free(zone);
}

int32_t tocsin_zone_offset_s(const struct tocsin_zone *zone, int64_t utc_s)
{
	size_t low = 0;
	size_t high = zone->count;

	if (zone->has_rule && (zone->count == 0 || utc_s >= zone->at_s[zone->count - 1])) {
		return tocsin_posix_zone_offset_s(&zone->rule, utc_s);
	}
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (zone->at_s[middle] <= utc_s) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low == 0 ? zone->first_s : zone->offset_s[low - 1];
}

struct tocsin_wall tocsin_zone_wall(const struct tocsin_zone *zone, int64_t utc_ms)
{
	const int64_t day_s = 86400;
	const int64_t utc_s = utc_ms / 1000 - (utc_ms % 1000 < 0);
	const int64_t wall_s = utc_s + tocsin_zone_offset_s(zone, utc_s);
	const int64_t day = wall_s / day_s - (wall_s % day_s < 0);

	/* 1970-01-01 was a Thursday. */
	return (struct tocsin_wall){
		(unsigned)(((day + 3) % 7 + 7) % 7), (unsigned)((wall_s - day * day_s) / 60)};
}
