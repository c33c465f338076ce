/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "clients/base/input.h"
#include "clients/base/number.h"
#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/hub/journal_file.h"
#include "clients/rule/explain_lines.h"
#include "clients/rule/rule_file.h"
#include "proto/text.h"

enum option { SENDER, AT, FORM, FULL, JSON, LINES, WRAPPED, ROOT };

static const struct tocsin_option own_options[] = {
	[SENDER] = {"sender", 0, "NAME", N_("as reported by this user (by nobody in particular)")},
	[AT] = {"at", 0, "TIME", N_("as received then: 2024-08-07T19:00Z, -2h (now)")},
	[FORM] = {"form", 0, "FORM", N_("what INCIDENT is: json or protobuf (by its first byte)")},
	[FULL] = {"full", 0, NULL, N_("also each audience's redacted alert, as JSON")},
	[JSON] = {"json", 0, NULL, N_("print all of it as one line of JSON")},
	[LINES] = {"lines", 0, NULL,
		N_("INCIDENT is one JSON object a line; one decision a line comes out")},
	[WRAPPED] = {"sender-field", 0, NULL,
		N_("each line must be {\"sender\": ..., \"incident\": {...}, \"at\": ...}")},
	[ROOT] = {"topic-root", 0, "TOPIC", N_("root of the hub's topics (tocsin/v1)")},
};

struct explain {
	struct tocsin_forecast_want want;
	const char *root;
	bool at_given, form_given, full, json, lines, wrapped;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct explain *explain = ctx;
	switch ((enum option)index) {
	case SENDER:
		if (!tocsin_text_is_level(value, strlen(value)))
			return N_("must be 1 to 64 of A-Z a-z 0-9 _ -");
		explain->want.sender = value;
		return NULL;
	case AT:
		switch (tocsin_time_read(value, tocsin_now_ms(), &explain->want.now_ms)) {
		case TOCSIN_TIME_WRONG:
			return N_("wants a time such as 2024-08-07T19:00Z, a date, or -2h");
		case TOCSIN_TIME_NO_ZONE:
			return N_("must say its zone: end it with Z for UTC, or with an offset such as +02:00");
		case TOCSIN_TIME_MOMENT:
		case TOCSIN_TIME_DAY:
			explain->at_given = true;
			return NULL;
		}
		return NULL;
	case FORM:
		if (strcmp(value, "json") != 0 && strcmp(value, "protobuf") != 0)
			return N_("knows json and protobuf");
		explain->want.form = *value == 'j' ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF;
		explain->form_given = true;
		return NULL;
	case FULL:
		explain->full = true;
		return NULL;
	case JSON:
		explain->json = true;
		return NULL;
	case LINES:
		explain->lines = true;
		return NULL;
	case WRAPPED:
		explain->wrapped = true;
		return NULL;
	case ROOT:
		explain->root = value;
		return NULL;
	}
	return N_("cannot be taken");
}

/* An Incident in protobuf begins with the tag of one of its fields; '{' would be
 * field 15 as a group end, which no message begins with. */
static enum tocsin_form guess_form(const struct tocsin_input *input)
{
	size_t at = 0;
	while (at < input->size && strchr(" \t\r\n", input->data[at]) && input->data[at])
		at++;
	return at < input->size && input->data[at] == '{' ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF;
}

/* Above what the hub takes, so that its own limit is what speaks. */
enum { MAX_FILE = 1 << 20 };

