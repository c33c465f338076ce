/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/displacement/figure_csv_row.h"
#include "proto/country.h"
#include "proto/text.h"

/* The regions that DTM has columns for, beneath the country. */
static const struct {
	enum tocsin_figure_column code, name;
} levels[] = {
	{TOCSIN_COLUMN_ADMIN1_PCODE, TOCSIN_COLUMN_ADMIN1_NAME},
	{TOCSIN_COLUMN_ADMIN2_PCODE, TOCSIN_COLUMN_ADMIN2_NAME},
};

static bool add_level(struct tocsin_region_path *path, const char *code)
{
	if (path->count == TOCSIN_MAX_LEVELS || !tocsin_text_is_pcode(code, strlen(code)))
		return false;
	snprintf(path->levels[path->count++], sizeof(path->levels[0]), "%s", code);
	return true;
}

static const struct tocsin_country *find_country(const char *code)
{
	return strlen(code) == 2 ? tocsin_country_by_alpha2(code) : tocsin_country_by_alpha3(code);
}

/* The regions of the row, down to its place: false where a code is none. level is how
 * deep the row says that it goes; -1 where it does not say. */
static bool read_path(struct tocsin_figure_csv *reader, struct tocsin_region_path *path,
	const char *names[TOCSIN_MAX_LEVELS], int64_t *level)
{
	const char *text = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_ADMIN_LEVEL);
	const char *code = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_ADMIN0_PCODE);
	const struct tocsin_country *country = find_country(code);
	path->count = 0;
	*level = -1;
	if (*text && (!tocsin_number_read(text, level) || *level < 0 || *level >= TOCSIN_MAX_LEVELS))
		return tocsin_figure_csv_fail(reader, TOCSIN_COLUMN_ADMIN_LEVEL, _("not a level"));
	if (!country)
		return !*code ||
			tocsin_figure_csv_fail(reader, TOCSIN_COLUMN_ADMIN0_PCODE, _("not a country's code"));
	(void)add_level(path, country->alpha2);
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		code = tocsin_figure_csv_cell(reader, levels[i].code);
		names[path->count] = tocsin_figure_csv_cell(reader, levels[i].name);
		if (!*code)
			break;
		if (!add_level(path, code))
			return tocsin_figure_csv_fail(reader, levels[i].code, _("not a P-code"));
	}
	return true;
}

bool tocsin_figure_csv_place(struct tocsin_figure_csv *reader, char code[TOCSIN_MAX_PCODE + 1])
{
	struct tocsin_region_path path;
	const char *names[TOCSIN_MAX_LEVELS] = {NULL};
	int64_t level;
	const char *own = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_PLACE_PCODE);
	if (!read_path(reader, &path, names, &level))
		return false;
	const char *deepest = path.count ? path.levels[path.count - 1] : "";
	if (*own && !tocsin_text_is_pcode(own, strlen(own)))
		return tocsin_figure_csv_fail(reader, TOCSIN_COLUMN_PLACE_PCODE, _("not a P-code"));
	snprintf(code, TOCSIN_MAX_PCODE + 1, "%s", *own ? own : deepest);
	if (!*own && level >= (int64_t)path.count)
		code[0] = '\0';
	bool ours = reader->at[TOCSIN_COLUMN_PLACE_PCODE] != TOCSIN_NO_COLUMN;
	bool known = ours ? level >= 0 : path.count > 0;
	if (known && strcmp(deepest, code) != 0) {
		names[path.count < TOCSIN_MAX_LEVELS ? path.count : 0] =
			tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_PLACE_NAME);
		known = *code && add_level(&path, code);
	}
	enum tocsin_status status = TOCSIN_OK;
	if (known)
		status = tocsin_figure_book_locate(reader->book, &path, names);
	else if (*code)
		status = tocsin_figure_book_mention(reader->book, code, &path);
	return status == TOCSIN_OK ||
		tocsin_figure_csv_fail(reader, TOCSIN_COLUMN_PLACE_PCODE, _("out of memory"));
}

static bool mention(struct tocsin_figure_csv *reader, const char *code)
{
	const struct tocsin_region_path nowhere = {.count = 0};
	return !*code || tocsin_figure_book_mention(reader->book, code, &nowhere) == TOCSIN_OK;
}

bool tocsin_figure_csv_end(
	struct tocsin_figure_csv *reader, enum tocsin_figure_column column, const char **end)
{
	*end = tocsin_figure_csv_cell(reader, column);
	if (**end && !tocsin_text_is_pcode(*end, strlen(*end)))
		return tocsin_figure_csv_fail(reader, column, _("not a P-code"));
	return mention(reader, *end) || tocsin_figure_csv_fail(reader, column, _("out of memory"));
}
