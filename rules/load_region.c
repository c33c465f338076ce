/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Regions as an operator writes them: "ML", "ML05", "ML05 Mopti". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "proto/text.h"
#include "rules/load.h"
#include "rules/suggest.h"

enum { MAX_LISTED = 512, FOLDED = TOCSIN_MAX_TEXT * 4 + 1 };

/* One region as written, taken apart. */
struct written {
	char code[TOCSIN_MAX_PCODE + 1];
	const char *name; /* "" where there is none */
	const char *text; /* all of it */
};

static bool split_text(const char *text, struct written *written)
{
	size_t length = strcspn(text, " ");
	if (length > TOCSIN_MAX_PCODE)
		return false;
	memcpy(written->code, text, length);
	written->code[length] = '\0';
	written->name = text + length + strspn(text + length, " ");
	written->text = text;
	return tocsin_text_is_pcode(written->code, length);
}

/* Names are compared without accents and case. */
static bool same_name(const char *left, const char *right)
{
	char a[FOLDED], b[FOLDED];
	return tocsin_text_fold(left, strlen(left), a, sizeof(a)) &&
		tocsin_text_fold(right, strlen(right), b, sizeof(b)) && strcmp(a, b) == 0;
}

/* The place of that name, else the code nearest to what was written. */
static void refuse_unknown(
	struct tocsin_loader *loader, const struct tocsin_yaml_node *node, const char *text)
{
	const struct tocsin_gazetteer *gazetteer = loader->owner->gazetteer;
	const struct tocsin_region *meant = NULL;
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, text, strcspn(text, " "));
	char folded[FOLDED], name[FOLDED];
	if (!tocsin_text_fold(text, strlen(text), folded, sizeof(folded)))
		*folded = '\0';
	struct tocsin_suggest named;
	tocsin_suggest_init(&named, folded, strlen(folded));
	const struct tocsin_region *close = NULL;
	size_t count = loader->hints > 0 ? tocsin_gazetteer_count(gazetteer) : 0;
	loader->hints -= loader->hints > 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, i);
		if (!tocsin_text_fold(region->name, strlen(region->name), name, sizeof(name)))
			*name = '\0';
		if (*name && strcmp(name, folded) == 0) {
			meant = region;
			break;
		}
		const char *best = suggest.best;
		tocsin_suggest_offer(&suggest, region->code);
		if (suggest.best != best)
			meant = region;
		unsigned before = named.distance;
		if (*name)
			tocsin_suggest_offer(&named, name);
		if (named.distance < before)
			close = region;
	}
	if (!meant)
		meant = close;
	if (meant)
		tocsin_load_error(loader, node, "unknown region '%.64s': did you mean '%s %s'?", text,
			meant->code, meant->name);
	else
		tocsin_load_error(loader, node,
			"unknown region '%.64s': a P-code of the gazetteer, or a country (ISO alpha-2)", text);
}

/* "'ML09 Bamako' or 'ML09 Taoudénit'" */
static void list_rows(const struct tocsin_gazetteer *gazetteer, const uint32_t *rows, size_t count,
	char list[MAX_LISTED])
{
	size_t used = 0;
	list[0] = '\0';
	for (size_t i = 0; i < count && used < MAX_LISTED; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, rows[i]);
		used += (size_t)snprintf(list + used, MAX_LISTED - used, "%s'%s %s'", i ? " or " : "",
			region->code, region->name);
	}
}

/* What stands for a code today: a row of it, or what replaces that row. */
static size_t load_code(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	const char *code, const char *version, uint32_t *region)
{
	const struct tocsin_gazetteer *gazetteer = loader->owner->gazetteer;
	struct tocsin_found found = tocsin_gazetteer_find(gazetteer, code, version);
	if (found.match == TOCSIN_PLACE_SPLIT) {
		tocsin_load_error(
			loader, node, "'%s' was replaced by several regions: name those that are meant", code);
		return 0;
	}
	if (found.region == TOCSIN_NO_REGION)
		return 0;
	const struct tocsin_region *present = tocsin_gazetteer_region(gazetteer, found.region);
	if (strcmp(present->code, code) != 0)
		tocsin_load_warning(loader, node, "'%s' was replaced: '%s %s' is taken", code,
			present->code, present->name);
	*region = found.region;
	return 1;
}

