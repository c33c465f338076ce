/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Columns of a CSV file by their HXL tags. Source: HXL 1.1, hashtag and attributes; the
 * order of attributes, spaces and case do not count. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What a column is to a report. */
enum tocsin_hxl_role {
	TOCSIN_HXL_OPTION,  /* goes to that option of an incident */
	TOCSIN_HXL_PLACE,   /* a P-code of that admin level: the deepest counts */
	TOCSIN_HXL_TOLL,    /* a toll as the option takes it, or "not reported" */
	TOCSIN_HXL_LOW,     /* its lower bound */
	TOCSIN_HXL_HIGH,    /* its upper bound */
	TOCSIN_HXL_CLAIM,   /* about each toll of the line */
	TOCSIN_HXL_PEOPLE,  /* a figure in persons, of that population */
	TOCSIN_HXL_HOUSES,  /* a figure in households, likewise */
	TOCSIN_HXL_FIGURE,  /* about each figure of the line */
	TOCSIN_HXL_SOURCE,  /* opens the entry that the option makes */
	TOCSIN_HXL_ABOUT,   /* about that entry */
	TOCSIN_HXL_IGNORED, /* for people who read the file */
};

struct tocsin_hxl {
	const char *tag; /* as documented */
	enum tocsin_hxl_role role;
	const char *option; /* with its dashes, or what the role names; NULL */
};

/* The column of a tag, or NULL; *near is then the tag that was meant, or NULL. */
const struct tocsin_hxl *tocsin_hxl_find(const char *text, const char **near);

/* All that are known, for documents and tests. */
const struct tocsin_hxl *tocsin_hxl_all(size_t *count);

/* True for a text that begins as a tag does. */
bool tocsin_hxl_is_tag(const char *text);
