/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/silences.h"
#include "mosquitto/control_call.h"
#include "proto/instant.h"

enum {
	MAX_SILENCE_TEXT = 64 * 1024, /* bytes */
	MAX_LISTED = 1024,
};

/* The silence's form: what the command holds beside its name, or "silence" in it. */
static json_t *form(struct tocsin_call *call)
{
	json_t *given = json_object_get(call->command, "silence");
	json_t *copy = json_copy(given ? given : call->command);

	if (!json_is_object(copy)) {
		json_decref(copy);
		tocsin_call_refuse(call, "silence must be an object");
		return NULL;
	}
	if (!given) {
		(void)json_object_del(copy, "command");
		(void)json_object_del(copy, "correlationData");
	}
	if (!json_object_get(copy, "author"))
		(void)json_object_set_new(copy, "author", json_string(call->user));
	return copy;
}

/* It counts at once, and is told of once a restart cannot forget it. */
static enum tocsin_call_step wait_for_disk(struct tocsin_call *call)
{
	const struct tocsin_host *host = call->host;
	char *id = call->job;
	bool saved = tocsin_engine_silence_saved(host->engine, id);

	if (!saved && tocsin_journal_state(host->journal) != TOCSIN_JOURNAL_FAILING)
		return TOCSIN_CALL_WAIT;
	if (!saved)
		tocsin_call_refuse(call,
			"%s is as you say, but the disk refuses to keep it: a restart would not know of it",
			id);
	call->data = json_pack("{s:s}", "id", id);
	call->job = NULL;
	free(id);
	return TOCSIN_CALL_DONE;
}

/* Without memory for the wait the answer comes at once. */
static void await(struct tocsin_call *call, const char *id)
{
	call->job = call->host->journal ? strdup(id) : NULL;
	call->abandon = free;
	if (!call->job)
		call->data = json_pack("{s:s}", "id", id);
}

static void add(struct tocsin_call *call, const char *text, size_t length)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_silence *silence = NULL;
	const char *id = NULL;

	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_silence_read(tocsin_engine_rules(call->host->engine),
		"silence", text, length, call->now_ms, &diagnostics, &silence);
	tocsin_diagnostics_sort(&diagnostics);
	if (status == TOCSIN_NO_MEMORY) {
		tocsin_call_refuse(call, "not enough memory");
	} else if (status != TOCSIN_OK) {
		tocsin_call_refuse_lines(call, "the silence is not taken", &diagnostics);
	} else {
		status = tocsin_engine_silence_add(call->host->engine, silence, call->now_ms, &id);
		if (status == TOCSIN_OK) {
			tocsin_log(MOSQ_LOG_NOTICE, "%s begins, by %s", id, call->user);
			await(call, id);
		} else {
			tocsin_silence_destroy(silence);
			tocsin_call_refuse(call,
				status == TOCSIN_LIMIT ? "there are too many silences: end one first"
									   : "not enough memory");
		}
	}
	tocsin_diagnostics_finish(&diagnostics);
}

enum tocsin_call_step tocsin_call_add_silence(struct tocsin_call *call)
{
	if (call->job)
		return wait_for_disk(call);
	json_t *silence = form(call);
	char *text = silence ? json_dumps(silence, JSON_COMPACT) : NULL;

	if (silence && !text)
		tocsin_call_refuse(call, "not enough memory");
	else if (text && strlen(text) > MAX_SILENCE_TEXT)
		tocsin_call_refuse(call, "a silence has at most %d bytes", MAX_SILENCE_TEXT);
	else if (text)
		add(call, text, strlen(text));
	free(text);
	json_decref(silence);
	return call->job ? TOCSIN_CALL_WAIT : TOCSIN_CALL_DONE;
}

enum tocsin_call_step tocsin_call_delete_silence(struct tocsin_call *call)
{
	if (call->job)
		return wait_for_disk(call);
	const char *id = tocsin_call_text(call, "id", true, NULL);

	if (!id)
		return TOCSIN_CALL_DONE;
	if (tocsin_engine_silence_end(call->host->engine, id, call->now_ms) != TOCSIN_OK) {
		tocsin_call_refuse(call, "there is no such silence");
	} else {
		tocsin_log(MOSQ_LOG_NOTICE, "%s was ended, by %s", id, call->user);
		await(call, id);
	}
	return call->job ? TOCSIN_CALL_WAIT : TOCSIN_CALL_DONE;
}

static json_t *time_value(int64_t time_ms)
{
	Google__Protobuf__Timestamp stamp = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];

	tocsin_instant_set(&stamp, time_ms);
	tocsin_instant_write(&stamp, text);
	return json_string(text);
}

/* What was given says match and audiences in the operator's own words. */
static json_t *entry_value(const struct tocsin_silence_entry *entry)
{
	const struct tocsin_silence *silence = entry->silence;
	json_t *value = silence->text ? json_loads(silence->text, 0, NULL) : NULL;

	if (!json_is_object(value)) {
		json_decref(value);
		value = json_object();
	}
	json_t *known = json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:I}", "id", entry->id, "author",
		silence->author, "reason", silence->reason, "from", time_value(silence->from_ms), "until",
		time_value(silence->until_ms), "include_extreme", silence->include_extreme, "held",
		(json_int_t)entry->held);
	if (value && known)
		(void)json_object_update(value, known);
	json_decref(known);
	return value;
}

size_t tocsin_call_silences(const struct tocsin_host *host, struct tocsin_silence_entry **entries)
{
	*entries = calloc(MAX_LISTED, sizeof(**entries));
	size_t count = *entries ? tocsin_engine_silences(host->engine, *entries, MAX_LISTED) : 0;
	return count < MAX_LISTED ? count : MAX_LISTED;
}

enum tocsin_call_step tocsin_call_list_silences(struct tocsin_call *call)
{
	struct tocsin_silence_entry *entries;
	size_t count = tocsin_call_silences(call->host, &entries);
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++)
		(void)json_array_append_new(list, entry_value(&entries[i]));
	free(entries);
	call->data = json_pack("{s:o}", "silences", list);
	return TOCSIN_CALL_DONE;
}
