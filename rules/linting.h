/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the files of lint share. */
#pragma once

#include "rules/cover.h"
#include "rules/lint.h"
#include "rules/sentence_words.h"

struct tocsin_linting {
	const struct tocsin_ruleset *ruleset;
	enum tocsin_language language;
	struct tocsin_arena *arena;
	struct tocsin_covering covering;
	bool *dead; /* by rule: it can never fire */
	struct tocsin_finding *findings;
	size_t count, room;
	bool cut; /* there was more than room */
	bool short_of_memory;
};

#define TOCSIN_LINT_SAY(linting, word, ...)                                                        \
	tocsin_arena_format(                                                                           \
		(linting)->arena, tocsin_word(TOCSIN_WORD_##word, (linting)->language), __VA_ARGS__)

/* message or advice NULL: memory is short. */
void tocsin_lint_add(struct tocsin_linting *linting, const struct tocsin_finding *finding);

/* About one rule, or (NULL) about the default. */
void tocsin_lint_rule(struct tocsin_linting *linting, const struct tocsin_rule *rule,
	const char *check, const char *message, enum tocsin_word advice);
void tocsin_lint_default(struct tocsin_linting *linting, enum tocsin_lint_level level,
	const char *check, const char *message, enum tocsin_word advice);

/* lint_rules.c: each rule by itself and beside the others; fills dead. */
void tocsin_lint_rules(struct tocsin_linting *linting);

/* lint_regions.c: admin-1 regions that no rule covers. */
void tocsin_lint_regions(struct tocsin_linting *linting);

/* lint_extreme.c: what extreme incidents reach. */
void tocsin_lint_extreme(struct tocsin_linting *linting);

/* lint_places.c: the countries that the rules mention, and their admin-1 regions. */
struct tocsin_lint_places {
	uint32_t *regions; /* admin-1 by country, rising */
	size_t count;
	uint32_t *countries;
	size_t country_count;
	uint32_t elsewhere; /* a country of none of them, or TOCSIN_NO_REGION */
};
bool tocsin_lint_places_find(struct tocsin_linting *linting, struct tocsin_lint_places *places);

/* "Gao (ML07), Kidal (ML08) and 3 more". */
const char *tocsin_lint_places_text(
	struct tocsin_linting *linting, const uint32_t *regions, size_t count);

/* lint_regions.c: the audiences of the default. */
const char *tocsin_lint_fallback_text(struct tocsin_linting *linting);
