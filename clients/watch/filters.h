/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* MQTT filters on the hub's outgoing topics: tree/severity/event/country/adm1/... */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"
#include "tocsin/v1/enums.pb-c.h"

enum { TOCSIN_MAX_LEVELS = 8 };

/* A region as its codes from the country down; no levels is everywhere. */
struct tocsin_region_path {
	char levels[TOCSIN_MAX_LEVELS][21];
	size_t count;
};

/* Reads "ML", or "ML/ML05/ML0503". False where it is neither. */
bool tocsin_region_path_read(const char *text, struct tocsin_region_path *path);

struct tocsin_filter_want {
	const char *root;
	const char *audience;
	const char *tree;    /* "alert", "exercise" or "test" */
	bool json;           /* the JSON twin of the tree */
	uint32_t severities; /* mask by value; 0 or all: "+" */
	uint32_t events;     /* likewise */
	const struct tocsin_region_path *region;
};

/* Calls back with each filter; severity and event are 0 where it takes all.
 * Stops with the first status that is not OK. */
TOCSIN_MUST_USE enum tocsin_status tocsin_filters_each(const struct tocsin_filter_want *want,
	enum tocsin_status (*take)(void *ctx, const char *filter, int severity, int event), void *ctx);

/* The one filter that leaves severity and event open, whatever is wanted of them. False
 * where text has no room. */
bool tocsin_filter_write(const struct tocsin_filter_want *want, char *text, size_t size);

/* "root/to/audience/open/ML/ML05/+": an open incident's topic goes no deeper than
 * admin-1. False where text has no room. */
bool tocsin_filter_open(const struct tocsin_filter_want *want, char *text, size_t size);

/* The mask of a minimum: that value and all above it, and unknown, which might be
 * any of them. */
uint32_t tocsin_severities_from(Tocsin__V1__Severity least);
