/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/diff_against.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clients/base/input.h"
#include "clients/base/progress.h"
#include "clients/base/tongue.h"
#include "proto/decode.h"
#include "proto/instant.h"

enum {
	MAX_FILE = 256 << 20,
	MAX_LABELS = 512 << 20,
	MAX_INCIDENT = 8 << 20,
	MAX_LABEL = 400,
};

static bool remember(struct tocsin_diff_feed *feed, const char *label)
{
	if (feed->count == feed->capacity) {
		const size_t capacity = feed->capacity ? feed->capacity * 2 : 256;
		const char **labels = realloc(feed->labels, capacity * sizeof(*labels));
		if (!labels)
			return false;
		feed->labels = labels;
		feed->capacity = capacity;
	}
	if (!feed->names)
		feed->names = tocsin_arena_create(MAX_LABELS, &tocsin_heap);
	const char *copy = feed->names ? tocsin_arena_text(feed->names, label, strlen(label)) : NULL;
	if (copy)
		feed->labels[feed->count++] = copy;
	return copy != NULL;
}

enum tocsin_status tocsin_diff_feed_add(struct tocsin_diff_feed *feed,
	const Tocsin__V1__Incident *incident, int64_t received_ms, const char *label)
{
	const size_t before = tocsin_impact_totals(feed->impact)->incidents;
	const enum tocsin_status status =
		tocsin_impact_add(feed->impact, incident, feed->sender, received_ms);
	if (status != TOCSIN_OK || tocsin_impact_totals(feed->impact)->incidents == before)
		return status;
	return remember(feed, label) ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

void tocsin_diff_feed_finish(struct tocsin_diff_feed *feed)
{
	tocsin_arena_destroy(feed->names);
	free(feed->labels);
	feed->names = NULL;
	feed->labels = NULL;
}

static bool fail(const char *label, const char *why)
{
	fprintf(stderr, _("tocsin diff: %s: %s\n"), label, why);
	return false;
}

bool tocsin_diff_feed_bytes(struct tocsin_diff_feed *feed, enum tocsin_form form, const void *bytes,
	size_t size, int64_t received_ms, const char *label)
{
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;
	struct tocsin_arena *arena = tocsin_arena_create(MAX_INCIDENT, &tocsin_heap);
	if (!arena)
		return fail(label, _("out of memory"));
	tocsin_violations_init(&violations, arena);
	enum tocsin_status status =
		tocsin_incident_decode(form, bytes, size, arena, &violations, &incident);
	bool fine = true;
	if (status == TOCSIN_INVALID && violations.count > 0)
		fine = fail(label, violations.items[0].message);
	else if (status != TOCSIN_OK ||
		tocsin_diff_feed_add(feed, incident,
			received_ms ? received_ms : tocsin_instant_ms(incident->sent), label) != TOCSIN_OK)
		fine = fail(label, _("out of memory"));
	tocsin_arena_destroy(arena);
	return fine;
}

static bool is_space(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* The end of the JSON value that begins at from, by its brackets. */
static size_t value_end(const uint8_t *bytes, size_t from, size_t size)
{
	size_t depth = 0;
	bool quoted = false;
	for (size_t i = from; i < size; i++) {
		const uint8_t byte = bytes[i];
		if (quoted) {
			i += byte == '\\';
			quoted = byte != '"';
		} else if (byte == '"') {
			quoted = true;
		} else if (byte == '{' || byte == '[') {
			depth++;
		} else if ((byte == '}' || byte == ']') && (depth == 0 || --depth == 0)) {
			return i + 1;
		}
	}
	return size;
}

/* One object after another, whether each has a line of its own or several. */
static bool add_objects(
	struct tocsin_diff_feed *feed, const struct tocsin_input *input, const char *path)
{
	char label[MAX_LABEL];
	bool fine = true;
	size_t line = 1, at = 0, found = 0;
	struct tocsin_progress progress;
	tocsin_progress_begin(&progress, stderr, _("reading"), input->size);
	while (at < input->size) {
		tocsin_progress_at(&progress, at);
		if (is_space(input->data[at])) {
			line += input->data[at++] == '\n';
			continue;
		}
		const size_t end = value_end(input->data, at, input->size);
		const bool alone =
			found++ == 0 && strspn((const char *)input->data + end, " \t\r\n") == input->size - end;
		snprintf(label, sizeof label, alone ? "%s" : "%s:%zu", path, line);
		fine &=
			tocsin_diff_feed_bytes(feed, TOCSIN_FORM_JSON, input->data + at, end - at, 0, label);
		for (; at < end; at++)
			line += input->data[at] == '\n';
	}
	tocsin_progress_end(&progress);
	return fine;
}

static bool add_file(struct tocsin_diff_feed *feed, const char *path)
{
	struct tocsin_input input;
	const enum tocsin_status status = tocsin_input_read(path, MAX_FILE, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(path, status, MAX_FILE);
		return false;
	}
	size_t first = 0;
	while (first < input.size && is_space(input.data[first]))
		first++;
	const bool json = first < input.size && input.data[first] == '{';
	const bool fine = json
		? add_objects(feed, &input, path)
		: tocsin_diff_feed_bytes(feed, TOCSIN_FORM_PROTOBUF, input.data, input.size, 0, path);
	tocsin_input_finish(&input);
	return fine;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static int is_shown(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

static bool add_folder(struct tocsin_diff_feed *feed, const char *path)
{
	struct dirent **entries = NULL;
	const int count = scandir(path, &entries, is_shown, by_name);
	bool fine = count >= 0 || fail(path, _("cannot be read"));
	for (int i = 0; i < count; i++) {
		char *inner = NULL;
		if (asprintf(&inner, "%s/%s", path, entries[i]->d_name) < 0)
			fine = fail(path, _("out of memory"));
		else
			fine &= tocsin_diff_feed_path(feed, inner);
		free(inner);
		free(entries[i]);
	}
	free(entries);
	return fine;
}

bool tocsin_diff_feed_path(struct tocsin_diff_feed *feed, const char *path)
{
	static const char journal[] = "journal:";
	struct stat found;
	if (strncmp(path, journal, sizeof journal - 1) == 0)
		return tocsin_diff_feed_journal(feed, path + sizeof journal - 1);
	if (strcmp(path, "-") != 0 && stat(path, &found) == 0 && S_ISDIR(found.st_mode))
		return add_folder(feed, path);
	return add_file(feed, path);
}
