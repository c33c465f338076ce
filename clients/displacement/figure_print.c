/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_print.h"

#include <stdlib.h>
#include <string.h>

#include "clients/base/columns.h"
#include "clients/base/tongue.h"
#include "clients/displacement/figure_words.h"
#include "clients/displacement/sparkline.h"
#include "proto/country.h"

enum {
	WIDE = 72, /* from here on a series stands on one line */
	INDENT = 2,
	DETAIL = 4,
	PEOPLE = 13,
	DATE = 10,
	GAP = 2,
	LEAST_PLACE = 26,
	MOST_SPARK = 52,
	MOST_EVIDENCE = 6, /* --json has them all */
};

/* How wide the columns are. */
struct grid {
	const struct tocsin_figure_layout *layout;
	const struct tocsin_figure_table *table;
	size_t place, spark;
	bool wide;
	/* One line before it is cut or wrapped. */
	char *text;
	size_t length;
	struct tocsin_paper line;
};

static bool grid_open(struct grid *grid)
{
	size_t width = grid->layout->width;
	size_t fixed = PEOPLE + GAP + DATE + GAP;
	grid->wide = width >= WIDE;
	if (grid->wide) {
		size_t rest = width - INDENT - fixed - LEAST_PLACE;
		grid->spark = rest > MOST_SPARK ? MOST_SPARK : rest;
		grid->place = width - INDENT - fixed - grid->spark;
	} else {
		grid->place = width;
		grid->spark = width > INDENT + fixed ? width - INDENT - fixed : 0;
	}
	grid->line = (struct tocsin_paper){open_memstream(&grid->text, &grid->length), false};
	return grid->line.out != NULL;
}

static void grid_close(struct grid *grid)
{
	fclose(grid->line.out);
	free(grid->text);
}

static void begin(struct grid *grid)
{
	rewind(grid->line.out);
}

static const char *end(struct grid *grid)
{
	fputc('\0', grid->line.out);
	fflush(grid->line.out);
	return grid->text;
}

/* What was begun, over as many lines as it takes. */
static void wrap(struct grid *grid, enum tocsin_ink ink, size_t indent)
{
	const struct tocsin_paper *paper = &grid->layout->paper;
	const char *text = end(grid);
	if (!*text)
		return;
	tocsin_ink(paper, ink);
	tocsin_columns_wrap(paper->out, text, indent, grid->layout->width);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
}

/* A number ends where its column does, whatever bytes it is made of. */
static void put_right(FILE *out, const char *text)
{
	size_t columns = tocsin_columns_count(text);
	fprintf(out, "%*s%s", columns < PEOPLE ? (int)(PEOPLE - columns) : 0, "", text);
}

static void put_people(const struct grid *grid, const struct tocsin_figure_point *point)
{
	const struct tocsin_paper *paper = &grid->layout->paper;
	char people[TOCSIN_PEOPLE_TEXT], padded[TOCSIN_PEOPLE_TEXT + 1];
	tocsin_people_write(point->people, point->qualifier, point->converted, people);
	/* Numbers end in one column, with or without the mark behind them. */
	snprintf(padded, sizeof(padded), "%s%s", people, point->converted ? "" : " ");
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	put_right(paper->out, padded);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
}

static void put_label(struct grid *grid, bool first)
{
	FILE *out = grid->layout->paper.out;
	const char *label = end(grid);
	if (grid->wide) {
		fprintf(out, "%*s", INDENT, "");
		tocsin_columns_put(out, label, grid->place, grid->layout->unicode);
	} else {
		if (first)
			tocsin_columns_wrap(out, label, 0, grid->layout->width);
		fprintf(out, "%*s", INDENT, "");
	}
}

static void put_run(struct grid *grid, const struct tocsin_figure_run *run)
{
	const struct tocsin_figure_point *point = &run->points[run->count - 1];
	FILE *out = grid->layout->paper.out;
	char day[TOCSIN_PERIOD_TEXT];
	put_people(grid, point);
	tocsin_day_write(point->figure->as_of_ms, day);
	fprintf(out, "%*s%s", GAP, "", day);
	if (grid->spark) {
		fprintf(out, "%*s", GAP, "");
		tocsin_sparkline_put(out, grid->table, run, grid->spark, grid->layout->unicode);
	}
	fputc('\n', out);
}

