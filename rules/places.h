/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Villages and towns by name, for a person who knows no P-code. An optional list of
 * its own: `Name,Aliases,P-Code,Latitude,Longitude`, the aliases separated by
 * semicolons. Immutable once read, then safe on any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/diagnostics.h"
#include "rules/gazetteer.h"

struct tocsin_locality {
	const char *name;
	const char *code; /* P-code of the deepest region known, or a country */
	uint32_t region;  /* TOCSIN_NO_REGION where the gazetteer does not tell which */
	bool has_point;
	double latitude, longitude; /* WGS 84 degrees */
};

struct tocsin_localities;

/* Reads a list; file names it in diagnostics. Codes are looked up in gazetteer,
 * which is asked now and not kept. TOCSIN_INVALID where anything was wrong. */
TOCSIN_MUST_USE enum tocsin_status tocsin_localities_read(const struct tocsin_gazetteer *gazetteer,
	const char *file, const char *text, size_t length, struct tocsin_diagnostics *diagnostics,
	struct tocsin_localities **localities);
void tocsin_localities_destroy(struct tocsin_localities *localities);

size_t tocsin_localities_count(const struct tocsin_localities *localities);

enum tocsin_likeness {
	TOCSIN_LIKE_EXACT,  /* but for accents and case */
	TOCSIN_LIKE_PREFIX, /* begins so */
	TOCSIN_LIKE_NEAR,   /* a slip or two away */
};

struct tocsin_locality_found {
	const struct tocsin_locality *locality;
	const char *by; /* the name or alias that was found */
	enum tocsin_likeness likeness;
	unsigned distance; /* letters that differ, of NEAR */
};

/* Searches by name and alias, best first, each locality once; of equally good ones
 * in the order of the list. Returns how many were written, at most max. */
size_t tocsin_localities_search(const struct tocsin_localities *localities, const char *name,
	struct tocsin_locality_found *found, size_t max);
