/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>
#include <unistd.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/report.h"

enum option {
	FILE_OPTION,
	CSV,
	PROTOBUF,
	AS,
	CHECK_ONLY,
	DRY_RUN,
	NO_VALIDATE,
	RULES,
	REGIONS,
	AGAIN,
	LATER,
	SEVERE_FIRST,
	STAY,
	TIMEOUT,
	ACCEPT_UNDURABLE,
	JSON,
	QUIET,
	SEND,
	LIST,
	ALL,
	EDIT,
	DROP,
	WIPE,
	YES,
	OUTBOX,
	CLOSE, /* of cancel alone: elsewhere a cause is that of the event */
	OPTIONS,
};

static const struct tocsin_option options[] = {
	[FILE_OPTION] = {"file", 'f', "FILE", N_("incident as Tocsin JSON; options are laid over it")},
	[CSV] = {"csv", 0, "FILE", N_("many, one a line, beneath a row of HXL tags")},
	[PROTOBUF] = {"protobuf", 0, "FILE", N_("incident as protobuf bytes")},
	[AS] = {"as", 0, "FORM", N_("publish as protobuf or json (protobuf)")},
	[CHECK_ONLY] = {"check", 'n', NULL, N_("only check here: keep nothing, send nothing")},
	[DRY_RUN] = {"dry-run", 0, NULL, NULL},
	[NO_VALIDATE] = {"no-validate", 0, NULL, N_("send even what the hub will refuse")},
	[RULES] = {"rules", 0, "FILE", N_("check and find places by this rule file's gazetteer")},
	[REGIONS] = {"regions", 0, "DIR", N_("find places by the lists in this folder")},
	[AGAIN] = {"again", 0, NULL, N_("also what says the same as one in the outbox")},
	[LATER] = {"later", 0, NULL, N_("only keep it: --send sends it")},
	[SEVERE_FIRST] = {"severe-first", 0, NULL, N_("not in the order of writing")},
	[STAY] = {"stay", 0, NULL, N_("try until all is recorded, however long the link is down")},
	[TIMEOUT] = {"timeout", 'W', "SECONDS",
		N_("give up after so long without an answer (120); 0: do not wait for any")},
	[ACCEPT_UNDURABLE] = {"accept-undurable", 0, NULL,
		N_("delete also what a hub without a journal has accepted")},
	[JSON] = {"json", 0, NULL,
		N_("print each receipt (of --list: each report) as one line of JSON")},
	[QUIET] = {"quiet", 'q', NULL, N_("no progress on stderr")},
	[SEND] = {"send", 0, NULL, N_("send what waits in the outbox")},
	[LIST] = {"list", 'l', NULL, N_("what has arrived, and what has not")},
	[ALL] = {"all", 0, NULL, N_("of --list: all that is remembered")},
	[EDIT] = {"edit", 0, "ID", N_("mend a report that was refused, or that waits")},
	[DROP] = {"drop", 0, "ID", N_("delete one that is not to be sent any more")},
	[WIPE] = {"wipe", 0, NULL, N_("overwrite and delete everything in the outbox")},
	[YES] = {"yes", 'y', NULL, N_("do not ask; with --send: also what is for another broker")},
	[OUTBOX] = {"outbox", 0, "DIR", N_("the outbox (~/.local/state/tocsin/outbox)")},
	[CLOSE] = {"cause", 0, "CAUSE", N_("why it ends: resolved, error or merged")},
};

static const char *take_switch(struct tocsin_report *report, enum option option)
{
	switch (option) {
	case CHECK_ONLY:
	case DRY_RUN:
		report->check_only = true;
		break;
	case NO_VALIDATE:
		report->source.no_validate = true;
		break;
	case AGAIN:
		report->again = true;
		break;
	case LATER:
		report->later = true;
		break;
	case SEVERE_FIRST:
		report->severe_first = true;
		break;
	case STAY:
		report->stay = true;
		break;
	case ACCEPT_UNDURABLE:
		report->accept_undurable = true;
		break;
	case JSON:
		report->json = true;
		break;
	case QUIET:
		report->quiet = true;
		break;
	case SEND:
		report->send = true;
		break;
	case LIST:
		report->list = true;
		break;
	case ALL:
		report->all = true;
		break;
	case WIPE:
		report->wipe = true;
		break;
	case YES:
		report->yes = true;
		break;
	default:
		return N_("cannot be taken");
	}
	return NULL;
}

static const char *take_timeout(struct tocsin_report *report, const char *value)
{
	int64_t number;
	if (!tocsin_number_read(value, &number) || number < 0 || number > 86400)
		return N_("wants seconds, 0 to 86400");
	report->timeout_ms = number * 1000;
	return NULL;
}

