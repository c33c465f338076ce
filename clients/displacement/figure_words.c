/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_words.h"

#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"

void tocsin_day_write(int64_t time_ms, char text[TOCSIN_PERIOD_TEXT])
{
	tocsin_period_write(TOCSIN_PERIOD_DAY, tocsin_period_of(TOCSIN_PERIOD_DAY, time_ms), text);
}

static const char *qualifier_mark(Tocsin__V1__Qualifier qualifier)
{
	switch (qualifier) {
	case TOCSIN__V1__QUALIFIER__QUALIFIER_MORE_THAN:
		return ">";
	case TOCSIN__V1__QUALIFIER__QUALIFIER_LESS_THAN:
		return "<";
	case TOCSIN__V1__QUALIFIER__QUALIFIER_APPROXIMATELY:
		return "~";
	default:
		return "";
	}
}

void tocsin_people_write(
	uint64_t people, Tocsin__V1__Qualifier qualifier, bool converted, char text[TOCSIN_PEOPLE_TEXT])
{
	char count[TOCSIN_COUNT_TEXT];
	tocsin_count_say(people, count);
	snprintf(
		text, TOCSIN_PEOPLE_TEXT, "%s%s%s", qualifier_mark(qualifier), count, converted ? "h" : "");
}

void tocsin_measure_say(const struct tocsin_paper *paper, Tocsin__V1__Population population,
	enum tocsin_measure measure)
{
	bool displaced = population == TOCSIN__V1__POPULATION__POPULATION_IDP;
	if (displaced) {
		fputs(_("IDPs"), paper->out);
	} else if (population == TOCSIN__V1__POPULATION__POPULATION_AFFECTED) {
		fputs(_("people affected"), paper->out);
	} else {
		tocsin_put_name(paper, &tocsin__v1__population__descriptor, (int)population);
		/* French has them in the plural already. */
		if (tocsin_tongue_language() == TOCSIN_ENGLISH)
			fputs("s", paper->out);
	}
	switch (measure) {
	case TOCSIN_MEASURE_STOCK:
		fputs(_(", present (stock)"), paper->out);
		break;
	case TOCSIN_MEASURE_FLOW:
		fputs(displaced ? _(", newly displaced (flow)") : _(", moved (flow)"), paper->out);
		break;
	case TOCSIN_MEASURE_RETURNS:
		fputs(_(", went back (flow, not new displacement)"), paper->out);
		break;
	case TOCSIN_MEASURE_MOVEMENTS:
		fputs(_(", seen passing (movements, not people)"), paper->out);
		break;
	}
}

void tocsin_place_say(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure_place *place)
{
	fputs(place->code, paper->out);
	if (*place->name)
		fputc(' ', paper->out);
	tocsin_put(paper, place->name);
	for (size_t i = place->path.count; place->known && i > 2; i--) {
		const struct tocsin_figure_place *above =
			tocsin_figure_book_place(book, place->path.levels[i - 2]);
		if (!above || !*above->name)
			continue;
		fputs(", ", paper->out);
		tocsin_put(paper, above->name);
	}
}

void tocsin_code_say(
	const struct tocsin_paper *paper, const struct tocsin_figure_book *book, const char *code)
{
	const struct tocsin_figure_place *place = tocsin_figure_book_place(book, code);
	if (!place || !*place->name) {
		fputs(code, paper->out);
		return;
	}
	tocsin_put(paper, place->name);
	tocsin_say(paper, " (%s)", code);
}

/* Separates what is said one after the other. */
static void next(const struct tocsin_paper *paper, bool *begun)
{
	if (*begun)
		fputs("; ", paper->out);
	*begun = true;
}

static void say_left_out(const struct tocsin_paper *paper, const struct tocsin_figure_total *total)
{
	bool begun = false;
	if (total->places == total->of)
		return;
	fputs(" (", paper->out);
	if (total->earlier) {
		next(paper, &begun);
		tocsin_say(paper, _("%zu without a report in it: a gap, not 0"), total->earlier);
	}
	if (total->windowed) {
		next(paper, &begun);
		tocsin_say(paper, _("%zu counted since another day"), total->windowed);
	}
	if (total->linked) {
		next(paper, &begun);
		tocsin_say(paper, _("%zu the same people, counted where they came from"), total->linked);
	}
	fputc(')', paper->out);
}

void tocsin_total_say(const struct tocsin_paper *paper, const struct tocsin_figure_table *table,
	const struct tocsin_figure_total *total)
{
	char people[TOCSIN_PEOPLE_TEXT], text[TOCSIN_PERIOD_TEXT];
	tocsin_people_write(total->people, total->qualifier, total->converted, people);
	if (total->round) {
		tocsin_say(paper, _("Total, round %u: "), (unsigned)total->round);
	} else {
		tocsin_period_write(table->every, total->period, text);
		tocsin_say(paper, _("Total, %s %s: "), tocsin_period_say(table->every, 1), text);
	}
	tocsin_say(paper,
		total->at_least
			? tocsin_tongue_many(
				  "at least %s in %zu of %zu place", "at least %s in %zu of %zu places", total->of)
			: tocsin_tongue_many("%s in %zu of %zu place", "%s in %zu of %zu places", total->of),
		people, total->places, total->of);
	say_left_out(paper, total);
}

static void say_arrival(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure *arrival, const char *origin)
{
	const char *to = *arrival->destination ? arrival->destination : arrival->place;
	char people[TOCSIN_PEOPLE_TEXT];
	tocsin_people_write(arrival->people, arrival->qualifier, arrival->households, people);
	tocsin_say(paper, "; %s ", people);
	if (strcmp(to, origin) == 0) {
		fputs(_("within it"), paper->out);
	} else {
		fputs(_("to "), paper->out);
		tocsin_code_say(paper, book, to);
	}
	fputs(arrival->evidence ? _(" (not counted)") : "", paper->out);
}

void tocsin_corridor_say(const struct tocsin_paper *paper, const struct tocsin_figure_book *book,
	const struct tocsin_figure_corridor *corridor)
{
	const struct tocsin_figure *left = corridor->left;
	char day[TOCSIN_PERIOD_TEXT], people[TOCSIN_PEOPLE_TEXT];
	tocsin_day_write(corridor->as_of_ms, day);
	tocsin_say(paper, "%s: ", day);
	if (left) {
		tocsin_people_write(left->people, left->qualifier, left->households, people);
		tocsin_say(paper, _("%s left "), people);
	} else {
		fputs(_("from "), paper->out);
	}
	if (*corridor->origin)
		tocsin_code_say(paper, book, corridor->origin);
	else
		fputs(_("somewhere"), paper->out);
	for (size_t i = 0; i < corridor->arrival_count; i++)
		say_arrival(paper, book, corridor->arrivals[i], corridor->origin);
	if (corridor->arrival_count > 1) {
		tocsin_people_write(corridor->arrived, corridor->qualifier, false, people);
		tocsin_say(paper, _("; seen again: %s in all"), people);
	}
}
