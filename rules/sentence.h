/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Rules read back as sentences, so that an operator sees what was understood. */
#pragma once

#include "proto/arena.h"
#include "rules/ruleset.h"

enum tocsin_language { TOCSIN_ENGLISH, TOCSIN_FRENCH };

/* By the name of a locale, such as "fr_ML.UTF-8" or "fr"; English for any other,
 * and for NULL. */
enum tocsin_language tocsin_language_of(const char *locale);

/* What makes the sentences of one rule set, which it borrows. */
struct tocsin_sentences;
struct tocsin_sentences *tocsin_sentences_create(
	const struct tocsin_ruleset *ruleset, enum tocsin_language language);
void tocsin_sentences_destroy(struct tocsin_sentences *sentences);

/* The rest returns texts in arena; NULL at its ceiling. */

/* "mopti-violence: In Mopti (ML05, 8 cercles), severe or worse, battles: partners, for
 * 24 h, kept open." */
const char *tocsin_sentence_rule(const struct tocsin_sentences *sentences,
	const struct tocsin_rule *rule, struct tocsin_arena *arena);

/* The same for the default route. */
const char *tocsin_sentence_default(
	const struct tocsin_sentences *sentences, struct tocsin_arena *arena);
