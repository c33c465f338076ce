/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A table of figures for a person. */
#pragma once

#include "clients/base/paper.h"
#include "clients/displacement/figure_table.h"

struct tocsin_figure_layout {
	struct tocsin_paper paper;
	size_t width; /* columns; no line is longer, but for a code or a number that is */
	bool unicode; /* blocks and dots, else ASCII */
};

/* False without memory. */
bool tocsin_figure_print(
	const struct tocsin_figure_layout *layout, const struct tocsin_figure_table *table);
