/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/paper.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/enum_name.h"
#include "proto/text.h"

struct tocsin_paper tocsin_paper_for(FILE *out)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");
	bool colour = isatty(fileno(out)) == 1 && (!no_colour || !*no_colour) && terminal &&
		strcmp(terminal, "dumb") != 0;
	return (struct tocsin_paper){out, colour};
}

void tocsin_ink(const struct tocsin_paper *paper, enum tocsin_ink ink)
{
	static const char *const codes[] = {
		[TOCSIN_INK_PLAIN] = "\033[0m",
		[TOCSIN_INK_BOLD] = "\033[1m",
		[TOCSIN_INK_FAINT] = "\033[2m",
	};
	if (paper->colour)
		fputs(codes[ink], paper->out);
}

void tocsin_ink_severity(const struct tocsin_paper *paper, Tocsin__V1__Severity severity)
{
	const char *code = "\033[1;36m";
	if (severity == TOCSIN__V1__SEVERITY__SEVERITY_EXTREME)
		code = "\033[1;37;41m";
	else if (severity == TOCSIN__V1__SEVERITY__SEVERITY_SEVERE)
		code = "\033[1;31m";
	else if (severity == TOCSIN__V1__SEVERITY__SEVERITY_MODERATE)
		code = "\033[1;33m";
	else if (severity == TOCSIN__V1__SEVERITY__SEVERITY_MINOR)
		code = "\033[1;32m";
	if (paper->colour)
		fputs(code, paper->out);
}

void tocsin_say(const struct tocsin_paper *paper, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vfprintf(paper->out, format, args);
	va_end(args);
}

/* Control characters, and marks that reorder what stands around them. */
static bool steers(uint32_t point)
{
	return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C || point == 0x200E ||
		point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
		(point >= 0x2066 && point <= 0x2069);
}

void tocsin_put(const struct tocsin_paper *paper, const char *text)
{
	if (!text)
		return;
	const char *end = text + strlen(text);
	for (const char *at = text; at < end;) {
		uint32_t point;
		size_t length = tocsin_text_point(at, (size_t)(end - at), &point);
		if (length == 0) {
			fputc('?', paper->out);
			at++;
			continue;
		}
		if (point == '\n' || point == '\t')
			fputc(' ', paper->out);
		else if (steers(point))
			fprintf(paper->out, "<U+%04X>", (unsigned)point);
		else
			fwrite(at, 1, length, paper->out);
		at += length;
	}
}

void tocsin_put_lines(const struct tocsin_paper *paper, const char *indent, const char *text)
{
	while (text && *text) {
		size_t length = strcspn(text, "\n");
		char *line = strndup(text, length);
		fputs(indent, paper->out);
		tocsin_put(paper, line);
		fputc('\n', paper->out);
		free(line);
		text += length + (text[length] == '\n');
	}
}

void tocsin_put_name(
	const struct tocsin_paper *paper, const ProtobufCEnumDescriptor *type, int value)
{
	const char *name = value == 0 ? "" : tocsin_enum_name(type, value);
	if (!name)
		name = "?";
	for (; *name; name++)
		fputc(*name == '_' ? ' ' : *name, paper->out);
}
