/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Target: the gazetteer's lists. A NUL byte in the input parts it into two lists.
 * What loads is a tree in which every code can be asked for. */
#include <string.h>

#include "fuzz.h"
#include "rules/gazetteer.h"

static void check_region(const struct tocsin_gazetteer *gazetteer, uint32_t id)
{
	const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, id);
	uint32_t path[TOCSIN_MAX_REGION_DEPTH], rows[TOCSIN_MAX_CODE_ROWS + 1];
	size_t depth = tocsin_gazetteer_path(gazetteer, id, path);
	FUZZ_HOLDS(depth > 0 && depth <= TOCSIN_MAX_REGION_DEPTH && path[0] == id);
	const struct tocsin_region *country = tocsin_gazetteer_region(gazetteer, path[depth - 1]);
	FUZZ_HOLDS(country->level == 0 && strcmp(country->code, region->country) == 0);
	for (size_t i = 1; i < depth; i++)
		FUZZ_HOLDS(tocsin_gazetteer_region(gazetteer, path[i])->level <
			tocsin_gazetteer_region(gazetteer, path[i - 1])->level);
	FUZZ_HOLDS(tocsin_gazetteer_ancestor(gazetteer, id, region->level) == id);
	size_t count = tocsin_gazetteer_rows(gazetteer, region->code, rows, TOCSIN_MAX_CODE_ROWS + 1);
	FUZZ_HOLDS(count > 0 && count <= TOCSIN_MAX_CODE_ROWS + 1);
	struct tocsin_found found = tocsin_gazetteer_find(gazetteer, region->code, region->valid_from);
	FUZZ_HOLDS(found.match != TOCSIN_PLACE_UNKNOWN);
	FUZZ_HOLDS((found.match == TOCSIN_PLACE_AMBIGUOUS) == (found.region == TOCSIN_NO_REGION));
	FUZZ_HOLDS(tocsin_gazetteer_household(gazetteer, id) > 0);
}

static bool add(struct tocsin_gazetteer *gazetteer, const char *text, size_t size,
	struct tocsin_diagnostics *diagnostics)
{
	/* A copy of the exact size: a sanitizer sees one byte too many. */
	char *copy = malloc(size ? size : 1);
	FUZZ_HOLDS(copy != NULL);
	memcpy(copy, text, size);
	enum tocsin_status status = tocsin_gazetteer_add(gazetteer, "f", copy, size, diagnostics);
	free(copy);
	FUZZ_HOLDS(status == TOCSIN_OK || status == TOCSIN_INVALID);
	return status == TOCSIN_OK;
}

void fuzz_input(const uint8_t *data, size_t size)
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_gazetteer *gazetteer = tocsin_gazetteer_create();
	FUZZ_HOLDS(gazetteer != NULL);
	const char *text = size > 0 ? (const char *)data : "";
	const char *second = memchr(text, '\0', size);
	size_t first_size = second ? (size_t)(second - text) : size;
	bool sound = add(gazetteer, text, first_size, &diagnostics);
	if (second)
		sound &= add(gazetteer, second + 1, size - first_size - 1, &diagnostics);
	enum tocsin_status status = tocsin_gazetteer_finish(gazetteer, &diagnostics);
	FUZZ_HOLDS((status == TOCSIN_OK) == (diagnostics.errors == 0));
	FUZZ_HOLDS(sound || status == TOCSIN_INVALID);
	for (uint32_t i = 0; status == TOCSIN_OK && i < tocsin_gazetteer_count(gazetteer); i++)
		check_region(gazetteer, i);
	tocsin_gazetteer_destroy(gazetteer);
	tocsin_diagnostics_finish(&diagnostics);
}
