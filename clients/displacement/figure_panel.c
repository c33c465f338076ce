/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_panel.h"

#include <math.h>
#include <stdlib.h>

#include "clients/base/columns.h"
#include "clients/base/number.h"
#include "clients/displacement/figure_words.h"
#include "clients/displacement/svg.h"
#include "proto/country.h"

/* Pixels, letters, periods. */
enum {
	LEFT = 74,
	RIGHT = 70,
	TOP = 58,
	BOTTOM = 40,
	TITLE_LETTERS = 62,
	LETTER = 8, /* about, of a label */
	LEAST_PERIODS = 8,
	LINES = 4,
};

/* One panel: what stands where. */
struct panel {
	const struct tocsin_figure_table *table;
	const struct tocsin_figure_series *series;
	FILE *out;
	double left, top;     /* of the panel */
	double width, height; /* of what is drawn in */
	int64_t first, last;  /* periods */
	double highest;
};

static double x_of(const struct panel *panel, double period)
{
	double periods = (double)(panel->last - panel->first + 1);
	return panel->left + LEFT + (period - (double)panel->first) / periods * panel->width;
}

static double middle_of(const struct panel *panel, int64_t period)
{
	return x_of(panel, (double)period + 0.5);
}

static double y_of(const struct panel *panel, double people)
{
	return panel->top + TOP + panel->height * (1 - people / panel->highest);
}

static int64_t period_of(const struct panel *panel, const struct tocsin_figure *figure)
{
	return tocsin_period_of(panel->table->every, figure->as_of_ms);
}

static double highest_of(const struct tocsin_figure_series *series)
{
	double highest = 0;
	for (size_t r = 0; r < series->run_count; r++)
		for (size_t i = 0; i < series->runs[r].count; i++)
			highest = fmax(highest, (double)series->runs[r].points[i].people);
	for (size_t i = 0; i < series->evidence_count; i++)
		highest = fmax(highest, (double)series->evidence[i]->people);
	return highest;
}

/* A round number that LINES equal steps lead up to. */
static double round_up(double highest)
{
	static const double steps[] = {1, 2, 2.5, 5, 10};
	double least = fmax(highest / LINES, 1);
	double power = pow(10, floor(log10(least)));
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (steps[i] * power >= least && steps[i] * power == floor(steps[i] * power))
			return steps[i] * power * LINES;
	return 10 * power * LINES;
}

/* From its own first report to the last one of its operation: a place that has fallen
 * silent shows it. */
static void span(struct panel *panel)
{
	const struct tocsin_figure_table *table = panel->table;
	const struct tocsin_figure_series *series = panel->series;
	panel->first = INT64_MAX;
	panel->last = INT64_MIN;
	for (size_t s = 0; s < table->series_count; s++) {
		const struct tocsin_figure_series *other = &table->series[s];
		if (other->current && tocsin_figure_series_together(other, series))
			panel->last = panel->last > period_of(panel, other->current->figure)
				? panel->last
				: period_of(panel, other->current->figure);
	}
	for (size_t r = 0; r < series->run_count; r++) {
		int64_t begin = period_of(panel, series->runs[r].points[0].figure);
		panel->first = begin < panel->first ? begin : panel->first;
	}
	for (size_t i = 0; i < series->evidence_count; i++) {
		int64_t own = period_of(panel, series->evidence[i]);
		panel->first = own < panel->first ? own : panel->first;
		panel->last = own > panel->last ? own : panel->last;
	}
	if (panel->last - panel->first + 1 > TOCSIN_MAX_PERIODS)
		panel->first = panel->last - TOCSIN_MAX_PERIODS + 1;
	if (panel->last - panel->first + 1 < LEAST_PERIODS)
		panel->first = panel->last - LEAST_PERIODS + 1;
}

