/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/columns.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clients/base/number.h"

enum { USUAL = 80, LEAST = 20, MOST = 400 };

bool tocsin_columns_unicode(void)
{
	return strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

size_t tocsin_columns_of_terminal(FILE *out)
{
	struct winsize size;
	int64_t number = USUAL;
	const char *said = getenv("COLUMNS");
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		number = size.ws_col;
	else if (said && !tocsin_number_read(said, &number))
		number = USUAL;
	return number < LEAST ? LEAST : number > MOST ? MOST : (size_t)number;
}

size_t tocsin_lines_of_terminal(FILE *out)
{
	struct winsize size;
	return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

static bool begins_point(char byte)
{
	return ((unsigned char)byte & 0xC0) != 0x80;
}

size_t tocsin_columns_count(const char *text)
{
	size_t count = 0;
	for (; *text; text++)
		count += begins_point(*text);
	return count;
}

/* Bytes of the first so many columns. */
static size_t bytes_of(const char *text, size_t columns)
{
	size_t length = 0;
	for (; text[length]; length++)
		if (begins_point(text[length]) && columns-- == 0)
			break;
	return length;
}

void tocsin_columns_put(FILE *out, const char *text, size_t width, bool unicode)
{
	size_t count = tocsin_columns_count(text);
	if (width == 0)
		return;
	if (count > width) {
		fwrite(text, 1, bytes_of(text, width - 1), out);
		fputs(unicode ? "…" : "~", out);
		return;
	}
	fprintf(out, "%s%*s", text, (int)(width - count), "");
}

/* Bytes of text up to the last space within so many columns, or all of them where
 * there is none: a word that is too long is broken. */
static size_t line_of(const char *text, size_t columns)
{
	size_t room = bytes_of(text, columns);
	size_t length = room;
	if (!text[room])
		return room;
	while (length > 0 && text[length] != ' ')
		length--;
	return length ? length : room;
}

void tocsin_columns_wrap(FILE *out, const char *text, size_t indent, size_t width)
{
	size_t columns = width > indent + 8 ? width - indent : 8;
	while (*text) {
		size_t length = line_of(text, columns);
		fprintf(out, "%*s%.*s\n", (int)indent, "", (int)length, text);
		text += length;
		text += strspn(text, " ");
	}
}
