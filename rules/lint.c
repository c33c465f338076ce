/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/lint.h"

#include <stdlib.h>
#include <string.h>

#include "rules/linting.h"

/* What single rules may take of the list: what no rule covers is told as well. */
enum { MAX_RULE_FINDINGS = TOCSIN_MAX_FINDINGS - 300 };

/* Steps that comparing rules may take: seconds, whatever the rules. */
static const uint64_t budget = UINT64_C(500000000);

void tocsin_lint_add(struct tocsin_linting *linting, const struct tocsin_finding *finding)
{
	if (finding->message == NULL) {
		linting->short_of_memory = true;
	} else if (linting->count < linting->room) {
		linting->findings[linting->count++] = *finding;
	} else {
		linting->cut = true;
	}
}

void tocsin_lint_rule(struct tocsin_linting *linting, const struct tocsin_rule *rule,
	const char *check, const char *message, enum tocsin_word advice)
{
	tocsin_lint_add(linting,
		&(struct tocsin_finding){.level = TOCSIN_LINT_WARNING,
			.check = check,
			.file = linting->ruleset->files[rule->file],
			.line = rule->line,
			.rule = rule->id,
			.message = message,
			.advice = tocsin_word(advice, linting->language)});
}

void tocsin_lint_default(struct tocsin_linting *linting, enum tocsin_lint_level level,
	const char *check, const char *message, enum tocsin_word advice)
{
	tocsin_lint_add(linting,
		&(struct tocsin_finding){.level = level,
			.check = check,
			.file = linting->ruleset->files[linting->ruleset->fallback_file],
			.line = linting->ruleset->fallback_line,
			.message = message,
			.advice = tocsin_word(advice, linting->language)});
}

static bool is_used(const struct tocsin_ruleset *ruleset, size_t audience)
{
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[i];
		for (size_t k = 0; rule->enabled && k < rule->output_count; k++) {
			if (rule->outputs[k].audience == audience) {
				return true;
			}
		}
	}
	for (size_t i = 0; i < ruleset->fallback_count; i++) {
		if (ruleset->fallback[i].audience == audience) {
			return true;
		}
	}
	return false;
}

static void lint_audiences(struct tocsin_linting *linting)
{
	const struct tocsin_ruleset *ruleset = linting->ruleset;
	for (size_t i = 0; i < ruleset->audience_count; i++) {
		const struct tocsin_audience *audience = &ruleset->audiences[i];
		if (!is_used(ruleset, i)) {
			tocsin_lint_add(linting,
				&(struct tocsin_finding){.level = TOCSIN_LINT_WARNING,
					.check = "audience.unused",
					.file = ruleset->files[audience->file],
					.line = audience->line,
					.message = TOCSIN_LINT_SAY(linting, LINT_UNUSED, audience->name),
					.advice = tocsin_word(TOCSIN_WORD_LINT_UNUSED_DO, linting->language)});
		}
	}
}

/* By file, then line; what was said first of one line stays first. */
static bool stands_before(const struct tocsin_finding *a, const struct tocsin_finding *b)
{
	const int files = strcmp(a->file, b->file);
	return files < 0 || (files == 0 && a->line < b->line);
}

static void sort(struct tocsin_finding *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct tocsin_finding item = items[i];
		size_t at = i;
		for (; at > 0 && stands_before(&item, &items[at - 1]); at--) {
			items[at] = items[at - 1];
		}
		items[at] = item;
	}
}

enum tocsin_status tocsin_lint(const struct tocsin_ruleset *ruleset, enum tocsin_language language,
	struct tocsin_arena *arena, const struct tocsin_finding **findings, size_t *count)
{
	struct tocsin_linting linting = {.ruleset = ruleset,
		.language = language,
		.arena = arena,
		.covering = {ruleset->gazetteer, budget},
		.room = MAX_RULE_FINDINGS};
	linting.findings = tocsin_arena_zero(arena, TOCSIN_MAX_FINDINGS, sizeof *linting.findings);
	linting.dead = calloc(ruleset->rule_count + 1, sizeof *linting.dead);
	if (linting.findings == NULL || linting.dead == NULL) {
		free(linting.dead);
		return TOCSIN_NO_MEMORY;
	}
	lint_audiences(&linting);
	tocsin_lint_rules(&linting);
	linting.room = TOCSIN_MAX_FINDINGS - 2;
	tocsin_lint_regions(&linting);
	tocsin_lint_extreme(&linting);
	linting.room = TOCSIN_MAX_FINDINGS;
	if (linting.cut) {
		tocsin_lint_default(&linting, TOCSIN_LINT_NOTE, "lint.cut",
			tocsin_word(TOCSIN_WORD_LINT_CUT, language), TOCSIN_WORD_LINT_BUDGET_DO);
	}
	if (linting.covering.budget == 0) {
		tocsin_lint_default(&linting, TOCSIN_LINT_NOTE, "lint.budget",
			tocsin_word(TOCSIN_WORD_LINT_BUDGET, language), TOCSIN_WORD_LINT_BUDGET_DO);
	}
	free(linting.dead);
	if (linting.short_of_memory) {
		return TOCSIN_NO_MEMORY;
	}
	sort(linting.findings, linting.count);
	*findings = linting.findings;
	*count = linting.count;
	return TOCSIN_OK;
}
