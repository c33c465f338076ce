/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/region.h"

#include <stdio.h>
#include <string.h>

#include "proto/text.h"

enum { MAX_FOLDED = 256, MAX_CODE = 21 };

bool tocsin_region_is_located(const struct tocsin_region_path *path)
{
	return path->count > 0 && strlen(path->levels[0]) == 2;
}

static void read_path(
	const struct tocsin_gazetteer *gazetteer, uint32_t region, struct tocsin_region_path *path)
{
	uint32_t steps[TOCSIN_MAX_REGION_DEPTH];
	size_t depth = tocsin_gazetteer_path(gazetteer, region, steps);
	path->count = 0;
	for (size_t i = depth; i > 0; i--) {
		const struct tocsin_region *step = tocsin_gazetteer_region(gazetteer, steps[i - 1]);
		snprintf(path->levels[path->count++], sizeof(path->levels[0]), "%s", step->code);
	}
}

static bool same_path(const struct tocsin_region_path *a, const struct tocsin_region_path *b)
{
	bool same = a->count == b->count;
	for (size_t i = 0; same && i < a->count; i++)
		same = strcmp(a->levels[i], b->levels[i]) == 0;
	return same;
}

static void add(
	const struct tocsin_gazetteer *gazetteer, uint32_t region, struct tocsin_region_found *found)
{
	const struct tocsin_region *row = tocsin_gazetteer_region(gazetteer, region);
	struct tocsin_region_path path;
	if (found->count == TOCSIN_MAX_REGION_ROWS)
		return;
	read_path(gazetteer, region, &path);
	if (found->count == 0) {
		snprintf(found->name, sizeof(found->name), "%s", row->name);
		found->level = row->level;
	}
	for (size_t i = 0; i < found->count; i++)
		if (same_path(&found->paths[i], &path))
			return;
	found->paths[found->count++] = path;
}

static bool same_name(const char *a, const char *b)
{
	char folded_a[MAX_FOLDED], folded_b[MAX_FOLDED];
	return tocsin_text_fold(a, strlen(a), folded_a, sizeof(folded_a)) &&
		tocsin_text_fold(b, strlen(b), folded_b, sizeof(folded_b)) &&
		strcmp(folded_a, folded_b) == 0;
}

static bool find_code(const struct tocsin_gazetteer *gazetteer, const char *code, const char *name,
	struct tocsin_region_found *found)
{
	uint32_t rows[TOCSIN_MAX_REGION_ROWS];
	size_t count = tocsin_gazetteer_rows(gazetteer, code, rows, TOCSIN_MAX_REGION_ROWS);
	if (count > TOCSIN_MAX_REGION_ROWS)
		count = TOCSIN_MAX_REGION_ROWS;
	for (size_t i = 0; i < count; i++)
		if (!*name || same_name(tocsin_gazetteer_region(gazetteer, rows[i])->name, name))
			add(gazetteer, rows[i], found);
	found->several = !*name && count > 1;
	if (found->count || count)
		return found->count > 0;
	struct tocsin_found one = tocsin_gazetteer_find(gazetteer, code, NULL);
	if (one.match != TOCSIN_PLACE_FOUND && one.match != TOCSIN_PLACE_SPLIT)
		return false;
	add(gazetteer, one.region, found);
	found->replaced = strcmp(tocsin_gazetteer_region(gazetteer, one.region)->code, code) != 0;
	return true;
}

static bool find_name(
	const struct tocsin_gazetteer *gazetteer, const char *name, struct tocsin_region_found *found)
{
	size_t hits = 0;
	for (size_t i = 0; i < tocsin_gazetteer_count(gazetteer); i++) {
		if (!same_name(tocsin_gazetteer_region(gazetteer, (uint32_t)i)->name, name))
			continue;
		add(gazetteer, (uint32_t)i, found);
		hits++;
	}
	/* "Mopti" is a region and a cercle: only the code tells which is meant. */
	return hits == 1;
}

bool tocsin_region_find(
	const struct tocsin_gazetteer *gazetteer, const char *text, struct tocsin_region_found *found)
{
	struct tocsin_region_found result = {.count = 0};
	const char *slash = strrchr(text, '/');
	if (slash)
		text = slash + 1;
	size_t length = strcspn(text, " ");
	bool fine;
	if (tocsin_text_is_pcode(text, length) && length < MAX_CODE) {
		char code[MAX_CODE];
		snprintf(code, sizeof(code), "%.*s", (int)length, text);
		fine = find_code(gazetteer, code, text + length + strspn(text + length, " "), &result);
	} else {
		fine = *text && find_name(gazetteer, text, &result);
	}
	if (fine)
		*found = result;
	return fine;
}

bool tocsin_region_guess(const char *text, struct tocsin_region_found *found)
{
	struct tocsin_region_found result = {.count = 1};
	snprintf(result.name, sizeof(result.name), "%s", text);
	if (!tocsin_region_path_read(text, &result.paths[0])) {
		if (!tocsin_text_is_pcode(text, strlen(text)))
			return false;
		snprintf(result.paths[0].levels[0], sizeof(result.paths[0].levels[0]), "%s", text);
		result.paths[0].count = 1;
	}
	*found = result;
	return true;
}

unsigned tocsin_audience_depth(const struct tocsin_audience *audience)
{
	switch (audience->max_sensitivity) {
	case TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE:
		return TOCSIN_MAX_LEVELS;
	case TOCSIN__V1__SENSITIVITY__SENSITIVITY_HIGH:
		return 3;
	case TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE:
		return 2;
	default:
		return audience->detail == TOCSIN_DETAIL_ADM2 ? 2 : 1;
	}
}

bool tocsin_region_cut(struct tocsin_region_path *path, unsigned depth)
{
	if (path->count <= depth + 1)
		return false;
	path->count = depth + 1;
	return true;
}
