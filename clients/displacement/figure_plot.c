/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_plot.h"

#include "clients/displacement/figure_panel.h"
#include "clients/displacement/svg.h"

/* Pixels. */
enum { COLUMNS = 2, MARGIN = 24, HEAD = 96, FOOT = 16 };

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
	".oldvalue{font-size:11px;fill:#666}\n"
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
			"By %s, %s to %s. > more than, < less than, ~ about, h households turned into people. "
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
	int width = 2 * MARGIN + COLUMNS * TOCSIN_PANEL_WIDTH;
	int height = HEAD + (int)rows * TOCSIN_PANEL_HEIGHT + FOOT;
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
		size_t row = i / COLUMNS, column = i % COLUMNS;
		double left = MARGIN + (double)column * TOCSIN_PANEL_WIDTH;
		double top = HEAD + (double)row * TOCSIN_PANEL_HEIGHT;
		fine = tocsin_figure_panel(table, &table->series[i], left, top, out);
	}
	fputs("</svg>\n", out);
	return fine;
}
