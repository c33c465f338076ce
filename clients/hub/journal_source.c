/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/journal_source.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "journal/query_json.h"

/* A query of a big journal over a slow disk takes its time. */
enum { WAIT_MS = 30000 };

static enum tocsin_exit fail(const struct tocsin_journal_source *source, const char *why)
{
	if (source->path)
		fprintf(stderr, _("tocsin %s: %s: %s\n"), source->command, source->path, why);
	else
		fprintf(stderr, _("tocsin %s: %s\n"), source->command, why);
	return TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit open_file(struct tocsin_journal_source *source)
{
	char why[TOCSIN_JOURNAL_ERROR];
	if (tocsin_query_open(source->path, TOCSIN_JOURNAL_SCHEMA, &source->journal, why) !=
			TOCSIN_OK ||
		tocsin_query_open_quarantine(source->path, &source->quarantine, why) != TOCSIN_OK)
		return fail(source, why);
	return TOCSIN_EXIT_OK;
}

enum tocsin_exit tocsin_journal_source_open(struct tocsin_journal_source *source,
	const char *command, const char *path, struct tocsin_connection *connection)
{
	*source = (struct tocsin_journal_source){
		.command = command, .path = path, .control.session.signals = -1};
	if (path)
		return open_file(source);
	if (!tocsin_connection_complete(connection))
		return TOCSIN_EXIT_USAGE;
	return tocsin_control_open(&source->control, connection);
}

void tocsin_journal_source_close(struct tocsin_journal_source *source)
{
	if (!source->path)
		tocsin_control_close(&source->control);
	sqlite3_close(source->journal);
	sqlite3_close(source->quarantine);
}

static const char *name_of(enum tocsin_journal_list list)
{
	return list == TOCSIN_JOURNAL_REFUSALS ? "entries" : "rows";
}

static enum tocsin_exit ask_file(struct tocsin_journal_source *source,
	enum tocsin_journal_list list, const struct tocsin_query *query, json_t **answer)
{
	struct tocsin_query_end end = {0};
	char why[TOCSIN_JOURNAL_ERROR] = "";
	json_t *rows = json_array();
	const enum tocsin_status status = tocsin_query_run(source->journal, source->quarantine, query,
		list == TOCSIN_JOURNAL_ROWS ? tocsin_query_json_take_row : tocsin_query_json_take_refusal,
		rows, &end, why);
	if (status != TOCSIN_OK) {
		json_decref(rows);
		return fail(source, *why ? why : _("out of memory"));
	}
	*answer = tocsin_query_json_answer(name_of(list), rows, &end);
	return *answer ? TOCSIN_EXIT_OK : fail(source, _("out of memory"));
}

/* after is the hub's own affair: it is given back as it came. */
static enum tocsin_exit ask_hub(struct tocsin_journal_source *source, enum tocsin_journal_list list,
	const struct tocsin_query *query, json_t *after, json_t **answer)
{
	json_t *response = NULL;
	json_t *request = tocsin_query_json_write(query);
	if (after)
		json_object_set(request, "after", after);
	/* The command says it already. */
	if (list == TOCSIN_JOURNAL_REFUSALS)
		json_object_del(request, "verdict");
	if (list == TOCSIN_JOURNAL_WAITING)
		json_object_set_new(request, "review", json_string("waiting"));
	const enum tocsin_exit code = tocsin_control_ask(&source->control,
		list == TOCSIN_JOURNAL_REFUSALS ? "listQuarantine" : "queryJournal", request, WAIT_MS,
		&response);
	const char *error = tocsin_control_error(response);
	if (error)
		fprintf(stderr, _("tocsin %s: the hub refuses: %s\n"), source->command, error);
	if (code == TOCSIN_EXIT_OK)
		*answer = json_incref(json_object_get(response, "data"));
	json_decref(response);
	return code;
}

static enum tocsin_exit ask(struct tocsin_journal_source *source, enum tocsin_journal_list list,
	const struct tocsin_query *query, json_t *after, json_t **answer)
{
	struct tocsin_query page = *query;
	if (!source->path)
		return ask_hub(source, list, &page, after, answer);
	if (after && !tocsin_query_cursor_read(json_string_value(after), &page.after))
		return fail(source, _("lost its place"));
	return ask_file(source, list, &page, answer);
}

/* Gives the rows of one answer to take. */
static bool give(const json_t *rows, bool (*take)(void *ctx, const json_t *row), void *ctx)
{
	json_t *row;
	size_t i;
	json_array_foreach(rows, i, row) if (!take(ctx, row)) return false;
	return true;
}

enum tocsin_exit tocsin_journal_source_each(struct tocsin_journal_source *source,
	enum tocsin_journal_list list, const struct tocsin_query *query, size_t limit,
	bool (*take)(void *ctx, const json_t *row), void *ctx, bool *more)
{
	struct tocsin_query page = *query;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	json_t *after = NULL;
	size_t left = limit;
	bool going = true;
	while (going) {
		json_t *answer = NULL;
		page.limit = limit && left < TOCSIN_QUERY_MAX_ROWS ? left : TOCSIN_QUERY_MAX_ROWS;
		code = ask(source, list, &page, after, &answer);
		const json_t *rows = json_object_get(answer, name_of(list));
		going = code == TOCSIN_EXIT_OK && give(rows, take, ctx);
		left -= json_array_size(rows) < left ? json_array_size(rows) : left;
		json_decref(after);
		after = json_incref(json_object_get(answer, "next"));
		json_decref(answer);
		going = going && after && (!limit || left > 0);
	}
	*more = after != NULL;
	json_decref(after);
	return code;
}
