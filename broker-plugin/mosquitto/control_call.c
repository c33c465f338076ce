/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/control_call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mosquitto/clock.h"
#include "mosquitto/host.h"

enum { MAX_LINES = 20, /* of diagnostics, in an error */ SETTLE_MS = 1000 };

void tocsin_call_refuse(struct tocsin_call *call, const char *format, ...)
{
	va_list args;

	json_decref(call->error);
	va_start(args, format);
	call->error = json_vsprintf(format, args);
	va_end(args);
}

bool tocsin_call_settled(struct tocsin_call *call)
{
	const int64_t steady_ms = tocsin_clock_steady_ms();

	if (call->settle_steady_ms == 0)
		call->settle_steady_ms = steady_ms + SETTLE_MS;
	return !call->host->journal || steady_ms >= call->settle_steady_ms ||
		!tocsin_journal_behind(call->host->journal);
}

const char *tocsin_call_text(
	struct tocsin_call *call, const char *name, bool required, size_t *length)
{
	const json_t *value = json_object_get(call->command, name);

	if (!value && !required)
		return NULL;
	if (!json_is_string(value)) {
		tocsin_call_refuse(call, "%s must be given, as a text", name);
		return NULL;
	}
	if (length)
		*length = json_string_length(value);
	return json_string_value(value);
}

json_t *tocsin_call_diagnostics(const struct tocsin_diagnostics *diagnostics)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < diagnostics->count; i++) {
		const struct tocsin_diagnostic *item = &diagnostics->items[i];

		(void)json_array_append_new(list,
			json_pack("{s:s, s:s, s:I, s:I, s:s}", "level",
				item->kind == TOCSIN_NOTE_ERROR ? "error" : "warning", "file", item->file, "line",
				(json_int_t)item->line, "column", (json_int_t)item->column, "message",
				item->message));
	}
	return list;
}

void tocsin_call_refuse_lines(
	struct tocsin_call *call, const char *headline, const struct tocsin_diagnostics *diagnostics)
{
	char *text = NULL;
	size_t length = 0, lines = 0;
	FILE *out = open_memstream(&text, &length);

	if (!out) {
		tocsin_call_refuse(call, "%s", headline);
		return;
	}
	fputs(headline, out);
	for (size_t i = 0; i < diagnostics->count && lines < MAX_LINES; i++) {
		const struct tocsin_diagnostic *item = &diagnostics->items[i];

		if (item->kind != TOCSIN_NOTE_ERROR)
			continue;
		fprintf(out, "\n%s:%u:%u: error: %s", item->file, item->line, item->column, item->message);
		lines++;
	}
	if (diagnostics->errors > lines)
		fprintf(out, "\nand %zu more", diagnostics->errors - lines);
	if (fclose(out) == 0)
		tocsin_call_refuse(call, "%s", text);
	else
		tocsin_call_refuse(call, "%s", headline);
	free(text);
}
