/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/forecast.h"

#include <string.h>

#include "clients/commands.h"
#include "clients/input.h"
#include "clients/number.h"
#include "clients/options.h"
#include "clients/rule_file.h"
#include "proto/text.h"

enum option { SENDER, AT, FORM, FULL, JSON, ROOT };

static const struct tocsin_option own_options[] = {
	[SENDER] = {"sender", 0, "NAME", "as reported by this user (by nobody in particular)"},
	[AT] = {"at", 0, "TIME", "as received then: 2024-08-07T19:00Z, -2h (now)"},
	[FORM] = {"form", 0, "FORM", "what INCIDENT is: json or protobuf (by its first byte)"},
	[FULL] = {"full", 0, NULL, "also each audience's redacted alert, as JSON"},
	[JSON] = {"json", 0, NULL, "print all of it as one line of JSON"},
	[ROOT] = {"topic-root", 0, "TOPIC", "root of the hub's topics (tocsin/v1)"},
};

struct explain {
	struct tocsin_forecast_want want;
	bool form_given, full, json;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct explain *explain = ctx;
	switch ((enum option)index) {
	case SENDER:
		if (!tocsin_text_is_level(value, strlen(value)))
			return "must be 1 to 64 of A-Z a-z 0-9 _ -";
		explain->want.sender = value;
		return NULL;
	case AT:
		switch (tocsin_time_read(value, tocsin_now_ms(), &explain->want.now_ms)) {
		case TOCSIN_TIME_WRONG:
			return "wants a time such as 2024-08-07T19:00Z, a date, or -2h";
		case TOCSIN_TIME_NO_ZONE:
			return "must say its zone: end it with Z for UTC, or with an offset such as +02:00";
		case TOCSIN_TIME_MOMENT:
		case TOCSIN_TIME_DAY:
			return NULL;
		}
		return NULL;
	case FORM:
		if (strcmp(value, "json") != 0 && strcmp(value, "protobuf") != 0)
			return "knows json and protobuf";
		explain->want.form = *value == 'j' ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF;
		explain->form_given = true;
		return NULL;
	case FULL:
		explain->full = true;
		return NULL;
	case JSON:
		explain->json = true;
		return NULL;
	case ROOT:
		explain->want.root = value;
		return NULL;
	}
	return "cannot be taken";
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

static enum tocsin_exit run(struct explain *explain, const char *rules_path, const char *path)
{
	struct tocsin_input input;
	struct tocsin_forecast forecast;
	enum tocsin_status status = tocsin_input_read(path, MAX_FILE, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(path, status, MAX_FILE);
		return TOCSIN_EXIT_REFUSED;
	}
	struct tocsin_ruleset *ruleset = tocsin_rule_file_load(rules_path);
	if (!ruleset) {
		tocsin_input_finish(&input);
		return TOCSIN_EXIT_REFUSED;
	}
	if (!explain->form_given)
		explain->want.form = guess_form(&input);
	explain->want.bytes = input.data;
	explain->want.size = input.size;
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	if (tocsin_forecast_make(&forecast, ruleset, &explain->want)) {
		if (explain->json)
			tocsin_forecast_print_json(&forecast);
		else
			tocsin_forecast_print(&forecast, explain->full);
		if (forecast.receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED)
			code = TOCSIN_EXIT_OK;
	}
	tocsin_forecast_finish(&forecast);
	tocsin_input_finish(&input);
	return code;
}

enum tocsin_exit tocsin_run_explain(int argc, char **argv)
{
	struct explain explain = {.want = {.root = "tocsin/v1", .now_ms = tocsin_now_ms()}};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &explain}};
	const struct tocsin_usage usage = {
		.command = "explain",
		.synopsis = "RULES INCIDENT [OPTION]...",
		.summary = "Show which rules an incident meets, which not and why, and who gets what.",
		.example = "  tocsin explain rules.yaml incident.json\n"
				   "  tocsin explain rules.yaml - --sender mopti-17 --full < incident.json",
		.notes = "It runs the hub's own engine with an empty memory: no earlier report is known,\n"
				 "and alert ids are placeholders. Without --sender the limits of single senders\n"
				 "are not looked at. Exit: 0 it would be accepted, 1 refused, 2 usage.",
		.sets = sets,
		.set_count = 1,
		.max_operands = 2,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	if (operands.count != 2)
		return tocsin_usage_fail(&usage, "wants a rule file and an incident (or - for stdin)");
	return run(&explain, operands.items[0], operands.items[1]);
}
