/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* From rows to a tree with an index: codes, parents, replaced codes. */
#include <stdlib.h>
#include <string.h>

#include "proto/country.h"
#include "rules/gazetteer_table.h"

enum { FIRST_SLOTS = 1024, MAX_STEPS = 4096 };

struct finishing {
	struct tocsin_gazetteer *gazetteer;
	struct tocsin_diagnostics *diagnostics;
	size_t errors;
};

/* Rows that stand for one replaced code. */
struct successors {
	uint32_t rows[TOCSIN_MAX_REPLACES];
	size_t count;
	size_t steps;
	bool too_many;
};

static void complain(struct finishing *finishing, uint32_t row, const char *problem,
	const char *what, unsigned where)
{
	const struct tocsin_gazetteer *gazetteer = finishing->gazetteer;
	const struct tocsin_gazetteer_origin *origin = &gazetteer->origins[row];
	if (where > 0)
		tocsin_diagnostics_add(finishing->diagnostics, TOCSIN_NOTE_ERROR,
			gazetteer->files[origin->file], origin->line, origin->column, "'%s' %s%u", what,
			problem, where);
	else
		tocsin_diagnostics_add(finishing->diagnostics, TOCSIN_NOTE_ERROR,
			gazetteer->files[origin->file], origin->line, origin->column, "'%s' %s", what, problem);
	finishing->errors++;
}

static void warn(struct finishing *finishing, uint32_t row, const char *problem)
{
	const struct tocsin_gazetteer *gazetteer = finishing->gazetteer;
	const struct tocsin_gazetteer_origin *origin = &gazetteer->origins[row];
	tocsin_diagnostics_add(finishing->diagnostics, TOCSIN_NOTE_WARNING,
		gazetteer->files[origin->file], origin->line, origin->column,
		"parent '%.20s' of '%s' %s: it hangs from its country", origin->parent,
		gazetteer->regions[row].code, problem);
}

static enum tocsin_status make_room(struct tocsin_gazetteer *gazetteer)
{
	size_t slots = FIRST_SLOTS;
	while (slots < gazetteer->count * 2)
		slots *= 2;
	gazetteer->slots = malloc(slots * sizeof(*gazetteer->slots));
	gazetteer->next_row = malloc(gazetteer->count * sizeof(*gazetteer->next_row));
	gazetteer->retired = calloc(gazetteer->count, sizeof(*gazetteer->retired));
	if (!gazetteer->slots || !gazetteer->next_row || !gazetteer->retired)
		return TOCSIN_NO_MEMORY;
	memset(gazetteer->slots, 0xFF, slots * sizeof(*gazetteer->slots));
	memset(gazetteer->next_row, 0xFF, gazetteer->count * sizeof(*gazetteer->next_row));
	gazetteer->slot_mask = slots - 1;
	return TOCSIN_OK;
}

/* Appends a row to the chain of its code. */
static void index_row(struct finishing *finishing, uint32_t row)
{
	struct tocsin_gazetteer *gazetteer = finishing->gazetteer;
	const struct tocsin_region *region = &gazetteer->regions[row];
	size_t slot = tocsin_gazetteer_hash(region->code);
	uint32_t first;
	while ((first = gazetteer->slots[slot & gazetteer->slot_mask]) != TOCSIN_NO_REGION &&
		strcmp(gazetteer->regions[first].code, region->code) != 0)
		slot++;
	uint32_t *link = &gazetteer->slots[slot & gazetteer->slot_mask];
	for (unsigned rows = 0; *link != TOCSIN_NO_REGION; rows++) {
		const struct tocsin_region *other = &gazetteer->regions[*link];
		/* Only faulty rows can carry a country's code. */
		if (other->level > 0 && strcmp(other->valid_from, region->valid_from) == 0) {
			complain(finishing, row, "stands twice with the same date, first in line ",
				region->code, gazetteer->origins[*link].line);
			return;
		}
		if (rows == TOCSIN_MAX_CODE_ROWS) {
			complain(finishing, row, "has too many rows", region->code, 0);
			return;
		}
		link = &gazetteer->next_row[*link];
	}
	*link = row;
}

/* A child belongs to its parent's row with the newest date not after its own, or
 * to the oldest where all are newer. */
