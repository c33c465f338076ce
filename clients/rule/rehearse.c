/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/rehearse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/rule/rehearsal_run.h"
#include "clients/rule/rule_file.h"

/* One run over all scenarios. Coverage is of one rule set: the one on the command
 * line, or else of the first scenario. */
struct rehearsing {
	const struct tocsin_rehearse_want *want;
	struct tocsin_ruleset *ruleset; /* what coverage counts */
	char *counted;                  /* its path */
	struct tocsin_rehearsal_coverage *coverage;
	json_t *scenarios;
	bool ok;
};

static bool same_file(const char *left, const char *right)
{
	char *a = realpath(left, NULL), *b = realpath(right, NULL);
	const bool same = a && b ? strcmp(a, b) == 0 : strcmp(left, right) == 0;
	free(a);
	free(b);
	return same;
}

static bool count_rules(struct rehearsing *rehearsing, const char *rules)
{
	if (rehearsing->coverage || !rehearsing->ok)
		return rehearsing->coverage != NULL;
	rehearsing->ruleset = tocsin_rule_file_load(rules);
	if (rehearsing->ruleset)
		rehearsing->coverage = tocsin_rehearsal_coverage_create(rehearsing->ruleset);
	rehearsing->counted = rehearsing->coverage ? strdup(rules) : NULL;
	return rehearsing->counted != NULL;
}

static bool belongs(const struct rehearsing *rehearsing, const struct tocsin_rehearsal *rehearsal)
{
	const struct tocsin_rehearse_want *want = rehearsing->want;
	return !want->skip_others || !rehearsal->rules || !want->rules ||
		same_file(rehearsal->rules, want->rules_name ? want->rules_name : want->rules);
}

static bool run_scenario(struct rehearsing *rehearsing, const struct tocsin_rehearsal *rehearsal)
{
	const char *rules = rehearsing->want->rules ? rehearsing->want->rules : rehearsal->rules;
	if (!rules) {
		fprintf(stderr, _("%s: names no 'rules', and none are given\n"), rehearsal->file);
		return false;
	}
	if (!rehearsing->coverage && !count_rules(rehearsing, rules))
		return false;
	json_t *value = tocsin_rehearsal_run(rehearsal, rules, rehearsing->coverage);
	const bool ok = json_is_true(json_object_get(value, "ok"));
	return value && json_array_append_new(rehearsing->scenarios, value) == 0 && ok;
}

static void rehearse_file(struct rehearsing *rehearsing, const char *path)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_rehearsal rehearsal;
	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status = tocsin_rehearsal_read(path, &diagnostics, &rehearsal);
	tocsin_diagnostics_sort(&diagnostics);
	tocsin_diagnostics_print(&diagnostics, stderr);
	if (status == TOCSIN_NO_MEMORY)
		fprintf(stderr, _("tocsin rehearse: out of memory\n"));
	if (status != TOCSIN_OK ||
		(belongs(rehearsing, &rehearsal) && !run_scenario(rehearsing, &rehearsal)))
		rehearsing->ok = false;
	tocsin_rehearsal_finish(&rehearsal);
	tocsin_diagnostics_finish(&diagnostics);
}

json_t *tocsin_rehearse(const struct tocsin_rehearse_want *want)
{
	struct rehearsing rehearsing = {.want = want, .scenarios = json_array(), .ok = true};
	if (want->rules && !count_rules(&rehearsing, want->rules))
		rehearsing.ok = false;
	for (size_t i = 0; i < want->scenarios->count && (rehearsing.coverage || !want->rules); i++)
		rehearse_file(&rehearsing, want->scenarios->paths[i]);
	json_t *result =
		json_pack("{s:b, s:o}", "ok", rehearsing.ok, "scenarios", rehearsing.scenarios);
	if (result && rehearsing.coverage) {
		json_object_set_new(result, "rules", json_string(rehearsing.counted));
		json_object_set_new(
			result, "coverage", tocsin_rehearsal_coverage_value(rehearsing.coverage));
	}
	tocsin_rehearsal_coverage_destroy(rehearsing.coverage);
	tocsin_ruleset_destroy(rehearsing.ruleset);
	free(rehearsing.counted);
	return result;
}

enum option { COVERAGE_MIN, JSON };

