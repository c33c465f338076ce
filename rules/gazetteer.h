/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Places: the countries of ISO 3166-1 and the P-codes of the loaded lists (HDX
 * global P-code list format), as one tree of regions. Immutable once finished,
 * then safe to read from any thread. Sources: OCHA COD-AB, HDX. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/place.h"
#include "rules/diagnostics.h"
#include "rules/limits.h"

#define TOCSIN_NO_REGION UINT32_MAX

struct tocsin_region {
	const char *code;       /* P-code, or ISO alpha-2 at level 0 */
	const char *name;       /* UTF-8 as in the list */
	const char *valid_from; /* "2021-12-20", "" for countries */
	uint32_t parent;        /* TOCSIN_NO_REGION for countries */
	uint8_t level;          /* 0 country, 1 admin-1, ... */
	char country[3];        /* ISO alpha-2 */
	bool has_point;
	double latitude, longitude; /* WGS 84 degrees, representative point */
	double household_size;      /* people; 0 where the list does not say */
};

struct tocsin_gazetteer;

/* With the countries already in it. NULL without memory. */
struct tocsin_gazetteer *tocsin_gazetteer_create(void);
void tocsin_gazetteer_destroy(struct tocsin_gazetteer *gazetteer);

/* Adds the rows of one list. file names it in diagnostics. */
TOCSIN_MUST_USE enum tocsin_status tocsin_gazetteer_add(struct tocsin_gazetteer *gazetteer,
	const char *file, const char *text, size_t length, struct tocsin_diagnostics *diagnostics);

/* Ties rows to parents and builds the index; nothing can be added after. */
TOCSIN_MUST_USE enum tocsin_status tocsin_gazetteer_finish(
	struct tocsin_gazetteer *gazetteer, struct tocsin_diagnostics *diagnostics);

size_t tocsin_gazetteer_count(const struct tocsin_gazetteer *gazetteer);
const struct tocsin_region *tocsin_gazetteer_region(
	const struct tocsin_gazetteer *gazetteer, uint32_t region);

struct tocsin_found {
	enum tocsin_place_match match;
	bool version_unfit;
	uint32_t region; /* when found or split; else TOCSIN_NO_REGION */
};

/* Looks up a P-code (through Replaces), or a country by alpha-2. version may be
 * NULL or "": a Valid from date or a prefix of it. Allocates nothing. */
struct tocsin_found tocsin_gazetteer_find(
	const struct tocsin_gazetteer *gazetteer, const char *code, const char *version);

/* All rows of one code, for an operator's "ML09 Bamako": at most max are written,
 * the number of rows is returned. */
size_t tocsin_gazetteer_rows(
	const struct tocsin_gazetteer *gazetteer, const char *code, uint32_t *regions, size_t max);

/* The region and its ancestors, itself first, country last. Returns the depth. */
size_t tocsin_gazetteer_path(const struct tocsin_gazetteer *gazetteer, uint32_t region,
	uint32_t path[TOCSIN_MAX_REGION_DEPTH]);

/* The ancestor (or itself) at an admin level, TOCSIN_NO_REGION if it is shallower. */
uint32_t tocsin_gazetteer_ancestor(
	const struct tocsin_gazetteer *gazetteer, uint32_t region, unsigned level);

/* People in a household of a country where an entry does not say: the list's
 * figure for the country or its deepest listed region above, else 5. */
double tocsin_gazetteer_household(const struct tocsin_gazetteer *gazetteer, uint32_t region);

/* What validation asks, answered from here; valid as long as the gazetteer. */
struct tocsin_places tocsin_gazetteer_places(const struct tocsin_gazetteer *gazetteer);

/* The region that an incident is about: its P-code, else its country; an unknown
 * code under a known country is the country. TOCSIN_NO_REGION where neither helps. */
uint32_t tocsin_gazetteer_locate(const struct tocsin_gazetteer *gazetteer, const char *country,
	const char *pcode, const char *version);
