/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/commands.h"

#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "clients/rule/diff_print.h"
#include "clients/rule/rule_file.h"
#include "proto/text.h"

enum option { AGAINST, SENDER, FAIL_ON_LOSS, ALL, JSON };

static const struct tocsin_option own_options[] = {
	[AGAINST] = {"against", 0, "FILE",
		N_("incidents: JSON, JSON Lines, protobuf, a folder, journal:PATH")},
	[SENDER] = {"sender", 0, "NAME", N_("as reported by this user (by nobody in particular)")},
	[FAIL_ON_LOSS] = {"fail-on-loss", 0, NULL,
		N_("exit 1 where an extreme would reach fewer people")},
	[ALL] = {"all", 0, NULL, N_("show every single change")},
	[JSON] = {"json", 0, NULL, N_("print all of it as one line of JSON")},
};

struct command {
	const char *against; /* the files after it are operands */
	const char *sender;
	bool fail_on_loss, all, json;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct command *command = ctx;
	switch ((enum option)index) {
	case AGAINST:
		if (command->against)
			return N_("stands once; name all files after it");
		command->against = value;
		return NULL;
	case SENDER:
		if (!tocsin_text_is_level(value, strlen(value)))
			return N_("must be 1 to 64 of A-Z a-z 0-9 _ -");
		command->sender = value;
		return NULL;
	case FAIL_ON_LOSS:
		command->fail_on_loss = true;
		return NULL;
	case ALL:
		command->all = true;
		return NULL;
	case JSON:
		command->json = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static bool feed_all(const struct command *command, const struct tocsin_operands *operands,
	struct tocsin_diff_feed *feed, const struct tocsin_ruleset *before,
	const struct tocsin_ruleset *after)
{
	if (!command->against)
		return tocsin_diff_feed_grid(feed, before, after);
	bool fine = tocsin_diff_feed_path(feed, command->against);
	for (size_t i = 2; i < operands->count; i++)
		fine &= tocsin_diff_feed_path(feed, operands->items[i]);
	return fine;
}

static enum tocsin_exit compare(const struct command *command,
	const struct tocsin_operands *operands, const struct tocsin_ruleset *before,
	const struct tocsin_ruleset *after)
{
	struct tocsin_diff_feed feed = {
		.impact = tocsin_impact_create(before, after), .sender = command->sender};
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	if (!feed.impact) {
		fprintf(stderr, _("tocsin diff: out of memory\n"));
		return code;
	}
	const bool fed = feed_all(command, operands, &feed, before, after);
	const bool printed = command->json ? tocsin_json_line_value(tocsin_diff_value(&feed), stdout)
									   : tocsin_diff_print(&feed, command->all);
	if (!printed)
		fprintf(stderr, _("tocsin diff: out of memory\n"));
	if (fed && printed && !(command->fail_on_loss && tocsin_impact_loses(feed.impact)))
		code = TOCSIN_EXIT_OK;
	tocsin_diff_feed_finish(&feed);
	tocsin_impact_destroy(feed.impact);
	return code;
}

enum tocsin_exit tocsin_run_diff(int argc, char **argv)
{
	struct command command = {.against = NULL};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &command}};
	const struct tocsin_usage usage = {
		.command = "diff",
		.synopsis = N_("OLD NEW [--against FILE...] [OPTION]..."),
		.summary = N_("Show what a change of the rules does: alerts and topics lost and gained."),
		.example = "  tocsin diff /etc/tocsin/rules.yaml new.yaml\n"
				   "  tocsin diff old.yaml new.yaml --against last-week.jsonl --fail-on-loss",
		.notes = N_(
			"Without --against it looks at one made-up incident of each kind that the two can\n"
			"tell apart. Each incident stands for itself: throttles and silences are not looked\n"
			"at, and a rule that asks for corroboration waits. Without --sender the limits of\n"
			"single senders are not looked at.\n"
			"Exit: 0 compared, changed or not; 1 a file cannot be read, or --fail-on-loss;\n"
			"2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = TOCSIN_MAX_OPERANDS,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	if (operands.count < 2 || (operands.count > 2 && !command.against))
		return tocsin_usage_fail(&usage, _("wants two rule files"));
	struct tocsin_ruleset *before = tocsin_rule_file_load(operands.items[0]);
	struct tocsin_ruleset *after = before ? tocsin_rule_file_load(operands.items[1]) : NULL;
	code = after ? compare(&command, &operands, before, after) : TOCSIN_EXIT_REFUSED;
	tocsin_ruleset_destroy(before);
	tocsin_ruleset_destroy(after);
	return code;
}