static const struct tocsin_option own_options[] = {
	[COVERAGE_MIN] = {"coverage-min", 0, "PERCENT", N_("fail where fewer of the rules fired")},
	[JSON] = {"json", 0, NULL, N_("print all of it as one line of JSON")},
};

struct command {
	int64_t coverage_min;
	bool json;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct command *command = ctx;
	if (index == JSON) {
		command->json = true;
		return NULL;
	}
	if (!tocsin_number_read(value, &command->coverage_min) || command->coverage_min < 0 ||
		command->coverage_min > 100)
		return N_("wants 0 to 100");
	return NULL;
}

static bool add_operand(struct tocsin_rehearsal_files *files, const char *path)
{
	const bool folder = tocsin_rehearsal_is_folder(path);
	if (folder ? tocsin_rehearsal_files_find(files, path) : tocsin_rehearsal_files_add(files, path))
		return true;
	fprintf(stderr, _("tocsin rehearse: %s: %s\n"), path, strerror(errno));
	return false;
}

/* [RULES] SCENARIO...: a first operand that is neither a scenario nor a folder is the
 * rule file. */
static bool collect(const struct tocsin_operands *operands, struct tocsin_rehearse_want *want,
	struct tocsin_rehearsal_files *files)
{
	size_t next = 0;
	if (operands->count > 0 && !tocsin_rehearsal_is_scenario(operands->items[0]) &&
		!tocsin_rehearsal_is_folder(operands->items[0]))
		want->rules = operands->items[next++];
	want->skip_others =
		next == operands->count || tocsin_rehearsal_is_folder(operands->items[next]);
	if (next == operands->count)
		return want->rules ? tocsin_rehearsal_files_beside(files, want->rules)
						   : tocsin_rehearsal_files_find(files, ".");
	for (; next < operands->count; next++)
		if (!add_operand(files, operands->items[next]))
			return false;
	return true;
}

static enum tocsin_exit finish(const struct command *command, json_t *result)
{
	const json_t *rules = json_object_get(json_object_get(result, "coverage"), "rules");
	const json_int_t percent = json_integer_value(json_object_get(rules, "percent"));
	const bool covered = command->coverage_min == 0 || percent >= command->coverage_min;
	bool ok = json_is_true(json_object_get(result, "ok")) && covered;
	if (json_array_size(json_object_get(result, "scenarios")) == 0 && ok) {
		fprintf(stderr, _("tocsin rehearse: there is no *%s to run\n"), TOCSIN_REHEARSAL_SUFFIX);
		ok = false;
	}
	if (!command->json)
		tocsin_rehearse_print(result);
	if (!covered)
		fprintf(stderr, _("tocsin rehearse: %lld %% of the rules fired, %lld %% are wanted\n"),
			(long long)percent, (long long)command->coverage_min);
	json_object_set_new(result, "ok", json_boolean(ok));
	if (command->json)
		tocsin_json_line_value(json_incref(result), stdout);
	return ok ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

enum tocsin_exit tocsin_run_rehearse(int argc, char **argv)
{
	struct command command = {.json = false};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &command}};
	const struct tocsin_usage usage = {
		.command = "rehearse",
		.synopsis = N_("[RULES] [SCENARIO]... [OPTION]..."),
		.summary = N_("Run scenarios on a rule file with a clock of their own: what would go out."),
		.example = "  tocsin rehearse /etc/tocsin/rules.yaml\n"
				   "  tocsin rehearse rules.yaml attack.rehearsal.yaml --coverage-min 100",
		.notes = N_("A SCENARIO is a file *.rehearsal.yaml, or a folder of them; without one, all\n"
					"that lie beside RULES. Without RULES each scenario names its own. Nothing is\n"
					"sent anywhere. Exit: 0 all met, 1 not met or not readable, 2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = TOCSIN_MAX_OPERANDS,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	struct tocsin_rehearsal_files files = {.paths = NULL};
	struct tocsin_rehearse_want want = {.scenarios = &files};
	code = TOCSIN_EXIT_REFUSED;
	json_t *result = NULL;
	if (!collect(&operands, &want, &files))
		fprintf(stderr, _("tocsin rehearse: the scenarios cannot be listed\n"));
	else if ((result = tocsin_rehearse(&want)))
		code = finish(&command, result);
	json_decref(result);
	tocsin_rehearsal_files_finish(&files);
	return code;
}
