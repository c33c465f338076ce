/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Targets: what clients read of others: alerts of a hub, figures as CSV, reports as CSV.
 * The first byte says which. What is printed cannot steer a terminal, and figures that
 * were written are read again. */
#include <string.h>

#include "clients/alert/alert_print.h"
#include "clients/alert/incoming.h"
#include "clients/displacement/figure_csv.h"
#include "clients/report/report_row.h"
#include "fuzz.h"
#include "proto/text.h"

enum { MAX_MEMORY = 64 << 20, NOW_S = 1723056060 };

static void check_print(const Tocsin__V1__Alert *alert)
{
	const struct tocsin_alert_marks marks = {.open = true};
	char *text = NULL;
	size_t length = 0, points;
	struct tocsin_paper paper = {.out = open_memstream(&text, &length)};

	FUZZ_HOLDS(paper.out != NULL);
	tocsin_alert_print(&paper, alert, &marks);
	FUZZ_HOLDS(fclose(paper.out) == 0);
	FUZZ_HOLDS(tocsin_text_check(text, length, &points) == TOCSIN_TEXT_FINE);
	free(text);
}

/* What the table is written as can be read again, whatever the texts in it hold. */
static void check_book(const struct tocsin_figure_book *book, struct tocsin_arena *arena)
{
	const struct tocsin_figure_want want = {.every = TOCSIN_PERIOD_WEEK};
	struct tocsin_figure_book *again = tocsin_figure_book_create(NULL);
	struct tocsin_figure_table table;
	char why[TOCSIN_CSV_WHY] = "", *text = NULL;
	size_t length = 0;

	tocsin_arena_reset(arena);
	FUZZ_HOLDS(again != NULL);
	if (tocsin_figure_table_make(book, &want, arena, &table) == TOCSIN_OK) {
		FILE *out = open_memstream(&text, &length);
		FUZZ_HOLDS(out != NULL);
		tocsin_figure_csv_write(&table, out);
		FUZZ_HOLDS(fclose(out) == 0);
		FUZZ_HOLDS(tocsin_figure_csv_read(again, text, length, why) == TOCSIN_OK);
	}
	free(text);
	tocsin_figure_book_destroy(again);
}

static void read_alert(const uint8_t *data, size_t size, bool json, struct tocsin_arena *arena)
{
	const struct tocsin_message message = {.topic = "", .payload = data, .size = size};
	struct tocsin_figure_book *book = tocsin_figure_book_create(NULL);
	const Tocsin__V1__Alert *alert = tocsin_incoming_alert(arena, &message, json);

	FUZZ_HOLDS(book != NULL);
	if (alert) {
		check_print(alert);
		FUZZ_HOLDS(tocsin_figure_book_alert(book, alert) == TOCSIN_OK);
		check_book(book, arena);
	}
	tocsin_figure_book_destroy(book);
}

static void read_figures(const char *text, size_t size, struct tocsin_arena *arena)
{
	struct tocsin_figure_book *book = tocsin_figure_book_create(NULL);
	char why[TOCSIN_CSV_WHY] = "";

	FUZZ_HOLDS(book != NULL);
	if (tocsin_figure_csv_read(book, text, size, why) == TOCSIN_OK)
		check_book(book, arena);
	else
		FUZZ_HOLDS(why[0] != '\0');
	tocsin_figure_book_destroy(book);
}

static void read_line(const struct tocsin_row_columns *columns, const struct tocsin_csv *csv,
	struct tocsin_diagnostics *diagnostics)
{
	struct tocsin_incident_flags flags;
	const size_t errors = diagnostics->errors;

	FUZZ_HOLDS(tocsin_incident_flags_init(&flags, NOW_S * INT64_C(1000)));
	FUZZ_HOLDS(
		tocsin_row_read(columns, csv, "f", diagnostics, &flags) == (diagnostics->errors == errors));
	FUZZ_HOLDS(json_is_object(flags.incident));
	tocsin_incident_flags_finish(&flags);
}

static void read_reports(const char *text, size_t size)
{
	struct tocsin_csv csv;
	struct tocsin_row_columns columns;
	struct tocsin_diagnostics diagnostics;
	char *storage = malloc(size + 1);

	FUZZ_HOLDS(storage != NULL);
	tocsin_diagnostics_init(&diagnostics);
	tocsin_csv_init(&csv, text, size, storage);
	if (tocsin_csv_next(&csv) == TOCSIN_OK &&
		tocsin_row_columns_read(&columns, &csv, "f", &diagnostics)) {
		enum tocsin_status status;
		while ((status = tocsin_csv_next(&csv)) != TOCSIN_NOT_FOUND)
			if (status == TOCSIN_OK)
				read_line(&columns, &csv, &diagnostics);
	}
	tocsin_diagnostics_finish(&diagnostics);
	free(storage);
}

void fuzz_input(const uint8_t *data, size_t size)
{
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, NULL);

	FUZZ_HOLDS(arena != NULL);
	if (size > 0) {
		switch (data[0] % 4) {
		case 0:
		case 1:
			read_alert(data + 1, size - 1, data[0] % 4 == 1, arena);
			break;
		case 2:
			read_figures((const char *)data + 1, size - 1, arena);
			break;
		default:
			read_reports((const char *)data + 1, size - 1);
			break;
		}
	}
	tocsin_arena_destroy(arena);
}
