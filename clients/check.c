/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/commands.h"

#include <stdio.h>

#include "clients/json_out.h"
#include "clients/options.h"
#include "rules/ruleset.h"

static const struct tocsin_option own_options[] = {
	{"json", 0, NULL, "print the result as one line of JSON"},
};

static const char *take(void *ctx, size_t index, char *value)
{
	(void)index;
	(void)value;
	*(bool *)ctx = true;
	return NULL;
}

/* Places of the loaded lists; the countries are always there. */
static size_t listed_regions(const struct tocsin_ruleset *ruleset)
{
	size_t countries = 0, all = tocsin_gazetteer_count(ruleset->gazetteer);
	for (size_t i = 0; i < all; i++)
		if (tocsin_gazetteer_region(ruleset->gazetteer, (uint32_t)i)->level == 0)
			countries++;
	return all - countries;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void print_summary(const struct tocsin_ruleset *ruleset)
{
	size_t disabled = 0;
	size_t regions = listed_regions(ruleset);
	for (size_t i = 0; i < ruleset->rule_count; i++)
		disabled += ruleset->rules[i].enabled ? 0 : 1;
	printf("OK: %zu rule%s", ruleset->rule_count, plural(ruleset->rule_count));
	if (disabled)
		printf(" (%zu disabled)", disabled);
	printf(", %zu audience%s, ", ruleset->audience_count, plural(ruleset->audience_count));
	if (ruleset->senders_listed)
		printf("%zu sender%s, ", ruleset->sender_count, plural(ruleset->sender_count));
	printf("%zu region%s, version %s\n", regions, plural(regions), ruleset->version);
}

static json_t *diagnostics_value(const struct tocsin_diagnostics *diagnostics)
{
	json_t *list = json_array();
	for (size_t i = 0; i < diagnostics->count; i++) {
		const struct tocsin_diagnostic *item = &diagnostics->items[i];
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:I, s:I, s:s}", "level",
				item->kind == TOCSIN_NOTE_ERROR ? "error" : "warning", "file", item->file, "line",
				(json_int_t)item->line, "column", (json_int_t)item->column, "message",
				item->message));
	}
	return list;
}

static bool print_json(
	const struct tocsin_ruleset *ruleset, const struct tocsin_diagnostics *diagnostics)
{
	json_t *result = json_pack("{s:b, s:I, s:o}", "ok", ruleset != NULL, "errors",
		(json_int_t)diagnostics->errors, "diagnostics", diagnostics_value(diagnostics));
	if (result && ruleset) {
		json_object_set_new(result, "rules", json_integer((json_int_t)ruleset->rule_count));
		json_object_set_new(result, "audiences", json_integer((json_int_t)ruleset->audience_count));
		json_object_set_new(result, "senders", json_integer((json_int_t)ruleset->sender_count));
		json_object_set_new(result, "regions", json_integer((json_int_t)listed_regions(ruleset)));
		json_object_set_new(result, "version", json_string(ruleset->version));
	}
	return tocsin_json_line_value(result, stdout);
}

static enum tocsin_exit check(const char *path, bool json)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &ruleset);
	if (status != TOCSIN_OK)
		ruleset = NULL;
	tocsin_diagnostics_sort(&diagnostics);
	tocsin_diagnostics_print(&diagnostics, stderr);
	if (!ruleset && diagnostics.errors == 0)
		fprintf(stderr, "tocsin check: %s: %s\n", path,
			status == TOCSIN_NO_MEMORY ? "out of memory" : "cannot be loaded");
	else if (!ruleset)
		fprintf(stderr, "%zu error%s: the hub would keep its old rules\n", diagnostics.errors,
			plural(diagnostics.errors));
	if (json)
		print_json(ruleset, &diagnostics);
	else if (ruleset)
		print_summary(ruleset);
	tocsin_ruleset_destroy(ruleset);
	tocsin_diagnostics_finish(&diagnostics);
	return ruleset ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

enum tocsin_exit tocsin_run_check(int argc, char **argv)
{
	bool json = false;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {{"Options", own_options, 1, take, &json}};
	const struct tocsin_usage usage = {
		.command = "check",
		.synopsis = "RULES [--json]",
		.summary = "Check a rule file and all that it names, as the hub would load it.",
		.example = "  tocsin check /etc/tocsin/rules.yaml",
		.notes = "What is wrong comes on stderr as file:line:column, all of it at once.\n"
				 "Exit: 0 it loads, 1 it does not, 2 usage.",
		.sets = sets,
		.set_count = 1,
		.max_operands = 1,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	if (operands.count != 1)
		return tocsin_usage_fail(&usage, "wants a rule file");
	return check(operands.items[0], json);
}
