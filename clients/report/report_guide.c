/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* `tocsin report` on a terminal: asks, shows what it has understood, and only then lets
 * anything be written. */
#include <stdio.h>
#include <stdlib.h>

#include "clients/base/own_path.h"
#include "clients/base/tongue.h"
#include "clients/report/guide.h"
#include "clients/report/incident_print.h"
#include "clients/report/receipt_print.h"
#include "clients/report/report.h"
#include "proto/json.h"

enum { PATH_BYTES = 4096, MAX_MEMORY = 4 << 20 };

/* The lists of the rule file, else of a folder: the one that is named, the officer's
 * own, or the system's. */
static void find_lists(const struct tocsin_report *report, struct tocsin_place_lists *lists)
{
	char own[PATH_BYTES], installed[PATH_MAX];
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	*lists = (struct tocsin_place_lists){0};
	if (report->ruleset) {
		tocsin_place_lists_borrow(lists, report->ruleset);
		return;
	}
	if (report->regions_path) {
		if (!tocsin_place_lists_read(lists, report->regions_path, stderr))
			fprintf(stderr, _("tocsin report: %s: no lists of places that can be used\n"),
				report->regions_path);
		return;
	}
	snprintf(own, sizeof(own), "%s%s/tocsin/regions",
		data && *data == '/' ? data
			: home           ? home
							 : "",
		data && *data == '/' ? "" : "/.local/share");
	tocsin_own_path(installed, "../share/tocsin/regions");
	const char *const folders[] = {
		own, installed, "/usr/share/tocsin/regions", "/etc/tocsin/rules/regions"};
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (tocsin_place_lists_read(lists, folders[i], stderr))
			return;
}

/* The finished report in words, with what the hub would say of it. */
static bool show(const struct tocsin_report *report, const struct tocsin_guide *guide)
{
	struct tocsin_incident_flags flags = report->flags;
	struct tocsin_draft_source source = report->source;
	struct tocsin_draft draft = {.id = ""};
	struct tocsin_paper paper = tocsin_paper_for(stdout);
	struct tocsin_violations ignored;
	Tocsin__V1__Incident *incident = NULL;
	flags.incident = guide->incident;
	flags.given = 1;
	source.flags = &flags;
	if (tocsin_draft_make(&draft, &source) != TOCSIN_EXIT_OK)
		return false;
	tocsin_violations_init(&ignored, draft.arena);
	if (draft.bytes &&
		tocsin_incident_decode(draft.form, draft.bytes, draft.size, draft.arena, &ignored,
			&incident) != TOCSIN_NO_MEMORY &&
		incident) {
		puts(_("\nYour report:"));
		tocsin_incident_print(&paper, incident);
	}
	if (draft.verdict->n_violations)
		puts(draft.pass ? _("\nThe hub will take it, and remark:")
						: _("\nThe hub would refuse it:"));
	tocsin_violations_print(&paper, draft.verdict->violations, draft.verdict->n_violations, "  ");
	bool pass = draft.pass;
	tocsin_draft_finish(&draft);
	if (!pass)
		puts(_("Go back with < and mend that."));
	return pass;
}

static enum tocsin_guide_step ask_all(
	const struct tocsin_report *report, struct tocsin_guide *guide)
{
	static enum tocsin_guide_step (*const questions[])(struct tocsin_guide *) = {
		tocsin_guide_place,
		tocsin_guide_event,
		tocsin_guide_time,
		tocsin_guide_severity,
		tocsin_guide_certainty,
		tocsin_guide_claims,
		tocsin_guide_figure,
		tocsin_guide_needs,
		tocsin_guide_texts,
		tocsin_guide_sensitivity,
	};
	const size_t count = sizeof(questions) / sizeof(*questions);
	size_t at = 0;
	for (;;) {
		bool yes = false;
		enum tocsin_guide_step step;
		if (at < count) {
			step = questions[at](guide);
		} else {
			bool pass = show(report, guide);
			step = tocsin_guide_confirm(guide,
				report->check_only  ? _("Done?")
					: report->later ? _("Keep it to be sent later?")
									: _("Keep it and send it?"),
				&yes);
			if (step == TOCSIN_GUIDE_NEXT && (!yes || pass))
				return yes ? step : TOCSIN_GUIDE_STOP;
			if (step == TOCSIN_GUIDE_NEXT)
				continue;
		}
		if (step == TOCSIN_GUIDE_STOP)
			return step;
		if (step == TOCSIN_GUIDE_NEXT)
			at++;
		else if (at > 0)
			at--;
	}
}

enum tocsin_exit tocsin_report_guide(struct tocsin_report *report)
{
	struct tocsin_guide guide = {
		.line = {.signals = -1}, .now_ms = report->source.now_ms, .incident = json_object()};
	enum tocsin_guide_step step = TOCSIN_GUIDE_STOP;
	find_lists(report, &guide.lists);
	if (guide.incident && tocsin_line_open(&guide.line)) {
		puts(_("A new report. Nothing is kept before you have seen it whole; < goes back a\n"
			   "question, Ctrl-C leaves."));
		if (!guide.lists.gazetteer)
			puts(_("(No lists of places here: --rules FILE or --regions DIR names some.)"));
		step = ask_all(report, &guide);
	}
	tocsin_line_close(&guide.line);
	tocsin_place_lists_finish(&guide.lists);
	if (step != TOCSIN_GUIDE_NEXT) {
		json_decref(guide.incident);
		puts(_("\nNothing is kept."));
		return TOCSIN_EXIT_REFUSED;
	}
	json_decref(report->flags.incident);
	report->flags.incident = guide.incident;
	report->flags.given++;
	return TOCSIN_EXIT_OK;
}
