/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/draft.h"
#include "clients/json_out.h"
#include "clients/number.h"
#include "clients/receipt_print.h"
#include "clients/report_send.h"
#include "clients/rule_file.h"

enum option {
	FILE_OPTION,
	PROTOBUF,
	AS,
	RULES,
	NO_VALIDATE,
	CHECK_ONLY,
	TIMEOUT,
	JSON,
	QUIET,
};

static const struct tocsin_option own_options[] = {
	[FILE_OPTION] = {"file", 'f', "FILE", "incident as Tocsin JSON; options are laid over it"},
	[PROTOBUF] = {"protobuf", 0, "FILE", "incident as protobuf bytes"},
	[AS] = {"as", 0, "FORM", "publish as protobuf or json (protobuf)"},
	[RULES] = {"rules", 0, "FILE", "check places by this rule file's gazetteer"},
	[NO_VALIDATE] = {"no-validate", 0, NULL, "send even what the hub will refuse"},
	[CHECK_ONLY] = {"check", 'n', NULL, "only check here, send nothing"},
	[TIMEOUT] = {"timeout", 'W', "SECONDS", "wait for the receipt (120); 0: do not wait"},
	[JSON] = {"json", 0, NULL, "print the receipt as one line of JSON"},
	[QUIET] = {"quiet", 'q', NULL, "no progress on stderr"},
};

struct report {
	struct tocsin_connection connection;
	struct tocsin_incident_flags flags;
	struct tocsin_draft_source source;
	struct tocsin_places places; /* of the rule file */
	const char *rules_path;
	int64_t timeout_ms;
	bool check_only, json, quiet;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct report *report = ctx;
	int64_t number;
	switch ((enum option)index) {
	case FILE_OPTION:
		report->source.json_path = value;
		return NULL;
	case PROTOBUF:
		report->source.protobuf_path = value;
		return NULL;
	case AS:
		if (strcmp(value, "json") != 0 && strcmp(value, "protobuf") != 0)
			return "knows protobuf and json";
		report->source.form = *value == 'j' ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF;
		return NULL;
	case RULES:
		report->rules_path = value;
		return NULL;
	case NO_VALIDATE:
		report->source.no_validate = true;
		return NULL;
	case CHECK_ONLY:
		report->check_only = true;
		return NULL;
	case TIMEOUT:
		if (!tocsin_number_read(value, &number) || number < 0 || number > 86400)
			return "wants seconds, 0 to 86400";
		report->timeout_ms = number * 1000;
		return NULL;
	case JSON:
		report->json = true;
		return NULL;
	case QUIET:
		report->quiet = true;
		return NULL;
	}
	return "cannot be taken";
}

static void print_receipt(
	const struct report *report, const Tocsin__V1__Receipt *receipt, bool here)
{
	struct tocsin_paper paper = tocsin_paper_for(stdout);
	if (report->json)
		tocsin_json_line(&receipt->base, stdout);
	else
		tocsin_receipt_print(&paper, receipt, here);
	fflush(stdout);
}

/* What the hub would only warn of is worth mending before it leaves. */
static void print_warnings(const struct report *report, const struct tocsin_draft *draft)
{
	struct tocsin_paper paper = tocsin_paper_for(stderr);
	const Tocsin__V1__Receipt *verdict = draft->verdict;
	if (!report->quiet && !report->json)
		tocsin_violations_print(&paper, verdict->violations, verdict->n_violations, "  ");
}

static enum tocsin_exit send_draft(const struct report *report, const struct tocsin_draft *draft)
{
	if (!draft->pass && !report->source.no_validate) {
		print_receipt(report, draft->verdict, true);
		return TOCSIN_EXIT_REFUSED;
	}
	if (report->check_only) {
		if (report->json)
			tocsin_json_line(&draft->verdict->base, stdout);
		else
			print_warnings(report, draft);
		if (!report->json && draft->pass)
			printf("%s: nothing here that the hub would refuse; not sent\n", draft->id);
		return draft->pass ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
	}
	if (report->timeout_ms == 0)
		print_warnings(report, draft);
	struct tocsin_send send = {.connection = &report->connection,
		.draft = draft,
		.timeout_ms = report->timeout_ms,
		.quiet = report->quiet || report->json};
	Tocsin__V1__Receipt *receipt = NULL;
	enum tocsin_exit code = tocsin_report_send(&send, &receipt);
	if (receipt)
		print_receipt(report, receipt, false);
	else if (report->json && code == TOCSIN_EXIT_TIMEOUT)
		/* No verdict in it: sent, and not confirmed. */
		tocsin_json_line(&draft->verdict->base, stdout);
	tocsin_report_send_finish(&send);
	return code;
}

