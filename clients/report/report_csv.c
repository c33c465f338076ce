/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Many reports from one file: all are checked before any is kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/input.h"
#include "clients/base/tongue.h"
#include "clients/report/parcel.h"
#include "clients/report/report.h"
#include "clients/report/report_row.h"
#include "clients/report/violation_words.h"

enum { MAX_FILE = 64 << 20, MAX_ROWS = TOCSIN_MAX_OUTBOX, MAX_MEMORY = 256 << 20 };

struct sheet {
	struct tocsin_report *report;
	struct tocsin_csv csv;
	struct tocsin_row_columns columns;
	struct tocsin_diagnostics diagnostics;
	struct tocsin_arena *arena;  /* holds the bytes of the drafts */
	struct tocsin_draft *drafts; /* judged, without an arena of their own */
	size_t count;
	bool fine;
};

static bool is_tag_row(const struct tocsin_csv *csv)
{
	size_t tags = 0;
	for (size_t i = 0; i < csv->count; i++) {
		const char *text = csv->fields[i].text;
		if (tocsin_hxl_is_tag(text))
			tags++;
		else if (text[strspn(text, " ")])
			return false;
	}
	return tags > 0;
}

static void complain_of_csv(struct sheet *sheet)
{
	tocsin_diagnostics_add(&sheet->diagnostics, TOCSIN_NOTE_ERROR, sheet->report->csv_path,
		sheet->csv.fault_line, sheet->csv.fault_column, "%s", sheet->csv.fault);
	sheet->fine = false;
}

/* The tags stand above the reports, perhaps beneath headings for people. */
static bool read_tags(struct sheet *sheet)
{
	bool semicolons = false;
	enum tocsin_status status;
	while (!semicolons && (status = tocsin_csv_next(&sheet->csv)) != TOCSIN_NOT_FOUND) {
		if (status != TOCSIN_OK) {
			complain_of_csv(sheet);
			continue;
		}
		const char *first = sheet->csv.fields[0].text;
		semicolons = sheet->csv.count == 1 && tocsin_hxl_is_tag(first) && strchr(first, ';');
		if (is_tag_row(&sheet->csv) && !semicolons)
			return tocsin_row_columns_read(
				&sheet->columns, &sheet->csv, sheet->report->csv_path, &sheet->diagnostics);
	}
	tocsin_diagnostics_add(&sheet->diagnostics, TOCSIN_NOTE_ERROR, sheet->report->csv_path, 1, 1,
		semicolons
			? _("columns are separated by semicolons: save it with commas")
			: _("no row of HXL tags, such as #date+occurred,#adm2+code,#event+type,#severity"));
	return false;
}

static void add_violations(struct sheet *sheet, const struct tocsin_draft *draft)
{
	for (size_t i = 0; i < draft->verdict->n_violations; i++) {
		const Tocsin__V1__Violation *violation = draft->verdict->violations[i];
		bool error = strcmp(violation->level, "error") == 0;
		/* The hub's own warnings come with its receipts. */
		if (!error && (!sheet->report->check_only || sheet->report->quiet))
			continue;
		char message[TOCSIN_VIOLATION_TEXT];
		tocsin_violation_words(violation->check, violation->message, message, sizeof(message));
		const struct tocsin_csv_field *at =
			tocsin_row_cell_of(&sheet->columns, &sheet->csv, violation->field);
		tocsin_diagnostics_add(&sheet->diagnostics, error ? TOCSIN_NOTE_ERROR : TOCSIN_NOTE_WARNING,
			sheet->report->csv_path, at->line, at->column, "%s: %s [%s]", violation->field, message,
			violation->check);
	}
}

/* A file that is given again, because nobody knew how far it had come, is not written
 * twice. */
static bool is_known(struct sheet *sheet, const struct tocsin_draft *draft)
{
	struct tocsin_report *report = sheet->report;
	char state[TOCSIN_WHY];
	if (report->again || report->check_only || !draft->made_id)
		return false;
	const struct tocsin_outbox_way way = tocsin_report_way(report);
	struct tocsin_parcel *parcel =
		tocsin_parcel_make(draft->form, draft->bytes, draft->size, &way, report->source.now_ms);
	const char *alike =
		parcel ? tocsin_report_find_alike(report, parcel->likeness, true, state) : NULL;
	if (alike && !report->quiet)
		fprintf(stderr, _("%s:%u: the same is %s as %s: not written again (--again does)\n"),
			report->csv_path, sheet->csv.fields[0].line, state, alike);
	tocsin_parcel_destroy(parcel);
	return alike != NULL;
}

static enum tocsin_exit make_draft(struct sheet *sheet, struct tocsin_draft *draft)
{
	struct tocsin_report *report = sheet->report;
	struct tocsin_draft_source source = report->source;
	struct tocsin_incident_flags flags;
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	if (!tocsin_incident_flags_init(&flags, report->source.now_ms))
		return code;
	flags.given = 1;
	source.flags = &flags;
	if (tocsin_row_read(
			&sheet->columns, &sheet->csv, report->csv_path, &sheet->diagnostics, &flags) &&
		tocsin_incident_flags_lay(&report->flags, flags.incident))
		code = tocsin_draft_make(draft, &source);
	tocsin_incident_flags_finish(&flags);
	return code;
}