static void put_details(struct grid *grid, const struct tocsin_figure_series *series,
	const struct tocsin_figure_run *run)
{
	begin(grid);
	if (run == series->runs && series->silent)
		tocsin_say(&grid->line, _("no report for %lld %s (a gap, not 0); "),
			(long long)series->silent,
			tocsin_period_say(grid->table->every, (size_t)series->silent));
	tocsin_point_say(&grid->line, grid->table->book, &run->points[run->count - 1]);
	wrap(grid, TOCSIN_INK_FAINT, DETAIL);
}

static void put_runs(struct grid *grid, const struct tocsin_figure_series *series)
{
	for (size_t i = 0; i < series->run_count; i++) {
		begin(grid);
		if (i == 0)
			tocsin_place_say(&grid->line, grid->table->book, series->place);
		else
			fputs(_("  before, not added:"), grid->line.out);
		put_label(grid, i == 0);
		if (!grid->wide && i > 0)
			fprintf(grid->layout->paper.out, _("before, not added:\n%*s"), INDENT, "");
		put_run(grid, &series->runs[i]);
		put_details(grid, series, &series->runs[i]);
	}
}

static void put_evidence(struct grid *grid, const struct tocsin_figure_series *series)
{
	const struct tocsin_paper *paper = &grid->layout->paper;
	if (!series->current) {
		begin(grid);
		tocsin_place_say(&grid->line, grid->table->book, series->place);
		fputs(_(": evidence alone"), grid->line.out);
		wrap(grid, TOCSIN_INK_PLAIN, grid->wide ? INDENT : 0);
	}
	for (size_t i = 0; i < series->evidence_count; i++) {
		begin(grid);
		if (i == MOST_EVIDENCE) {
			tocsin_say(paper, _("%*s(and %zu more)\n"), DETAIL, "", series->evidence_count - i);
			return;
		}
		fputs(_("not counted: "), grid->line.out);
		tocsin_evidence_say(&grid->line, grid->table->book, series->evidence[i]);
		wrap(grid, TOCSIN_INK_FAINT, DETAIL);
	}
}

static void put_group(struct grid *grid, const struct tocsin_figure_series *series)
{
	const struct tocsin_country *country = tocsin_country_by_alpha2(series->place->path.levels[0]);
	begin(grid);
	if (*series->operation)
		tocsin_put(&grid->line, series->operation);
	else
		fputs(_("No operation named"), grid->line.out);
	if (country)
		tocsin_say(&grid->line, ", %s", country->name);
	fputs(": ", grid->line.out);
	tocsin_measure_say(&grid->line, series->population, series->measure);
	if (grid->wide || series != grid->table->series)
		fputc('\n', grid->layout->paper.out);
	wrap(grid, TOCSIN_INK_BOLD, 0);
}

/* One place needs no sum. */
static void put_total(struct grid *grid, const struct tocsin_figure_series *last)
{
	for (size_t i = 0; i < grid->table->total_count; i++) {
		const struct tocsin_figure_total *total = &grid->table->totals[i];
		if (last != total->first + (total->series_count - 1) || total->of < 2)
			continue;
		begin(grid);
		tocsin_total_say(&grid->line, grid->table, total);
		wrap(grid, TOCSIN_INK_BOLD, INDENT);
	}
}

/* People seen at two ends; the rest is said with the figure itself. */
static bool has_two_ends(const struct tocsin_figure_corridor *corridor)
{
	const struct tocsin_figure *arrival = corridor->arrival_count ? corridor->arrivals[0] : NULL;
	return arrival &&
		(corridor->left || corridor->arrival_count > 1 ||
			strcmp(arrival->destination, corridor->origin) != 0);
}

