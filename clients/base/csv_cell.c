/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/csv_cell.h"

#include <stdbool.h>
#include <string.h>

void tocsin_csv_start(FILE *out, const char *text, size_t length)
{
	if (length > 0 && strchr("=+-@\t\r", text[0]) && text[0])
		fputc('\'', out);
}

void tocsin_csv_quoted(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const bool control = (unsigned char)text[i] < ' ' || text[i] == 0x7f;
		if (text[i] == '"')
			fputc('"', out);
		fputc(control ? ' ' : text[i], out);
	}
}

void tocsin_csv_text(FILE *out, const char *text, size_t length)
{
	if (length == 0)
		return;
	fputc('"', out);
	tocsin_csv_start(out, text, length);
	tocsin_csv_quoted(out, text, length);
	fputc('"', out);
}
