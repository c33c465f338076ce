/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/xml.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "proto/text.h"

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* XML's characters, less those that it discourages for what they do to a screen. */
static bool is_character(uint32_t point)
{
	if (point < 0x20)
		return point == '\t' || point == '\n' || point == '\r';
	if (point >= 0x7F && point < 0xA0)
		return false;
	return point != 0xFFFE && point != 0xFFFF;
}

static const char *escape_of(uint32_t point)
{
	switch (point) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;"; /* as itself a reader would take it for a line feed */
	default:
		return NULL;
	}
}

static bool is_break(uint32_t point)
{
	return point == '\n' || point == '\t' || point == '\r';
}

static void put_text(FILE *out, const char *text, bool one_line)
{
	const char *end = text + strlen(text);
	for (const char *at = text; at < end;) {
		uint32_t point;
		size_t length = tocsin_text_point(at, (size_t)(end - at), &point);
		if (length == 0 || !is_character(point))
			fputs(replacement, out);
		else if (one_line && is_break(point))
			fputc(' ', out);
		else if (escape_of(point))
			fputs(escape_of(point), out);
		else
			fwrite(at, 1, length, out);
		at += length ? length : 1;
	}
}

static void indent(const struct tocsin_xml *xml)
{
	for (unsigned i = 0; i < xml->depth; i++)
		fputs("  ", xml->out);
}

void tocsin_xml_start(struct tocsin_xml *xml, FILE *out)
{
	*xml = (struct tocsin_xml){.out = out};
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
}

void tocsin_xml_open(struct tocsin_xml *xml, const char *name, const char *name_space)
{
	indent(xml);
	if (name_space)
		fprintf(xml->out, "<%s xmlns=\"%s\">\n", name, name_space);
	else
		fprintf(xml->out, "<%s>\n", name);
	xml->depth++;
}

void tocsin_xml_close(struct tocsin_xml *xml, const char *name)
{
	xml->depth--;
	indent(xml);
	fprintf(xml->out, "</%s>\n", name);
}

static void element(const struct tocsin_xml *xml, const char *name, const char *text, bool one_line)
{
	if (!text || !*text)
		return;
	indent(xml);
	fprintf(xml->out, "<%s>", name);
	put_text(xml->out, text, one_line);
	fprintf(xml->out, "</%s>\n", name);
}

void tocsin_xml_text(struct tocsin_xml *xml, const char *name, const char *text)
{
	element(xml, name, text, false);
}

void tocsin_xml_line(struct tocsin_xml *xml, const char *name, const char *text)
{
	element(xml, name, text, true);
}
