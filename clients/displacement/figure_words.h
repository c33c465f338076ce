/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Figures in a person's words, for the table and the chart. */
#pragma once

#include "clients/base/paper.h"
#include "clients/displacement/figure_table.h"

enum { TOCSIN_PEOPLE_TEXT = 64 };

/* ">400,000", "~40,000h": h where households were converted. */
void tocsin_people_write(uint64_t people, Tocsin__V1__Qualifier qualifier, bool converted,
	char text[TOCSIN_PEOPLE_TEXT]);

/* "IDPs newly displaced (flow)". */
void tocsin_measure_say(const struct tocsin_paper *paper, Tocsin__V1__Population population,
	enum tocsin_measure measure);

/* "SD02114 Al Fasher, North Darfur": the regions above as far as known, not the
 * country. */
void tocsin_place_say(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure_place *place);

/* "Al Fasher (SD02114)", or the code alone. */
void tocsin_code_say(
	const struct tocsin_paper *paper, const struct tocsin_figure_book *book, const char *code);

/* All there is to say beside the number: window, change, revision, households, ends,
 * who says so; "" where nothing. */
void tocsin_point_say(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure_point *point);

/* An entry that is not counted, in one breath. */
void tocsin_evidence_say(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure *figure);

/* "Total, round 49: 6,270 in 1 of 3 places ...". */
void tocsin_total_say(const struct tocsin_paper *paper, const struct tocsin_figure_table *table,
	const struct tocsin_figure_total *total);

/* "2025-04-15: >400,000 left Zamzam; ~181,000 to Tawila (not counted)". */
void tocsin_corridor_say(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure_corridor *corridor);

/* A date, in UTC. */
void tocsin_day_write(int64_t time_ms, char text[TOCSIN_PERIOD_TEXT]);