static enum tocsin_exit run(struct report *report)
{
	struct tocsin_ruleset *ruleset = NULL;
	struct tocsin_draft draft = {.id = ""};
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	if (report->rules_path) {
		ruleset = tocsin_rule_file_load(report->rules_path);
		if (!ruleset)
			return code;
		report->places = tocsin_gazetteer_places(ruleset->gazetteer);
		report->source.places = &report->places;
	}
	code = tocsin_draft_make(&draft, &report->source);
	if (code == TOCSIN_EXIT_OK)
		code = send_draft(report, &draft);
	tocsin_draft_finish(&draft);
	tocsin_ruleset_destroy(ruleset);
	return code;
}

static enum tocsin_exit check_combination(
	const struct tocsin_usage *usage, struct report *report, const struct tocsin_operands *operands)
{
	if (operands->count == 1) {
		if (strcmp(operands->items[0], "-") != 0)
			return tocsin_usage_fail(
				usage, "%.64s is no option; a file comes with --file", operands->items[0]);
		if (report->source.json_path || report->source.protobuf_path)
			return tocsin_usage_fail(usage, "one report at a time: '-' and a file");
		report->source.json_path = "-";
	}
	if (report->source.json_path && report->source.protobuf_path)
		return tocsin_usage_fail(usage, "one report at a time: --file or --protobuf");
	if (report->source.protobuf_path && report->flags.given)
		return tocsin_usage_fail(usage, "--protobuf is sent as it is: no incident options with it");
	if (report->source.protobuf_path && report->source.form == TOCSIN_FORM_JSON)
		return tocsin_usage_fail(usage, "--protobuf cannot be published as json");
	if (!report->source.json_path && !report->source.protobuf_path && !report->flags.given)
		return tocsin_usage_fail(usage, "nothing to report: give options, --file FILE, or -");
	return TOCSIN_EXIT_OK;
}

enum tocsin_exit tocsin_run_report(int argc, char **argv)
{
	struct report report = {.timeout_ms = 120000};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	tocsin_connection_init(&report.connection);
	report.source.now_ms = tocsin_now_ms();
	report.source.flags = &report.flags;
	if (!tocsin_incident_flags_init(&report.flags, report.source.now_ms))
		return code;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &report},
		tocsin_incident_options(&report.flags),
		tocsin_connection_options(&report.connection),
	};
	const struct tocsin_usage usage = {
		.command = "report",
		.synopsis = "[OPTION]... [-]",
		.summary = "Report an incident and wait until the hub has recorded it.",
		.example =
			"  tocsin report -h hub.example.org -u mopti-17 --event battles --severity severe \\\n"
			"    --certainty observed --country ML --pcode ML0503 --locality Kouakourou \\\n"
			"    --occurred 2024-08-07T18:30Z --not-reported killed --claimant-class official \\\n"
			"    --sensitivity moderate --headline 'Attack on the army post'\n"
			"  tocsin report --file incident.json\n"
			"  producer | tocsin report -",
		.notes = "Exit: 0 recorded, 1 refused, 2 usage, 3 cannot connect,\n"
				 "4 not confirmed in time or put off: keep it and send it again.",
		.sets = sets,
		.set_count = sizeof(sets) / sizeof(*sets),
		.max_operands = 1,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code)) {
		code = check_combination(&usage, &report, &operands);
		if (code == TOCSIN_EXIT_OK && !report.check_only &&
			!tocsin_connection_complete(&report.connection))
			code = TOCSIN_EXIT_USAGE;
		if (code == TOCSIN_EXIT_OK)
			code = run(&report);
	}
	tocsin_incident_flags_finish(&report.flags);
	tocsin_connection_finish(&report.connection);
	return code;
}
