/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>

#include "mosquitto/clock.h"
#include "mosquitto/control_call.h"
#include "proto/instant.h"

enum { LEDGER_BYTES = 4096 };

static json_t *time_value(int64_t time_ms)
{
	Google__Protobuf__Timestamp stamp = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];

	tocsin_instant_set(&stamp, tocsin_instant_floor(time_ms, 1000));
	tocsin_instant_write(&stamp, text);
	return json_string(text);
}

static json_t *ledger_value(const struct tocsin_host *host)
{
	struct tocsin_arena *arena = tocsin_arena_create(LEDGER_BYTES, &tocsin_heap);
	const char *text = arena ? tocsin_ledger_json(tocsin_engine_ledger(host->engine), arena) : NULL;
	json_t *value = text ? json_loads(text, 0, NULL) : NULL;

	tocsin_arena_destroy(arena);
	return value;
}

static json_t *audiences_value(const struct tocsin_host *host)
{
	const struct tocsin_ruleset *rules = tocsin_engine_rules(host->engine);
	json_t *list = json_array();

	for (size_t i = 0; list && i < rules->audience_count; i++) {
		const char *name = rules->audiences[i].name;

		(void)json_array_append_new(list,
			json_pack("{s:s, s:I}", "name", name, "sequence",
				(json_int_t)tocsin_engine_sequence(host->engine, name)));
	}
	return list;
}

static json_t *last_reload_value(const struct tocsin_host *host)
{
	const struct tocsin_rules_report *report = &host->rules;

	if (report->loaded_ms == 0)
		return json_null();
	return json_pack("{s:o, s:b}", "time", time_value(report->loaded_ms), "ok", report->loaded_ok);
}

static json_t *rules_value(const struct tocsin_host *host)
{
	const struct tocsin_ruleset *rules = tocsin_engine_rules(host->engine);
	const struct tocsin_rules_report *report = &host->rules;

	return json_pack("{s:s, s:s, s:I, s:s, s:I, s:o, s:o, s:I, s:I}", "rules_version",
		rules->version, "rules_state", tocsin_rules_state_name(report->state), "rules",
		(json_int_t)rules->rule_count, "rules_file", host->options.rules_file, "rules_errors",
		(json_int_t)report->errors, "diagnostics", tocsin_call_diagnostics(&report->diagnostics),
		"last_reload", last_reload_value(host), "reloads", (json_int_t)host->reloads,
		"reloads_failed", (json_int_t)host->reloads_failed);
}

enum tocsin_call_step tocsin_call_status(struct tocsin_call *call)
{
	struct tocsin_host *host = call->host;
	const struct tocsin_ruleset *rules = tocsin_engine_rules(host->engine);
	const char *hub = host->options.hub ? host->options.hub : rules->hub;
	const struct tocsin_publish_counts *counts = &host->outbox.counts;
	struct tocsin_silence_entry *silences;
	size_t silence_count = tocsin_call_silences(host, &silences);
	free(silences);
	json_t *data = json_pack("{s:s, s:o, s:s, s:s, s:I, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:I, "
							 "s:I, s:I, s:I, s:I}",
		"hub", hub ? hub : "hub", "time", time_value(call->now_ms), "version", TOCSIN_VERSION,
		"guard", tocsin_guard_name(host->options.guard), "uptime_seconds",
		(json_int_t)((tocsin_clock_steady_ms() - host->started_steady_ms) / 1000), "journal_state",
		tocsin_host_journal_state(host), "journal_error",
		host->journal ? tocsin_journal_error(host->journal) : "", "ledger", ledger_value(host),
		"audiences", audiences_value(host), "silences", (json_int_t)silence_count, "committing",
		(json_int_t)host->pending, "outbox", (json_int_t)host->outbox.count, "published",
		(json_int_t)counts->sent, "expired_unsent", (json_int_t)counts->expired, "refused_unsent",
		(json_int_t)counts->refused, "figures_left_out",
		(json_int_t)tocsin_engine_figures_left_out(host->engine), "control_refused",
		(json_int_t)host->control_refused);
	json_t *about_rules = rules_value(host);

	if (data && about_rules)
		(void)json_object_update(data, about_rules);
	json_decref(about_rules);
	call->data = data;
	return TOCSIN_CALL_DONE;
}
