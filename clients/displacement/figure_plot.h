/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A table of figures as a chart: SVG 1.1, a panel for each series. */
#pragma once

#include <stdio.h>

#include "clients/displacement/figure_table.h"

enum { TOCSIN_MAX_PANELS = 40 };

/* What a level is is drawn as a line that breaks where no report came, what a flow is
 * as a column for each report; evidence as crosses. Beyond TOCSIN_MAX_PANELS series
 * the chart says how many it leaves out. False without memory. */
bool tocsin_figure_plot(const struct tocsin_figure_table *table, FILE *out);
