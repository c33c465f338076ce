/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* All figures that were heard of, with the incidents they belong to and the places
 * they are about. It takes facts in any order and any number of times; what counts
 * is judged later, in a table (clients/displacement/figure_table.h). */
#pragma once

#include <stddef.h>

#include "clients/base/texts.h"
#include "clients/displacement/figure.h"
#include "clients/watch/filters.h"
#include "proto/status.h"
#include "rules/gazetteer.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/incident.pb-c.h"

enum { TOCSIN_MAX_BOOK_FIGURES = 200000 };

/* One incident with all its versions. */
struct tocsin_figure_chain {
	uint32_t newest;    /* highest version heard of that is no Cancel */
	uint32_t withdrawn; /* versions up to this one were cancelled as an error */
	uint32_t closed;    /* version that cancelled it otherwise: what was said was true */
	Tocsin__V1__CloseCause cause;
};

/* A region with all above it, as far as alerts or the gazetteer tell. */
struct tocsin_figure_place {
	const char *code;
	const char *name; /* "" where nobody says it */
	/* From the country down, itself last. Where not known: the place of the alert
	 * that spoke of it, for want of better. */
	struct tocsin_region_path path;
	bool known;
};

struct tocsin_figure_book {
	const struct tocsin_gazetteer *gazetteer; /* borrowed, or NULL */
	struct tocsin_texts *words;               /* texts of the figures */
	struct tocsin_texts *identities;          /* number = index into figures */
	struct tocsin_texts *incidents;           /* number = index into chains */
	struct tocsin_texts *codes;               /* number = index into places */
	struct tocsin_texts *topics;              /* number = index into standing */
	struct tocsin_figure *figures;
	struct tocsin_figure_chain *chains;
	struct tocsin_figure_place *places;
	uint32_t *standing; /* figure on a topic of the hub */
	size_t figure_room, chain_room, place_room, standing_room;
	size_t figure_count;
	uint32_t last;       /* the figure that was put in last, TOCSIN_NO_TEXT for none */
	uint64_t incomplete; /* entries without what counting needs, kept and never counted */
	uint64_t drills;     /* alerts of exercises and tests, left out */
	uint64_t left_out;   /* figures beyond the ceiling */
};

/* gazetteer (or NULL) gives names, regions above and household sizes; it must
 * outlive the book. NULL without memory. */
struct tocsin_figure_book *tocsin_figure_book_create(const struct tocsin_gazetteer *gazetteer);
void tocsin_figure_book_destroy(struct tocsin_figure_book *book);

/* Takes what one alert says: figures, a new version, a Cancel. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_book_alert(
	struct tocsin_figure_book *book, const Tocsin__V1__Alert *alert);

/* The same for an alert that stands on a topic of figure/, and when the hub takes
 * away what stands there. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_book_stand(
	struct tocsin_figure_book *book, const char *topic, const Tocsin__V1__Alert *alert);
void tocsin_figure_book_clear(struct tocsin_figure_book *book, const char *topic);

/* Takes an incident as it was sent; chain names its first version, revision counts
 * from 1. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_book_incident(struct tocsin_figure_book *book,
	const Tocsin__V1__Incident *incident, const char *chain, uint32_t revision);

/* Takes a figure that is filled but for chain and arrival; its texts are copied. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_book_add(
	struct tocsin_figure_book *book, const struct tocsin_figure *figure, const char *chain);

/* Says where a place is: codes from the country down, and names of as many of them
 * (NULL or "" where not known). */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_book_locate(struct tocsin_figure_book *book,
	const struct tocsin_region_path *path, const char *const *names);

/* Notes that a place was spoken of; within is where, for want of better. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_book_mention(
	struct tocsin_figure_book *book, const char *code, const struct tocsin_region_path *within);

/* The entry of an incident, made where there is none; NULL without memory. */
struct tocsin_figure_chain *tocsin_figure_book_chain(
	struct tocsin_figure_book *book, const char *name);

/* NULL where nobody spoke of it. */
const struct tocsin_figure_place *tocsin_figure_book_place(
	const struct tocsin_figure_book *book, const char *code);

/* The code that a place goes by today, where the gazetteer knows that another took
 * its place; else the same. */
const char *tocsin_figure_book_code(const struct tocsin_figure_book *book, const char *code);

/* People in a household there by the gazetteer; 0 where it does not say. */
double tocsin_figure_book_household(const struct tocsin_figure_book *book, const char *code);
