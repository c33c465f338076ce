/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The questions of a report, one after the other; any can be gone back to. */
#pragma once

#include <jansson.h>

#include "clients/base/line.h"
#include "clients/report/incident_flags.h"
#include "clients/report/place_search.h"

struct tocsin_guide {
	struct tocsin_line line;
	struct tocsin_place_lists lists;
	int64_t now_ms;
	json_t *incident; /* what has been answered so far; owned */
};

enum tocsin_guide_step {
	TOCSIN_GUIDE_NEXT,
	TOCSIN_GUIDE_BACK, /* the officer wants the question before */
	TOCSIN_GUIDE_STOP, /* broken off: nothing is to be kept */
};

struct tocsin_guide_choice {
	const char *word;
	const char *meaning; /* or NULL */
};

/* Asks for one line; text is "" for Enter alone. "<" goes back. */
enum tocsin_guide_step tocsin_guide_ask(struct tocsin_guide *guide, const char *prompt,
	const struct tocsin_completion *completion, char text[TOCSIN_MAX_LINE]);

/* Asks for one of the choices, by number, word or its beginning, until it is one.
 * *chosen is an index; usual is taken for Enter alone, -1 where there is none. */
enum tocsin_guide_step tocsin_guide_choose(struct tocsin_guide *guide, const char *title,
	const struct tocsin_guide_choice *choices, size_t count, int usual, size_t *chosen);

/* Asks until yes or no. */
enum tocsin_guide_step tocsin_guide_confirm(
	struct tocsin_guide *guide, const char *question, bool *yes);

/* Gives an option to scratch; what is wrong is said. False where it is wrong. */
bool tocsin_guide_give(
	struct tocsin_incident_flags *scratch, const char *option, const char *value);

/* Puts what scratch holds into the incident, in the place of the members named (ended
 * by NULL), and finishes scratch. False without memory. */
bool tocsin_guide_answer(
	struct tocsin_guide *guide, struct tocsin_incident_flags *scratch, const char *const *members);

/* The questions. */
enum tocsin_guide_step tocsin_guide_place(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_event(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_time(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_severity(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_certainty(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_claims(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_figure(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_needs(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_texts(struct tocsin_guide *guide);
enum tocsin_guide_step tocsin_guide_sensitivity(struct tocsin_guide *guide);
