/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One displacement figure as one version of one incident gives it: what is counted,
 * how many, and who says so. Sources: IDMC figure model, IOM DTM. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tocsin/v1/incident.pb-c.h"

/* What must never be mixed: people present are no movement, a return (coerced ones,
 * too) is no new displacement, and a count of passers-by at a flow monitoring point
 * is no count of people. */
enum tocsin_measure {
	TOCSIN_MEASURE_STOCK = 1, /* present at a date */
	TOCSIN_MEASURE_FLOW,      /* newly displaced, or fled */
	TOCSIN_MEASURE_RETURNS,   /* went back, or had to */
	TOCSIN_MEASURE_MOVEMENTS, /* seen passing */
};

/* Where the size that turned households into people comes from. */
enum tocsin_size_source {
	TOCSIN_SIZE_NONE,    /* people were counted */
	TOCSIN_SIZE_STATED,  /* the figure says it */
	TOCSIN_SIZE_COUNTRY, /* usual there, says the gazetteer */
	TOCSIN_SIZE_ASSUMED, /* nobody says: 5 */
};

#define TOCSIN_ASSUMED_HOUSEHOLD 5.0

/* Texts are never NULL, "" where there is none, and live as long as the book that
 * the figure is in. */
struct tocsin_figure {
	/* What is counted */
	const char *operation;     /* as written */
	const char *operation_key; /* the topic level of it: what makes two the same */
	const char *place;         /* P-code, or the country's alpha-2 */
	const char *origin, *destination;
	Tocsin__V1__Population population;
	enum tocsin_measure measure;
	Tocsin__V1__Assessment assessment;
	Tocsin__V1__Term term;
	uint32_t round; /* 0: none */
	int64_t as_of_ms;
	int64_t since_ms; /* of a cumulative figure */
	bool cumulative;
	bool evidence; /* triangulation: never counted */

	/* How many */
	bool households;
	uint32_t count; /* of people, or of households */
	Tocsin__V1__Qualifier qualifier;
	double household_size; /* 0 where people were counted */
	enum tocsin_size_source size_source;
	uint64_t people;
	bool rounded; /* to hundreds, for this audience */
	bool revised; /* takes the place of was_people */
	uint64_t was_people;

	/* Who says so */
	const char *sources; /* "OCHA (un), AFP (media)" */
	const char *sender, *hub, *grade, *reason;
	bool disputed;
	const char *id;      /* of the alert or incident version */
	uint32_t chain;      /* number of the incident in the book */
	uint32_t revision;   /* version within the chain */
	int64_t received_ms; /* by the hub; of an incident: sent */
	uint64_t sequence;   /* of the audience; 0 where there is none */
	uint32_t arrival;    /* order in which the book got it */
	bool cleared;        /* the hub took it away */
};

/* Whether an entry can be counted or be evidence: unit, population, flow or stock
 * and figure are all given. */
bool tocsin_figure_is_whole(const Tocsin__V1__Displacement *entry);

/* Fills what is counted and how many, but for texts and times. usual_size is that of
 * the country, 0 where not known. */
void tocsin_figure_fill(
	const Tocsin__V1__Displacement *entry, double usual_size, struct tocsin_figure *figure);

/* Sets people from count; a size that no household has is as good as none. */
void tocsin_figure_convert(struct tocsin_figure *figure, double stated_size, double usual_size);

/* A later one says more about now: by the date that it holds for, then by when the
 * hub got it (its time is coarse for some, its sequence is not), then by version and
 * by arrival. Below, at or above 0. */
int tocsin_figure_compare(const struct tocsin_figure *a, const struct tocsin_figure *b);

/* "stock", "flow", "returns", "movements"; NULL is returned for no measure. */
const char *tocsin_measure_name(enum tocsin_measure measure);
bool tocsin_measure_read(const char *text, enum tocsin_measure *measure);

/* "stated", "country", "assumed", "" for none. */
const char *tocsin_size_source_name(enum tocsin_size_source source);
