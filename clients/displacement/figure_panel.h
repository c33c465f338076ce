/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One series as a panel of a chart, in the classes of the chart's style sheet. */
#pragma once

#include <stdio.h>

#include "clients/displacement/figure_table.h"

/* Pixels. */
enum { TOCSIN_PANEL_WIDTH = 520, TOCSIN_PANEL_HEIGHT = 230 };

/* left and top are where on the chart it stands. False without memory. */
bool tocsin_figure_panel(const struct tocsin_figure_table *table,
	const struct tocsin_figure_series *series, double left, double top, FILE *out);
