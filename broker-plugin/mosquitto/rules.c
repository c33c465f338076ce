/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/rules.h"

#include <errno.h>
#include <string.h>

#include "mosquitto/compat.h"
#include "mosquitto/log.h"
#include "rules/last_good.h"

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

void tocsin_rules_load(
	const char *rules_file, const char *good_rules, struct tocsin_rules_load *load)
{
	struct tocsin_recording *recording = NULL;

	*load = (struct tocsin_rules_load){0};
	tocsin_diagnostics_init(&load->diagnostics);
	if (good_rules)
		recording = tocsin_recording_create(&tocsin_disk);
	if (good_rules && !recording) {
		tocsin_diagnostics_add(&load->diagnostics, TOCSIN_NOTE_ERROR, rules_file, 0, 0,
			"not enough memory to load it");
		return;
	}
	const struct tocsin_files *files = recording ? tocsin_recording_files(recording) : &tocsin_disk;
	enum tocsin_status status =
		tocsin_ruleset_load(rules_file, files, &load->diagnostics, &load->ruleset);
	if (status == TOCSIN_OK && recording) {
		errno = 0;
		if (tocsin_last_good_save(recording, good_rules) != TOCSIN_OK)
			load->keep_errno = errno != 0 ? errno : EIO;
	} else if (status != TOCSIN_OK && load->diagnostics.errors == 0) {
		tocsin_diagnostics_add(&load->diagnostics, TOCSIN_NOTE_ERROR, rules_file, 0, 0,
			"not enough memory to load it");
	}
	tocsin_recording_destroy(recording);
}

void tocsin_rules_load_finish(struct tocsin_rules_load *load)
{
	tocsin_ruleset_destroy(load->ruleset);
	load->ruleset = NULL;
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
	if (load->keep_errno != 0)
		tocsin_log(MOSQ_LOG_WARNING,
			"no copy of the good rules could be kept beside the journal (%s): a restart on a "
			"broken "
			"file will not find them",
			strerror(load->keep_errno));
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

enum tocsin_status tocsin_rules_start(const char *rules_file, const char *good_rules,
	struct tocsin_rules_report *report, struct tocsin_ruleset **ruleset)
{
	struct tocsin_rules_load load;
	enum tocsin_status status = TOCSIN_INVALID;

	tocsin_rules_load(rules_file, good_rules, &load);
	tocsin_rules_log(rules_file, &load);
	*report = (struct tocsin_rules_report){.errors = load.diagnostics.errors};
	if (load.ruleset) {
		*ruleset = load.ruleset;
		load.ruleset = NULL;
		status = TOCSIN_OK;
	} else if (!good_rules) {
		tocsin_log(
			MOSQ_LOG_ERR, "without a journal no good rules are kept, so the broker does not start");
	} else {
		status = start_last_good(good_rules, ruleset);
		if (status == TOCSIN_OK)
			report->state = TOCSIN_RULES_LAST_GOOD;
	}
	tocsin_rules_load_finish(&load);
	return status;
}
