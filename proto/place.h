/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What validation asks about places. The rules' gazetteer answers. */
#pragma once

#include <stdbool.h>

enum tocsin_place_match {
	TOCSIN_PLACE_UNKNOWN,
	TOCSIN_PLACE_FOUND,     /* one row, perhaps through Replaces */
	TOCSIN_PLACE_SPLIT,     /* replaced by several: the common parent stands for it */
	TOCSIN_PLACE_AMBIGUOUS, /* several rows, none picked by the version */
};

struct tocsin_place {
	enum tocsin_place_match match;
	bool version_unfit; /* a version was given that fits no row of the code */
	char country[3];    /* ISO alpha-2 when found or split */
};

/* WGS 84 degrees. */
struct tocsin_box {
	double south, west, north, east;
};

struct tocsin_places {
	const void *ctx;
	/* Looks up a P-code; version may be NULL or empty. */
	struct tocsin_place (*find)(const void *ctx, const char *pcode, const char *version);
	/* The box around a country (ISO alpha-2), or NULL where none is known. */
	const struct tocsin_box *(*box)(const void *ctx, const char *country);
};
