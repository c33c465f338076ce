/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The clauses of one match beside what one incident has for each, as values and as
 * text for a person. In the order of the key list of the rule file. */
#pragma once

#include "proto/arena.h"
#include "rules/facts.h"
#include "rules/ruleset.h"

enum { TOCSIN_CLAUSES = 21 };

enum tocsin_clause_kind {
	TOCSIN_CLAUSE_REGION,
	TOCSIN_CLAUSE_ONE,   /* one value, in a list */
	TOCSIN_CLAUSE_LEAST, /* one value, on a scale */
	TOCSIN_CLAUSE_ANY,   /* several values, any of them in a list */
	TOCSIN_CLAUSE_COUNT, /* people */
	TOCSIN_CLAUSE_TEXT,  /* in a list */
	TOCSIN_CLAUSE_TIME,  /* hours on the wall of a place */
};

struct tocsin_clause {
	const char *name; /* key of the rule file */
	enum tocsin_clause_kind kind;
	const ProtobufCEnumDescriptor *type; /* of ONE, LEAST and ANY */
	uint32_t wanted;                     /* mask of ONE and ANY, least value, people */
	uint32_t actual;                     /* value of ONE and LEAST, mask of ANY */
	bool has_wanted, has_actual;         /* of COUNT */
	double people;                       /* of COUNT */
	const char *const *texts;            /* of TEXT */
	size_t text_count;
	const char *text;
	const struct tocsin_match *match; /* of REGION and TIME */
	const struct tocsin_facts *facts;
};

void tocsin_clauses_read(const struct tocsin_match *match, const struct tocsin_facts *facts,
	struct tocsin_clause clauses[TOCSIN_CLAUSES]);

/* The match asks for it at all. */
bool tocsin_clause_asked(const struct tocsin_clause *clause);

/* By the same functions as tocsin_match_holds. */
bool tocsin_clause_holds(const struct tocsin_clause *clause);

/* "severe or worse", "battles or riots", "ML05 Mopti"; NULL at the arena's ceiling. */
const char *tocsin_clause_wanted(const struct tocsin_clause *clause,
	const struct tocsin_gazetteer *gazetteer, struct tocsin_arena *arena);

/* "moderate", "BF49 > BF", "not stated"; NULL at the arena's ceiling. */
const char *tocsin_clause_actual(const struct tocsin_clause *clause,
	const struct tocsin_gazetteer *gazetteer, struct tocsin_arena *arena);
