/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/displacement/figure_words.h"

/* Separates what is said one after the other. */
static void next(const struct tocsin_paper *paper, bool *begun)
{
	if (*begun)
		fputs("; ", paper->out);
	*begun = true;
}

static void say_households(
	const struct tocsin_paper *paper, const struct tocsin_figure *figure, bool *begun)
{
	static const char *const why[] = {[TOCSIN_SIZE_STATED] = N_("as stated"),
		[TOCSIN_SIZE_COUNTRY] = N_("usual there"),
		[TOCSIN_SIZE_ASSUMED] = N_("assumed: nobody says")};
	char count[TOCSIN_COUNT_TEXT];
	if (!figure->households)
		return;
	next(paper, begun);
	tocsin_count_say(figure->count, count);
	tocsin_say(paper, _("%s households x %g (%s)"), count, figure->household_size,
		_(why[figure->size_source]));
}

static void say_ends(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure *figure, bool *begun)
{
	bool from_here = strcmp(figure->origin, figure->place) == 0;
	bool to_here = strcmp(figure->destination, figure->place) == 0;
	if (!*figure->origin && !*figure->destination)
		return;
	next(paper, begun);
	if (from_here && to_here) {
		fputs(_("moved within it"), paper->out);
	} else if (from_here && !*figure->destination) {
		fputs(_("left it"), paper->out);
	} else {
		if (*figure->origin && !from_here) {
			fputs(_("from "), paper->out);
			tocsin_code_say(paper, book, figure->origin);
		}
		if (*figure->destination && !to_here) {
			fputs(*figure->origin && !from_here ? _(" to ") : _("to "), paper->out);
			tocsin_code_say(paper, book, figure->destination);
		}
		if (to_here && !*figure->origin)
			fputs(_("arrived there"), paper->out);
	}
}

static void say_change(
	const struct tocsin_paper *paper, const struct tocsin_figure_point *point, bool *begun)
{
	char count[TOCSIN_COUNT_TEXT];
	if (point->changed) {
		next(paper, begun);
		tocsin_count_say((uint64_t)llabs(point->change), count);
		if (point->change)
			tocsin_say(
				paper, _("%s%s since the report before"), point->change < 0 ? "-" : "+", count);
		else
			fputs(_("the same as before"), paper->out);
	}
	if (point->revised) {
		next(paper, begun);
		tocsin_count_say(point->was_people, count);
		tocsin_say(paper, _("revised, was %s"), count);
	}
}

/* Sources where the audience may see them; else what grade they have, and the hub. */
static void say_who(
	const struct tocsin_paper *paper, const struct tocsin_figure *figure, bool *begun)
{
	if (*figure->sources) {
		next(paper, begun);
		fputs(_("says "), paper->out);
		tocsin_put(paper, figure->sources);
	}
	if (*figure->sender) {
		next(paper, begun);
		fputs(_("sent by "), paper->out);
		tocsin_put(paper, figure->sender);
	}
	if (*figure->grade) {
		next(paper, begun);
		fputs(_("source grade "), paper->out);
		tocsin_put(paper, figure->grade);
	}
	if (!*figure->sources && !*figure->sender && *figure->hub) {
		next(paper, begun);
		fputs(_("by way of "), paper->out);
		tocsin_put(paper, figure->hub);
	}
	if (figure->disputed) {
		next(paper, begun);
		fputs(_("DISPUTED"), paper->out);
	}
}

static void say_closed(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure *figure, bool *begun)
{
	const struct tocsin_figure_chain *chain = &book->chains[figure->chain];
	if (chain->closed <= chain->newest)
		return;
	next(paper, begun);
	fputs(_("incident closed"), paper->out);
	if (chain->cause) {
		fputs(_(" as "), paper->out);
		tocsin_put_name(paper, &tocsin__v1__close_cause__descriptor, (int)chain->cause);
	}
}

void tocsin_point_say(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure_point *point)
{
	const struct tocsin_figure *figure = point->figure;
	char day[TOCSIN_PERIOD_TEXT];
	bool begun = false;
	if (figure->cumulative) {
		next(paper, &begun);
		tocsin_day_write(figure->since_ms, day);
		tocsin_say(paper, _("in all since %s"), day);
	}
	say_change(paper, point, &begun);
	if (point->part_count > 1) {
		next(paper, &begun);
		tocsin_say(paper, _("sum of %zu parts"), point->part_count);
	} else {
		say_households(paper, figure, &begun);
		say_ends(paper, book, figure, &begun);
	}
	if (figure->round) {
		next(paper, &begun);
		tocsin_say(paper, _("round %u"), (unsigned)figure->round);
	}
	if (point->others) {
		next(paper, &begun);
		tocsin_say(paper, _("%zu more for that date, not added"), point->others);
	}
	say_closed(paper, book, figure, &begun);
	say_who(paper, figure, &begun);
}

void tocsin_evidence_say(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure *figure)
{
	char people[TOCSIN_PEOPLE_TEXT], day[TOCSIN_PERIOD_TEXT];
	bool begun = true;
	tocsin_people_write(figure->people, figure->qualifier, figure->households, people);
	tocsin_day_write(figure->as_of_ms, day);
	tocsin_say(paper, _("%s on %s"), people, day);
	say_households(paper, figure, &begun);
	say_ends(paper, book, figure, &begun);
	if (*figure->reason) {
		next(paper, &begun);
		tocsin_put(paper, figure->reason);
	}
}
