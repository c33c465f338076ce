/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "mosquitto/control.h"
#include "mosquitto/control_call.h"
#include "mosquitto/control_impact.h"
#include "rules/limits.h"

enum { LARGE_TEXT = 64 * 1024 }; /* bytes; writing more is for the worker */

/* A text that is tried on the worker: what it borrows stays as it is meanwhile. */
struct job {
	bool install;
	const char *rules_file, *good_rules;
	const char *text; /* as sent; NULL: what the rule file holds */
	size_t length;
	const struct tocsin_ruleset *running;
	/* The text that runs, where the file should hold it; NULL: it is known not to. */
	const char *running_text;
	size_t running_length;
	struct tocsin_recent recent;

	bool conflict; /* the file holds something that nobody has loaded yet */
	struct tocsin_rules_load load;
	json_t *impact;
};

static void finish(void *ctx)
{
	struct job *job = ctx;

	if (!job)
		return;
	tocsin_rules_load_finish(&job->load);
	tocsin_recent_finish(&job->recent);
	json_decref(job->impact);
	free(job);
}

static bool is_conflict(const struct job *job)
{
	char *text;
	size_t length;

	if (!job->running_text ||
		tocsin_disk.read(tocsin_disk.ctx, job->rules_file, TOCSIN_MAX_RULE_FILE, &text, &length) !=
			TOCSIN_OK)
		return false;
	bool expected = length == job->running_length && memcmp(text, job->running_text, length) == 0;
	bool wanted = length == job->length && memcmp(text, job->text, length) == 0;
	free(text);
	return !expected && !wanted;
}

static void try_text(void *ctx)
{
	struct job *job = ctx;
	const struct tocsin_rules_text given = {
		.text = job->text,
		.length = job->length,
		.files = job->running->files,
		.file_count = job->running->file_count,
		.install = job->install,
	};

	if (job->install && is_conflict(job)) {
		job->conflict = true;
		return;
	}
	if (job->text)
		tocsin_rules_load_text(job->rules_file, job->good_rules, &given, &job->load);
	else
		tocsin_rules_load(job->rules_file, &job->load, NULL);
	if (job->load.ruleset)
		job->impact = tocsin_control_impact(&job->recent, job->running, job->load.ruleset);
}

static struct job *start(struct tocsin_call *call, const char *text, size_t length, bool install)
{
	struct tocsin_host *host = call->host;
	bool as_on_disk = host->rules.state == TOCSIN_RULES_OK;

	/* A load may take many turns, and each would copy what came last. */
	if (!tocsin_reload_idle(host->reload))
		return NULL;
	struct job *job = calloc(1, sizeof(*job));
	if (!job) {
		tocsin_call_refuse(call, "not enough memory");
		return NULL;
	}
	tocsin_diagnostics_init(&job->load.diagnostics);
	job->install = install;
	job->rules_file = host->options.rules_file;
	job->good_rules = host->options.good_rules;
	job->text = text;
	job->length = length;
	job->running = tocsin_engine_rules(host->engine);
	job->running_text = as_on_disk ? host->rules.text : NULL;
	job->running_length = host->rules.text_length;
	tocsin_recent_copy(call->recent, &job->recent);
	call->abandon = finish;
	if (tocsin_reload_run(host->reload, try_text, job))
		return job;
	finish(job);
	return NULL;
}

/* What a good text would change, or has changed. */
static json_t *good_value(struct tocsin_call *call, const struct job *job)
{
	return json_pack("{s:b, s:s, s:s, s:I, s:I, s:o, s:O*}", "ok", true, "version",
		job->load.ruleset->version, "previous_version",
		tocsin_engine_rules(call->host->engine)->version, "rules",
		(json_int_t)job->load.ruleset->rule_count, "errors", (json_int_t)0, "diagnostics",
		tocsin_call_diagnostics(&job->load.diagnostics), "impact", job->impact);
}

static void refuse_broken(struct tocsin_call *call, struct job *job, const char *then)
{
	char headline[128];
	size_t errors = job->load.diagnostics.errors;

	tocsin_diagnostics_sort(&job->load.diagnostics);
	snprintf(headline, sizeof(headline), "%zu error%s: %s", errors, errors == 1 ? "" : "s", then);
	tocsin_call_refuse_lines(call, headline, &job->load.diagnostics);
	call->data = json_pack("{s:b, s:I, s:o, s:s}", "ok", false, "errors", (json_int_t)errors,
		"diagnostics", tocsin_call_diagnostics(&job->load.diagnostics), "version",
		tocsin_engine_rules(call->host->engine)->version);
}