static void draw_axes(const struct panel *panel)
{
	char text[TOCSIN_COUNT_TEXT], label[TOCSIN_PERIOD_TEXT], unit[64];
	double right = x_of(panel, (double)panel->last + 1), floor_y = y_of(panel, 0);
	int64_t middle = panel->first + (panel->last - panel->first) / 2;
	for (int i = 0; i <= LINES; i++) {
		double people = panel->highest * i / LINES;
		tocsin_count_say((uint64_t)people, text);
		tocsin_svg_line(panel->out, panel->left + LEFT, y_of(panel, people), right,
			y_of(panel, people), i ? "grid" : "axis");
		tocsin_svg_text(panel->out, panel->left + LEFT - 6, y_of(panel, people) + 4, TOCSIN_SVG_END,
			"tick", text);
	}
	const int64_t marks[] = {panel->first, middle, panel->last};
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		double x = middle_of(panel, marks[i]);
		tocsin_period_write(panel->table->every, marks[i], label);
		tocsin_svg_line(panel->out, x, floor_y, x, floor_y + 4, "axis");
		tocsin_svg_text(panel->out, x, floor_y + 17, TOCSIN_SVG_MIDDLE, "tick", label);
	}
	snprintf(unit, sizeof(unit), "%ss, by the date that a figure holds for (UTC)",
		tocsin_period_name(panel->table->every));
	tocsin_svg_text(panel->out, panel->left + LEFT + panel->width / 2, floor_y + 33,
		TOCSIN_SVG_MIDDLE, "tick", unit);
	tocsin_svg_text(panel->out, panel->left + LEFT - 6, panel->top + TOP - 10, TOCSIN_SVG_END,
		"tick", "people");
}

/* Grey where the series has no report at all, in one piece where they follow. */
static void draw_gaps(const struct panel *panel)
{
	const struct tocsin_figure_series *series = panel->series;
	size_t *at = calloc(series->run_count + 1, sizeof(*at));
	int64_t begin = INT64_MIN;
	for (int64_t period = panel->first; at && period <= panel->last + 1; period++) {
		bool reported = period > panel->last;
		for (size_t r = 0; r < series->run_count; r++)
			reported |=
				tocsin_figure_run_at(panel->table, &series->runs[r], period, &at[r]) != NULL;
		if (!reported && begin == INT64_MIN)
			begin = period;
		if (reported && begin != INT64_MIN) {
			double x = x_of(panel, (double)begin);
			tocsin_svg_box(panel->out, x, panel->top + TOP, x_of(panel, (double)period) - x,
				panel->height, "gap");
			begin = INT64_MIN;
		}
	}
	free(at);
}

/* A line from one period to the next that reported; broken where one did not. */
static void draw_level(const struct panel *panel, const struct tocsin_figure_run *run, bool now)
{
	const struct tocsin_figure_point *before = NULL;
	size_t at = 0;
	for (int64_t period = panel->first; period <= panel->last; period++) {
		const struct tocsin_figure_point *point =
			tocsin_figure_run_at(panel->table, run, period, &at);
		if (point && before)
			tocsin_svg_line(panel->out, middle_of(panel, period - 1),
				y_of(panel, (double)before->people), middle_of(panel, period),
				y_of(panel, (double)point->people), now ? "now" : "old");
		before = point;
	}
}

static void draw_column(
	const struct panel *panel, const struct tocsin_figure_point *point, int64_t period, bool now)
{
	double width = fmax(panel->width / (double)(panel->last - panel->first + 1) * 0.7, 3);
	double y = y_of(panel, (double)point->people);
	tocsin_svg_box(panel->out, middle_of(panel, period) - width / 2, y, width, y_of(panel, 0) - y,
		now ? "bar" : "oldbar");
}

static void draw_run(const struct panel *panel, const struct tocsin_figure_run *run, bool now)
{
	bool level = panel->series->measure == TOCSIN_MEASURE_STOCK || run->cumulative;
	size_t at = 0;
	if (level)
		draw_level(panel, run, now);
	for (int64_t period = panel->first; period <= panel->last; period++) {
		const struct tocsin_figure_point *point =
			tocsin_figure_run_at(panel->table, run, period, &at);
		if (!point)
			continue;
		if (point->people == 0)
			tocsin_svg_dot(panel->out, middle_of(panel, period), y_of(panel, 0), 4, "zero");
		else if (level)
			tocsin_svg_dot(panel->out, middle_of(panel, period), y_of(panel, (double)point->people),
				3.5, now ? "dot" : "olddot");
		else
			draw_column(panel, point, period, now);
	}
}