static const char *take_close(struct tocsin_report *report, char *value)
{
	const struct tocsin_option_set set = tocsin_incident_options(&report->flags);
	const char *near;
	return tocsin_options_give(&set, "--close-cause", value, &near);
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct tocsin_report *report = ctx;
	switch ((enum option)index) {
	case FILE_OPTION:
		report->source.json_path = value;
		return NULL;
	case CSV:
		report->csv_path = value;
		return NULL;
	case PROTOBUF:
		report->source.protobuf_path = value;
		return NULL;
	case AS:
		if (strcmp(value, "json") != 0 && strcmp(value, "protobuf") != 0)
			return N_("knows protobuf and json");
		report->source.form = *value == 'j' ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF;
		return NULL;
	case RULES:
		report->rules_path = value;
		return NULL;
	case REGIONS:
		report->regions_path = value;
		return NULL;
	case TIMEOUT:
		return take_timeout(report, value);
	case EDIT:
	case DROP:
		report->edit = index == EDIT;
		report->drop = index == DROP;
		report->id = value;
		return NULL;
	case OUTBOX:
		report->outbox_path = value;
		return NULL;
	case CLOSE:
		return take_close(report, value);
	default:
		return take_switch(report, (enum option)index);
	}
}

static size_t count_actions(const struct tocsin_report *report)
{
	return (size_t)report->send + report->list + report->edit + report->drop + report->wipe;
}

static size_t count_inputs(const struct tocsin_report *report)
{
	return (size_t)(report->source.json_path != NULL) + (report->source.protobuf_path != NULL) +
		(report->csv_path != NULL);
}

static enum tocsin_exit check_verb(const struct tocsin_usage *usage, struct tocsin_report *report,
	const struct tocsin_operands *operands)
{
	if (operands->count == 0)
		return tocsin_usage_fail(usage, _("wants the ID of an earlier version"));
	if (count_actions(report) || count_inputs(report))
		return tocsin_usage_fail(usage, _("is written with options alone"));
	report->id = operands->items[0];
	const json_t *close = json_object_get(report->flags.incident, "close");
	if (report->verb == TOCSIN_REPORT_CANCEL && !json_object_get(close, "cause"))
		return tocsin_usage_fail(usage, _("--cause resolved, error or merged says why it ends"));
	return TOCSIN_EXIT_OK;
}

static enum tocsin_exit check_input(const struct tocsin_usage *usage, struct tocsin_report *report,
	const struct tocsin_operands *operands)
{
	if (operands->count == 1) {
		if (strcmp(operands->items[0], "-") != 0)
			return tocsin_usage_fail(
				usage, _("%.64s is no option; a file comes with --file"), operands->items[0]);
		if (count_inputs(report))
			return tocsin_usage_fail(usage, _("one report at a time: '-' and a file"));
		report->source.json_path = "-";
	}
	if (count_actions(report) + (count_inputs(report) > 0 || report->flags.given > 0) > 1)
		return tocsin_usage_fail(
			usage, _("one thing at a time: a report, --send, --list, --edit, --drop or --wipe"));
	if (count_inputs(report) > 1)
		return tocsin_usage_fail(usage, _("one report at a time: --file, --protobuf or --csv"));
	if (report->source.protobuf_path && report->flags.given)
		return tocsin_usage_fail(
			usage, _("--protobuf is sent as it is: no incident options with it"));
	if (report->source.protobuf_path && report->source.form == TOCSIN_FORM_JSON)
		return tocsin_usage_fail(usage, _("--protobuf cannot be published as json"));
	if (count_actions(report) + count_inputs(report) + report->flags.given > 0)
		return TOCSIN_EXIT_OK;
	report->guide = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
	if (!report->guide)
		return tocsin_usage_fail(usage, _("nothing to report: give options, --file FILE, or -"));
	return TOCSIN_EXIT_OK;
}

bool tocsin_report_parse(
	struct tocsin_report *report, int argc, char **argv, enum tocsin_exit *code)
{
	struct tocsin_operands operands;
	if (argc > 1 && strcmp(argv[1], "update") == 0)
		report->verb = TOCSIN_REPORT_UPDATE;
	else if (argc > 1 && strcmp(argv[1], "cancel") == 0)
		report->verb = TOCSIN_REPORT_CANCEL;
	bool verb = report->verb != TOCSIN_REPORT_NEW;
	const struct tocsin_option_set sets[] = {
		{"Options", options, report->verb == TOCSIN_REPORT_CANCEL ? OPTIONS : CLOSE, take, report},
		tocsin_incident_options(&report->flags),
		tocsin_connection_options(&report->connection),
	};
	const struct tocsin_usage usage =
		tocsin_report_usage(report->verb, sets, sizeof(sets) / sizeof(*sets));
	if (!tocsin_options_parse(&usage, argc - verb, argv + verb, &operands, code))
		return false;
	*code = verb ? check_verb(&usage, report, &operands) : check_input(&usage, report, &operands);
	return *code == TOCSIN_EXIT_OK;
}
