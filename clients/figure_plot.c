/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/figure_plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clients/columns.h"
#include "clients/figure_words.h"
#include "clients/number.h"
#include "clients/svg.h"
#include "proto/country.h"

/* Pixels. */
enum {
	PANEL_WIDTH = 520,
	PANEL_HEIGHT = 230,
	COLUMNS = 2,
	MARGIN = 24,
	HEAD = 96,
	FOOT = 16,
	LEFT = 74,
	RIGHT = 70,
	TOP = 58,
	BOTTOM = 40,
	TITLE_LETTERS = 62,
	LEAST_PERIODS = 8,
	LINES = 4,
};

/* Colours that people with any kind of colour blindness tell apart; shapes differ,
 * too. */
static const char style[] =
	"text{font-family:'DejaVu Sans',Arial,sans-serif;fill:#222}\n"
	".head{font-size:20px;font-weight:bold}\n"
	".note{font-size:12px;fill:#555}\n"
	".title{font-size:13px;font-weight:bold}\n"
	".what{font-size:12px;fill:#444}\n"
	".tick{font-size:11px;fill:#555}\n"
	".value{font-size:12px;font-weight:bold}\n"
	".axis{stroke:#555;stroke-width:1}\n"
	".grid{stroke:#ddd;stroke-width:1}\n"
	".gap{fill:#f0f0f0}\n"
	".now{stroke:#0060a8;stroke-width:2;fill:none}\n"
	".dot{fill:#0060a8}\n"
	".zero{fill:#fff;stroke:#0060a8;stroke-width:2}\n"
	".bar{fill:#0060a8}\n"
	".old{stroke:#8a8a8a;stroke-width:2;fill:none}\n"
	".olddot{fill:#8a8a8a}\n"
	".oldbar{fill:#a8a8a8}\n"
	".back .now{stroke:#b35900}.back .dot,.back .bar{fill:#b35900}.back .zero{stroke:#b35900}\n"
	".evidence{stroke:#7a3c8f;stroke-width:2}\n"
	".frame{fill:#fff}\n";

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

