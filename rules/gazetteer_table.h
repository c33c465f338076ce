/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How a gazetteer is kept; only gazetteer*.c may look inside. */
#pragma once

#include "rules/gazetteer.h"

/* What is needed of a row until the gazetteer is finished. */
struct tocsin_gazetteer_origin {
	const char *parent; /* code as written */
	uint32_t file;
	uint32_t line, column; /* of the P-code */
};

/* A code that rows name in Replaces. */
struct tocsin_gazetteer_replaced {
	const char *code;
	uint32_t successor; /* a row; after finish the region that stands for the code */
	bool split;
};

struct tocsin_gazetteer {
	struct tocsin_region *regions; /* countries first, sorted by alpha-2 */
	uint32_t *next_row;            /* next row of the same code, or TOCSIN_NO_REGION */
	bool *retired;                 /* a newer row replaces it */
	size_t count, capacity, country_count;

	uint32_t *slots; /* open addressing by code: a code's first row */
	size_t slot_mask;

	struct tocsin_gazetteer_replaced *replaced; /* after finish sorted, one a code */
	size_t replaced_count, replaced_capacity;

	char **texts; /* storage that rows point into, one a list */
	size_t text_count;

	/* Until finished. */
	struct tocsin_gazetteer_origin *origins; /* by region */
	char **files;
	size_t file_count;
	bool faulty; /* rows were refused: it cannot be used */
};

/* A code's first row, or TOCSIN_NO_REGION. */
uint32_t tocsin_gazetteer_first(const struct tocsin_gazetteer *gazetteer, const char *code);

/* The entry of a replaced code, or NULL. */
const struct tocsin_gazetteer_replaced *tocsin_gazetteer_replacement(
	const struct tocsin_gazetteer *gazetteer, const char *code);

uint32_t tocsin_gazetteer_hash(const char *code);

/* Makes room for one more region, with all that is kept by region. */
TOCSIN_MUST_USE enum tocsin_status tocsin_gazetteer_grow(struct tocsin_gazetteer *gazetteer);
