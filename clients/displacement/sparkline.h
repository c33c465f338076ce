/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One run of a series in a few characters: a step a column, as high as the figure is
 * beside the run's highest. No report and 0 each have a sign of their own. */
#pragma once

#include <stdio.h>

#include "clients/displacement/figure_table.h"

/* Writes width columns that end with the table's last period. unicode: blocks from
 * U+2581 to U+2588 and a middle dot for no report; else 1 to 9 and ".". A first column
 * without a report that hides earlier ones is an angle. */
void tocsin_sparkline_put(FILE *out, const struct tocsin_figure_table *table,
	const struct tocsin_figure_run *run, size_t width, bool unicode);
