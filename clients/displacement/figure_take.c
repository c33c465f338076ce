/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Alerts and incidents into the book. */
#include <stdio.h>
#include <string.h>

#include "clients/displacement/figure_book.h"
#include "proto/country.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/text.h"
#include "rules/slug.h"

enum { MAX_SOURCES_TEXT = 400, DAY_MS = 24 * 3600 * 1000 };

/* What all figures of one version share. */
struct version {
	struct tocsin_figure common;
	const char *chain;
	struct tocsin_region_path path; /* the version's own place */
	int64_t start_ms;               /* stands in for a missing as_of */
	int64_t latest_ms;              /* no figure holds for a later date; 0: not known */
};

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static bool has_time(const Google__Protobuf__Timestamp *time)
{
	return time && tocsin_instant_valid(time);
}

static bool is_code(const char *text)
{
	return text && tocsin_text_is_pcode(text, strlen(text));
}

static void add_level(struct tocsin_region_path *path, const char *code)
{
	if (path->count < TOCSIN_MAX_LEVELS && is_code(code))
		snprintf(path->levels[path->count++], sizeof(path->levels[0]), "%s", code);
}

/* "OCHA (un), AFP (media)". What does not fit is left out at the end. */
static void write_sources(Tocsin__V1__Source **sources, size_t count, char text[MAX_SOURCES_TEXT])
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const char *kind =
			tocsin_enum_name(&tocsin__v1__source_kind__descriptor, (int)sources[i]->kind);
		bool named = *or_empty(sources[i]->name) != '\0';
		bool kinded = kind && sources[i]->kind != 0;
		char one[MAX_SOURCES_TEXT];
		if (!named && !kinded)
			continue;
		int length =
			snprintf(one, sizeof(one), "%s%s%s%s%s", used ? ", " : "", or_empty(sources[i]->name),
				kinded && named ? " (" : "", kinded ? kind : "", kinded && named ? ")" : "");
		if (length < 0 || (size_t)length >= sizeof(one) - used)
			return;
		memcpy(text + used, one, (size_t)length + 1);
		used += (size_t)length;
	}
}

/* As the hub does: as_of, else when it began. A figure cannot hold for a day after
 * the hub got it: a mistyped year must not win for ever. */
static int64_t as_of(const struct version *version, const Tocsin__V1__Displacement *entry)
{
	int64_t time_ms = has_time(entry->as_of) ? tocsin_instant_ms(entry->as_of) : version->start_ms;
	if (version->latest_ms && time_ms > version->latest_ms + DAY_MS)
		return version->latest_ms;
	return time_ms;
}

static const char *place_of(
	const struct tocsin_figure_book *book, const struct version *version, const char *code)
{
	if (is_code(code))
		return tocsin_figure_book_code(book, code);
	return version->path.count ? version->path.levels[version->path.count - 1] : "";
}

static enum tocsin_status mention(
	struct tocsin_figure_book *book, const struct version *version, const char *code)
{
	return *code ? tocsin_figure_book_mention(book, code, &version->path) : TOCSIN_OK;
}

static enum tocsin_status take_entry(struct tocsin_figure_book *book, const struct version *version,
	const Tocsin__V1__Displacement *entry)
{
	struct tocsin_figure figure = version->common;
	char key[TOCSIN_SLUG];
	figure.place = place_of(book, version, entry->pcode);
	if (!tocsin_figure_is_whole(entry) || !*figure.place) {
		book->incomplete++;
		return TOCSIN_OK;
	}
	figure.origin =
		is_code(entry->origin_pcode) ? tocsin_figure_book_code(book, entry->origin_pcode) : "";
	figure.destination = is_code(entry->destination_pcode)
		? tocsin_figure_book_code(book, entry->destination_pcode)
		: "";
	figure.operation = or_empty(entry->operation);
	figure.operation_key = key;
	figure.reason = or_empty(entry->reason);
	figure.as_of_ms = as_of(version, entry);
	figure.cumulative = has_time(entry->cumulative_since);
	figure.since_ms = figure.cumulative ? tocsin_instant_ms(entry->cumulative_since) : 0;
	tocsin_figure_fill(entry, tocsin_figure_book_household(book, figure.place), &figure);
	enum tocsin_status status =
		tocsin_slug_write(figure.operation, key) ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK)
		status = mention(book, version, figure.place);
	if (status == TOCSIN_OK)
		status = mention(book, version, figure.origin);
	if (status == TOCSIN_OK)
		status = mention(book, version, figure.destination);
	return status == TOCSIN_OK ? tocsin_figure_book_add(book, &figure, version->chain) : status;
}

static enum tocsin_status take_entries(struct tocsin_figure_book *book,
	const struct version *version, Tocsin__V1__Displacement **entries, size_t count)
{
	enum tocsin_status status = TOCSIN_OK;
	for (size_t i = 0; status == TOCSIN_OK && i < count; i++)
		status = take_entry(book, version, entries[i]);
	return status;
}

/* A Cancel as an error takes back what was said; any other only ends it. */
static enum tocsin_status close_chain(
	struct tocsin_figure_book *book, const struct version *version, const Tocsin__V1__Close *close)
{
	struct tocsin_figure_chain *chain = tocsin_figure_book_chain(book, version->chain);
	if (!chain)
		return TOCSIN_NO_MEMORY;
	uint32_t revision = version->common.revision;
	if (close && close->cause == TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR) {
		chain->withdrawn = revision > chain->withdrawn ? revision : chain->withdrawn;
	} else if (revision > chain->closed) {
		chain->closed = revision;
		chain->cause = close ? close->cause : TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_UNSPECIFIED;
	}
	return TOCSIN_OK;
}

