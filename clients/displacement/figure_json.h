/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A table of figures as one JSON object; its shape stands in clients/README.md. */
#pragma once

#include <jansson.h>

#include "clients/displacement/figure_table.h"

/* The caller owns it (json_decref); NULL without memory. */
json_t *tocsin_figure_json(const struct tocsin_figure_table *table);
