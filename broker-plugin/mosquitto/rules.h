/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The rules that the broker runs: from the operator's file, or, after a restart on
 * a broken one, the last good set that was kept beside the journal. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "rules/diagnostics.h"
#include "rules/ruleset.h"

enum tocsin_rules_state {
	TOCSIN_RULES_OK,
	TOCSIN_RULES_STALE,     /* the file was broken at the last reload: older rules run */
	TOCSIN_RULES_LAST_GOOD, /* the file was broken at start: the kept copy runs */
};

/* "ok", "stale" or "last_good", as shown to people. */
const char *tocsin_rules_state_name(enum tocsin_rules_state state);

/* What a load came to. */
struct tocsin_rules_load {
	struct tocsin_ruleset *ruleset;        /* NULL where the file is broken */
	struct tocsin_diagnostics diagnostics; /* also of a good file: warnings */
	int keep_errno;                        /* why no copy was kept, or 0 */
	char *text;                            /* the rule file's own, of a good load */
	size_t text_length;
};

struct tocsin_recording;

/* Loads the rule file. Any thread; calls nothing of the broker's. Fills *load either way,
 * and of a good file *kept, for _keep; kept may be NULL. */
void tocsin_rules_load(
	const char *rules_file, struct tocsin_rules_load *load, struct tocsin_recording **kept);
/* Writes the copy of good rules and frees the recording, however slow the disk. Returns an
 * errno, 0 where it is kept or the recording is NULL. */
int tocsin_rules_keep(struct tocsin_recording *recording, const char *good_rules);
/* Loads a text in place of the file's own, which is not read. It may name only
 * the files given, those of the rules that run. Where install is set and it is good,
 * the rule file is replaced by it, whole and on disk, before a copy is kept; on a disk
 * that refuses, the load has no rule set and its diagnostics say why. */
struct tocsin_rules_text {
	const char *text;
	size_t length;
	const char *const *files;
	size_t file_count;
	bool install;
};
void tocsin_rules_load_text(const char *rules_file, const char *good_rules,
	const struct tocsin_rules_text *given, struct tocsin_rules_load *load);
void tocsin_rules_load_finish(struct tocsin_rules_load *load);

/* Why good rules do not run, after tocsin_engine_swap_rules. */
const char *tocsin_rules_why_not(enum tocsin_status status);

/* Logs what a load came to: every diagnostic as one line. Broker's thread. */
void tocsin_rules_log(const char *rules_file, const struct tocsin_rules_load *load);
/* And why no copy was kept, where there is an error. */
void tocsin_rules_log_keep(int error);

/* What the broker runs on, as it is shown. */
struct tocsin_rules_report {
	enum tocsin_rules_state state;
	size_t errors; /* of the rule file, when it was last read */
	char *text;    /* of the rule file, as it runs */
	size_t text_length;
	struct tocsin_diagnostics diagnostics; /* of the file, when it was last read */
	int64_t loaded_ms;                     /* when that was; 0: at the start */
	bool loaded_ok;
};
void tocsin_rules_report_finish(struct tocsin_rules_report *report);

/* Moves into the report what a load of the file said, and, where its rules now run,
 * its text. */
void tocsin_rules_report_load(
	struct tocsin_rules_report *report, struct tocsin_rules_load *load, bool runs, int64_t now_ms);

/* Loads for the broker's start and logs it. TOCSIN_INVALID where the file is broken
 * and there is no good copy. */
TOCSIN_MUST_USE enum tocsin_status tocsin_rules_start(const char *rules_file,
	const char *good_rules, struct tocsin_rules_report *report, struct tocsin_ruleset **ruleset);
