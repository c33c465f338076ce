/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/recorded.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/report/parcel.h"
#include "clients/watch/seen.h"
#include "proto/arena.h"
#include "proto/instant.h"
#include "proto/json.h"

enum {
	SPARE = TOCSIN_MAX_RECORDED / 4,
	MAX_BYTES = 16 << 20,
	MAX_MEMORY = 4 << 20,
	MAX_NAME = 288
};

/* Where and what, so that a next version need not say it again; nothing that a
 * reporter wrote in words. */
json_t *tocsin_recorded_inherit(const Tocsin__V1__Incident *incident)
{
	Tocsin__V1__Incident kept = TOCSIN__V1__INCIDENT__INIT;
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	char *text;
	size_t length;
	json_t *value = NULL;
	kept.id = incident->id;
	kept.status = incident->status;
	kept.msg_type = incident->msg_type;
	kept.sent = incident->sent;
	kept.occurred = incident->occurred;
	kept.event = incident->event;
	kept.urgency = incident->urgency;
	kept.severity = incident->severity;
	kept.certainty = incident->certainty;
	kept.location = incident->location;
	kept.sensitivity = incident->sensitivity;
	kept.language = incident->language;
	if (arena && tocsin_json_write(&kept.base, arena, &text, &length) == TOCSIN_OK)
		value = json_loadb(text, length, 0, NULL);
	tocsin_arena_destroy(arena);
	return value;
}

static json_t *instant_text(const Google__Protobuf__Timestamp *given, int64_t now_ms)
{
	Google__Protobuf__Timestamp now = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];
	tocsin_instant_set(&now, tocsin_instant_floor(now_ms, 1000));
	tocsin_instant_write(given && tocsin_instant_valid(given) ? given : &now, text);
	return json_string(text);
}

json_t *tocsin_recorded_make(const struct tocsin_parcel *parcel,
	const Tocsin__V1__Incident *incident, const Tocsin__V1__Receipt *receipt, int64_t now_ms)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s*, s:o, s:b, s:o*}", "id", parcel->id, "sha256",
		parcel->sha256, "likeness", parcel->likeness, "sender", parcel->sender, "host",
		*parcel->host ? parcel->host : NULL, "received", instant_text(receipt->received, now_ms),
		"durable", receipt->durable != 0, "incident",
		incident ? tocsin_recorded_inherit(incident) : NULL);
}

const char *tocsin_record_text(const json_t *record, const char *name)
{
	const char *text = json_string_value(json_object_get(record, name));
	return text ? text : "";
}

int64_t tocsin_record_received_ms(const json_t *record)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	const char *text = tocsin_record_text(record, "received");
	return tocsin_instant_read(text, strlen(text), &time) ? tocsin_instant_ms(&time) : 0;
}

static bool is_of(const json_t *record, const struct tocsin_outbox_way *way)
{
	return strcmp(tocsin_record_text(record, "sender"), way->sender) == 0 &&
		tocsin_parcel_host_suits(tocsin_record_text(record, "host"), way->host);
}

/* A re-send that was answered again is not a second arrival. */
static bool is_known(const json_t *records, const json_t *record)
{
	size_t index;
	json_t *known;
	const char *hash = tocsin_record_text(record, "sha256");
	const struct tocsin_outbox_way way = {
		tocsin_record_text(record, "sender"), tocsin_record_text(record, "host")};
	json_array_foreach(records, index, known)
	{
		if (strcmp(tocsin_record_text(known, "sha256"), hash) == 0 && is_of(known, &way))
			return true;
	}
	return false;
}

static bool take(json_t *records, json_t *record)
{
	if (json_array_append_new(records, record) != 0)
		return false;
	return json_array_size(records) <= TOCSIN_MAX_RECORDED || json_array_remove(records, 0) == 0;
}

/* A crash can leave part of a line, and what stood in its block before. */
static bool read_lines(struct tocsin_recorded *recorded, const char *text, size_t size)
{
	const char *end = text + size;
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t length = stop ? (size_t)(stop - text) : (size_t)(end - text);
		if (length > 0) {
			json_t *record = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
			recorded->lines++;
			if (!json_is_object(record))
				json_decref(record);
			else if (!take(recorded->records, record))
				return false;
		}
		text += length + 1;
	}
	return true;
}

