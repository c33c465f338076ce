/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/gazetteer.h"

#include <stdlib.h>
#include <string.h>

#include "proto/country.h"
#include "rules/country_boxes.h"
#include "rules/gazetteer_table.h"

#define DEFAULT_HOUSEHOLD 5.0

static enum tocsin_status add_countries(struct tocsin_gazetteer *gazetteer)
{
	size_t count;
	const struct tocsin_country *countries = tocsin_countries(&count);
	for (size_t i = 0; i < count; i++) {
		if (tocsin_gazetteer_grow(gazetteer) != TOCSIN_OK)
			return TOCSIN_NO_MEMORY;
		struct tocsin_region *region = &gazetteer->regions[gazetteer->count++];
		*region = (struct tocsin_region){.code = countries[i].alpha2,
			.name = countries[i].name,
			.valid_from = "",
			.parent = TOCSIN_NO_REGION};
		memcpy(region->country, countries[i].alpha2, sizeof(region->country));
	}
	gazetteer->country_count = count;
	return TOCSIN_OK;
}

struct tocsin_gazetteer *tocsin_gazetteer_create(void)
{
	struct tocsin_gazetteer *gazetteer = calloc(1, sizeof(*gazetteer));
	if (!gazetteer)
		return NULL;
	if (add_countries(gazetteer) != TOCSIN_OK) {
		tocsin_gazetteer_destroy(gazetteer);
		return NULL;
	}
	return gazetteer;
}

void tocsin_gazetteer_destroy(struct tocsin_gazetteer *gazetteer)
{
	if (!gazetteer)
		return;
	for (size_t i = 0; i < gazetteer->text_count; i++)
		free(gazetteer->texts[i]);
	for (size_t i = 0; i < gazetteer->file_count; i++)
		free(gazetteer->files[i]);
	free(gazetteer->texts);
	free(gazetteer->files);
	free(gazetteer->regions);
	free(gazetteer->next_row);
	free(gazetteer->retired);
	free(gazetteer->origins);
	free(gazetteer->slots);
	free(gazetteer->replaced);
	free(gazetteer);
}

size_t tocsin_gazetteer_count(const struct tocsin_gazetteer *gazetteer)
{
	return gazetteer->count;
}

const struct tocsin_region *tocsin_gazetteer_region(
	const struct tocsin_gazetteer *gazetteer, uint32_t region)
{
	return &gazetteer->regions[region];
}

uint32_t tocsin_gazetteer_hash(const char *code)
{
	uint32_t hash = UINT32_C(2166136261); /* FNV-1a */
	for (; *code; code++)
		hash = (hash ^ (unsigned char)*code) * UINT32_C(16777619);
	return hash ^ hash >> 15;
}

uint32_t tocsin_gazetteer_first(const struct tocsin_gazetteer *gazetteer, const char *code)
{
	for (size_t slot = tocsin_gazetteer_hash(code);; slot++) {
		uint32_t region = gazetteer->slots[slot & gazetteer->slot_mask];
		if (region == TOCSIN_NO_REGION || strcmp(gazetteer->regions[region].code, code) == 0)
			return region;
	}
}

static int compare_replaced(const void *key, const void *element)
{
	const struct tocsin_gazetteer_replaced *replaced = element;
	return strcmp(key, replaced->code);
}

const struct tocsin_gazetteer_replaced *tocsin_gazetteer_replacement(
	const struct tocsin_gazetteer *gazetteer, const char *code)
{
	if (gazetteer->replaced_count == 0)
		return NULL;
	return bsearch(code, gazetteer->replaced, gazetteer->replaced_count,
		sizeof(*gazetteer->replaced), compare_replaced);
}

/* The rows of a code as a version picks among them. */
struct picked {
	uint32_t live, fitting; /* the last such row */
	size_t live_count, fitting_count;
	bool any_fits; /* also a retired one */
};

static struct picked pick_rows(
	const struct tocsin_gazetteer *gazetteer, const char *code, const char *version)
{
	struct picked picked = {.live = TOCSIN_NO_REGION, .fitting = TOCSIN_NO_REGION};
	size_t length = strlen(version);
	for (uint32_t row = tocsin_gazetteer_first(gazetteer, code); row != TOCSIN_NO_REGION;
		 row = gazetteer->next_row[row]) {
		const struct tocsin_region *region = &gazetteer->regions[row];
		bool fits = region->level == 0 || strncmp(region->valid_from, version, length) == 0;
		picked.any_fits |= fits;
		if (gazetteer->retired[row])
			continue;
		picked.live = row;
		picked.live_count++;
		if (fits) {
			picked.fitting = row;
			picked.fitting_count++;
		}
	}
	return picked;
}

