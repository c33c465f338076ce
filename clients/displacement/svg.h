/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The few shapes of SVG 1.1 that a chart needs. Lengths in pixels from the top left.
 * kind is a class of the chart's style sheet, trusted. */
#pragma once

#include <stdio.h>

enum tocsin_svg_anchor { TOCSIN_SVG_START, TOCSIN_SVG_MIDDLE, TOCSIN_SVG_END };

/* Text of an element: what XML reserves is escaped, what it cannot hold becomes "?". */
void tocsin_svg_escape(FILE *out, const char *text);

void tocsin_svg_text(FILE *out, double x, double y, enum tocsin_svg_anchor anchor, const char *kind,
	const char *text);
void tocsin_svg_line(FILE *out, double x1, double y1, double x2, double y2, const char *kind);
void tocsin_svg_box(FILE *out, double x, double y, double width, double height, const char *kind);
void tocsin_svg_dot(FILE *out, double x, double y, double radius, const char *kind);
void tocsin_svg_cross(FILE *out, double x, double y, double radius, const char *kind);
