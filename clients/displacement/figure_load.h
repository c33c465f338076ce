/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Figures from files: Tocsin JSON (alerts and incidents, one after the other or in a
 * list) or CSV with an HXL row. */
#pragma once

#include "clients/displacement/figure_book.h"

struct tocsin_figure_load;

/* book is borrowed. NULL without memory. */
struct tocsin_figure_load *tocsin_figure_load_begin(struct tocsin_figure_book *book);

/* Reads path, or standard input where it is "-". False after a message on stderr:
 * a file with a mistake is refused, since part of the figures would pass for all. */
bool tocsin_figure_load_file(struct tocsin_figure_load *load, const char *path);

/* Versions of one incident may lie in several files: only now they are put in order.
 * False after a message; frees load either way. */
bool tocsin_figure_load_end(struct tocsin_figure_load *load);
