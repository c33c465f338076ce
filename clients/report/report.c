/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/report/receipt_print.h"
#include "clients/rule/rule_file.h"

void tocsin_report_print_receipt(
	const struct tocsin_report *report, const Tocsin__V1__Receipt *receipt, bool here)
{
	struct tocsin_paper paper = tocsin_paper_for(stdout);
	if (report->json)
		tocsin_json_line(&receipt->base, stdout);
	else
		tocsin_receipt_print(&paper, receipt, here);
	fflush(stdout);
}

/* What the hub would only warn of is worth mending before it leaves. */
static void print_warnings(const struct tocsin_report *report, const struct tocsin_draft *draft)
{
	struct tocsin_paper paper = tocsin_paper_for(stderr);
	const Tocsin__V1__Receipt *verdict = draft->verdict;
	if (!report->quiet && !report->json)
		tocsin_violations_print(&paper, verdict->violations, verdict->n_violations, "  ");
}

enum tocsin_exit tocsin_report_judge(
	struct tocsin_report *report, const struct tocsin_draft *draft, bool *pass)
{
	*pass = false;
	if (!draft->pass && !report->source.no_validate) {
		tocsin_report_print_receipt(report, draft->verdict, true);
		return TOCSIN_EXIT_REFUSED;
	}
	if (report->check_only) {
		if (report->json)
			tocsin_json_line(&draft->verdict->base, stdout);
		else
			print_warnings(report, draft);
		if (!report->json && draft->pass)
			printf(_("%s: nothing here that the hub would refuse; not sent\n"), draft->id);
		return draft->pass ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
	}
	/* Else they come with the receipt. */
	if (report->timeout_ms == 0 || report->later)
		print_warnings(report, draft);
	*pass = true;
	return TOCSIN_EXIT_OK;
}

static enum tocsin_exit write_one(struct tocsin_report *report)
{
	struct tocsin_draft draft = {.id = ""};
	struct tocsin_parcel *parcel = NULL;
	bool pass = false;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	if (!report->check_only || report->verb != TOCSIN_REPORT_NEW)
		code = tocsin_report_open(report, false);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_report_chain(report);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_draft_make(&draft, &report->source);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_report_judge(report, &draft, &pass);
	if (pass)
		code = tocsin_report_keep(report, &draft, &parcel);
	if (parcel)
		code = tocsin_report_flush(report, parcel);
	tocsin_draft_finish(&draft);
	return code;
}

static enum tocsin_exit send_all(struct tocsin_report *report)
{
	enum tocsin_exit code = tocsin_report_open(report, true);
	return code == TOCSIN_EXIT_OK ? tocsin_report_flush(report, NULL) : code;
}

static enum tocsin_exit run(struct tocsin_report *report)
{
	bool talks = !report->check_only && !report->list && !report->drop && !report->wipe;
	if (talks && !tocsin_connection_complete(&report->connection))
		return TOCSIN_EXIT_USAGE;
	if (report->rules_path) {
		report->ruleset = tocsin_rule_file_load(report->rules_path);
		if (!report->ruleset)
			return TOCSIN_EXIT_REFUSED;
		report->places = tocsin_gazetteer_places(report->ruleset->gazetteer);
		report->source.places = &report->places;
	}
	if (report->list)
		return tocsin_report_list(report);
	if (report->wipe)
		return tocsin_report_wipe(report);
	if (report->drop)
		return tocsin_report_drop(report);
	if (report->edit)
		return tocsin_report_edit(report);
	if (report->send)
		return send_all(report);
	if (report->csv_path)
		return tocsin_report_csv(report);
	enum tocsin_exit code = report->guide ? tocsin_report_guide(report) : TOCSIN_EXIT_OK;
	return code == TOCSIN_EXIT_OK ? write_one(report) : code;
}

enum tocsin_exit tocsin_run_report(int argc, char **argv)
{
	struct tocsin_report report = {.timeout_ms = 120000};
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	tocsin_connection_init(&report.connection);
	report.outbox = (struct tocsin_outbox){.keep.folder = -1, .lock = -1};
	report.source.now_ms = tocsin_now_ms();
	report.source.flags = &report.flags;
	if (!tocsin_incident_flags_init(&report.flags, report.source.now_ms))
		return code;
	if (tocsin_report_parse(&report, argc, argv, &code))
		code = run(&report);
	tocsin_outbox_close(&report.outbox);
	tocsin_ruleset_destroy(report.ruleset);
	free(report.sender);
	tocsin_incident_flags_finish(&report.flags);
	tocsin_connection_finish(&report.connection);
	return code;
}
