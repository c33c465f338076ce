/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/explain.h"

#include "rules/clause.h"
#include "rules/match.h"

/* Everything that is written about one rule. */
struct writing {
	const struct tocsin_ruleset *ruleset;
	const struct tocsin_facts *facts;
	struct tocsin_arena *arena;
};

static bool write_clause(const struct writing *writing, const struct tocsin_clause *clause,
	struct tocsin_explained *explained)
{
	explained->clause = clause->name;
	explained->wanted = tocsin_clause_wanted(clause, writing->ruleset->gazetteer, writing->arena);
	explained->actual = tocsin_clause_actual(clause, writing->ruleset->gazetteer, writing->arena);
	return explained->wanted != NULL && explained->actual != NULL;
}

/* All keys beneath "not" hold. */
static bool write_not(const struct writing *writing, const struct tocsin_match *match,
	struct tocsin_explained *explained)
{
	struct tocsin_clause clauses[TOCSIN_CLAUSES];
	const char *wanted = "not all of:";
	const char *actual = "";
	tocsin_clauses_read(match, writing->facts, clauses);
	for (size_t i = 0; i < TOCSIN_CLAUSES && wanted != NULL && actual != NULL; i++) {
		if (!tocsin_clause_asked(&clauses[i])) {
			continue;
		}
		struct tocsin_explained part;
		if (!write_clause(writing, &clauses[i], &part)) {
			return false;
		}
		const char *comma = actual[0] != '\0' ? "," : "";
		const char *space = actual[0] != '\0' ? ", " : "";
		wanted = tocsin_arena_format(
			writing->arena, "%s%s %s %s", wanted, comma, part.clause, part.wanted);
		actual = tocsin_arena_format(
			writing->arena, "%s%s%s %s", actual, space, part.clause, part.actual);
	}
	explained->clause = "not";
	explained->wanted = wanted;
	explained->actual = actual;
	return wanted != NULL && actual != NULL;
}

static bool write_first_failed(const struct writing *writing, const struct tocsin_rule *rule,
	struct tocsin_explained *explained)
{
	struct tocsin_clause clauses[TOCSIN_CLAUSES];
	tocsin_clauses_read(&rule->match, writing->facts, clauses);
	for (size_t i = 0; i < TOCSIN_CLAUSES; i++) {
		if (!tocsin_clause_holds(&clauses[i])) {
			return write_clause(writing, &clauses[i], explained);
		}
	}
	return write_not(writing, rule->not, explained);
}

static bool write_rule(const struct writing *writing, const struct tocsin_rule *rule,
	const struct tocsin_rule *stopped_by, struct tocsin_explained *explained)
{
	if (!rule->enabled) {
		explained->clause = "enabled";
		explained->wanted = "true";
		explained->actual = "false";
		return true;
	}
	if (stopped_by != NULL) {
		explained->clause = "stop";
		explained->wanted = "no rule before it that stops the walk";
		explained->actual = stopped_by->id;
		return true;
	}
	explained->reached = true;
	explained->matched = tocsin_match_rule(rule, writing->facts);
	return explained->matched || write_first_failed(writing, rule, explained);
}

enum tocsin_status tocsin_explain(const struct tocsin_ruleset *ruleset,
	const struct tocsin_facts *facts, struct tocsin_arena *arena,
	struct tocsin_explained **explained, size_t *count)
{
	const struct writing writing = {ruleset, facts, arena};
	const struct tocsin_rule *stopped_by = NULL;
	struct tocsin_explained *list = tocsin_arena_zero(arena, ruleset->rule_count + 1, sizeof *list);
	if (list == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[i];
		list[i].rule = (uint32_t)i;
		if (!write_rule(&writing, rule, stopped_by, &list[i])) {
			return TOCSIN_NO_MEMORY;
		}
		if (list[i].matched && rule->stop) {
			stopped_by = rule;
		}
	}
	*explained = list;
	*count = ruleset->rule_count;
	return TOCSIN_OK;
}
