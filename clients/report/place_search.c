/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/place_search.h"

#include <stdlib.h>
#include <string.h>

#include "proto/text.h"
#include "rules/suggest.h"

enum { MAX_FOLDED = 256 };

struct search {
	const struct tocsin_place_lists *lists;
	char folded[MAX_FOLDED];
	size_t length;
	struct tocsin_place_found *found;
	size_t count;
};

/* "Djenné (ML0503), Mopti"; a country stands behind its admin-1 alone. */
static void write_region(
	const struct tocsin_gazetteer *gazetteer, uint32_t region, char *text, size_t size)
{
	const struct tocsin_region *row = tocsin_gazetteer_region(gazetteer, region);
	const struct tocsin_region *above =
		row->parent == TOCSIN_NO_REGION ? NULL : tocsin_gazetteer_region(gazetteer, row->parent);
	snprintf(text, size, "%.128s (%s)%s%.128s", row->name, row->code, above ? ", " : "",
		above ? above->name : "");
}

static void write_label(const struct search *search, struct tocsin_place_found *found)
{
	size_t used = 0;
	if (found->locality)
		used = (size_t)snprintf(
			found->label, sizeof(found->label), "%.200s -> ", found->locality->name);
	if (used >= sizeof(found->label))
		return;
	if (found->region != TOCSIN_NO_REGION)
		write_region(search->lists->gazetteer, found->region, found->label + used,
			sizeof(found->label) - used);
	else
		snprintf(found->label + used, sizeof(found->label) - used, "%.20s",
			found->locality ? found->locality->code : "");
}

/* Better ones before worse, equal ones as they come. */
static void keep(struct search *search, struct tocsin_place_found fresh)
{
	size_t at = search->count;
	while (at > 0 && search->found[at - 1].likeness > fresh.likeness)
		at--;
	if (at == TOCSIN_MAX_PLACES_FOUND)
		return;
	size_t behind = search->count - at;
	if (search->count == TOCSIN_MAX_PLACES_FOUND)
		behind--;
	else
		search->count++;
	memmove(&search->found[at + 1], &search->found[at], behind * sizeof(*search->found));
	write_label(search, &fresh);
	search->found[at] = fresh;
}

static void search_localities(struct search *search, const char *text)
{
	struct tocsin_locality_found found[TOCSIN_MAX_PLACES_FOUND];
	if (!search->lists->localities)
		return;
	size_t count =
		tocsin_localities_search(search->lists->localities, text, found, TOCSIN_MAX_PLACES_FOUND);
	for (size_t i = 0; i < count; i++)
		keep(search,
			(struct tocsin_place_found){.locality = found[i].locality,
				.region = found[i].locality->region,
				.likeness = found[i].likeness});
}

static bool is_like(const struct search *search, const char *name, enum tocsin_likeness *likeness)
{
	char folded[MAX_FOLDED];
	struct tocsin_suggest suggest;
	if (!tocsin_text_fold(name, strlen(name), folded, sizeof(folded)))
		return false;
	if (strncmp(folded, search->folded, search->length) == 0) {
		*likeness = folded[search->length] ? TOCSIN_LIKE_PREFIX : TOCSIN_LIKE_EXACT;
		return true;
	}
	tocsin_suggest_init(&suggest, search->folded, search->length);
	tocsin_suggest_offer(&suggest, folded);
	*likeness = TOCSIN_LIKE_NEAR;
	return suggest.best != NULL;
}

static void search_regions(struct search *search)
{
	const struct tocsin_gazetteer *gazetteer = search->lists->gazetteer;
	for (size_t i = 0; i < tocsin_gazetteer_count(gazetteer); i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, (uint32_t)i);
		enum tocsin_likeness likeness;
		if (is_like(search, region->name, &likeness))
			keep(search, (struct tocsin_place_found){.region = (uint32_t)i, .likeness = likeness});
	}
}

/* "ml0503" is a code, too; one that was replaced leads to its successor. */
static bool search_code(struct search *search, const char *text)
{
	char code[24];
	uint32_t rows[TOCSIN_MAX_PLACES_FOUND];
	size_t length = strlen(text);
	if (length < 2 || length >= sizeof(code))
		return false;
	for (size_t i = 0; i <= length; i++)
		code[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
	if (!tocsin_text_is_pcode(code, length))
		return false;
	size_t count =
		tocsin_gazetteer_rows(search->lists->gazetteer, code, rows, TOCSIN_MAX_PLACES_FOUND);
	for (size_t i = 0; i < count && i < TOCSIN_MAX_PLACES_FOUND; i++)
		keep(search, (struct tocsin_place_found){.region = rows[i]});
	if (count)
		return true;
	struct tocsin_found one = tocsin_gazetteer_find(search->lists->gazetteer, code, NULL);
	if (one.region == TOCSIN_NO_REGION)
		return false;
	keep(search, (struct tocsin_place_found){.region = one.region});
	return true;
}

size_t tocsin_place_search(const struct tocsin_place_lists *lists, const char *text,
	bool regions_only, struct tocsin_place_found found[TOCSIN_MAX_PLACES_FOUND])
{
	struct search search = {.lists = lists, .found = found};
	if (!lists->gazetteer)
		return 0;
	text += strspn(text, " ");
	if (search_code(&search, text))
		return search.count;
	if (!tocsin_text_fold(text, strlen(text), search.folded, sizeof(search.folded)) ||
		!*search.folded)
		return 0;
	search.length = strlen(search.folded);
	if (!regions_only)
		search_localities(&search, text);
	search_regions(&search);
	/* A slip is only thought of where nothing begins as it was typed. */
	while (search.count && found[0].likeness != TOCSIN_LIKE_NEAR &&
		found[search.count - 1].likeness == TOCSIN_LIKE_NEAR)
		search.count--;
	return search.count;
}
