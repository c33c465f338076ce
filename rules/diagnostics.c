/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/diagnostics.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "proto/text.h"
#include "rules/limits.h"

enum { ESCAPED = 4 }; /* bytes of \xNN */

void tocsin_diagnostics_init(struct tocsin_diagnostics *list)
{
	*list = (struct tocsin_diagnostics){0};
}

static void drop(struct tocsin_diagnostic *item)
{
	free(item->file);
	free(item->message);
	*item = (struct tocsin_diagnostic){0};
}

void tocsin_diagnostics_finish(struct tocsin_diagnostics *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->count; i++)
		drop(&list->items[i]);
	free(list->items);
	*list = (struct tocsin_diagnostics){0};
}

/* Bytes of the next character that may be shown as it is, 0 for one to escape. */
static size_t shown_bytes(const char *text, size_t length)
{
	size_t size = 1;
	unsigned char lead = (unsigned char)*text;
	if (lead >= 0xF0)
		size = 4;
	else if (lead >= 0xE0)
		size = 3;
	else if (lead >= 0xC0)
		size = 2;
	if (size > length || lead == '\n' || lead == '\t')
		return 0;
	size_t code_points;
	return tocsin_text_check(text, size, &code_points) == TOCSIN_TEXT_FINE ? size : 0;
}

static char *escape(const char *text)
{
	size_t length = strlen(text);
	char *shown = malloc(length * ESCAPED + 1);
	if (!shown)
		return NULL;
	char *at = shown;
	for (size_t i = 0; i < length;) {
		size_t size = shown_bytes(text + i, length - i);
		if (size == 0) {
			at += snprintf(at, ESCAPED + 1, "\\x%02X", (unsigned)(unsigned char)text[i]);
			i++;
			continue;
		}
		memcpy(at, text + i, size);
		at += size;
		i += size;
	}
	*at = '\0';
	return shown;
}

/* Room for one more; a list that is full gives up a warning for an error. */
static struct tocsin_diagnostic *take(struct tocsin_diagnostics *list, enum tocsin_note kind)
{
	if (list->count == TOCSIN_MAX_DIAGNOSTICS) {
		if (kind != TOCSIN_NOTE_ERROR)
			return NULL;
		for (size_t i = list->count; i-- > 0;) {
			if (list->items[i].kind != TOCSIN_NOTE_WARNING)
				continue;
			drop(&list->items[i]);
			memmove(
				&list->items[i], &list->items[i + 1], (list->count - i - 1) * sizeof(*list->items));
			return &list->items[list->count - 1];
		}
		return NULL;
	}
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 8;
		struct tocsin_diagnostic *items = realloc(list->items, capacity * sizeof(*items));
		if (!items)
			return NULL;
		list->items = items;
		list->capacity = capacity;
	}
	return &list->items[list->count++];
}

void tocsin_diagnostics_add(struct tocsin_diagnostics *list, enum tocsin_note kind,
	const char *file, unsigned line, unsigned column, const char *format, ...)
{
	if (kind == TOCSIN_NOTE_ERROR)
		list->errors++;
	char *raw = NULL;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&raw, format, args);
	va_end(args);
	if (length < 0)
		return;
	struct tocsin_diagnostic item = {.kind = kind, .line = line, .column = column};
	item.file = escape(file);
	item.message = escape(raw);
	free(raw);
	struct tocsin_diagnostic *place = item.file && item.message ? take(list, kind) : NULL;
	if (place)
		*place = item;
	else
		drop(&item);
}

static int compare(const void *left, const void *right)
{
	const struct tocsin_diagnostic *a = left, *b = right;
	int order = strcmp(a->file, b->file);
	if (order == 0)
		order = (a->line > b->line) - (a->line < b->line);
	if (order == 0)
		order = (a->column > b->column) - (a->column < b->column);
	return order != 0 ? order : strcmp(a->message, b->message);
}

void tocsin_diagnostics_sort(struct tocsin_diagnostics *list)
{
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), compare);
}

void tocsin_diagnostics_print(const struct tocsin_diagnostics *list, FILE *out)
{
	size_t errors = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct tocsin_diagnostic *item = &list->items[i];
		bool error = item->kind == TOCSIN_NOTE_ERROR;
		errors += error;
		fputs(item->file, out);
		if (item->line > 0)
			fprintf(out, ":%u", item->line);
		if (item->line > 0 && item->column > 0)
			fprintf(out, ":%u", item->column);
		fprintf(out, ": %s: %s\n", error ? "error" : "warning", item->message);
	}
	if (list->errors > errors)
		fprintf(out, "and %zu more errors\n", list->errors - errors);
}