static bool same_group(const struct tocsin_figure_series *a, const struct tocsin_figure_series *b)
{
	return strcmp(a->operation_key, b->operation_key) == 0 && a->population == b->population &&
		a->measure == b->measure;
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
		if (other->current && same_group(other, series))
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
		tocsin_count_write((uint64_t)people, text);
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

static void label_current(const struct panel *panel)
{
	const struct tocsin_figure_point *point = panel->series->current;
	char people[TOCSIN_PEOPLE_TEXT];
	if (!point)
		return;
	tocsin_people_write(point->people, point->qualifier, point->converted, people);
	double x = middle_of(panel, period_of(panel, point->figure));
	bool late = x > panel->left + LEFT + panel->width - 90;
	/* Above its mark where there is room; at the edge it ends there. */
	tocsin_svg_text(panel->out,
		late ? fmin(x + 40, panel->left + LEFT + panel->width + RIGHT - 8) : x,
		y_of(panel, (double)point->people) - 8, late ? TOCSIN_SVG_END : TOCSIN_SVG_MIDDLE, "value",
		people);
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
	if (*series->operation)
		tocsin_put(paper, series->operation);
	else
		fputs("No operation named", paper->out);
	if (country)
		tocsin_say(paper, ", %s", country->name);
	fputs(": ", paper->out);
	tocsin_measure_say(paper, series->population, series->measure);
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

static bool draw_panel(struct panel *panel)
{
	panel->width = PANEL_WIDTH - LEFT - RIGHT;
	panel->height = PANEL_HEIGHT - TOP - BOTTOM;
	panel->highest = round_up(highest_of(panel->series));
	span(panel);
	bool back = panel->series->measure == TOCSIN_MEASURE_RETURNS;
	fprintf(panel->out, "<g%s>\n", back ? " class=\"back\"" : "");
	draw_gaps(panel);
	draw_axes(panel);
	for (size_t r = panel->series->run_count; r > 0; r--)
		draw_run(panel, &panel->series->runs[r - 1], r == 1);
	draw_evidence(panel);
	label_current(panel);
	bool fine = title_panel(panel);
	fputs("</g>\n", panel->out);
	return fine;
}

static void draw_legend(FILE *out)
{
	double y = 72;
	tocsin_svg_line(out, MARGIN, y - 4, MARGIN + 22, y - 4, "now");
	tocsin_svg_dot(out, MARGIN + 11, y - 4, 3.5, "dot");
	tocsin_svg_text(
		out, MARGIN + 28, y, TOCSIN_SVG_START, "note", "level (stock, or in all since a day)");
	tocsin_svg_box(out, MARGIN + 268, y - 10, 8, 11, "bar");
	tocsin_svg_text(out, MARGIN + 282, y, TOCSIN_SVG_START, "note", "flow, each report by itself");
	tocsin_svg_line(out, MARGIN + 462, y - 4, MARGIN + 484, y - 4, "old");
	tocsin_svg_text(out, MARGIN + 490, y, TOCSIN_SVG_START, "note", "before, not added");
	tocsin_svg_cross(out, MARGIN + 622, y - 4, 4, "evidence");
	tocsin_svg_text(out, MARGIN + 632, y, TOCSIN_SVG_START, "note", "evidence, not counted");
	tocsin_svg_dot(out, MARGIN + 786, y - 4, 4, "zero");
	tocsin_svg_text(out, MARGIN + 796, y, TOCSIN_SVG_START, "note", "a true 0");
	tocsin_svg_box(out, MARGIN + 862, y - 11, 16, 13, "gap");
	tocsin_svg_text(out, MARGIN + 884, y, TOCSIN_SVG_START, "note", "no report: a gap");
}

static void draw_head(const struct tocsin_figure_table *table, size_t left_out, FILE *out)
{
	char note[200], first[TOCSIN_PERIOD_TEXT], last[TOCSIN_PERIOD_TEXT];
	tocsin_svg_text(out, MARGIN, 32, TOCSIN_SVG_START, "head", "Displacement figures over time");
	if (table->last_period < table->first_period) {
		snprintf(note, sizeof(note), "No displacement figure here yet.");
	} else {
		tocsin_period_write(table->every, table->first_period, first);
		tocsin_period_write(table->every, table->last_period, last);
		snprintf(note, sizeof(note),
			"%ss %s to %s. > more than, < less than, ~ about, h households turned into people. "
			"Panels are not added to each other.",
			tocsin_period_name(table->every), first, last);
	}
	tocsin_svg_text(out, MARGIN, 52, TOCSIN_SVG_START, "note", note);
	draw_legend(out);
	if (left_out) {
		snprintf(note, sizeof(note),
			"%zu more series are left out: narrow it by --region, "
			"--operation or --since.",
			left_out);
		tocsin_svg_text(out, MARGIN, HEAD - 8, TOCSIN_SVG_START, "note", note);
	}
}

bool tocsin_figure_plot(const struct tocsin_figure_table *table, FILE *out)
{
	size_t count =
		table->series_count < TOCSIN_MAX_PANELS ? table->series_count : TOCSIN_MAX_PANELS;
	size_t rows = (count + COLUMNS - 1) / COLUMNS;
	int width = 2 * MARGIN + COLUMNS * PANEL_WIDTH;
	int height = HEAD + (int)rows * PANEL_HEIGHT + FOOT;
	bool fine = true;
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" role=\"img\">\n<title>Displacement figures over time</title>\n"
		"<style>\n%s</style>\n",
		width, height, width, height, style);
	tocsin_svg_box(out, 0, 0, width, height, "frame");
	draw_head(table, table->series_count - count, out);
	for (size_t i = 0; i < count && fine; i++) {
		struct panel panel = {.table = table, .series = &table->series[i], .out = out};
		panel.left = MARGIN + (double)(i % COLUMNS) * PANEL_WIDTH;
		panel.top = HEAD + (double)(i / COLUMNS) * PANEL_HEIGHT;
		fine = draw_panel(&panel);
	}
	fputs("</svg>\n", out);
	return fine;
}
