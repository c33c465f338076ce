/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/report_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "rules/suggest.h"

struct row {
	const struct tocsin_row_columns *columns;
	const struct tocsin_csv *line;
	const char *file;
	struct tocsin_diagnostics *diagnostics;
	struct tocsin_incident_flags *flags;
	bool fine;
};

static const char *const tolls[] = {"killed", "injured", "missing", "abducted"};

bool tocsin_row_columns_read(struct tocsin_row_columns *columns, const struct tocsin_csv *tags,
	const char *file, struct tocsin_diagnostics *diagnostics)
{
	bool fine = true;
	*columns = (struct tocsin_row_columns){.count = tags->count};
	for (size_t i = 0; i < tags->count; i++) {
		const struct tocsin_csv_field *field = &tags->fields[i];
		const char *near;
		if (field->text[strspn(field->text, " ")] == '\0')
			continue;
		columns->items[i] = tocsin_hxl_find(field->text, &near);
		if (!columns->items[i]) {
			tocsin_diagnostics_add(diagnostics, TOCSIN_NOTE_ERROR, file, field->line, field->column,
				near ? _("unknown tag '%.64s'; did you mean %s?") : _("unknown tag '%.64s'"),
				field->text, near);
			fine = false;
			continue;
		}
		for (size_t before = 0; before < i; before++)
			if (columns->items[before] == columns->items[i]) {
				tocsin_diagnostics_add(diagnostics, TOCSIN_NOTE_ERROR, file, field->line,
					field->column, _("a second column %s"), columns->items[i]->tag);
				fine = false;
			}
	}
	return fine;
}

static const struct tocsin_csv_field *cell(const struct row *row, const struct tocsin_hxl *column)
{
	for (size_t i = 0; i < row->columns->count && i < row->line->count; i++)
		if (row->columns->items[i] == column && *row->line->fields[i].text)
			return &row->line->fields[i];
	return NULL;
}

static void complain(struct row *row, const struct tocsin_hxl *column,
	const struct tocsin_csv_field *field, const char *wrong)
{
	tocsin_diagnostics_add(row->diagnostics, TOCSIN_NOTE_ERROR, row->file, field->line,
		field->column, _("%s: %s"), column->tag, _(wrong));
	row->fine = false;
}

static void give(struct row *row, const char *option, const struct tocsin_hxl *column,
	const struct tocsin_csv_field *field, const char *text)
{
	const struct tocsin_option_set set = tocsin_incident_options(row->flags);
	const char *near;
	char *value = text ? strdup(text) : NULL;
	const char *wrong = tocsin_options_give(&set, option, value, &near);
	if (wrong)
		complain(row, column, field, wrong);
	free(value);
}

/* ACLED writes "Explosions/Remote violence", and lists often have semicolons. */
static void give_cell(
	struct row *row, const struct tocsin_hxl *column, const struct tocsin_csv_field *field)
{
	bool event = strcmp(column->option, "--event") == 0;
	bool list = strcmp(column->option, "--need") == 0 || strcmp(column->option, "--impact") == 0 ||
		strcmp(column->option, "--category") == 0;
	char *text = strdup(field->text);
	for (char *at = text; at && *at; at++) {
		if (event && *at == '/')
			*at = '_';
		if (list && *at == ';')
			*at = ',';
	}
	if (text && strcmp(column->option, "flow or stock") == 0) {
		/* A flow is what a figure is without another word. */
		if (tocsin_suggest_same(text, "stock"))
			give(row, "--stock", column, field, NULL);
		else if (!tocsin_suggest_same(text, "flow"))
			complain(row, column, field, N_("takes flow or stock"));
	} else if (text) {
		give(row, column->option, column, field, text);
	}
	free(text);
}

static void give_role(struct row *row, enum tocsin_hxl_role role)
{
	size_t count;
	const struct tocsin_hxl *all = tocsin_hxl_all(&count);
	for (size_t i = 0; i < count; i++) {
		const struct tocsin_csv_field *field = all[i].role == role ? cell(row, &all[i]) : NULL;
		if (field)
			give_cell(row, &all[i], field);
	}
}

static void give_place(struct row *row)
{
	size_t count;
	const struct tocsin_hxl *all = tocsin_hxl_all(&count), *deepest = NULL;
	for (size_t i = 0; i < count; i++)
		if (all[i].role == TOCSIN_HXL_PLACE && cell(row, &all[i]))
			deepest = &all[i];
	if (deepest)
		give(row, "--pcode", deepest, cell(row, deepest), cell(row, deepest)->text);
}

