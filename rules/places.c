/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/places.h"

#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "proto/text.h"
#include "rules/places_table.h"
#include "rules/suggest.h"

enum { FOLDED = TOCSIN_MAX_TEXT * 4 + 1 };

void tocsin_localities_destroy(struct tocsin_localities *localities)
{
	if (!localities)
		return;
	free(localities->items);
	free(localities->names);
	tocsin_pool_finish(&localities->pool);
	free(localities);
}

size_t tocsin_localities_count(const struct tocsin_localities *localities)
{
	return localities->count;
}

/* What was searched for, and what was found so far. */
struct search {
	const struct tocsin_localities *localities;
	const char *folded;
	size_t length;
	struct tocsin_locality_found *found;
	size_t count, max;
};

static bool is_better(
	const struct tocsin_locality_found *left, const struct tocsin_locality_found *right)
{
	return left->likeness != right->likeness ? left->likeness < right->likeness
											 : left->distance < right->distance;
}

/* Compares one name; false where it is not alike. */
static bool compare(const struct search *search, const struct tocsin_locality_name *name,
	struct tocsin_locality_found *found)
{
	*found = (struct tocsin_locality_found){
		.locality = &search->localities->items[name->item], .by = name->text};
	if (strncmp(name->folded, search->folded, search->length) == 0) {
		found->likeness =
			name->folded[search->length] == '\0' ? TOCSIN_LIKE_EXACT : TOCSIN_LIKE_PREFIX;
		return true;
	}
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, search->folded, search->length);
	tocsin_suggest_offer(&suggest, name->folded);
	found->likeness = TOCSIN_LIKE_NEAR;
	found->distance = suggest.distance;
	return suggest.best != NULL;
}

/* Sorted insertion; a locality stands with the best of its names. */
static void keep(struct search *search, struct tocsin_locality_found found)
{
	for (size_t i = 0; i < search->count; i++) {
		if (search->found[i].locality != found.locality)
			continue;
		if (!is_better(&found, &search->found[i]))
			return;
		memmove(&search->found[i], &search->found[i + 1],
			(search->count - i - 1) * sizeof(*search->found));
		search->count--;
		break;
	}
	size_t at = search->count;
	while (at > 0 && is_better(&found, &search->found[at - 1]))
		at--;
	if (at == search->max)
		return;
	size_t behind = search->count - at;
	if (search->count == search->max)
		behind--;
	else
		search->count++;
	memmove(&search->found[at + 1], &search->found[at], behind * sizeof(*search->found));
	search->found[at] = found;
}

size_t tocsin_localities_search(const struct tocsin_localities *localities, const char *name,
	struct tocsin_locality_found *found, size_t max)
{
	char folded[FOLDED];
	if (!tocsin_text_fold(name, strlen(name), folded, sizeof(folded)) || *folded == '\0' ||
		max == 0)
		return 0;
	struct search search = {localities, folded, strlen(folded), found, 0, max};
	for (size_t i = 0; i < localities->name_count; i++) {
		struct tocsin_locality_found one;
		if (compare(&search, &localities->names[i], &one))
			keep(&search, one);
	}
	return search.count;
}