/* A code may have a row of its own and be replaced as well: reused for another
 * place, as 09 in Mali's law of 2023. Its present row then stands for it, unless
 * the sender names a version that is older than that row. */
static bool is_former(
	const struct tocsin_gazetteer *gazetteer, const struct picked *picked, const char *version)
{
	if (picked->live_count == 0)
		return true;
	return picked->live_count == 1 && picked->fitting_count == 0 &&
		strcmp(version, gazetteer->regions[picked->live].valid_from) < 0;
}

struct tocsin_found tocsin_gazetteer_find(
	const struct tocsin_gazetteer *gazetteer, const char *code, const char *version)
{
	if (!version)
		version = "";
	struct tocsin_found found = {.match = TOCSIN_PLACE_UNKNOWN, .region = TOCSIN_NO_REGION};
	struct picked picked = pick_rows(gazetteer, code, version);
	const struct tocsin_gazetteer_replaced *replaced =
		tocsin_gazetteer_replacement(gazetteer, code);
	if (replaced && is_former(gazetteer, &picked, version)) {
		found.match = replaced->split ? TOCSIN_PLACE_SPLIT : TOCSIN_PLACE_FOUND;
		found.region = replaced->successor;
		return found;
	}
	if (picked.live_count == 0)
		return found;
	found.version_unfit = !picked.any_fits;
	if (picked.fitting_count == 1)
		found.region = picked.fitting;
	else if (picked.live_count == 1)
		found.region = picked.live;
	found.match = found.region == TOCSIN_NO_REGION ? TOCSIN_PLACE_AMBIGUOUS : TOCSIN_PLACE_FOUND;
	return found;
}

size_t tocsin_gazetteer_rows(
	const struct tocsin_gazetteer *gazetteer, const char *code, uint32_t *regions, size_t max)
{
	size_t count = 0;
	for (uint32_t row = tocsin_gazetteer_first(gazetteer, code); row != TOCSIN_NO_REGION;
		 row = gazetteer->next_row[row]) {
		if (count < max)
			regions[count] = row;
		count++;
	}
	return count;
}

size_t tocsin_gazetteer_path(const struct tocsin_gazetteer *gazetteer, uint32_t region,
	uint32_t path[TOCSIN_MAX_REGION_DEPTH])
{
	size_t depth = 0;
	for (; region != TOCSIN_NO_REGION && depth < TOCSIN_MAX_REGION_DEPTH;
		 region = gazetteer->regions[region].parent)
		path[depth++] = region;
	return depth;
}

uint32_t tocsin_gazetteer_ancestor(
	const struct tocsin_gazetteer *gazetteer, uint32_t region, unsigned level)
{
	while (region != TOCSIN_NO_REGION && gazetteer->regions[region].level > level)
		region = gazetteer->regions[region].parent;
	if (region == TOCSIN_NO_REGION || gazetteer->regions[region].level != level)
		return TOCSIN_NO_REGION;
	return region;
}

double tocsin_gazetteer_household(const struct tocsin_gazetteer *gazetteer, uint32_t region)
{
	for (; region != TOCSIN_NO_REGION; region = gazetteer->regions[region].parent) {
		if (gazetteer->regions[region].household_size > 0)
			return gazetteer->regions[region].household_size;
	}
	return DEFAULT_HOUSEHOLD;
}

static struct tocsin_place find_place(const void *ctx, const char *pcode, const char *version)
{
	const struct tocsin_gazetteer *gazetteer = ctx;
	struct tocsin_found found = tocsin_gazetteer_find(gazetteer, pcode, version);
	struct tocsin_place place = {.match = found.match, .version_unfit = found.version_unfit};
	if (found.region != TOCSIN_NO_REGION)
		memcpy(place.country, gazetteer->regions[found.region].country, sizeof(place.country));
	return place;
}

static const struct tocsin_box *find_box(const void *ctx, const char *country)
{
	(void)ctx;
	return tocsin_country_box(country);
}

struct tocsin_places tocsin_gazetteer_places(const struct tocsin_gazetteer *gazetteer)
{
	return (struct tocsin_places){.ctx = gazetteer, .find = find_place, .box = find_box};
}

uint32_t tocsin_gazetteer_locate(const struct tocsin_gazetteer *gazetteer, const char *country,
	const char *pcode, const char *version)
{
	if (pcode && *pcode) {
		struct tocsin_found found = tocsin_gazetteer_find(gazetteer, pcode, version);
		if (found.region != TOCSIN_NO_REGION)
			return found.region;
	}
	if (!country || !tocsin_country_by_alpha2(country))
		return TOCSIN_NO_REGION;
	return tocsin_gazetteer_first(gazetteer, country);
}
