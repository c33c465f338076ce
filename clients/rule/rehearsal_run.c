/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/rehearsal_run.h"

#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/rule/rule_file.h"
#include "engine/silences.h"
#include "proto/instant.h"
#include "rules/sender.h"

enum {
	MAX_WORKING = 256 << 20,
	MAX_TICKS_AT_ONCE = 100000, /* of work that is due at one time */
};

/* The plugin's own tick comes several times a second; here once a second, and once a
 * minute where weeks pass. */
#define TICK_MS INT64_C(1000)
#define LONG_TICK_MS (60 * TICK_MS)
#define LONG_MS (INT64_C(14) * 24 * 60 * 60 * 1000)

struct running {
	const struct tocsin_rehearsal *rehearsal;
	struct tocsin_engine *engine;
	struct tocsin_arena *arena; /* of one step */
	struct tocsin_rehearsal_coverage *coverage;
	int64_t now_ms;
	size_t step;    /* from 1 */
	json_t *sent;   /* by name: {"sender", "id", "sent", "bytes"} */
	json_t *named;  /* silences: id by name */
	json_t *failed; /* failures so far */
	size_t expectations;
};

static bool complain(const struct running *running, const char *what)
{
	fprintf(stderr, _("tocsin rehearse: %s: step %zu: %s\n"), running->rehearsal->file,
		running->step, what);
	return false;
}

static void count_coverage(const struct running *running, const char *sender, enum tocsin_form form,
	const void *bytes, size_t size, const json_t *happened)
{
	struct tocsin_violations violations;
	struct tocsin_facts facts;
	Tocsin__V1__Incident *incident = NULL;
	const struct tocsin_ruleset *ruleset = tocsin_engine_rules(running->engine);
	const char *verdict =
		json_string_value(json_object_get(json_object_get(happened, "receipt"), "verdict"));
	if (!running->coverage || !verdict || strcmp(verdict, "accepted") != 0)
		return;
	tocsin_violations_init(&violations, running->arena);
	if (tocsin_incident_decode(form, bytes, size, running->arena, &violations, &incident) ==
			TOCSIN_OK &&
		incident->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL &&
		tocsin_facts_read(incident, sender, running->now_ms, ruleset->gazetteer, running->arena,
			&facts) == TOCSIN_OK)
		tocsin_rehearsal_coverage_add(running->coverage, &facts);
}

/* What a Cancel or a figure sends names no rule, and is not the default's either. */
static void count_alerts(const struct running *running, const json_t *happened)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(happened, "alerts"), i, entry)
	{
		const json_t *alert = json_object_get(entry, "alert");
		const char *kind = json_string_value(json_object_get(alert, "msg_type"));
		if (running->coverage && kind && strcmp(kind, "cancel") != 0)
			tocsin_rehearsal_coverage_alert(running->coverage,
				json_string_value(json_object_get(entry, "audience")),
				json_object_get(alert, "rules"));
	}
}

/* Takes the outcome: publishes it, so to say. */
static bool take(struct running *running, struct tocsin_outcome *outcome, json_t *happened)
{
	const bool fine = tocsin_rehearsal_collect(running->arena, outcome, happened);
	tocsin_engine_settle(running->engine, outcome);
	tocsin_outcome_destroy(running->engine, outcome);
	return fine || complain(running, _("a message of the engine cannot be read"));
}

static bool submit(struct running *running, const char *sender, enum tocsin_form form,
	const void *bytes, size_t size, json_t *happened)
{
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = tocsin_ruleset_speaker(tocsin_engine_rules(running->engine), sender),
		.client_id = sender,
		.form = form,
		.payload = bytes,
		.payload_size = size,
	};
	struct tocsin_outcome *outcome =
		tocsin_engine_submit(running->engine, &submission, running->now_ms);
	if (!outcome)
		return complain(running, _("the engine does not take the publish"));
	if (!take(running, outcome, happened))
		return false;
	count_coverage(running, sender, form, bytes, size, happened);
	return true;
}

static void remember(const struct running *running, const struct tocsin_rehearsal_step *step,
	const json_t *incident, const char *bytes)
{
	if (step->name)
		json_object_set_new(running->sent, step->name,
			json_pack("{s:s, s:O*, s:O*, s:s}", "sender", step->sender, "id",
				json_object_get(incident, "id"), "sent", json_object_get(incident, "sent"), "bytes",
				bytes));
}