static void draw_evidence(const struct panel *panel)
{
	for (size_t i = 0; i < panel->series->evidence_count; i++) {
		const struct tocsin_figure *figure = panel->series->evidence[i];
		int64_t period = period_of(panel, figure);
		if (period >= panel->first)
			tocsin_svg_cross(panel->out, middle_of(panel, period),
				y_of(panel, (double)figure->people), 4, "evidence");
	}
}

/* Above its mark; near an edge it begins or ends there. */
static void label_run(const struct panel *panel, const struct tocsin_figure_run *run, bool now)
{
	const struct tocsin_figure_point *point = &run->points[run->count - 1];
	char people[TOCSIN_PEOPLE_TEXT], since[TOCSIN_PERIOD_TEXT], label[128];
	double left = panel->left + LEFT, right = left + panel->width;
	double x = middle_of(panel, period_of(panel, point->figure));
	double y = y_of(panel, (double)point->people) - 8;
	tocsin_people_write(point->people, point->qualifier, point->converted, people);
	tocsin_day_write(point->figure->since_ms, since);
	snprintf(label, sizeof(label), "%s%s%s", people, run->cumulative ? " since " : "",
		run->cumulative ? since : "");
	double half = (double)tocsin_columns_count(label) * LETTER / 2;
	const char *kind = now ? "value" : "oldvalue";
	if (x - half < left)
		tocsin_svg_text(panel->out, left + 2, y, TOCSIN_SVG_START, kind, label);
	else if (x + half > right + RIGHT)
		tocsin_svg_text(panel->out, right + RIGHT - 2, y, TOCSIN_SVG_END, kind, label);
	else
		tocsin_svg_text(panel->out, x, y, TOCSIN_SVG_MIDDLE, kind, label);
}

/* A line of text, cut to what the panel has room for. */
static void put_title(const struct panel *panel, double y, const char *kind, const char *text)
{
	char *cut = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&cut, &length);
	if (!out)
		return;
	size_t width = tocsin_columns_count(text);
	tocsin_columns_put(out, text, width < TITLE_LETTERS ? width : TITLE_LETTERS, true);
	fclose(out);
	tocsin_svg_text(panel->out, panel->left + 8, y, TOCSIN_SVG_START, kind, cut);
	free(cut);
}

static void write_what(const struct tocsin_paper *paper, const struct tocsin_figure_series *series)
{
	const struct tocsin_country *country = tocsin_country_by_alpha2(series->place->path.levels[0]);
	tocsin_measure_say(paper, series->population, series->measure);
	fputs(*series->operation ? ": " : ": no operation named", paper->out);
	tocsin_put(paper, series->operation);
	if (country)
		tocsin_say(paper, ", %s", country->name);
}

static bool title_panel(const struct panel *panel)
{
	char *text = NULL;
	size_t length = 0;
	struct tocsin_paper paper = {open_memstream(&text, &length), false};
	if (!paper.out)
		return false;
	tocsin_place_say(&paper, panel->table->book, panel->series->place);
	fflush(paper.out);
	put_title(panel, panel->top + 18, "title", text);
	rewind(paper.out);
	write_what(&paper, panel->series);
	fputc('\0', paper.out);
	fflush(paper.out);
	put_title(panel, panel->top + 34, "what", text);
	fclose(paper.out);
	free(text);
	return true;
}

bool tocsin_figure_panel(const struct tocsin_figure_table *table,
	const struct tocsin_figure_series *series, double left, double top, FILE *out)
{
	struct panel panel = {.table = table,
		.series = series,
		.out = out,
		.left = left,
		.top = top,
		.width = TOCSIN_PANEL_WIDTH - LEFT - RIGHT,
		.height = TOCSIN_PANEL_HEIGHT - TOP - BOTTOM,
		.highest = round_up(highest_of(series))};
	bool back = series->measure == TOCSIN_MEASURE_RETURNS;
	span(&panel);
	fprintf(out, "<g%s>\n", back ? " class=\"back\"" : "");
	draw_gaps(&panel);
	draw_axes(&panel);
	for (size_t r = series->run_count; r > 0; r--)
		draw_run(&panel, &series->runs[r - 1], r == 1);
	draw_evidence(&panel);
	for (size_t r = series->run_count; r > 0; r--)
		label_run(&panel, &series->runs[r - 1], r == 1);
	bool fine = title_panel(&panel);
	fputs("</g>\n", out);
	return fine;
}