/* A version without the figures that an earlier one had takes them back. */
static enum tocsin_status note_version(
	struct tocsin_figure_book *book, const struct version *version)
{
	struct tocsin_figure_chain *chain = tocsin_figure_book_chain(book, version->chain);
	if (!chain)
		return TOCSIN_NO_MEMORY;
	if (chain->newest < version->common.revision)
		chain->newest = version->common.revision;
	return TOCSIN_OK;
}

/* Names in an alert stand deepest first, the country last: "Djenne, Mopti, Mali". A
 * name may hold a comma: unless there are as many as codes, only the whole is sure. */
static enum tocsin_status locate_area(
	struct tocsin_figure_book *book, const struct tocsin_region_path *path, const char *text)
{
	char parts[TOCSIN_MAX_LEVELS][TOCSIN_MAX_TEXT];
	const char *names[TOCSIN_MAX_LEVELS] = {NULL};
	size_t count = 0;
	for (const char *at = or_empty(text); *at && count < TOCSIN_MAX_LEVELS; count++) {
		const char *comma = strstr(at, ", ");
		size_t length = comma ? (size_t)(comma - at) : strlen(at);
		snprintf(parts[count], sizeof(parts[0]), "%.*s", (int)length, at);
		at = comma ? comma + 2 : at + length;
	}
	for (size_t i = 0; count == path->count && i < count; i++)
		names[i] = parts[count - 1 - i];
	return tocsin_figure_book_locate(book, path, names);
}

static void read_area(const Tocsin__V1__Area *area, struct tocsin_region_path *path)
{
	path->count = 0;
	if (!area || !is_code(area->country) || strlen(area->country) != 2)
		return;
	add_level(path, area->country);
	for (size_t i = 0; i < area->n_pcodes; i++)
		add_level(path, area->pcodes[i]);
}

static void read_alert(
	const Tocsin__V1__Alert *alert, char sources[MAX_SOURCES_TEXT], struct version *version)
{
	bool period = alert->occurred && has_time(alert->occurred->start);
	int64_t sent_ms = has_time(alert->sent) ? tocsin_instant_ms(alert->sent) : 0;
	write_sources(alert->sources, alert->n_sources, sources);
	/* Some hubs and some logs may leave the chain out: the alert is then one of its own. */
	version->chain = *or_empty(alert->incident_id) ? alert->incident_id : or_empty(alert->id);
	version->start_ms = period ? tocsin_instant_ms(alert->occurred->start) : sent_ms;
	version->latest_ms = sent_ms;
	version->common.sources = sources;
	version->common.sender = or_empty(alert->sender);
	version->common.hub = or_empty(alert->hub);
	version->common.grade = or_empty(alert->source_grade);
	version->common.id = or_empty(alert->id);
	version->common.disputed = alert->disputed;
	version->common.revision = alert->revision ? alert->revision : 1;
	version->common.received_ms = sent_ms;
	version->common.sequence = alert->sequence;
	version->common.rounded =
		alert->redaction != 0 && alert->redaction <= TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE;
	read_area(alert->area, &version->path);
}

enum tocsin_status tocsin_figure_book_alert(
	struct tocsin_figure_book *book, const Tocsin__V1__Alert *alert)
{
	char sources[MAX_SOURCES_TEXT];
	struct version version = {.chain = ""};
	if (alert->status != TOCSIN__V1__STATUS__STATUS_ACTUAL) {
		book->drills++;
		return TOCSIN_OK;
	}
	read_alert(alert, sources, &version);
	if (!*version.chain) {
		/* Alerts without a name would all be versions of one. */
		book->incomplete++;
		return TOCSIN_OK;
	}
	if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL)
		return close_chain(book, &version, alert->close);
	enum tocsin_status status =
		locate_area(book, &version.path, alert->area ? alert->area->name : "");
	if (status == TOCSIN_OK)
		status = note_version(book, &version);
	return status == TOCSIN_OK
		? take_entries(book, &version, alert->displacement, alert->n_displacement)
		: status;
}

/* A code tells its country only by the gazetteer, its own regions not at all. */
static void read_location(const struct tocsin_figure_book *book,
	const Tocsin__V1__Location *location, struct tocsin_region_path *path)
{
	path->count = 0;
	if (!location)
		return;
	if (tocsin_country_by_alpha2(or_empty(location->country)))
		add_level(path, location->country);
	if (is_code(location->pcode))
		add_level(path, tocsin_figure_book_code(book, location->pcode));
}

enum tocsin_status tocsin_figure_book_incident(struct tocsin_figure_book *book,
	const Tocsin__V1__Incident *incident, const char *chain, uint32_t revision)
{
	char sources[MAX_SOURCES_TEXT];
	bool period = incident->occurred && has_time(incident->occurred->start);
	struct version version = {.chain = chain};
	if (incident->status != TOCSIN__V1__STATUS__STATUS_ACTUAL) {
		book->drills++;
		return TOCSIN_OK;
	}
	int64_t sent_ms = has_time(incident->sent) ? tocsin_instant_ms(incident->sent) : 0;
	write_sources(incident->sources, incident->n_sources, sources);
	version.start_ms = period ? tocsin_instant_ms(incident->occurred->start) : sent_ms;
	version.common = (struct tocsin_figure){.sources = sources,
		.sender = "",
		.hub = "",
		.grade = "",
		.id = incident->id,
		.revision = revision,
		.received_ms = sent_ms};
	read_location(book, incident->location, &version.path);
	if (incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL)
		return close_chain(book, &version, incident->close);
	enum tocsin_status status = note_version(book, &version);
	return status == TOCSIN_OK
		? take_entries(book, &version, incident->displacement, incident->n_displacement)
		: status;
}
