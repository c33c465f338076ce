/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/commands.h"

#include <stdlib.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/options.h"
#include "clients/base/paper.h"
#include "clients/base/tongue.h"
#include "rules/lint.h"
#include "rules/ruleset.h"

enum { MAX_TEXT_MEMORY = 256 << 20, MAX_SENTENCE_MEMORY = 8 << 20 };

enum option { STRICT, QUIET, LANGUAGE, JSON };

static const struct tocsin_option own_options[] = {
	[STRICT] = {"strict", 0, NULL, N_("a warning of lint is an error")},
	[QUIET] = {"quiet", 'q', NULL, N_("no sentences")},
	[LANGUAGE] = {"language", 0, "LANG", N_("of the sentences: en or fr (the reader's own)")},
	[JSON] = {"json", 0, NULL, N_("print the result as one line of JSON")},
};

struct check {
	bool strict, quiet, json;
	enum tocsin_language language;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct check *check = ctx;
	switch ((enum option)index) {
	case STRICT:
		check->strict = true;
		return NULL;
	case QUIET:
		check->quiet = true;
		return NULL;
	case LANGUAGE:
		if (strcmp(value, "en") != 0 && strcmp(value, "fr") != 0)
			return N_("knows en and fr");
		check->language = tocsin_language_of(value);
		return NULL;
	case JSON:
		check->json = true;
		return NULL;
	}
	return N_("cannot be taken");
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

static void print_summary(const struct tocsin_ruleset *ruleset)
{
	size_t disabled = 0;
	size_t regions = listed_regions(ruleset);
	for (size_t i = 0; i < ruleset->rule_count; i++)
		disabled += ruleset->rules[i].enabled ? 0 : 1;
	printf(tocsin_tongue_many("OK: %zu rule", "OK: %zu rules", ruleset->rule_count),
		ruleset->rule_count);
	if (disabled)
		printf(tocsin_tongue_many(" (%zu disabled)", " (%zu disabled)", disabled), disabled);
	printf(tocsin_tongue_many(", %zu audience, ", ", %zu audiences, ", ruleset->audience_count),
		ruleset->audience_count);
	if (ruleset->senders_listed)
		printf(tocsin_tongue_many("%zu sender, ", "%zu senders, ", ruleset->sender_count),
			ruleset->sender_count);
	printf(tocsin_tongue_many("%zu region, version %s\n", "%zu regions, version %s\n", regions),
		regions, ruleset->version);
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

/* What lint found, and what the rules say. */
struct reading {
	struct tocsin_arena *arena; /* of the findings */
	const struct tocsin_finding *findings;
	size_t finding_count, warnings;
	struct tocsin_sentences *sentences;
	struct tocsin_arena *line; /* of one sentence at a time */
};

static bool reading_begin(
	struct reading *reading, const struct tocsin_ruleset *ruleset, enum tocsin_language language)
{
	*reading = (struct reading){
		.arena = tocsin_arena_create(MAX_TEXT_MEMORY, &tocsin_heap),
		.line = tocsin_arena_create(MAX_SENTENCE_MEMORY, &tocsin_heap),
		.sentences = tocsin_sentences_create(ruleset, language),
	};
	if (!reading->arena || !reading->line || !reading->sentences ||
		tocsin_lint(ruleset, language, reading->arena, &reading->findings,
			&reading->finding_count) != TOCSIN_OK) {
		fprintf(stderr, _("tocsin check: out of memory\n"));
		return false;
	}
	for (size_t i = 0; i < reading->finding_count; i++)
		reading->warnings += reading->findings[i].level == TOCSIN_LINT_WARNING;
	return true;
}

static void reading_finish(struct reading *reading)
{
	tocsin_sentences_destroy(reading->sentences);
	tocsin_arena_destroy(reading->arena);
	tocsin_arena_destroy(reading->line);
}

/* The sentence of a rule, or of the default after the last one. */
static const char *sentence(
	struct reading *reading, const struct tocsin_ruleset *ruleset, size_t number)
{
	tocsin_arena_reset(reading->line);
	return number < ruleset->rule_count
		? tocsin_sentence_rule(reading->sentences, &ruleset->rules[number], reading->line)
		: tocsin_sentence_default(reading->sentences, reading->line);
}

static const char *level_name(enum tocsin_lint_level level)
{
	return level == TOCSIN_LINT_WARNING ? "warning" : "note";
}

/* Names of places and files are the operator's, and yet safe on a terminal. */
static void print_findings(const struct reading *reading)
{
	const struct tocsin_paper paper = tocsin_paper_for(stderr);
	for (size_t i = 0; i < reading->finding_count; i++) {
		const struct tocsin_finding *finding = &reading->findings[i];
		tocsin_put(&paper, finding->file);
		tocsin_say(&paper, ":%u: %s: ", finding->line, level_name(finding->level));
		tocsin_put(&paper, finding->message);
		tocsin_say(&paper, ": %s [%s]\n", finding->advice, finding->check);
	}
}

static void print_sentences(struct reading *reading, const struct tocsin_ruleset *ruleset)
{
	const struct tocsin_paper paper = tocsin_paper_for(stdout);
	for (size_t i = 0; i <= ruleset->rule_count; i++) {
		tocsin_put(&paper, sentence(reading, ruleset, i));
		tocsin_say(&paper, "\n");
	}
}

static json_t *findings_value(const struct reading *reading)
{
	json_t *list = json_array();
	for (size_t i = 0; i < reading->finding_count; i++) {
		const struct tocsin_finding *finding = &reading->findings[i];
		json_t *entry = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "level",
			level_name(finding->level), "check", finding->check, "file", finding->file, "line",
			(json_int_t)finding->line, "message", finding->message, "advice", finding->advice);
		if (entry && finding->rule)
			json_object_set_new(entry, "rule", json_string(finding->rule));
		json_array_append_new(list, entry);
	}
	return list;
}

static json_t *sentences_value(struct reading *reading, const struct tocsin_ruleset *ruleset)
{
	json_t *list = json_array();
	for (size_t i = 0; i <= ruleset->rule_count; i++) {
		const char *text = sentence(reading, ruleset, i);
		json_array_append_new(list,
			i < ruleset->rule_count
				? json_pack("{s:s, s:s}", "rule", ruleset->rules[i].id, "text", text ? text : "")
				: json_pack("{s:n, s:s}", "rule", "text", text ? text : ""));
	}
	return list;
}

static bool print_json(const struct check *check, const struct tocsin_ruleset *ruleset,
	const struct tocsin_diagnostics *diagnostics, struct reading *reading, bool ok)
{
	json_t *result = json_pack("{s:b, s:I, s:o}", "ok", ok, "errors",
		(json_int_t)diagnostics->errors, "diagnostics", diagnostics_value(diagnostics));
	if (result && ruleset) {
		json_object_set_new(result, "rules", json_integer((json_int_t)ruleset->rule_count));
		json_object_set_new(result, "audiences", json_integer((json_int_t)ruleset->audience_count));
		json_object_set_new(result, "senders", json_integer((json_int_t)ruleset->sender_count));
		json_object_set_new(result, "regions", json_integer((json_int_t)listed_regions(ruleset)));
		json_object_set_new(result, "version", json_string(ruleset->version));
		json_object_set_new(result, "lint", findings_value(reading));
		if (!check->quiet)
			json_object_set_new(result, "sentences", sentences_value(reading, ruleset));
	}
	return tocsin_json_line_value(result, stdout);
}

/* What loads: its sentences and what lint finds. */
static enum tocsin_exit read_back(const struct check *check, const struct tocsin_ruleset *ruleset,
	const struct tocsin_diagnostics *diagnostics)
{
	struct reading reading;
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	if (reading_begin(&reading, ruleset, check->language)) {
		bool ok = !check->strict || reading.warnings == 0;
		print_findings(&reading);
		if (check->json) {
			print_json(check, ruleset, diagnostics, &reading, ok);
		} else {
			if (!check->quiet)
				print_sentences(&reading, ruleset);
			if (ok)
				print_summary(ruleset);
		}
		if (!ok)
			fprintf(stderr,
				tocsin_tongue_many("%zu warning of lint, refused by --strict\n",
					"%zu warnings of lint, refused by --strict\n", reading.warnings),
				reading.warnings);
		code = ok ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
	}
	reading_finish(&reading);
	return code;
}

static enum tocsin_exit run(const struct check *check, const char *path)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &ruleset);
	if (status != TOCSIN_OK)
		ruleset = NULL;
	tocsin_diagnostics_sort(&diagnostics);
	tocsin_diagnostics_print(&diagnostics, stderr);
	if (ruleset)
		code = read_back(check, ruleset, &diagnostics);
	else if (diagnostics.errors == 0)
		fprintf(stderr, _("tocsin check: %s: %s\n"), path,
			status == TOCSIN_NO_MEMORY ? _("out of memory") : _("cannot be loaded"));
	else
		fprintf(stderr,
			tocsin_tongue_many("%zu error: the hub would keep its old rules\n",
				"%zu errors: the hub would keep its old rules\n", diagnostics.errors),
			diagnostics.errors);
	if (!ruleset && check->json)
		print_json(check, NULL, &diagnostics, NULL, false);
	tocsin_ruleset_destroy(ruleset);
	tocsin_diagnostics_finish(&diagnostics);
	return code;
}

enum tocsin_exit tocsin_run_check(int argc, char **argv)
{
	struct check check = {.language = tocsin_tongue_language()};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &check}};
	const struct tocsin_usage usage = {
		.command = "check",
		.synopsis = N_("RULES [OPTION]..."),
		.summary =
			N_("Check a rule file and all that it names, as the hub would load it, and read\n"
			   "the rules back as sentences."),
		.example = "  tocsin check /etc/tocsin/rules.yaml\n"
				   "  tocsin check rules.yaml --strict -q",
		.notes =
			N_("What is wrong comes on stderr as file:line:column, all of it at once; then, of\n"
			   "rules that load, what lint finds: rules that can never fire, regions that none\n"
			   "covers, extremes that would reach only the default. A note of lint is to be\n"
			   "known, a warning to be mended or meant.\n"
			   "Exit: 0 it loads, 1 it does not (or --strict and a warning), 2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = 1,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		return code;
	if (operands.count != 1)
		return tocsin_usage_fail(&usage, _("wants a rule file"));
	return run(&check, operands.items[0]);
}