static bool publish(
	struct running *running, const struct tocsin_rehearsal_step *step, json_t *happened)
{
	if (step->bytes)
		return submit(
			running, step->sender, TOCSIN_FORM_PROTOBUF, step->bytes, step->size, happened);
	if (step->again) {
		const char *bytes = json_string_value(
			json_object_get(json_object_get(running->sent, step->again), "bytes"));
		return bytes
			? submit(running, step->sender, TOCSIN_FORM_JSON, bytes, strlen(bytes), happened)
			: complain(running, _("what is sent again was not JSON"));
	}
	json_t *incident =
		tocsin_rehearsal_incident(step, running->step, running->now_ms, running->sent);
	char *bytes = incident ? json_dumps(incident, JSON_COMPACT) : NULL;
	bool fine = bytes || complain(running, _("out of memory"));
	if (fine) {
		remember(running, step, incident, bytes);
		fine = submit(running, step->sender, TOCSIN_FORM_JSON, bytes, strlen(bytes), happened);
	}
	free(bytes);
	json_decref(incident);
	return fine;
}

/* All that is due now. */
static bool tick(struct running *running, json_t *happened)
{
	for (int i = 0; i < MAX_TICKS_AT_ONCE; i++) {
		struct tocsin_outcome *outcome = tocsin_engine_tick(running->engine, running->now_ms);
		if (!outcome)
			return true;
		if (!take(running, outcome, happened))
			return false;
	}
	return complain(running, _("the engine does not come to rest"));
}

static bool advance(struct running *running, int64_t span_ms, json_t *happened)
{
	const int64_t end_ms = running->now_ms + span_ms;
	const int64_t stride = span_ms > LONG_MS ? LONG_TICK_MS : TICK_MS;
	while (running->now_ms < end_ms) {
		running->now_ms += stride < end_ms - running->now_ms ? stride : end_ms - running->now_ms;
		if (!tick(running, happened))
			return false;
	}
	return true;
}

/* Messages stand at the step: the silence's own text is made from it. */
static void relay_errors(const struct running *running, const struct tocsin_rehearsal_step *step,
	const struct tocsin_diagnostics *diagnostics, const char *what)
{
	json_t *differences = json_array();
	for (size_t i = 0; i < diagnostics->count; i++)
		if (diagnostics->items[i].kind == TOCSIN_NOTE_ERROR)
			json_array_append_new(differences,
				json_pack("{s:s, s:s, s:s}", "field", what, "expected", "taken", "actual",
					diagnostics->items[i].message));
	if (json_array_size(differences) == 0)
		json_array_append_new(differences,
			json_pack("{s:s, s:s, s:s}", "field", what, "expected", "taken", "actual", "refused"));
	json_array_append_new(running->failed,
		json_pack("{s:I, s:I, s:s, s:o}", "line", (json_int_t)step->at.line, "column",
			(json_int_t)step->at.column, "what", what, "differences", differences));
}

static bool silence(struct running *running, const struct tocsin_rehearsal_step *step)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_silence *added = NULL;
	const char *id = NULL;
	char until[TOCSIN_INSTANT_TEXT];
	if (step->span_ms > 0) {
		Google__Protobuf__Timestamp end = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
		tocsin_instant_set(&end, running->now_ms + step->span_ms);
		tocsin_instant_write(&end, until);
		json_object_set_new(step->silence, "until", json_string(until));
	}
	char *text = json_dumps(step->silence, JSON_COMPACT);
	if (!text)
		return complain(running, _("out of memory"));
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_silence_read(tocsin_engine_rules(running->engine),
		running->rehearsal->file, text, strlen(text), running->now_ms, &diagnostics, &added);
	if (status == TOCSIN_OK)
		status = tocsin_engine_silence_add(running->engine, added, running->now_ms, &id);
	if (status != TOCSIN_OK) {
		tocsin_silence_destroy(added);
		relay_errors(running, step, &diagnostics, "silence");
	} else if (step->name) {
		json_object_set_new(running->named, step->name, json_string(id));
	}
	tocsin_diagnostics_finish(&diagnostics);
	free(text);
	return true;
}

static void end_silence(const struct running *running, const struct tocsin_rehearsal_step *step)
{
	const char *id = json_string_value(json_object_get(running->named, step->ended));
	struct tocsin_diagnostics none;
	tocsin_diagnostics_init(&none);
	if (tocsin_engine_silence_end(running->engine, id ? id : step->ended, running->now_ms) !=
		TOCSIN_OK)
		relay_errors(running, step, &none, "end_silence");
	tocsin_diagnostics_finish(&none);
}

static bool reload(
	struct running *running, const struct tocsin_rehearsal_step *step, json_t *happened)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;
	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status =
		tocsin_ruleset_load(step->path, &tocsin_disk, &diagnostics, &ruleset);
	if (status != TOCSIN_OK && !step->expect.reload_refused) {
		tocsin_diagnostics_sort(&diagnostics);
		tocsin_diagnostics_print(&diagnostics, stderr);
	}
	tocsin_diagnostics_finish(&diagnostics);
	json_object_set_new(
		happened, "reload", json_string(status == TOCSIN_OK ? "accepted" : "refused"));
	if (status != TOCSIN_OK)
		return true;
	struct tocsin_ruleset *old;
	if (tocsin_engine_swap_rules(running->engine, ruleset, &old) != TOCSIN_OK) {
		tocsin_ruleset_destroy(ruleset);
		return complain(running, _("out of memory"));
	}
	tocsin_ruleset_destroy(old);
	/* What is counted is the rules that the scenario began with. */
	running->coverage = NULL;
	return true;
}

