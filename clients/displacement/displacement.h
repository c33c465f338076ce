/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What "tocsin displacement" knows while it runs. */
#pragma once

#include "clients/base/connection.h"
#include "clients/displacement/figure_book.h"
#include "clients/displacement/figure_table.h"

enum {
	TOCSIN_MAX_DISPLACEMENT_FILES = 256,
	TOCSIN_MAX_DISPLACEMENT_REGIONS = 64,
};

struct tocsin_displacement {
	struct tocsin_connection connection;
	struct tocsin_figure_book *book;
	struct tocsin_arena *arena; /* for one table */
	struct tocsin_figure_want want;
	struct tocsin_region_path regions[TOCSIN_MAX_DISPLACEMENT_REGIONS];
	const char *audience;
	const char *files[TOCSIN_MAX_DISPLACEMENT_FILES];
	size_t file_count; /* 0: from the hub */
	bool once, csv, json, quiet;
	const char *plot; /* file, or NULL */
	int64_t for_ms;   /* end after so long; 0: never */
};

/* Shows the book as it is now, in each form that was asked for. now_ms is 0 where the
 * newest report is the present; head (or NULL) is a line above the table. False after
 * a message. */
bool tocsin_displacement_show(
	struct tocsin_displacement *displacement, int64_t now_ms, const char *head);

/* Follows a hub until the end; once: until all that it keeps has come. */
enum tocsin_exit tocsin_displacement_follow(struct tocsin_displacement *displacement);
