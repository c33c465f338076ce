/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/country.h"
#include "proto/text.h"

enum { MAX_KEPT = 800, MAX_IDENTITY = 4 * MAX_KEPT }; /* bytes; 200 code points, and more */

struct tocsin_figure_book *tocsin_figure_book_create(const struct tocsin_gazetteer *gazetteer)
{
	struct tocsin_figure_book *book = calloc(1, sizeof(*book));
	if (!book)
		return NULL;
	book->gazetteer = gazetteer;
	book->words = tocsin_texts_create();
	book->identities = tocsin_texts_create();
	book->incidents = tocsin_texts_create();
	book->codes = tocsin_texts_create();
	book->topics = tocsin_texts_create();
	if (book->words && book->identities && book->incidents && book->codes && book->topics)
		return book;
	tocsin_figure_book_destroy(book);
	return NULL;
}

void tocsin_figure_book_destroy(struct tocsin_figure_book *book)
{
	if (!book)
		return;
	tocsin_texts_destroy(book->words);
	tocsin_texts_destroy(book->identities);
	tocsin_texts_destroy(book->incidents);
	tocsin_texts_destroy(book->codes);
	tocsin_texts_destroy(book->topics);
	free(book->figures);
	free(book->chains);
	free(book->places);
	free(book->standing);
	free(book);
}

/* The rows with room for one more, perhaps in another place; new ones are cleared. NULL
 * without memory: rows is then as it was. */
static void *with_room(void *rows, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return rows;
	size_t more = *room ? *room * 2 : 64;
	char *wider = realloc(rows, more * size);
	if (!wider)
		return NULL;
	memset(wider + *room * size, 0, (more - *room) * size);
	*room = more;
	return wider;
}

/* An alert from elsewhere is not validated: what is no UTF-8 becomes "?", and what
 * is longer than any field may be is cut. */
static const char *keep(struct tocsin_figure_book *book, const char *text)
{
	char clean[MAX_KEPT + 1];
	size_t points, length = text ? strlen(text) : 0;
	if (length > MAX_KEPT)
		length = MAX_KEPT;
	while (length && length == MAX_KEPT && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	if (length)
		memcpy(clean, text, length);
	clean[length] = '\0';
	if (tocsin_text_check(clean, length, &points) == TOCSIN_TEXT_BAD_UTF8)
		for (size_t i = 0; i < length; i++)
			clean[i] = (unsigned char)clean[i] < 0x80 ? clean[i] : '?';
	uint32_t number = tocsin_texts_add(book->words, clean);
	return number == TOCSIN_NO_TEXT ? NULL : tocsin_texts_at(book->words, number);
}

struct tocsin_figure_chain *tocsin_figure_book_chain(
	struct tocsin_figure_book *book, const char *name)
{
	size_t count = tocsin_texts_count(book->incidents);
	struct tocsin_figure_chain *chains =
		with_room(book->chains, &book->chain_room, count, sizeof(*chains));
	if (!chains)
		return NULL;
	book->chains = chains;
	uint32_t number = tocsin_texts_add(book->incidents, name);
	return number == TOCSIN_NO_TEXT ? NULL : &book->chains[number];
}

/* All texts of a figure as copies of the book's own. */
static bool keep_texts(struct tocsin_figure_book *book, struct tocsin_figure *figure)
{
	const char **const texts[] = {&figure->operation, &figure->operation_key, &figure->place,
		&figure->origin, &figure->destination, &figure->sources, &figure->sender, &figure->hub,
		&figure->grade, &figure->reason, &figure->id};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		*texts[i] = keep(book, *texts[i]);
		if (!*texts[i])
			return false;
	}
	return true;
}

/* The same entry comes on several topics, in two forms, again after a restart: it is
 * one figure. */
