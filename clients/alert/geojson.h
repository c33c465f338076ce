/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Alerts as GeoJSON (RFC 7946), for maps: one Feature an alert. Its id is the alert's,
 * its geometry the point (longitude first) or null, its properties are the alert in
 * Tocsin JSON, with event_type, occurred_start, country, pcode (the deepest) and place
 * beside it for programs that style, filter and join by flat columns. */
#pragma once

#include "proto/arena.h"
#include "tocsin/v1/alert.pb-c.h"

#define TOCSIN_GEOJSON_TYPE "application/geo+json"

enum { TOCSIN_MAX_GEOJSON = 8 << 20 }; /* bytes of a file; beyond it the older half goes */

/* One Feature on one line, without a line feed. text lives in arena, with a NUL.
 * TOCSIN_INVALID where the alert has no id, or holds what JSON cannot say. */
TOCSIN_MUST_USE enum tocsin_status tocsin_geojson_feature(
	const Tocsin__V1__Alert *alert, struct tocsin_arena *arena, char **text, size_t *length);

/* Adds the alert to a file, which is made where there is none. A FeatureCollection, a
 * Feature a line, is replaced as a whole, so that it is valid at any moment; an alert
 * that it holds already is not added again. Where path
 * ends in .geojsonl or .ndjson it is a sequence of lines, in .geojsons one with record
 * separators (RFC 8142): these only grow, which suits many alerts better.
 * TOCSIN_INVALID as above; TOCSIN_LIMIT where the file is none that this made: it is
 * left alone; TOCSIN_IO with errno. Waits for the disk. */
TOCSIN_MUST_USE enum tocsin_status tocsin_geojson_append(
	const char *path, const Tocsin__V1__Alert *alert);
