/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "clients/base/editor.h"
#include "clients/base/number.h"
#include "clients/base/options.h"
#include "clients/base/progress.h"
#include "clients/base/tongue.h"
#include "clients/hub/journal.h"
#include "journal/forget.h"
#include "proto/text.h"

/* PAUSE_MS: longer than SQLite's longest sleep while it waits for a lock, so that the
 * hub's writer looks at least once. PATIENCE_MS: without any progress. */
enum { PAUSE_MS = 120, PATIENCE_MS = 60000, MAX_ID = 64 };

enum option { SENDER, INCIDENT, YES };

static const struct tocsin_option own_options[] = {
	[SENDER] = {"sender", 0, "NAME", N_("everything that this sender sent")},
	[INCIDENT] = {"incident", 0, "ID", N_("this incident, with its later versions")},
	[YES] = {"yes", 'y', NULL, N_("do not ask")},
};

struct forgetting {
	struct tocsin_forget_what what;
	char incident[MAX_ID];
	bool yes;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct forgetting *forgetting = ctx;
	switch ((enum option)index) {
	case SENDER:
		if (!tocsin_text_is_level(value, strlen(value)))
			return N_("is no sender's name");
		forgetting->what.sender = value;
		return NULL;
	case INCIDENT:
		if (strlen(value) >= MAX_ID || !*value)
			return N_("is no incident's id");
		for (size_t i = 0; i <= strlen(value); i++)
			forgetting->incident[i] =
				(char)(value[i] >= 'A' && value[i] <= 'Z' ? value[i] - 'A' + 'a' : value[i]);
		forgetting->what.incident = forgetting->incident;
		return NULL;
	case YES:
		forgetting->yes = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static enum tocsin_exit fail(const char *path, const char *why)
{
	fprintf(stderr, _("tocsin journal forget: %s: %s\n"), path, *why ? why : _("out of memory"));
	return TOCSIN_EXIT_REFUSED;
}

/* A hub that runs holds its lock file. */
static bool hub_runs(const char *path)
{
	char name[PATH_MAX];
	snprintf(name, sizeof(name), "%s.lock", path);
	const int file = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0)
		return false;
	const bool held = flock(file, LOCK_EX | LOCK_NB) != 0;
	close(file);
	return held;
}

static void pause_for_hub(const char *path)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
	if (hub_runs(path))
		nanosleep(&pause, NULL);
}

static uint64_t rows_of(const struct tocsin_forgotten *count)
{
	return count->incidents + count->alerts + count->holds + count->figures + count->refusals;
}

/* To the end, or until the hub left no room for a long time. */
static enum tocsin_exit do_it(
	struct tocsin_forget *forget, const char *path, struct tocsin_progress *progress)
{
	char why[TOCSIN_JOURNAL_ERROR];
	int64_t until_ms = tocsin_ticks_ms() + PATIENCE_MS;
	bool done = false;
	while (!done) {
		tocsin_progress_at(progress, rows_of(tocsin_forget_result(forget)));
		const enum tocsin_status status = tocsin_forget_step(forget, &done, why);
		if (status == TOCSIN_OK)
			until_ms = tocsin_ticks_ms() + PATIENCE_MS;
		else if (status != TOCSIN_LIMIT || tocsin_ticks_ms() > until_ms)
			return fail(path, why);
		if (!done)
			pause_for_hub(path);
	}
	return TOCSIN_EXIT_OK;
}

static void print_plan(const struct tocsin_forgotten *count, const struct forgetting *forgetting)
{
	const char *sender = forgetting->what.sender;
	printf(sender ? _("Sender %s: %zu accepted, %zu refused.\n")
				  : _("Incident %s: %zu accepted, %zu refused.\n"),
		sender ? sender : forgetting->what.incident, (size_t)count->incidents,
		(size_t)count->refusals);
}

static void print_result(const struct tocsin_forgotten *result,
	const struct tocsin_forgotten *count, const char *path, bool runs)
{
	printf(_("Forgotten: what %zu incidents said and who sent them, the texts of %zu alerts and "
			 "%zu figures,\n%zu notes of throttles and corroborations, %zu refused.\n"
			 "Kept: when they came, about which region and kind of event, their ids and hashes,\n"
			 "so that a re-send is known and no sequence has a gap.\n"),
		(size_t)result->incidents, (size_t)result->alerts, (size_t)result->figures,
		(size_t)result->holds, (size_t)result->refusals);
	puts(_(
		"Not to be taken back from here: alerts that went out, to people and to other hubs; open\n"
		"alerts and figures that the broker still retains, until they expire or are cancelled;\n"
		"what waits in the broker for clients that are away; copies of these files."));
	if (runs)
		puts(_("The hub that runs still knows them in its memory until its next start."));
	if (count->rule_texts || count->silences)
		printf(_("The name stands in %zu rule texts and %zu silences that this journal keeps:\n"
				 "they are what operators wrote, and stay.\n"),
			(size_t)count->rule_texts, (size_t)count->silences);
	char aside[PATH_MAX];
	snprintf(aside, sizeof(aside), "%s.corrupt-1", path);
	if (access(aside, F_OK) == 0)
		printf(_("A corrupted journal lies beside it (%s) and was not touched.\n"), aside);
}

static enum tocsin_exit run(struct forgetting *forgetting, const char *path)
{
	struct tocsin_forget *forget = NULL;
	struct tocsin_forgotten count = {0};
	char why[TOCSIN_JOURNAL_ERROR];
	if (tocsin_forget_open(path, &forgetting->what, &forget, why) != TOCSIN_OK)
		return fail(path, why);
	const bool runs = hub_runs(path);
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	if (tocsin_forget_count(forget, &count, why) != TOCSIN_OK)
		code = fail(path, why);
	if (code == TOCSIN_EXIT_OK) {
		print_plan(&count, forgetting);
		if (!forgetting->yes && !tocsin_ask(_("Forget them? This cannot be undone. [y/N]"), 'y')) {
			puts(_("Nothing was changed."));
			code = TOCSIN_EXIT_REFUSED;
		}
	}
	if (code == TOCSIN_EXIT_OK) {
		struct tocsin_progress progress;
		tocsin_progress_begin(&progress, stderr, _("forgetting"), rows_of(&count));
		code = do_it(forget, path, &progress);
		tocsin_progress_end(&progress);
	}
	if (code == TOCSIN_EXIT_OK)
		print_result(tocsin_forget_result(forget), &count, path, runs);
	tocsin_forget_close(forget);
	return code;
}

enum tocsin_exit tocsin_run_journal_forget(int argc, char **argv)
{
	struct forgetting forgetting = {0};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &forgetting}};
	const struct tocsin_usage usage = {
		.command = "journal forget",
		.synopsis = N_("FILE --sender NAME | --incident ID [OPTION]..."),
		.summary = N_("Take out of a journal what a sender or an incident said, for good."),
		.example = "  tocsin journal forget /var/lib/tocsin/journal.sqlite --sender mopti-17",
		.notes =
			N_("Works on the file, and the quarantine file beside it, as the user that owns them;\n"
			   "the hub may run. Exit: 0 done, 1 refused or not to be written, 2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = 1,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	if (operands.count != 1)
		return tocsin_usage_fail(&usage, _("wants the journal's file"));
	if (!forgetting.what.sender == !forgetting.what.incident)
		return tocsin_usage_fail(&usage, _("wants --sender or --incident, the one or the other"));
	return run(&forgetting, operands.items[0]);
}