/* The text of the command, if it has one. False where it is refused. */
static bool read_text(struct tocsin_call *call, bool required, const char **text, size_t *length)
{
	*length = 0;
	*text = tocsin_call_text(call, "text", required, length);
	if (call->error)
		return false;
	if (*length > TOCSIN_MAX_CONTROL_TEXT) {
		tocsin_call_refuse(call, "a rule text has at most %d bytes", TOCSIN_MAX_CONTROL_TEXT);
		return false;
	}
	return true;
}

enum tocsin_call_step tocsin_call_check_rules(struct tocsin_call *call)
{
	struct job *job = call->job;
	const char *text;
	size_t length;

	if (!job) {
		if (!read_text(call, false, &text, &length))
			return TOCSIN_CALL_DONE;
		call->job = start(call, text, length, false);
		return call->error ? TOCSIN_CALL_DONE : TOCSIN_CALL_WAIT;
	}
	if (!tocsin_reload_ran(call->host->reload))
		return TOCSIN_CALL_WAIT;
	if (job->load.ruleset)
		call->data = good_value(call, job);
	else
		refuse_broken(call, job, "it would not be taken");
	if (job->load.ruleset)
		tocsin_reload_retire(call->host->reload, job->load.ruleset);
	job->load.ruleset = NULL;
	finish(job);
	call->job = NULL;
	return TOCSIN_CALL_DONE;
}

/* Two operators must not overwrite each other: whoever sends a text says which one it
 * was made from. */
static bool is_expected(struct tocsin_call *call)
{
	const char *present = tocsin_engine_rules(call->host->engine)->version;
	const char *expected = tocsin_call_text(call, "expectedVersion", true, NULL);

	if (!expected)
		return false;
	if (strcmp(expected, present) == 0)
		return true;
	tocsin_call_refuse(call,
		"the rules that run are version %s, not the one this text was made from: look at them "
		"and try again",
		present);
	call->data = json_pack("{s:s}", "version", present);
	return false;
}

static void finish_set(struct tocsin_call *call, struct job *job)
{
	struct tocsin_host *host = call->host;

	if (job->conflict) {
		tocsin_call_refuse(call,
			"%s was edited and not loaded yet: reload it first (SIGHUP), or it would be lost",
			job->rules_file);
		call->data = json_pack("{s:s}", "version", tocsin_engine_rules(host->engine)->version);
		return;
	}
	if (!job->load.ruleset) {
		host->reloads++;
		host->reloads_failed++;
		tocsin_log(MOSQ_LOG_WARNING, "rules sent by %s are refused: %zu errors", call->user,
			job->load.diagnostics.errors);
		refuse_broken(call, job, "nothing has changed");
		tocsin_sys_due_now(&host->sys);
		return;
	}
	json_t *data = good_value(call, job);
	tocsin_log(MOSQ_LOG_NOTICE, "rules sent by %s, version %s, are taken", call->user,
		job->load.ruleset->version);
	enum tocsin_status status = tocsin_host_take_load(host, &job->load, call->now_ms);
	if (status == TOCSIN_OK) {
		call->data = data;
		return;
	}
	json_decref(data);
	tocsin_call_refuse(
		call, "the file was written, but does not run yet: %s", tocsin_rules_why_not(status));
}

enum tocsin_call_step tocsin_call_set_rules(struct tocsin_call *call)
{
	struct job *job = call->job;
	const char *text;
	size_t length;

	if (!job) {
		if (!read_text(call, true, &text, &length) || !is_expected(call))
			return TOCSIN_CALL_DONE;
		call->job = start(call, text, length, true);
		return call->error ? TOCSIN_CALL_DONE : TOCSIN_CALL_WAIT;
	}
	if (!tocsin_reload_ran(call->host->reload))
		return TOCSIN_CALL_WAIT;
	finish_set(call, job);
	finish(job);
	call->job = NULL;
	return TOCSIN_CALL_DONE;
}

enum tocsin_call_step tocsin_call_get_rules(struct tocsin_call *call)
{
	const struct tocsin_ruleset *rules = tocsin_engine_rules(call->host->engine);
	const struct tocsin_rules_report *report = &call->host->rules;
	json_t *files = json_array();

	for (size_t i = 0; files && i < rules->file_count; i++)
		(void)json_array_append_new(files, json_string(rules->files[i]));
	call->data = json_pack("{s:s, s:s, s:s, s:o}", "version", rules->version, "state",
		tocsin_rules_state_name(report->state), "file", call->host->options.rules_file, "files",
		files);
	/* The loader has refused what is not UTF-8. */
	if (call->data && report->text)
		(void)json_object_set_new(
			call->data, "text", json_stringn_nocheck(report->text, report->text_length));
	call->large = report->text_length > LARGE_TEXT;
	return TOCSIN_CALL_DONE;
}