static bool act(struct running *running, const struct tocsin_rehearsal_step *step, json_t *happened)
{
	bool fine = true;
	switch (step->kind) {
	case TOCSIN_REHEARSAL_PUBLISH:
		fine = publish(running, step, happened);
		break;
	case TOCSIN_REHEARSAL_ADVANCE:
		return advance(running, step->span_ms, happened);
	case TOCSIN_REHEARSAL_SILENCE:
		fine = silence(running, step);
		break;
	case TOCSIN_REHEARSAL_END_SILENCE:
		end_silence(running, step);
		break;
	case TOCSIN_REHEARSAL_RELOAD:
		fine = reload(running, step, happened);
		break;
	case TOCSIN_REHEARSAL_NOTHING:
		break;
	}
	return fine && tick(running, happened);
}

static void judge_ledger(const struct running *running, const struct tocsin_rehearsal_step *step)
{
	const struct tocsin_ledger *ledger = tocsin_engine_ledger(running->engine);
	if (tocsin_ledger_adds_up(ledger) && ledger->pending == 0)
		return;
	char *text = tocsin_ledger_json(ledger, running->arena);
	json_array_append_new(running->failed,
		json_pack("{s:I, s:I, s:s, s:[{s:s, s:s, s:s}]}", "line", (json_int_t)step->at.line,
			"column", (json_int_t)step->at.column, "what", "ledger", "differences", "field",
			"ledger", "expected", "adds up", "actual", text ? text : "does not"));
}

static bool run_step(struct running *running, const struct tocsin_rehearsal_step *step)
{
	static const char *const kinds[] = {
		"", "publish", "advance", "silence", "end_silence", "reload"};
	json_t *happened = json_pack("{s:[], s:[], s:[]}", "alerts", "digests", "cleared");
	const size_t before = json_array_size(running->failed);
	tocsin_arena_reset(running->arena);
	if (!happened || !act(running, step, happened)) {
		json_decref(happened);
		return false;
	}
	count_alerts(running, happened);
	running->expectations += tocsin_rehearsal_judge(step, happened, running->failed);
	judge_ledger(running, step);
	for (size_t i = before; i < json_array_size(running->failed); i++) {
		json_t *failure = json_array_get(running->failed, i);
		json_object_set_new(failure, "step", json_integer((json_int_t)running->step));
		json_object_set_new(failure, "kind", json_string(kinds[step->kind]));
		if (step->name)
			json_object_set_new(failure, "name", json_string(step->name));
	}
	json_decref(happened);
	return true;
}

static bool start(struct running *running, const char *rules)
{
	/* No secret stands behind these ids; a commit is always at once. */
	const struct tocsin_engine_config config = {.root = "tocsin/v1", .durable = true};
	struct tocsin_ruleset *ruleset = tocsin_rule_file_load(rules);
	if (!ruleset)
		return false;
	if (running->coverage &&
		strcmp(tocsin_rehearsal_coverage_rules(running->coverage)->version, ruleset->version) != 0)
		running->coverage = NULL;
	running->engine = tocsin_engine_create(&config, ruleset);
	if (!running->engine)
		tocsin_ruleset_destroy(ruleset);
	return running->engine && running->arena && running->sent && running->named && running->failed;
}

json_t *tocsin_rehearsal_run(const struct tocsin_rehearsal *rehearsal, const char *rules,
	struct tocsin_rehearsal_coverage *coverage)
{
	struct running running = {
		.rehearsal = rehearsal,
		.coverage = coverage,
		.now_ms = rehearsal->start_ms,
		.arena = tocsin_arena_create(MAX_WORKING, &tocsin_heap),
		.sent = json_object(),
		.named = json_object(),
		.failed = json_array(),
	};
	bool fine = start(&running, rules);
	for (size_t i = 0; fine && i < rehearsal->step_count; i++) {
		running.step = i + 1;
		fine = run_step(&running, &rehearsal->steps[i]);
	}
	json_t *value = fine
		? json_pack("{s:s, s:b, s:I, s:I, s:O}", "file", rehearsal->file, "ok",
			  json_array_size(running.failed) == 0, "steps", (json_int_t)rehearsal->step_count,
			  "expectations", (json_int_t)running.expectations, "failures", running.failed)
		: NULL;
	tocsin_engine_destroy(running.engine);
	tocsin_arena_destroy(running.arena);
	json_decref(running.sent);
	json_decref(running.named);
	json_decref(running.failed);
	return value;
}
