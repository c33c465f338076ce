/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/displacement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/base/columns.h"
#include "clients/base/json_out.h"
#include "clients/base/tongue.h"
#include "clients/displacement/figure_csv.h"
#include "clients/displacement/figure_json.h"
#include "clients/displacement/figure_plot.h"
#include "clients/displacement/figure_print.h"

static bool fail(const char *path)
{
	fprintf(stderr, _("tocsin displacement: %s: %s\n"), path, strerror(errno));
	return false;
}

/* Under another name first: whoever looks at the chart meanwhile sees a whole one. */
static bool plot(const struct tocsin_figure_table *table, const char *path)
{
	size_t length = strlen(path) + sizeof(".XXXXXX");
	char *draft = malloc(length);
	if (!draft)
		return fail(path);
	snprintf(draft, length, "%s.XXXXXX", path);
	int file = mkstemp(draft);
	FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
	bool fine = out && tocsin_figure_plot(table, out) && !ferror(out);
	mode_t mask = umask(0);
	(void)umask(mask);
	fine = fine && fchmod(file, 0666 & ~mask) == 0;
	if (out)
		fine = fclose(out) == 0 && fine;
	fine = fine && rename(draft, path) == 0;
	if (!fine) {
		(void)fail(path);
		if (file >= 0)
			(void)unlink(draft);
	}
	free(draft);
	return fine;
}

/* Over what stands on the terminal, line by line and without a blank moment; what has
 * no room is left out at the bottom, and said. */
static void redraw(const char *text, size_t lines)
{
	fputs("\033[H", stdout);
	for (size_t line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");
		if (lines > 1 && line + 1 == lines && text[length] && text[length + 1]) {
			printf("%s\033[K\n", _("(more below: --once shows all, --region less)"));
			break;
		}
		fwrite(text, 1, length, stdout);
		fputs("\033[K\n", stdout);
		text += length + (text[length] == '\n');
	}
	fputs("\033[J", stdout);
}

static bool print(struct tocsin_displacement *displacement, const struct tocsin_figure_table *table,
	const char *head)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	struct tocsin_figure_layout layout = {.paper = tocsin_paper_for(stdout),
		.width = tocsin_columns_of_terminal(stdout),
		.unicode = tocsin_columns_unicode()};
	bool in_place = !displacement->once && isatty(STDOUT_FILENO) == 1;
	layout.paper.out = out;
	if (!out)
		return false;
	if (head)
		tocsin_columns_wrap(out, head, 0, layout.width);
	bool fine = tocsin_figure_print(&layout, table);
	fclose(out);
	if (fine && in_place)
		redraw(text, tocsin_lines_of_terminal(stdout));
	else if (fine)
		printf("%s%s", text, displacement->once ? "" : "\n");
	free(text);
	return fine;
}

static bool write_forms(struct tocsin_displacement *displacement,
	const struct tocsin_figure_table *table, const char *head)
{
	if (displacement->plot && !plot(table, displacement->plot))
		return false;
	if (displacement->json)
		return tocsin_json_line_value(tocsin_figure_json(table), stdout);
	if (displacement->csv) {
		tocsin_figure_csv_write(table, stdout);
		return true;
	}
	/* Who asks for a chart alone, of files, is not given a table besides. */
	if (displacement->plot && displacement->file_count)
		return true;
	return print(displacement, table, head);
}

bool tocsin_displacement_show(
	struct tocsin_displacement *displacement, int64_t now_ms, const char *head)
{
	struct tocsin_figure_table table;
	displacement->want.now_ms = now_ms;
	tocsin_arena_reset(displacement->arena);
	enum tocsin_status status = tocsin_figure_table_make(
		displacement->book, &displacement->want, displacement->arena, &table);
	bool fine = status == TOCSIN_OK && write_forms(displacement, &table, head);
	if (status != TOCSIN_OK)
		fprintf(stderr, _("tocsin displacement: out of memory\n"));
	fflush(stdout);
	return fine;
}