/* Cuts rows down to those of a name; where there is none says which there are. */
static size_t pick_by_name(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	const struct written *written, uint32_t *rows, size_t count)
{
	const struct tocsin_gazetteer *gazetteer = loader->owner->gazetteer;
	size_t picked = 0;
	for (size_t i = 0; i < count; i++) {
		if (same_name(tocsin_gazetteer_region(gazetteer, rows[i])->name, written->name)) {
			uint32_t row = rows[i];
			rows[i] = rows[picked];
			rows[picked++] = row;
		}
	}
	if (picked > 0)
		return picked;
	char list[MAX_LISTED];
	list_rows(gazetteer, rows, count, list);
	tocsin_load_error(loader, node, "'%.64s' is not the name of %s: did you mean %s?",
		written->name, written->code, list);
	return 0;
}

static size_t load_by_name(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	const struct written *written, uint32_t *rows, size_t count, uint32_t *regions, size_t max)
{
	count = pick_by_name(loader, node, written, rows, count);
	size_t kept = 0;
	for (size_t i = 0; i < count && kept < max; i++) {
		const char *version =
			tocsin_gazetteer_region(loader->owner->gazetteer, rows[i])->valid_from;
		kept += load_code(loader, node, written->code, version, &regions[kept]);
	}
	return kept;
}

size_t tocsin_load_region(struct tocsin_loader *loader, const struct tocsin_yaml_node *node,
	uint32_t *regions, size_t max)
{
	const struct tocsin_gazetteer *gazetteer = loader->owner->gazetteer;
	const char *text = tocsin_load_scalar(loader, node);
	struct written written;
	struct tocsin_found found = {0};
	if (split_text(text, &written))
		found = tocsin_gazetteer_find(gazetteer, written.code, NULL);
	if (found.match == TOCSIN_PLACE_UNKNOWN) {
		refuse_unknown(loader, node, text);
		return 0;
	}
	uint32_t rows[TOCSIN_MAX_CODE_ROWS + 1];
	size_t count =
		tocsin_gazetteer_rows(gazetteer, written.code, rows, sizeof(rows) / sizeof(*rows));
	if (*written.name && count > 0)
		return load_by_name(loader, node, &written, rows, count, regions, max);
	if (found.match != TOCSIN_PLACE_AMBIGUOUS)
		return load_code(loader, node, written.code, NULL, regions);
	char list[MAX_LISTED];
	list_rows(gazetteer, rows, count, list);
	tocsin_load_error(loader, node, "'%s' names several regions: write %s", written.code, list);
	return 0;
}

static int compare_regions(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	return (a > b) - (a < b);
}

/* Sorted, each once. */
static size_t tidy(uint32_t *regions, size_t count)
{
	qsort(regions, count, sizeof(*regions), compare_regions);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || regions[kept - 1] != regions[i])
			regions[kept++] = regions[i];
	}
	return kept;
}

static void store(struct tocsin_loader *loader, const struct tocsin_key *key, void *into,
	uint32_t *found, size_t count)
{
	count = tidy(found, count);
	uint32_t *regions = tocsin_load_alloc(loader, count * sizeof(*regions));
	if (!regions)
		return;
	memcpy(regions, found, count * sizeof(*regions));
	*(const uint32_t **)(void *)((char *)into + key->at) = regions;
	char *place = (char *)into + key->count_at;
	if (key->wide)
		*(size_t *)(void *)place = count;
	else
		*(uint16_t *)(void *)place = (uint16_t)count;
}

void tocsin_load_regions(struct tocsin_loader *loader, const struct tocsin_key *key,
	const struct tocsin_yaml_node *node, void *into)
{
	struct tocsin_load_items items;
	tocsin_load_places(loader);
	if (!tocsin_load_items(loader, key->name, node, &items))
		return;
	uint32_t few[TOCSIN_MAX_CODE_ROWS + 1], *found = few;
	size_t room = sizeof(few) / sizeof(*few), count = 0;
	if (items.count > 1) {
		room = items.count + TOCSIN_MAX_CODE_ROWS;
		found = malloc(room * sizeof(*found));
		if (!found) {
			loader->out_of_memory = true;
			return;
		}
	}
	const struct tocsin_yaml_node *item;
	while ((item = tocsin_load_item(loader, &items))) {
		if (tocsin_load_need_text(loader, key->name, item, "a P-code or a country") &&
			loader->places_known)
			count += tocsin_load_region(loader, item, found + count, room - count);
	}
	store(loader, key, into, found, count);
	if (found != few)
		free(found);
}
