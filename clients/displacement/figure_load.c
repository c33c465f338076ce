/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "clients/alert/incident_chain.h"
#include "clients/base/input.h"
#include "clients/base/paper.h"
#include "clients/base/progress.h"
#include "clients/base/tongue.h"
#include "clients/displacement/figure_csv.h"
#include "clients/report/violation_words.h"
#include "proto/arena.h"
#include "proto/json.h"

#define MAX_FILE ((size_t)256 << 20)
#define MAX_MEMORY ((size_t)1 << 30)

struct tocsin_figure_load {
	struct tocsin_figure_book *book;
	struct tocsin_arena *incidents; /* until all are there */
	struct tocsin_arena *alert;     /* for one */
	struct tocsin_texts *ids;       /* of incidents; a repeat is passed over */
	struct tocsin_incident_version *versions;
	size_t count, room;
};

/* Where in which file. */
struct place {
	const char *path;
	size_t line;
};

struct tocsin_figure_load *tocsin_figure_load_begin(struct tocsin_figure_book *book)
{
	struct tocsin_figure_load *load = calloc(1, sizeof(*load));
	if (!load)
		return NULL;
	load->book = book;
	load->incidents = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	load->alert = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	load->ids = tocsin_texts_create();
	if (load->incidents && load->alert && load->ids)
		return load;
	(void)tocsin_figure_load_end(load);
	return NULL;
}

static bool complain(const struct place *place, const char *what)
{
	const char *name = strcmp(place->path, "-") == 0 ? _("standard input") : place->path;
	if (place->line)
		fprintf(stderr, _("tocsin displacement: %s:%zu: %s\n"), name, place->line, what);
	else
		fprintf(stderr, _("tocsin displacement: %s: %s\n"), name, what);
	return false;
}

/* Says what is wrong by check and field, never a value. */
static bool complain_violations(
	const struct place *place, const struct tocsin_violations *violations)
{
	struct tocsin_paper paper = {stderr, false};
	for (size_t i = 0; i < violations->count; i++) {
		const struct tocsin_violation *one = &violations->items[i];
		fprintf(stderr, _("tocsin displacement: %s:%zu: "), place->path, place->line);
		char said[TOCSIN_VIOLATION_TEXT];
		tocsin_violation_words(one->id, one->message, said, sizeof(said));
		tocsin_put(&paper, one->field);
		tocsin_say(&paper, "%s%s [%s]\n", *one->field ? _(": ") : "", said, one->id);
	}
	return violations->count > 0 ? false : complain(place, _("not a message of Tocsin"));
}

/* Only an alert names its chain, its audience or its area. */
static bool is_alert(const json_t *value)
{
	return json_object_get(value, "incident_id") || json_object_get(value, "audience") ||
		json_object_get(value, "area") || json_object_get(value, "revision");
}

/* What a watch wrote beside its alerts: it counts incidents that were held back, and no
 * people. Neither an alert nor an incident has a reason. */
static bool is_digest(const json_t *value)
{
	return json_object_get(value, "reason") && json_object_get(value, "rule");
}

/* A hub newer than this program may add fields and values; what is known still counts. */
static bool is_only_newer(const struct tocsin_violations *violations)
{
	for (size_t i = 0; i < violations->count; i++)
		if (violations->items[i].check != TOCSIN_CHECK_JSON_UNKNOWN_FIELD &&
			violations->items[i].check != TOCSIN_CHECK_ENUM_UNKNOWN)
			return false;
	return true;
}

static bool take_alert(
	struct tocsin_figure_load *load, const json_t *value, const struct place *place)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	tocsin_arena_reset(load->alert);
	tocsin_violations_init(&violations, load->alert);
	enum tocsin_status status = tocsin_json_read_value(
		&tocsin__v1__alert__descriptor, value, load->alert, &violations, &message);
	if (status == TOCSIN_NO_MEMORY || !message || !is_only_newer(&violations))
		return complain_violations(place, &violations);
	const Tocsin__V1__Alert *alert = (const Tocsin__V1__Alert *)message;
	if (!*alert->incident_id && !*alert->id)
		return complain(place, _("incident_id: is missing"));
	return tocsin_figure_book_alert(load->book, alert) == TOCSIN_OK ||
		complain(place, _("out of memory"));
}

static bool keep_version(struct tocsin_figure_load *load, const Tocsin__V1__Incident *incident)
{
	if (load->count == load->room) {
		size_t room = load->room ? load->room * 2 : 64;
		void *wider = realloc(load->versions, room * sizeof(*load->versions));
		if (!wider)
			return false;
		load->versions = wider;
		load->room = room;
	}
	load->versions[load->count++] = (struct tocsin_incident_version){.incident = incident};
	return true;
}

