/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One list: its header, then row by row into regions. */
#include <stdlib.h>
#include <string.h>

#include "rules/gazetteer_adding.h"

enum { FIRST_CAPACITY = 512 };

enum tocsin_status tocsin_gazetteer_grow(struct tocsin_gazetteer *gazetteer)
{
	if (gazetteer->count < gazetteer->capacity)
		return TOCSIN_OK;
	size_t capacity = gazetteer->capacity ? gazetteer->capacity * 2 : FIRST_CAPACITY;
	struct tocsin_region *regions =
		realloc(gazetteer->regions, capacity * sizeof(*gazetteer->regions));
	if (!regions)
		return TOCSIN_NO_MEMORY;
	gazetteer->regions = regions;
	struct tocsin_gazetteer_origin *origins =
		realloc(gazetteer->origins, capacity * sizeof(*gazetteer->origins));
	if (!origins)
		return TOCSIN_NO_MEMORY;
	gazetteer->origins = origins;
	gazetteer->capacity = capacity;
	return TOCSIN_OK;
}

/* HDX puts a row of HXL tags below some headers. */
static bool is_tag_row(const struct tocsin_csv *csv)
{
	if (csv->fields[0].text[0] != '#')
		return false;
	for (size_t i = 0; i < csv->count; i++) {
		if (csv->fields[i].length > 0 && csv->fields[i].text[0] != '#')
			return false;
	}
	return true;
}

static enum tocsin_status read_rows(struct tocsin_gazetteer_adding *adding)
{
	bool first = true;
	for (;; first = false) {
		enum tocsin_status status = tocsin_csv_next(&adding->csv);
		if (status == TOCSIN_NOT_FOUND)
			return TOCSIN_OK;
		if (status != TOCSIN_OK) {
			tocsin_gazetteer_complain(
				adding, adding->csv.fault_line, adding->csv.fault_column, "%s", adding->csv.fault);
			continue;
		}
		if (first && is_tag_row(&adding->csv))
			continue;
		status = tocsin_gazetteer_read_row(adding);
		if (status != TOCSIN_OK)
			return status;
	}
}

/* Keeps the storage and the file's name with the gazetteer. */
static enum tocsin_status keep(struct tocsin_gazetteer *gazetteer, const char *file, char *storage)
{
	char **texts = realloc(gazetteer->texts, (gazetteer->text_count + 1) * sizeof(*texts));
	if (!texts)
		return TOCSIN_NO_MEMORY;
	gazetteer->texts = texts;
	char **files = realloc(gazetteer->files, (gazetteer->file_count + 1) * sizeof(*files));
	if (!files)
		return TOCSIN_NO_MEMORY;
	gazetteer->files = files;
	char *name = strdup(file);
	if (!name)
		return TOCSIN_NO_MEMORY;
	files[gazetteer->file_count++] = name;
	texts[gazetteer->text_count++] = storage;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_gazetteer_add(struct tocsin_gazetteer *gazetteer, const char *file,
	const char *text, size_t length, struct tocsin_diagnostics *diagnostics)
{
	char *storage = malloc(length + 1);
	if (!storage)
		return TOCSIN_NO_MEMORY;
	if (keep(gazetteer, file, storage) != TOCSIN_OK) {
		free(storage);
		return TOCSIN_NO_MEMORY;
	}
	struct tocsin_gazetteer_adding *adding = calloc(1, sizeof(*adding));
	if (!adding)
		return TOCSIN_NO_MEMORY;
	adding->gazetteer = gazetteer;
	adding->file = file;
	adding->diagnostics = diagnostics;
	tocsin_csv_init(&adding->csv, text, length, storage);
	enum tocsin_status status = tocsin_gazetteer_read_header(adding);
	if (status == TOCSIN_OK)
		status = read_rows(adding);
	if (adding->errors > 0) {
		gazetteer->faulty = true;
		if (status != TOCSIN_NO_MEMORY)
			status = TOCSIN_INVALID;
	}
	free(adding);
	return status;
}