static const struct tocsin_hxl *column_of(enum tocsin_hxl_role role, const char *name)
{
	size_t count;
	const struct tocsin_hxl *all = tocsin_hxl_all(&count);
	for (size_t i = 0; i < count; i++)
		if (all[i].role == role && strcmp(all[i].option, name) == 0)
			return &all[i];
	return NULL;
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

/* An upper bound alone is no lower bound of 0. */
static void drop_low(struct tocsin_incident_flags *flags)
{
	json_t *claims = json_object_get(flags->incident, "casualty_claims");
	json_object_del(json_array_get(claims, json_array_size(claims) - 1), "low");
}

/* One bound of a toll; either may be missing, not both. */
struct bound {
	const struct tocsin_hxl *column;
	const struct tocsin_csv_field *field; /* or NULL */
};

static void give_bounds(
	struct row *row, const char *option, const struct bound *low, const struct bound *high)
{
	char range[64];
	const struct bound *first = low->field ? low : high;
	const struct bound *bounds[] = {low, high};
	for (size_t i = 0; i < 2; i++) {
		if (!bounds[i]->field || is_number(bounds[i]->field->text))
			continue;
		complain(row, bounds[i]->column, bounds[i]->field, N_("wants a whole number, 0 or more"));
		return;
	}
	if (low->field && high->field)
		snprintf(range, sizeof(range), "%.20s-%.20s", low->field->text, high->field->text);
	else
		snprintf(range, sizeof(range), low->field ? "%.20s+" : "%.20s", first->field->text);
	give(row, option, first->column, first->field, range);
	if (!low->field && row->fine)
		drop_low(row->flags);
}

/* True where the line has such a toll. */
static bool give_toll(struct row *row, const char *kind)
{
	char option[32];
	const struct tocsin_hxl *column = column_of(TOCSIN_HXL_TOLL, kind);
	const struct tocsin_csv_field *exact = cell(row, column);
	struct bound low = {.column = column_of(TOCSIN_HXL_LOW, kind)};
	struct bound high = {.column = column_of(TOCSIN_HXL_HIGH, kind)};
	low.field = cell(row, low.column);
	high.field = cell(row, high.column);
	snprintf(option, sizeof(option), "--%s", kind);
	bool any = exact || low.field || high.field;
	if (!any || !column || !low.column || !high.column)
		return false;
	if (exact && (low.field || high.field))
		complain(row, column, exact, N_("either a toll, or +min and +max"));
	else if (exact && tocsin_suggest_same(exact->text, "not reported"))
		give(row, "--not-reported", column, exact, kind);
	else if (exact)
		give(row, option, column, exact, exact->text);
	else
		give_bounds(row, option, &low, &high);
	return true;
}

static void give_figures(struct row *row)
{
	size_t count;
	const struct tocsin_hxl *all = tocsin_hxl_all(&count);
	for (size_t i = 0; i < count; i++) {
		bool houses = all[i].role == TOCSIN_HXL_HOUSES;
		const struct tocsin_csv_field *field =
			houses || all[i].role == TOCSIN_HXL_PEOPLE ? cell(row, &all[i]) : NULL;
		if (!field)
			continue;
		give(row, houses ? "--households" : "--displaced", &all[i], field, field->text);
		if (row->fine)
			give(row, "--population", &all[i], field, all[i].option);
		if (row->fine)
			give_role(row, TOCSIN_HXL_FIGURE);
	}
}

bool tocsin_row_read(const struct tocsin_row_columns *columns, const struct tocsin_csv *line,
	const char *file, struct tocsin_diagnostics *diagnostics, struct tocsin_incident_flags *flags)
{
	struct row row = {columns, line, file, diagnostics, flags, true};
	for (size_t i = columns->count; i < line->count; i++) {
		if (!*line->fields[i].text)
			continue;
		tocsin_diagnostics_add(diagnostics, TOCSIN_NOTE_ERROR, file, line->fields[i].line,
			line->fields[i].column, "%s", _("more columns than tags"));
		return false;
	}
	give_role(&row, TOCSIN_HXL_OPTION);
	give_place(&row);
	for (size_t i = 0; i < sizeof(tolls) / sizeof(*tolls); i++)
		if (give_toll(&row, tolls[i]) && row.fine)
			give_role(&row, TOCSIN_HXL_CLAIM);
	give_figures(&row);
	give_role(&row, TOCSIN_HXL_SOURCE);
	give_role(&row, TOCSIN_HXL_ABOUT);
	return row.fine;
}

/* "casualty_claims[0].low" against a column's place in the incident. */
static bool feeds(const struct tocsin_hxl *column, const char *field)
{
	switch (column->role) {
	case TOCSIN_HXL_PLACE:
		return strcmp(field, "location.pcode") == 0;
	case TOCSIN_HXL_TOLL:
	case TOCSIN_HXL_LOW:
	case TOCSIN_HXL_HIGH:
		return strncmp(field, "casualty_claims[", 16) == 0;
	case TOCSIN_HXL_PEOPLE:
	case TOCSIN_HXL_HOUSES:
		return strncmp(field, "displacement[", 13) == 0;
	case TOCSIN_HXL_IGNORED:
		return false;
	default:
		return tocsin_incident_option_feeds(column->option, field);
	}
}

const struct tocsin_csv_field *tocsin_row_cell_of(
	const struct tocsin_row_columns *columns, const struct tocsin_csv *line, const char *field)
{
	const struct tocsin_csv_field *found = NULL;
	for (size_t i = 0; i < columns->count && i < line->count; i++) {
		if (!columns->items[i] || !*line->fields[i].text || !feeds(columns->items[i], field))
			continue;
		/* What says exactly that is better than what opens its entry. */
		if (!found || columns->items[i]->role == TOCSIN_HXL_CLAIM ||
			columns->items[i]->role == TOCSIN_HXL_FIGURE)
			found = &line->fields[i];
	}
	return found ? found : &line->fields[0];
}