static uint32_t parent_row(
	const struct tocsin_gazetteer *gazetteer, const char *parent, const char *valid_from)
{
	uint32_t best = TOCSIN_NO_REGION, oldest = TOCSIN_NO_REGION;
	for (uint32_t row = tocsin_gazetteer_first(gazetteer, parent); row != TOCSIN_NO_REGION;
		 row = gazetteer->next_row[row]) {
		const char *date = gazetteer->regions[row].valid_from;
		if (oldest == TOCSIN_NO_REGION || strcmp(date, gazetteer->regions[oldest].valid_from) < 0)
			oldest = row;
		if (strcmp(date, valid_from) <= 0 &&
			(best == TOCSIN_NO_REGION || strcmp(date, gazetteer->regions[best].valid_from) > 0))
			best = row;
	}
	return best != TOCSIN_NO_REGION ? best : oldest;
}

static void tie_parent(struct finishing *finishing, uint32_t row)
{
	struct tocsin_gazetteer *gazetteer = finishing->gazetteer;
	struct tocsin_region *region = &gazetteer->regions[row];
	const char *code = gazetteer->origins[row].parent;
	uint32_t country = tocsin_gazetteer_first(gazetteer, region->country);
	const struct tocsin_country *named = tocsin_country_by_alpha3(code);
	uint32_t parent = parent_row(gazetteer, named ? named->alpha2 : code, region->valid_from);
	if (parent == TOCSIN_NO_REGION)
		warn(finishing, row, "is in no list");
	else if (strcmp(gazetteer->regions[parent].country, region->country) != 0)
		warn(finishing, row, "lies in another country");
	else if (gazetteer->regions[parent].level >= region->level)
		warn(finishing, row, "is not above it");
	else
		country = parent;
	region->parent = country;
}

static int compare_replaced(const void *left, const void *right)
{
	const struct tocsin_gazetteer_replaced *a = left, *b = right;
	int order = strcmp(a->code, b->code);
	return order != 0 ? order : (a->successor > b->successor) - (a->successor < b->successor);
}

/* A row is retired when a newer one replaces its code. */
static void retire_rows(struct tocsin_gazetteer *gazetteer)
{
	for (size_t i = 0; i < gazetteer->replaced_count; i++) {
		const struct tocsin_gazetteer_replaced *entry = &gazetteer->replaced[i];
		const char *date = gazetteer->regions[entry->successor].valid_from;
		for (uint32_t row = tocsin_gazetteer_first(gazetteer, entry->code); row != TOCSIN_NO_REGION;
			 row = gazetteer->next_row[row]) {
			if (strcmp(date, gazetteer->regions[row].valid_from) > 0)
				gazetteer->retired[row] = true;
		}
	}
}

static void add_successor(struct successors *found, uint32_t row)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->rows[i] == row)
			return;
	}
	if (found->count == TOCSIN_MAX_REPLACES)
		found->too_many = true;
	else
		found->rows[found->count++] = row;
}