static bool keep_draft(struct sheet *sheet, const struct tocsin_draft *draft)
{
	void *bytes = tocsin_arena_text(sheet->arena, (const char *)draft->bytes, draft->size);
	char *id = tocsin_arena_text(sheet->arena, draft->id, strlen(draft->id));
	if (!bytes || !id) {
		fputs(_("tocsin: out of memory\n"), stderr);
		return false;
	}
	sheet->drafts[sheet->count++] = (struct tocsin_draft){
		.form = draft->form, .bytes = bytes, .size = draft->size, .id = id, .pass = true};
	return true;
}

static void read_row(struct sheet *sheet)
{
	struct tocsin_draft draft = {.id = ""};
	if (make_draft(sheet, &draft) == TOCSIN_EXIT_OK) {
		add_violations(sheet, &draft);
		bool pass = draft.pass || sheet->report->source.no_validate;
		if (!pass || (!is_known(sheet, &draft) && !keep_draft(sheet, &draft)))
			sheet->fine = false;
	} else {
		sheet->fine = false;
	}
	tocsin_draft_finish(&draft);
}

static bool is_blank(const struct tocsin_csv *csv)
{
	for (size_t i = 0; i < csv->count; i++)
		if (csv->fields[i].text[strspn(csv->fields[i].text, " ")])
			return false;
	return true;
}

static void read_rows(struct sheet *sheet)
{
	enum tocsin_status status;
	while ((status = tocsin_csv_next(&sheet->csv)) != TOCSIN_NOT_FOUND) {
		if (status != TOCSIN_OK) {
			complain_of_csv(sheet);
		} else if (sheet->count == MAX_ROWS) {
			tocsin_diagnostics_add(&sheet->diagnostics, TOCSIN_NOTE_ERROR, sheet->report->csv_path,
				sheet->csv.fields[0].line, 1, _("more than %d reports"), MAX_ROWS);
			sheet->fine = false;
			return;
		} else if (!is_blank(&sheet->csv)) {
			read_row(sheet);
		}
	}
}

static enum tocsin_exit keep_all(struct sheet *sheet)
{
	struct tocsin_report *report = sheet->report;
	struct tocsin_parcel *parcel = NULL;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	bool quiet = report->quiet;
	report->quiet = true;
	for (size_t i = 0; code == TOCSIN_EXIT_OK && i < sheet->count; i++)
		code = tocsin_report_keep(report, &sheet->drafts[i], &parcel);
	report->quiet = quiet;
	if (code != TOCSIN_EXIT_OK || !report->later)
		return code == TOCSIN_EXIT_OK ? tocsin_report_flush(report, NULL) : code;
	if (!quiet)
		fprintf(stderr, _("waiting: %zu more in the outbox\n"), sheet->count);
	return code;
}

static enum tocsin_exit finish(struct sheet *sheet)
{
	const struct tocsin_report *report = sheet->report;
	tocsin_diagnostics_sort(&sheet->diagnostics);
	if (!sheet->fine || !report->quiet)
		tocsin_diagnostics_print(&sheet->diagnostics, stderr);
	if (!sheet->fine) {
		fprintf(
			stderr, _("tocsin report: %s: nothing is kept, nothing is sent\n"), report->csv_path);
		return TOCSIN_EXIT_REFUSED;
	}
	if (report->check_only) {
		printf(tocsin_tongue_many("%s: %zu report, nothing that the hub would refuse; not sent\n",
				   "%s: %zu reports, nothing that the hub would refuse; not sent\n", sheet->count),
			report->csv_path, sheet->count);
		return TOCSIN_EXIT_OK;
	}
	return keep_all(sheet);
}

static enum tocsin_exit read_sheet(struct sheet *sheet, const struct tocsin_input *input)
{
	char *storage = malloc(input->size + 1);
	sheet->arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	sheet->drafts = calloc(MAX_ROWS, sizeof(*sheet->drafts));
	enum tocsin_exit code = TOCSIN_EXIT_REFUSED;
	sheet->fine = true;
	tocsin_diagnostics_init(&sheet->diagnostics);
	if (storage && sheet->arena && sheet->drafts) {
		tocsin_csv_init(&sheet->csv, (const char *)input->data, input->size, storage);
		if (read_tags(sheet))
			read_rows(sheet);
		else
			sheet->fine = false;
		code = finish(sheet);
	}
	tocsin_arena_destroy(sheet->arena);
	free(sheet->drafts);
	free(storage);
	tocsin_diagnostics_finish(&sheet->diagnostics);
	return code;
}

enum tocsin_exit tocsin_report_csv(struct tocsin_report *report)
{
	struct sheet sheet = {.report = report};
	struct tocsin_input input;
	enum tocsin_exit code = report->check_only ? TOCSIN_EXIT_OK : tocsin_report_open(report, true);
	if (code != TOCSIN_EXIT_OK)
		return code;
	enum tocsin_status status = tocsin_input_read(report->csv_path, MAX_FILE, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(report->csv_path, status, MAX_FILE);
		return TOCSIN_EXIT_REFUSED;
	}
	code = read_sheet(&sheet, &input);
	tocsin_input_finish(&input);
	return code;
}
