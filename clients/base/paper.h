/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where readable text goes: a stream, with or without colour, and safe from what
 * a message may hold. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "tocsin/v1/enums.pb-c.h"

enum tocsin_ink { TOCSIN_INK_PLAIN, TOCSIN_INK_BOLD, TOCSIN_INK_FAINT };

struct tocsin_paper {
	FILE *out;
	bool colour;
};

/* Colour only on a terminal that can, and not where NO_COLOR is set. */
struct tocsin_paper tocsin_paper_for(FILE *out);

void tocsin_ink(const struct tocsin_paper *paper, enum tocsin_ink ink);
void tocsin_ink_severity(const struct tocsin_paper *paper, Tocsin__V1__Severity severity);

/* Writes a text of a message on one line: what could steer the terminal or turn
 * the reading direction comes out as <U+NNNN>, bad UTF-8 as "?", line feeds as
 * spaces. NULL writes nothing. */
void tocsin_put(const struct tocsin_paper *paper, const char *text);

/* The same over several lines, each begun with indent. */
void tocsin_put_lines(const struct tocsin_paper *paper, const char *indent, const char *text);

/* Trusted text. */
void tocsin_say(const struct tocsin_paper *paper, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

enum { TOCSIN_NAME_TEXT = 64 };

/* An enum's name as people read it, "armed group" of "armed_group": in text, or static. */
const char *tocsin_name_say(
	const ProtobufCEnumDescriptor *type, const char *name, char text[TOCSIN_NAME_TEXT]);

/* The same, of a value; "" for 0. */
void tocsin_put_name(
	const struct tocsin_paper *paper, const ProtobufCEnumDescriptor *type, int value);
