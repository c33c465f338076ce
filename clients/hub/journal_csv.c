/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "clients/base/csv_cell.h"
#include "clients/hub/journal_print.h"

enum kind {
	TEXT,
	NUMBER,
	NAMES,     /* a list of texts, with blanks between */
	CHECKS,    /* of the violations */
	AUDIENCES, /* of the alerts */
	COUNT,     /* of a list */
	LEVEL,     /* a level of the region */
	PLACE,     /* its last level */
	FLAG,
};

static const struct column {
	const char *name, *tag;
	enum kind kind;
	const char *key; /* NULL: as name */
	int level;
} columns[] = {
	{"received", "#date+received", TEXT, NULL, 0},
	{"verdict", "#status+verdict", TEXT, NULL, 0},
	{"incident_id", "#meta+id+incident", TEXT, NULL, 0},
	{"sender", "#meta+sender", TEXT, NULL, 0},
	{"status", "#meta+status", TEXT, NULL, 0},
	{"msg_type", "#meta+type", TEXT, NULL, 0},
	{"revision", "#meta+revision", NUMBER, NULL, 0},
	{"event", "#event+type", TEXT, NULL, 0},
	{"severity", "#severity", TEXT, NULL, 0},
	{"country", "#country+code", LEVEL, "region", 0},
	{"adm1", "#adm1+code", LEVEL, "region", 1},
	{"adm2", "#adm2+code", LEVEL, "region", 2},
	{"adm3", "#adm3+code", LEVEL, "region", 3},
	{"place", "#loc+code", PLACE, "region", 0},
	{"routing", "#status+routing", TEXT, NULL, 0},
	{"audiences", "#group+audiences", AUDIENCES, "alerts", 0},
	{"alerts", "#indicator+alerts+num", COUNT, NULL, 0},
	{"rules", "#meta+rules", NAMES, NULL, 0},
	{"held_by", "#meta+rules+held", NAMES, NULL, 0},
	{"violations", "#meta+violations", CHECKS, NULL, 0},
	{"chain", "#meta+id+chain", TEXT, NULL, 0},
	{"journal_id", "#meta+id+journal", TEXT, NULL, 0},
	{"sha256", "#meta+hash", TEXT, NULL, 0},
	{"bytes_kept", "#meta+kept", FLAG, NULL, 0},
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static void put_value(FILE *out, const char *text)
{
	if (text)
		tocsin_csv_text(out, text, strlen(text));
}

/* The texts of a list, or a member of its objects, with blanks between, none twice in
 * a row. */
static void put_list(FILE *out, const json_t *list, const char *member)
{
	const char *last = "";
	json_t *item;
	size_t i;
	if (json_array_size(list) == 0)
		return;
	fputc('"', out);
	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(member ? json_object_get(item, member) : item);
		if (!text || strcmp(text, last) == 0)
			continue;
		if (*last)
			fputc(' ', out);
		else
			tocsin_csv_start(out, text, strlen(text));
		tocsin_csv_quoted(out, text, strlen(text));
		last = text;
	}
	fputc('"', out);
}

static void put_level(FILE *out, const char *region, int level)
{
	for (; region && level > 0; level--) {
		region = strchr(region, '/');
		region = region ? region + 1 : NULL;
	}
	if (region)
		tocsin_csv_text(out, region, strcspn(region, "/"));
}

static void put_place(FILE *out, const char *region)
{
	const char *last = region ? strrchr(region, '/') : NULL;
	put_value(out, last ? last + 1 : region);
}

static void put_column(FILE *out, const struct column *column, const json_t *row)
{
	const json_t *value = json_object_get(row, column->key ? column->key : column->name);
	switch (column->kind) {
	case TEXT:
		put_value(out, json_string_value(value));
		break;
	case NUMBER:
		if (value)
			fprintf(out, "%lld", (long long)json_integer_value(value));
		break;
	case NAMES:
		put_list(out, value, NULL);
		break;
	case CHECKS:
		put_list(out, value, "check");
		break;
	case AUDIENCES:
		put_list(out, value, "audience");
		break;
	case COUNT:
		fprintf(out, "%zu", json_array_size(value));
		break;
	case LEVEL:
		put_level(out, json_string_value(value), column->level);
		break;
	case PLACE:
		put_place(out, json_string_value(value));
		break;
	case FLAG:
		fputs(json_is_true(value) ? "true" : "false", out);
		break;
	}
}

void tocsin_journal_csv_head(FILE *out)
{
	for (size_t i = 0; i < COLUMNS; i++)
		fprintf(out, "%s%s", columns[i].name, i + 1 < COLUMNS ? "," : "\r\n");
	for (size_t i = 0; i < COLUMNS; i++)
		fprintf(out, "%s%s", columns[i].tag, i + 1 < COLUMNS ? "," : "\r\n");
}

void tocsin_journal_csv_row(FILE *out, const json_t *row)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		put_column(out, &columns[i], row);
		fputs(i + 1 < COLUMNS ? "," : "\r\n", out);
	}
}