enum tocsin_status tocsin_recorded_read(
	struct tocsin_recorded *recorded, const struct tocsin_keep *keep)
{
	struct tocsin_recorded fresh = {.records = json_array()};
	if (!fresh.records)
		return TOCSIN_NO_MEMORY;
	int file = keep->folder < 0
		? -1
		: openat(keep->folder, TOCSIN_RECORDED_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum tocsin_status status =
		file < 0 && keep->folder >= 0 && errno != ENOENT ? TOCSIN_IO : TOCSIN_OK;
	if (file >= 0) {
		struct tocsin_input input = {0};
		status = tocsin_input_read_open(file, MAX_BYTES, &input);
		if (status == TOCSIN_OK && !read_lines(&fresh, (const char *)input.data, input.size))
			status = TOCSIN_NO_MEMORY;
		tocsin_input_finish(&input);
		close(file);
	}
	if (status != TOCSIN_OK) {
		json_decref(fresh.records);
		return status;
	}
	json_decref(recorded->records);
	*recorded = fresh;
	return TOCSIN_OK;
}

void tocsin_recorded_finish(struct tocsin_recorded *recorded)
{
	if (!recorded)
		return;
	json_decref(recorded->records);
	*recorded = (struct tocsin_recorded){0};
}

/* All of them anew, without what the bound leaves out. */
static enum tocsin_status rewrite(struct tocsin_recorded *recorded, const struct tocsin_keep *keep)
{
	char *text = NULL;
	size_t size = 0, index;
	json_t *record;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return TOCSIN_NO_MEMORY;
	bool fine = true;
	json_array_foreach(recorded->records, index, record)
	{
		fine = fine && json_dumpf(record, out, JSON_COMPACT | JSON_REAL_PRECISION(15)) == 0;
		fine = fine && fputc('\n', out) != EOF;
	}
	fine = fclose(out) == 0 && fine;
	enum tocsin_status status =
		fine ? tocsin_keep_write(keep, TOCSIN_RECORDED_FILE, text, size) : TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK)
		recorded->lines = json_array_size(recorded->records);
	free(text);
	return status;
}

/* A line feed on both sides: part of a line that a crash left does not spoil this one. */
static enum tocsin_status append(const struct tocsin_keep *keep, const json_t *record)
{
	char *line = json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(15));
	char *text = NULL;
	int length = line ? asprintf(&text, "\n%s\n", line) : -1;
	free(line);
	if (length < 0)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status =
		tocsin_keep_append(keep, TOCSIN_RECORDED_FILE, text, (size_t)length);
	free(text);
	return status;
}

enum tocsin_status tocsin_recorded_add(
	struct tocsin_recorded *recorded, const struct tocsin_keep *keep, json_t *record)
{
	if (!record)
		return TOCSIN_NO_MEMORY;
	if (is_known(recorded->records, record)) {
		json_decref(record);
		return TOCSIN_OK;
	}
	if (!take(recorded->records, json_incref(record))) {
		json_decref(record);
		return TOCSIN_NO_MEMORY;
	}
	enum tocsin_status status = TOCSIN_OK;
	if (keep->folder >= 0 && ++recorded->lines > TOCSIN_MAX_RECORDED + SPARE)
		status = rewrite(recorded, keep);
	else if (keep->folder >= 0)
		status = append(keep, record);
	if (status != TOCSIN_OK)
		(void)json_array_remove(recorded->records, json_array_size(recorded->records) - 1);
	json_decref(record);
	return status;
}

/* The same bytes of two senders, or for two brokers, are two reports. */
static void name_report(
	const char *sender, const char *host, const char *sha256, char name[MAX_NAME])
{
	snprintf(name, MAX_NAME, "%s/%s/%s", sha256, sender, host);
}

/* Stands for a broker, whichever it was: no name of one has it. */
static const char whichever[] = "/";

struct tocsin_seen *tocsin_recorded_set(const struct tocsin_recorded *recorded)
{
	struct tocsin_seen *set = tocsin_seen_create((size_t)2 * TOCSIN_MAX_RECORDED);
	size_t index;
	json_t *record;
	char name[MAX_NAME];
	json_array_foreach(recorded->records, index, record)
	{
		const char *const hosts[] = {tocsin_record_text(record, "host"), whichever};
		for (size_t i = 0; set && i < 2; i++) {
			name_report(tocsin_record_text(record, "sender"), hosts[i],
				tocsin_record_text(record, "sha256"), name);
			tocsin_seen_add(set, name);
		}
	}
	return set;
}

bool tocsin_recorded_has(const struct tocsin_seen *set, const struct tocsin_parcel *parcel)
{
	char name[MAX_NAME];
	name_report(parcel->sender, *parcel->host ? parcel->host : whichever, parcel->sha256, name);
	if (tocsin_seen_has(set, name))
		return true;
	name_report(parcel->sender, "", parcel->sha256, name);
	return tocsin_seen_has(set, name);
}

const json_t *tocsin_recorded_find(const struct tocsin_recorded *recorded, const char *member,
	const char *text, const struct tocsin_outbox_way *way)
{
	for (size_t i = json_array_size(recorded->records); *text && i > 0; i--) {
		const json_t *record = json_array_get(recorded->records, i - 1);
		if (strcmp(tocsin_record_text(record, member), text) == 0 && (!way || is_of(record, way)))
			return record;
	}
	return NULL;
}
