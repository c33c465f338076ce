/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mosquitto/compat.h"
#include "mosquitto/control_files.h"
#include "mosquitto/log.h"
#include "rules/install.h"
#include "rules/last_good.h"
#include "rules/limits.h"

const char *tocsin_rules_state_name(enum tocsin_rules_state state)
{
	switch (state) {
	case TOCSIN_RULES_OK:
		return "ok";
	case TOCSIN_RULES_STALE:
		return "stale";
	case TOCSIN_RULES_LAST_GOOD:
		return "last_good";
	}
	return "";
}

const char *tocsin_rules_why_not(enum tocsin_status status)
{
	return status == TOCSIN_IO ? "the journal's disk does not answer; try again"
							   : "not enough memory for the new ones";
}

static void add_no_memory(struct tocsin_rules_load *load, const char *rules_file)
{
	tocsin_diagnostics_add(
		&load->diagnostics, TOCSIN_NOTE_ERROR, rules_file, 0, 0, "not enough memory to load it");
}

static bool install(
	const char *rules_file, const struct tocsin_rules_text *given, struct tocsin_rules_load *load)
{
	if (tocsin_install(rules_file, given->text, given->length) == TOCSIN_OK)
		return true;
	tocsin_diagnostics_add(&load->diagnostics, TOCSIN_NOTE_ERROR, rules_file, 0, 0,
		"cannot be written: %s", strerrordesc_np(errno));
	tocsin_ruleset_destroy(load->ruleset);
	load->ruleset = NULL;
	return false;
}

int tocsin_rules_keep(struct tocsin_recording *recording, const char *good_rules)
{
	int error = 0;

	errno = 0;
	if (recording && tocsin_last_good_save(recording, good_rules) != TOCSIN_OK)
		error = errno != 0 ? errno : EIO;
	tocsin_recording_destroy(recording);
	return error;
}

/* *kept: NULL, or where to put what a good load read, for the caller to keep. */
static void load_from(const char *rules_file, const struct tocsin_rules_text *given,
	struct tocsin_rules_load *load, struct tocsin_recording **kept)
{
	struct tocsin_recording *recording = NULL;
	struct tocsin_overlay overlay;

	tocsin_overlay_init(&overlay, rules_file, &tocsin_disk);
	if (given)
		tocsin_overlay_give(&overlay, given->text, given->length, given->files, given->file_count);
	if (kept) {
		recording = tocsin_recording_create(tocsin_overlay_files(&overlay));
		if (!recording) {
			add_no_memory(load, rules_file);
			goto out;
		}
	}
	const struct tocsin_files *files =
		recording ? tocsin_recording_files(recording) : tocsin_overlay_files(&overlay);
	enum tocsin_status status =
		tocsin_ruleset_load(rules_file, files, &load->diagnostics, &load->ruleset);
	if (overlay.foreign)
		tocsin_diagnostics_add(&load->diagnostics, TOCSIN_NOTE_ERROR, rules_file, 0, 0,
			"a text that is sent may name only files that the running rules already use");
	if (status != TOCSIN_OK && load->diagnostics.errors == 0)
		add_no_memory(load, rules_file);
	if (status != TOCSIN_OK || (given && given->install && !install(rules_file, given, load)))
		goto out;
	tocsin_overlay_take(&overlay, &load->text, &load->text_length);
	if (kept) {
		*kept = recording;
		recording = NULL;
	}
out:
	tocsin_recording_destroy(recording);
	tocsin_overlay_finish(&overlay);
}

void tocsin_rules_load(
	const char *rules_file, struct tocsin_rules_load *load, struct tocsin_recording **kept)
{
	*load = (struct tocsin_rules_load){0};
	tocsin_diagnostics_init(&load->diagnostics);
	load_from(rules_file, NULL, load, kept);
}

void tocsin_rules_load_text(const char *rules_file, const char *good_rules,
	const struct tocsin_rules_text *given, struct tocsin_rules_load *load)
{
	struct tocsin_recording *kept = NULL;

	*load = (struct tocsin_rules_load){0};
	tocsin_diagnostics_init(&load->diagnostics);
	load_from(rules_file, given, load, given->install && good_rules ? &kept : NULL);
	load->keep_errno = tocsin_rules_keep(kept, good_rules);
}

void tocsin_rules_load_finish(struct tocsin_rules_load *load)
{
	tocsin_ruleset_destroy(load->ruleset);
	load->ruleset = NULL;
	free(load->text);
	load->text = NULL;
	tocsin_diagnostics_finish(&load->diagnostics);
}

