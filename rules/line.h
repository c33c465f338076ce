/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A text that is put together part by part and never grows beyond a number of code
 * points. A tab or a line feed in it becomes a space. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/template.h"

struct tocsin_line {
	char bytes[TOCSIN_MAX_LINE * 4 + 1];
	size_t length, points;
};

void tocsin_line_start(struct tocsin_line *line);

/* Adds separator (not before the first part) and text; false and nothing added
 * where both do not fit whole. */
bool tocsin_line_add(struct tocsin_line *line, const char *separator, const char *text);

/* The same, but what does not fit is cut with an ellipsis between code points. */
void tocsin_line_cut(struct tocsin_line *line, const char *separator, const char *text);

/* One part of ASCII words and numbers; beyond its room it is cut. */
struct tocsin_part {
	char bytes[128];
	size_t length;
};

void tocsin_part_word(struct tocsin_part *part, const char *text, size_t length);
void tocsin_part_text(struct tocsin_part *part, const char *text);
void tocsin_part_number(struct tocsin_part *part, uint32_t number);

/* As tocsin_line_add. */
bool tocsin_line_add_part(
	struct tocsin_line *line, const char *separator, const struct tocsin_part *part);