static bool take_incident(
	struct tocsin_figure_load *load, const json_t *value, const struct place *place)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	tocsin_violations_init(&violations, load->incidents);
	enum tocsin_status status = tocsin_json_read_value(
		&tocsin__v1__incident__descriptor, value, load->incidents, &violations, &message);
	if (status != TOCSIN_OK || !message || !tocsin_violations_pass(&violations))
		return complain_violations(place, &violations);
	const Tocsin__V1__Incident *incident = (const Tocsin__V1__Incident *)message;
	if (!*incident->id)
		return complain(place, _("id: is missing"));
	if (tocsin_texts_find(load->ids, incident->id) != TOCSIN_NO_TEXT)
		return true;
	return (tocsin_texts_add(load->ids, incident->id) != TOCSIN_NO_TEXT &&
			   keep_version(load, incident)) ||
		complain(place, _("out of memory"));
}

static bool take_object(
	struct tocsin_figure_load *load, const json_t *value, const struct place *place)
{
	if (!json_is_object(value))
		return complain(place, _("not an object"));
	if (is_digest(value))
		return true;
	return is_alert(value) ? take_alert(load, value, place) : take_incident(load, value, place);
}

static bool take_value(
	struct tocsin_figure_load *load, const json_t *value, const struct place *place)
{
	if (!json_is_array(value))
		return take_object(load, value, place);
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!take_object(load, json_array_get(value, i), place))
			return false;
	return true;
}

static size_t count_lines(const char *text, const char *end)
{
	size_t lines = 0;
	for (; text < end && (text = memchr(text, '\n', (size_t)(end - text))); text++)
		lines++;
	return lines;
}

static bool read_values(struct tocsin_figure_load *load, struct place place, const char *text,
	size_t size, struct tocsin_progress *progress)
{
	const char *end = text + size;
	for (const char *at = text; at < end;) {
		json_error_t error;
		tocsin_progress_at(progress, (uint64_t)(at - text));
		const char *begin = at + strspn(at, " \t\r\n");
		place.line += count_lines(at, begin);
		if (begin >= end)
			break;
		json_t *value = json_loadb(
			begin, (size_t)(end - begin), JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);
		if (!value) {
			place.line += error.line > 0 ? (size_t)error.line - 1 : 0;
			return complain(&place, _("not JSON, or cut short"));
		}
		bool fine = take_value(load, value, &place);
		json_decref(value);
		if (!fine)
			return false;
		at = begin + error.position;
		place.line += count_lines(begin, at);
	}
	return true;
}

static bool read_json(
	struct tocsin_figure_load *load, const char *path, const char *text, size_t size)
{
	struct tocsin_progress progress;
	tocsin_progress_begin(&progress, stderr, _("reading"), size);
	const bool fine = read_values(load, (struct place){path, 1}, text, size, &progress);
	tocsin_progress_end(&progress);
	return fine;
}

static bool read_csv(
	struct tocsin_figure_load *load, const char *path, const char *text, size_t size)
{
	char why[TOCSIN_CSV_WHY];
	const struct place place = {path, 0};
	switch (tocsin_figure_csv_read(load->book, text, size, why)) {
	case TOCSIN_OK:
		return true;
	case TOCSIN_NO_MEMORY:
		return complain(&place, _("out of memory"));
	default:
		return complain(&place, why);
	}
}

bool tocsin_figure_load_file(struct tocsin_figure_load *load, const char *path)
{
	struct tocsin_input input;
	enum tocsin_status status = tocsin_input_read(path, MAX_FILE, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(path, status, MAX_FILE);
		return false;
	}
	const char *text = (const char *)input.data;
	size_t blank = strspn(text, " \t\r\n");
	bool json = text[blank] == '{' || text[blank] == '[';
	/* A day without alerts leaves an empty log: that is no mistake. */
	bool fine = blank == input.size ||
		(json ? read_json(load, path, text, input.size) : read_csv(load, path, text, input.size));
	tocsin_input_finish(&input);
	return fine;
}

bool tocsin_figure_load_end(struct tocsin_figure_load *load)
{
	if (!load)
		return false;
	enum tocsin_status status = TOCSIN_OK;
	if (load->count)
		status = tocsin_incident_chains(load->versions, load->count, load->incidents);
	for (size_t i = 0; status == TOCSIN_OK && i < load->count; i++) {
		const struct tocsin_incident_version *version = &load->versions[i];
		status = tocsin_figure_book_incident(
			load->book, version->incident, version->chain, version->revision);
	}
	if (status != TOCSIN_OK)
		fprintf(stderr, _("tocsin displacement: out of memory\n"));
	tocsin_arena_destroy(load->incidents);
	tocsin_arena_destroy(load->alert);
	tocsin_texts_destroy(load->ids);
	free(load->versions);
	free(load);
	return status == TOCSIN_OK;
}