static void put_corridors(struct grid *grid)
{
	bool begun = false;
	for (size_t i = 0; i < grid->table->corridor_count; i++) {
		if (!has_two_ends(&grid->table->corridors[i]))
			continue;
		if (!begun) {
			begin(grid);
			fputs(_("From where to where: the same people at both ends, never added"),
				grid->line.out);
			fputc('\n', grid->layout->paper.out);
			wrap(grid, TOCSIN_INK_BOLD, 0);
		}
		begun = true;
		begin(grid);
		tocsin_corridor_say(&grid->line, grid->table->book, &grid->table->corridors[i]);
		wrap(grid, TOCSIN_INK_PLAIN, INDENT);
	}
}

static void put_head(struct grid *grid)
{
	const struct tocsin_paper *paper = &grid->layout->paper;
	char last[TOCSIN_PERIOD_TEXT], title[MOST_SPARK + 1];
	tocsin_period_write(grid->table->every, grid->table->last_period, last);
	if (!grid->wide)
		return;
	snprintf(title, sizeof(title), _("%s to %s"), tocsin_period_say(grid->table->every, 2), last);
	tocsin_ink(paper, TOCSIN_INK_FAINT);
	fprintf(paper->out, "%*s", INDENT, "");
	tocsin_columns_put(paper->out, _("Place"), grid->place, grid->layout->unicode);
	put_right(paper->out, _("People "));
	fprintf(paper->out, "%*s%-*s%*s", GAP, "", DATE, _("As of"), GAP, "");
	fputs(tocsin_columns_count(title) <= grid->spark ? title : last, paper->out);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	fputc('\n', paper->out);
}

static void put_foot(struct grid *grid)
{
	const struct tocsin_figure_table *table = grid->table;
	bool unicode = grid->layout->unicode;
	begin(grid);
	fputs(
		_("> more than, < less than, ~ about; h: households turned into people; "), grid->line.out);
	tocsin_say(&grid->line, _("%s no report, 0 a report of zero, %s reports before these"),
		unicode ? "·" : ".", unicode ? "‹" : "<");
	if (!grid->wide && grid->spark)
		tocsin_say(&grid->line, _("; a column is a %s"), tocsin_period_say(table->every, 1));
	if (table->rounded)
		fputs(_("; figures are rounded to hundreds for this audience"), grid->line.out);
	if (table->superseded)
		tocsin_say(&grid->line, _("; %zu superseded by later versions"), table->superseded);
	if (table->withdrawn)
		tocsin_say(&grid->line, _("; %zu withdrawn"), table->withdrawn);
	if (table->book->incomplete)
		tocsin_say(&grid->line,
			_("; %llu without figure, unit, population, place or flow or stock"),
			(unsigned long long)table->book->incomplete);
	if (table->book->drills)
		tocsin_say(&grid->line, _("; %llu exercises and tests left out"),
			(unsigned long long)table->book->drills);
	if (table->book->left_out)
		tocsin_say(&grid->line, _("; %llu FIGURES LEFT OUT: more than can be held"),
			(unsigned long long)table->book->left_out);
	fputc('\n', grid->layout->paper.out);
	wrap(grid, TOCSIN_INK_FAINT, 0);
}

bool tocsin_figure_print(
	const struct tocsin_figure_layout *layout, const struct tocsin_figure_table *table)
{
	struct grid grid = {.layout = layout, .table = table};
	if (!grid_open(&grid))
		return false;
	if (table->series_count)
		put_head(&grid);
	else
		tocsin_say(&layout->paper, _("No displacement figure here yet.\n"));
	for (size_t i = 0; i < table->series_count && !ferror(layout->paper.out); i++) {
		const struct tocsin_figure_series *series = &table->series[i];
		if (i == 0 || !tocsin_figure_series_together(series, series - 1))
			put_group(&grid, series);
		put_runs(&grid, series);
		put_evidence(&grid, series);
		put_total(&grid, series);
	}
	put_corridors(&grid);
	put_foot(&grid);
	grid_close(&grid);
	return true;
}
