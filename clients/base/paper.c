/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/paper.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/alert/prose_words.h"
#include "clients/base/tongue.h"
#include "proto/enum_name.h"
#include "proto/text.h"
#include "rules/sentence_words.h"

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

/* Spellings that rules/sentence_words.inc and prose_words.inc lack, or word for the middle
 * of a sentence. */
static const char *const spellings[] = {
	N_("actual"),
	N_("exercise"),
	N_("test"),
	N_("system"),
	N_("draft"),
	N_("alert"),
	N_("update"),
	N_("cancel"),
	N_("resolved"),
	N_("error"),
	N_("merged"),
	N_("exact"),
	N_("more than"),
	N_("less than"),
	N_("approximately"),
	N_("state"),
	N_("rebel"),
	N_("political militia"),
	N_("identity militia"),
	N_("rioter"),
	N_("protester"),
	N_("civilian"),
	N_("external"),
	N_("attacker"),
	N_("target"),
	N_("other"),
};

/* A name with spaces, in the reader's language. */
static const char *say_spelling(const char *name)
{
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
		if (strcmp(spellings[i], name) == 0)
			return _(spellings[i]);
	return name;
}

static bool has_words(const ProtobufCEnumDescriptor *type)
{
	return type != &tocsin__v1__status__descriptor && type != &tocsin__v1__msg_type__descriptor &&
		type != &tocsin__v1__qualifier__descriptor && type != &tocsin__v1__cause__descriptor;
}

/* What rules and prose call a value in French, or NULL. */
static const char *french_of(const ProtobufCEnumDescriptor *type, int value)
{
	/* Events as rules say them, in lower case. */
	bool event = type == &tocsin__v1__event_type__descriptor;
	const char *words = event ? tocsin_word_value(type, value, TOCSIN_FRENCH)
							  : tocsin_prose_value(type, value, TOCSIN_FRENCH);
	const char *spelling = tocsin_enum_name(type, value);
	return words && spelling && strcmp(words, spelling) != 0 ? words : NULL;
}

void tocsin_put_name(
	const struct tocsin_paper *paper, const ProtobufCEnumDescriptor *type, int value)
{
	const char *name = value == 0 ? "" : tocsin_enum_name(type, value);
	char text[TOCSIN_NAME_TEXT];
	fputs(tocsin_name_say(type, name ? name : "?", text), paper->out);
}

const char *tocsin_name_say(
	const ProtobufCEnumDescriptor *type, const char *name, char text[TOCSIN_NAME_TEXT])
{
	int value;
	snprintf(text, TOCSIN_NAME_TEXT, "%s", name);
	for (char *at = text; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	if (tocsin_tongue_language() == TOCSIN_ENGLISH)
		return text;
	const char *words = has_words(type) && tocsin_enum_read(type, name, strlen(name), &value)
		? french_of(type, value)
		: NULL;
	return words ? words : say_spelling(text);
}
