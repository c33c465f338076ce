/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What an alert says, in words of English or French, whatever the reader's locale:
 * for messages that carry both languages. Made from the alert alone, so it shows no
 * more than that; figures keep their unit, qualifier and claimant. */
#pragma once

#include <stdio.h>

#include "proto/arena.h"
#include "rules/sentence.h"
#include "tocsin/v1/alert.pb-c.h"

enum { TOCSIN_MAX_PROSE_FIGURES = 16 }; /* displacement figures told one by one */

/* "Severe battles, Djenné, Mopti, Mali", behind EXERCISE, TEST, UPDATE or CANCELLED;
 * words replaces the template where it is given. At most 160 code points, on one
 * line. NULL at the arena's ceiling. */
char *tocsin_prose_headline(const Tocsin__V1__Alert *alert, const char *words,
	enum tocsin_language language, struct tocsin_arena *arena);

/* All of it as lines: what, where, when; each toll with its claimant; each figure;
 * needs, effects, and how far to trust it. Never empty; NULL without memory. */
char *tocsin_prose_text(
	const Tocsin__V1__Alert *alert, enum tocsin_language language, struct tocsin_arena *arena);

/* "Kouakourou, Djenné, Mopti, Mali": the place as deep as the alert shows it. NULL at
 * the arena's ceiling. */
char *tocsin_prose_place(
	const Tocsin__V1__Alert *alert, enum tocsin_language language, struct tocsin_arena *arena);