static void identify(const struct tocsin_figure *figure, char text[MAX_IDENTITY])
{
	snprintf(text, MAX_IDENTITY, "%u %u %s %s %s>%s %d %d %d %d %u %d %lld %d %lld %d %u %g",
		(unsigned)figure->chain, (unsigned)figure->revision, figure->operation_key, figure->place,
		figure->origin, figure->destination, (int)figure->population, (int)figure->measure,
		(int)figure->assessment, (int)figure->term, (unsigned)figure->round, figure->evidence,
		(long long)figure->as_of_ms, figure->cumulative, (long long)figure->since_ms,
		figure->households, (unsigned)figure->count,
		figure->size_source == TOCSIN_SIZE_STATED ? figure->household_size : 0);
}

/* What comes again may know more: an alert has the grade that a figure's has not. */
static void learn(struct tocsin_figure *known, const struct tocsin_figure *again)
{
	known->cleared = false;
	known->disputed |= again->disputed;
	if (!*known->grade)
		known->grade = again->grade;
	if (!*known->sources)
		known->sources = again->sources;
	if (!*known->reason)
		known->reason = again->reason;
}

static enum tocsin_status put_figure(struct tocsin_figure_book *book, struct tocsin_figure *figure)
{
	char identity[MAX_IDENTITY];
	identify(figure, identity);
	uint32_t known = tocsin_texts_find(book->identities, identity);
	if (known != TOCSIN_NO_TEXT) {
		learn(&book->figures[known], figure);
		book->last = known;
		return TOCSIN_OK;
	}
	if (book->figure_count == TOCSIN_MAX_BOOK_FIGURES) {
		book->left_out++;
		return TOCSIN_OK;
	}
	struct tocsin_figure *figures =
		with_room(book->figures, &book->figure_room, book->figure_count, sizeof(*figures));
	if (!figures)
		return TOCSIN_NO_MEMORY;
	book->figures = figures;
	if (tocsin_texts_add(book->identities, identity) == TOCSIN_NO_TEXT)
		return TOCSIN_NO_MEMORY;
	book->last = figure->arrival = (uint32_t)book->figure_count;
	book->figures[book->figure_count++] = *figure;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_figure_book_add(
	struct tocsin_figure_book *book, const struct tocsin_figure *figure, const char *chain)
{
	struct tocsin_figure copy = *figure;
	struct tocsin_figure_chain *entry = tocsin_figure_book_chain(book, chain);
	if (!entry || !keep_texts(book, &copy))
		return TOCSIN_NO_MEMORY;
	copy.chain = (uint32_t)(entry - book->chains);
	if (entry->newest < copy.revision)
		entry->newest = copy.revision;
	return put_figure(book, &copy);
}

const struct tocsin_figure_place *tocsin_figure_book_place(
	const struct tocsin_figure_book *book, const char *code)
{
	uint32_t number = tocsin_texts_find(book->codes, code);
	return number == TOCSIN_NO_TEXT ? NULL : &book->places[number];
}

static struct tocsin_figure_place *obtain_place(struct tocsin_figure_book *book, const char *code)
{
	size_t count = tocsin_texts_count(book->codes);
	struct tocsin_figure_place *places =
		with_room(book->places, &book->place_room, count, sizeof(*places));
	if (!places)
		return NULL;
	book->places = places;
	uint32_t number = tocsin_texts_add(book->codes, code);
	if (number == TOCSIN_NO_TEXT)
		return NULL;
	struct tocsin_figure_place *place = &book->places[number];
	if (!place->code) {
		place->code = tocsin_texts_at(book->codes, number);
		place->name = keep(book, "");
	}
	return place->name ? place : NULL;
}

enum tocsin_status tocsin_figure_book_locate(struct tocsin_figure_book *book,
	const struct tocsin_region_path *path, const char *const *names)
{
	for (size_t i = 0; i < path->count; i++) {
		struct tocsin_figure_place *place = obtain_place(book, path->levels[i]);
		if (!place)
			return TOCSIN_NO_MEMORY;
		if (!place->known) {
			place->path = *path;
			place->path.count = i + 1;
			place->known = true;
		}
		const struct tocsin_country *country =
			i == 0 ? tocsin_country_by_alpha2(place->code) : NULL;
		const char *name = country ? country->name : names ? names[i] : NULL;
		if (name && *name && !*place->name) {
			const char *kept = keep(book, name);
			place->name = kept ? kept : place->name;
		}
	}
	return TOCSIN_OK;
}

static uint32_t find_region(const struct tocsin_figure_book *book, const char *code)
{
	if (!book->gazetteer)
		return TOCSIN_NO_REGION;
	struct tocsin_found found = tocsin_gazetteer_find(book->gazetteer, code, NULL);
	return found.match == TOCSIN_PLACE_FOUND ? found.region : TOCSIN_NO_REGION;
}

const char *tocsin_figure_book_code(const struct tocsin_figure_book *book, const char *code)
{
	uint32_t region = find_region(book, code);
	return region == TOCSIN_NO_REGION ? code
									  : tocsin_gazetteer_region(book->gazetteer, region)->code;
}

/* Where the gazetteer has the place. */
static bool look_up(const struct tocsin_figure_book *book, const char *code,
	struct tocsin_region_path *path, const char *names[TOCSIN_MAX_LEVELS])
{
	uint32_t steps[TOCSIN_MAX_REGION_DEPTH];
	uint32_t region = find_region(book, code);
	if (region == TOCSIN_NO_REGION)
		return false;
	size_t depth = tocsin_gazetteer_path(book->gazetteer, region, steps);
	path->count = 0;
	for (size_t i = depth; i > 0 && path->count < TOCSIN_MAX_LEVELS; i--) {
		const struct tocsin_region *step = tocsin_gazetteer_region(book->gazetteer, steps[i - 1]);
		names[path->count] = step->name;
		snprintf(path->levels[path->count++], sizeof(path->levels[0]), "%s", step->code);
	}
	return path->count > 0;
}

enum tocsin_status tocsin_figure_book_mention(
	struct tocsin_figure_book *book, const char *code, const struct tocsin_region_path *within)
{
	struct tocsin_region_path path;
	const char *names[TOCSIN_MAX_LEVELS] = {NULL};
	if (look_up(book, code, &path, names))
		return tocsin_figure_book_locate(book, &path, names);
	if (tocsin_country_by_alpha2(code)) {
		path.count = 1;
		snprintf(path.levels[0], sizeof(path.levels[0]), "%s", code);
		return tocsin_figure_book_locate(book, &path, NULL);
	}
	struct tocsin_figure_place *place = obtain_place(book, code);
	if (!place)
		return TOCSIN_NO_MEMORY;
	if (!place->known && place->path.count == 0)
		place->path = *within;
	return TOCSIN_OK;
}

double tocsin_figure_book_household(const struct tocsin_figure_book *book, const char *code)
{
	uint32_t steps[TOCSIN_MAX_REGION_DEPTH];
	uint32_t region = find_region(book, code);
	size_t depth =
		region == TOCSIN_NO_REGION ? 0 : tocsin_gazetteer_path(book->gazetteer, region, steps);
	for (size_t i = 0; i < depth; i++) {
		double size = tocsin_gazetteer_region(book->gazetteer, steps[i])->household_size;
		if (size > 0)
			return size;
	}
	return 0;
}

enum tocsin_status tocsin_figure_book_stand(
	struct tocsin_figure_book *book, const char *topic, const Tocsin__V1__Alert *alert)
{
	book->last = TOCSIN_NO_TEXT;
	enum tocsin_status status = tocsin_figure_book_alert(book, alert);
	if (status != TOCSIN_OK || book->last == TOCSIN_NO_TEXT)
		return status;
	size_t count = tocsin_texts_count(book->topics);
	uint32_t *standing = with_room(book->standing, &book->standing_room, count, sizeof(*standing));
	if (!standing)
		return TOCSIN_NO_MEMORY;
	book->standing = standing;
	uint32_t number = tocsin_texts_add(book->topics, topic);
	if (number == TOCSIN_NO_TEXT)
		return TOCSIN_NO_MEMORY;
	book->standing[number] = book->last;
	return TOCSIN_OK;
}

void tocsin_figure_book_clear(struct tocsin_figure_book *book, const char *topic)
{
	uint32_t number = tocsin_texts_find(book->topics, topic);
	if (number != TOCSIN_NO_TEXT)
		book->figures[book->standing[number]].cleared = true;
}