static void log_diagnostics(const struct tocsin_diagnostics *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct tocsin_diagnostic *item = &list->items[i];
		bool error = item->kind == TOCSIN_NOTE_ERROR;

		tocsin_log(error ? MOSQ_LOG_ERR : MOSQ_LOG_WARNING, "%s:%u:%u: %s: %s", item->file,
			item->line, item->column, error ? "error" : "warning", item->message);
	}
}

void tocsin_rules_log(const char *rules_file, const struct tocsin_rules_load *load)
{
	log_diagnostics(&load->diagnostics);
	if (!load->ruleset) {
		tocsin_log(MOSQ_LOG_ERR, "the rules in %s are broken: %zu error%s", rules_file,
			load->diagnostics.errors, load->diagnostics.errors == 1 ? "" : "s");
		return;
	}
	tocsin_log(MOSQ_LOG_NOTICE, "loaded %zu rules from %s, version %s", load->ruleset->rule_count,
		rules_file, load->ruleset->version);
	tocsin_rules_log_keep(load->keep_errno);
}

void tocsin_rules_log_keep(int error)
{
	if (error != 0)
		tocsin_log(MOSQ_LOG_WARNING,
			"no copy of the good rules could be kept beside the journal (%s): a restart on a "
			"broken file will not find them",
			strerror(error));
}

static enum tocsin_status start_last_good(const char *good_rules, struct tocsin_ruleset **ruleset)
{
	struct tocsin_diagnostics diagnostics;

	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_last_good_load(good_rules, &diagnostics, ruleset);
	if (status == TOCSIN_OK)
		tocsin_log(MOSQ_LOG_WARNING,
			"running on the last good rules, version %s: mend the file and reload (SIGHUP)",
			(*ruleset)->version);
	else if (status == TOCSIN_NOT_FOUND)
		tocsin_log(MOSQ_LOG_ERR, "there never were good rules here, so the broker does not start");
	else
		log_diagnostics(&diagnostics);
	tocsin_diagnostics_finish(&diagnostics);
	return status;
}

/* Only getRules shows it: without it the rules run all the same. */
static void read_last_good_text(const char *good_rules, struct tocsin_rules_report *report)
{
	struct tocsin_last_good *saved = NULL;

	if (tocsin_last_good_open(good_rules, &saved) != TOCSIN_OK)
		return;
	const struct tocsin_files *files = tocsin_last_good_files(saved);
	if (files->read(files->ctx, tocsin_last_good_path(saved), TOCSIN_MAX_RULE_FILE, &report->text,
			&report->text_length) != TOCSIN_OK)
		report->text = NULL;
	tocsin_last_good_close(saved);
}

void tocsin_rules_report_load(
	struct tocsin_rules_report *report, struct tocsin_rules_load *load, bool runs, int64_t now_ms)
{
	report->errors = load->diagnostics.errors;
	report->loaded_ms = now_ms;
	report->loaded_ok = runs;
	tocsin_diagnostics_finish(&report->diagnostics);
	report->diagnostics = load->diagnostics;
	tocsin_diagnostics_init(&load->diagnostics);
	if (!runs)
		return;
	free(report->text);
	report->text = load->text;
	report->text_length = load->text_length;
	load->text = NULL;
}

void tocsin_rules_report_finish(struct tocsin_rules_report *report)
{
	free(report->text);
	report->text = NULL;
	tocsin_diagnostics_finish(&report->diagnostics);
}

enum tocsin_status tocsin_rules_start(const char *rules_file, const char *good_rules,
	struct tocsin_rules_report *report, struct tocsin_ruleset **ruleset)
{
	struct tocsin_rules_load load;
	struct tocsin_recording *kept = NULL;
	enum tocsin_status status = TOCSIN_INVALID;

	tocsin_rules_load(rules_file, &load, good_rules ? &kept : NULL);
	load.keep_errno = tocsin_rules_keep(kept, good_rules);
	tocsin_rules_log(rules_file, &load);
	*report = (struct tocsin_rules_report){0};
	tocsin_diagnostics_init(&report->diagnostics);
	tocsin_rules_report_load(report, &load, load.ruleset != NULL, 0);
	if (load.ruleset) {
		*ruleset = load.ruleset;
		load.ruleset = NULL;
		status = TOCSIN_OK;
	} else if (!good_rules) {
		tocsin_log(
			MOSQ_LOG_ERR, "without a journal no good rules are kept, so the broker does not start");
	} else {
		status = start_last_good(good_rules, ruleset);
		if (status == TOCSIN_OK) {
			report->state = TOCSIN_RULES_LAST_GOOD;
			read_last_good_text(good_rules, report);
		}
	}
	tocsin_rules_load_finish(&load);
	return status;
}