/* First entry of a code in the sorted list, or its length. */
static size_t first_entry(const struct tocsin_gazetteer *gazetteer, const char *code)
{
	size_t low = 0, high = gazetteer->replaced_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(gazetteer->replaced[middle].code, code) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What stands today for a code that rows newer than since replace. A successor may
 * be replaced in its turn; each step goes to a newer date, so it ends. */
static void collect(const struct tocsin_gazetteer *gazetteer, const char *code, const char *since,
	struct successors *found)
{
	for (size_t i = first_entry(gazetteer, code);
		 i < gazetteer->replaced_count && strcmp(gazetteer->replaced[i].code, code) == 0; i++) {
		if (++found->steps > MAX_STEPS) {
			found->too_many = true;
			return;
		}
		uint32_t row = gazetteer->replaced[i].successor;
		const struct tocsin_region *region = &gazetteer->regions[row];
		if (since && strcmp(region->valid_from, since) <= 0)
			continue;
		if (gazetteer->retired[row])
			collect(gazetteer, region->code, region->valid_from, found);
		else
			add_successor(found, row);
	}
}

/* The deepest region above (or at) both; none in different countries. */
static uint32_t common_ancestor(const struct tocsin_gazetteer *gazetteer, uint32_t a, uint32_t b)
{
	uint32_t left[TOCSIN_MAX_REGION_DEPTH], right[TOCSIN_MAX_REGION_DEPTH];
	size_t left_depth = tocsin_gazetteer_path(gazetteer, a, left);
	size_t right_depth = tocsin_gazetteer_path(gazetteer, b, right);
	for (size_t i = 0; i < left_depth; i++) {
		for (size_t j = 0; j < right_depth; j++) {
			if (left[i] == right[j])
				return left[i];
		}
	}
	return TOCSIN_NO_REGION;
}

static struct tocsin_gazetteer_replaced resolve(
	struct finishing *finishing, const struct tocsin_gazetteer_replaced *entry)
{
	const struct tocsin_gazetteer *gazetteer = finishing->gazetteer;
	struct successors found = {0};
	collect(gazetteer, entry->code, NULL, &found);
	struct tocsin_gazetteer_replaced resolved = *entry;
	if (found.too_many) {
		complain(finishing, entry->successor, "replaces a code that too many rows replace",
			gazetteer->regions[entry->successor].code, 0);
		return resolved;
	}
	resolved.split = found.count > 1;
	if (found.count > 0)
		resolved.successor = found.rows[0];
	for (size_t i = 1; i < found.count && resolved.successor != TOCSIN_NO_REGION; i++)
		resolved.successor = common_ancestor(gazetteer, resolved.successor, found.rows[i]);
	if (resolved.successor == TOCSIN_NO_REGION)
		complain(finishing, entry->successor, "is replaced by rows of several countries",
			entry->code, 0);
	return resolved;
}

/* One entry for each replaced code, sorted. */
static enum tocsin_status resolve_replaced(struct finishing *finishing)
{
	struct tocsin_gazetteer *gazetteer = finishing->gazetteer;
	if (gazetteer->replaced_count == 0)
		return TOCSIN_OK;
	struct tocsin_gazetteer_replaced *resolved =
		malloc(gazetteer->replaced_count * sizeof(*resolved));
	if (!resolved)
		return TOCSIN_NO_MEMORY;
	qsort(gazetteer->replaced, gazetteer->replaced_count, sizeof(*gazetteer->replaced),
		compare_replaced);
	retire_rows(gazetteer);
	size_t count = 0;
	for (size_t i = 0; i < gazetteer->replaced_count; i++) {
		const struct tocsin_gazetteer_replaced *entry = &gazetteer->replaced[i];
		if (i == 0 || strcmp(entry[-1].code, entry->code) != 0)
			resolved[count++] = resolve(finishing, entry);
	}
	free(gazetteer->replaced);
	gazetteer->replaced = resolved;
	gazetteer->replaced_count = count;
	return TOCSIN_OK;
}

/* Gives back what only loading needed. */
static void trim(struct tocsin_gazetteer *gazetteer)
{
	for (size_t i = 0; i < gazetteer->file_count; i++)
		free(gazetteer->files[i]);
	free(gazetteer->files);
	free(gazetteer->origins);
	gazetteer->files = NULL;
	gazetteer->file_count = 0;
	gazetteer->origins = NULL;
	struct tocsin_region *fitted =
		realloc(gazetteer->regions, gazetteer->count * sizeof(*gazetteer->regions));
	if (fitted)
		gazetteer->regions = fitted;
	gazetteer->capacity = gazetteer->count;
}

enum tocsin_status tocsin_gazetteer_finish(
	struct tocsin_gazetteer *gazetteer, struct tocsin_diagnostics *diagnostics)
{
	struct finishing finishing = {.gazetteer = gazetteer, .diagnostics = diagnostics};
	if (make_room(gazetteer) != TOCSIN_OK)
		return TOCSIN_NO_MEMORY;
	for (uint32_t row = 0; row < gazetteer->count; row++)
		index_row(&finishing, row);
	if (finishing.errors > 0 || gazetteer->faulty)
		return TOCSIN_INVALID;
	for (uint32_t row = (uint32_t)gazetteer->country_count; row < gazetteer->count; row++)
		tie_parent(&finishing, row);
	enum tocsin_status status = resolve_replaced(&finishing);
	if (status != TOCSIN_OK)
		return status;
	if (finishing.errors > 0)
		return TOCSIN_INVALID;
	trim(gazetteer);
	return TOCSIN_OK;
}