static enum tocsin_exit explain_bytes(struct explain *explain, struct tocsin_forecaster *forecaster)
{
	struct tocsin_forecast forecast;
	explain->want.rules = true;
	if (!tocsin_forecast_make(&forecast, forecaster, &explain->want))
		return TOCSIN_EXIT_REFUSED;
	if (explain->json)
		tocsin_forecast_print_json(&forecast);
	else
		tocsin_forecast_print(&forecast, explain->full);
	return forecast.receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED ? TOCSIN_EXIT_OK
																			  : TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit explain_file(
	struct explain *explain, struct tocsin_forecaster *forecaster, const char *path)
{
	struct tocsin_input input;
	enum tocsin_status status = tocsin_input_read(path, MAX_FILE, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(path, status, MAX_FILE);
		return TOCSIN_EXIT_REFUSED;
	}
	if (!explain->form_given)
		explain->want.form = guess_form(&input);
	explain->want.bytes = input.data;
	explain->want.size = input.size;
	const enum tocsin_exit code = explain_bytes(explain, forecaster);
	tocsin_input_finish(&input);
	return code;
}

struct journalled {
	struct explain *explain;
	struct tocsin_forecaster *forecaster;
	enum tocsin_exit code;
};

/* What the options say goes before what the journal says. */
static bool explain_entry(void *ctx, const struct tocsin_journal_entry *entry)
{
	struct journalled *journalled = ctx;
	struct explain *explain = journalled->explain;
	char text[TOCSIN_TIME_TEXT];
	if (!explain->want.sender)
		explain->want.sender = entry->sender;
	if (!explain->at_given)
		explain->want.now_ms = entry->received_ms;
	explain->want.form = entry->form;
	explain->want.bytes = entry->bytes;
	explain->want.size = entry->size;
	if (!explain->json) {
		tocsin_time_write(entry->received_ms, TOCSIN_TIME_MOMENT, text);
		printf(_("Journal %llu: incident %s from %s, received %s\n"),
			(unsigned long long)entry->journal_id, entry->incident_id, entry->sender, text);
	}
	journalled->code = explain_bytes(explain, journalled->forecaster);
	return true;
}

static const char journal_prefix[] = "journal:";

static bool is_journal(const char *path)
{
	return strncmp(path, journal_prefix, sizeof journal_prefix - 1) == 0;
}

/* operand is "journal:PATH#ID"; a path may hold a '#' itself. */
static enum tocsin_exit explain_journal(
	struct explain *explain, struct tocsin_forecaster *forecaster, const char *operand)
{
	struct journalled journalled = {explain, forecaster, TOCSIN_EXIT_REFUSED};
	const char *path = operand + sizeof journal_prefix - 1;
	const char *mark = strrchr(path, '#');
	char *file = mark ? strndup(path, (size_t)(mark - path)) : NULL;
	if (!file) {
		fprintf(stderr, _("tocsin explain: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	const bool found =
		tocsin_journal_file_find("explain", file, mark + 1, explain_entry, &journalled);
	free(file);
	return found ? journalled.code : TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit explain_one(
	struct explain *explain, struct tocsin_forecaster *forecaster, const char *path)
{
	return is_journal(path) ? explain_journal(explain, forecaster, path)
							: explain_file(explain, forecaster, path);
}

/* NULL, or why this journal operand and these options cannot be taken together. */
static const char *refuse_journal(const struct explain *explain, const char *operand)
{
	const char *mark = strrchr(operand, '#');
	if (!mark || mark[1] == '\0')
		return N_("a journal wants an id: journal:PATH#12, #UUID of an incident, or #last");
	if (explain->lines || explain->form_given)
		return N_("--lines and --form do not go with a journal");
	return NULL;
}

static enum tocsin_exit run(struct explain *explain, const char *rules_path, const char *path)
{
	struct tocsin_forecaster forecaster;
	const struct tocsin_explain_lines lines = {
		path, explain->want.sender, explain->want.now_ms, explain->wrapped};
	struct tocsin_ruleset *ruleset = tocsin_rule_file_load(rules_path);
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	if (!ruleset)
		return code;
	if (tocsin_forecaster_start(&forecaster, ruleset, explain->root))
		code = explain->lines ? tocsin_explain_lines(&forecaster, &lines)
							  : explain_one(explain, &forecaster, path);
	tocsin_forecaster_finish(&forecaster);
	return code;
}

enum tocsin_exit tocsin_run_explain(int argc, char **argv)
{
	struct explain explain = {.root = "tocsin/v1", .want = {.now_ms = tocsin_now_ms()}};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &explain}};
	const struct tocsin_usage usage = {
		.command = "explain",
		.synopsis = N_("RULES INCIDENT [OPTION]..."),
		.summary = N_("Show which rules an incident meets, which not and why, and who gets what."),
		.example = "  tocsin explain rules.yaml incident.json\n"
				   "  tocsin explain rules.yaml - --sender mopti-17 --full < incident.json\n"
				   "  tocsin explain rules.yaml incidents.jsonl --lines --json\n"
				   "  tocsin explain rules.yaml journal:/var/lib/tocsin/journal.sqlite#12",
		.notes =
			N_("It runs the hub's own engine with an empty memory: no earlier report is known,\n"
			   "and alert ids are placeholders. Without --sender the limits of single senders\n"
			   "are not looked at. INCIDENT may also be journal:PATH#ID of a hub's journal:\n"
			   "ID is a journal id, an incident's id, or last; sender and time are then those\n"
			   "journalled, unless --sender and --at say others.\n"
			   "Exit: 0 it would be accepted, 1 refused, 2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = 2,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	if (operands.count != 2)
		return tocsin_usage_fail(&usage, _("wants a rule file and an incident (or - for stdin)"));
	if (explain.wrapped && !explain.lines)
		return tocsin_usage_fail(&usage, _("--sender-field goes with --lines"));
	if (explain.lines &&
		(explain.full || (explain.form_given && explain.want.form != TOCSIN_FORM_JSON)))
		return tocsin_usage_fail(&usage, _("--lines takes JSON and prints decisions alone"));
	if (is_journal(operands.items[1])) {
		const char *why = refuse_journal(&explain, operands.items[1]);
		if (why)
			return tocsin_usage_fail(&usage, "%s", _(why));
	}
	return run(&explain, operands.items[0], operands.items[1]);
}
