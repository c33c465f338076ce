/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a text that is otherwise shown as written tells of places that are not. */
#include <string.h>

#include "proto/limits.h"
#include "proto/text.h"
#include "rules/view.h"

enum {
	MAX_FOLDED = 1024, /* bytes of a text of 200 code points, folded */
	LONG_CODE = 4,     /* bytes; a shorter one may also begin what is no code */
};

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || (byte & 0x80) != 0;
}

/* Whole words only: the cercle of San is not in "Sanmatenga". */
static bool holds_words(const char *text, const char *words)
{
	size_t length = strlen(words);
	if (length == 0) {
		return false;
	}
	for (const char *at = strstr(text, words); at != NULL; at = strstr(at + 1, words)) {
		if ((at == text || !is_letter(at[-1])) && !is_letter(at[length])) {
			return true;
		}
	}
	return false;
}

/* A name that cannot be compared is taken as named. */
static bool names(const char *folded, const char *name)
{
	char words[MAX_FOLDED];
	return !tocsin_text_fold(name, strlen(name), words, sizeof words) || holds_words(folded, words);
}

static bool same_name(const char *one, const char *other)
{
	char left[MAX_FOLDED], right[MAX_FOLDED];
	return tocsin_text_fold(one, strlen(one), left, sizeof left) &&
		tocsin_text_fold(other, strlen(other), right, sizeof right) && strcmp(left, right) == 0;
}

/* The cercle of Mopti lies in the region of Mopti: who may read the one has read
 * the other. */
static bool named_above(
	const struct tocsin_view *view, const uint32_t *path, size_t depth, const char *name)
{
	for (size_t i = 0; i < depth; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(view->gazetteer, path[i]);
		if (region->level <= view->depth && same_name(region->name, name)) {
			return true;
		}
	}
	return false;
}

/* A code beneath another begins with it, and "ML0503R12" names it, too. */
static bool holds_code(const char *folded, const char *code)
{
	char word[MAX_FOLDED];
	size_t length = strlen(code);
	if (length == 0) {
		return false;
	}
	if (!tocsin_text_fold(code, length, word, sizeof word)) {
		return true;
	}
	for (const char *at = strstr(folded, word); at != NULL; at = strstr(at + 1, word)) {
		bool ends = length >= LONG_CODE || !is_letter(at[length]);
		if ((at == folded || !is_letter(at[-1])) && ends) {
			return true;
		}
	}
	return false;
}

static struct tocsin_found find_code(const struct tocsin_view *view, const char *code)
{
	return tocsin_gazetteer_find(view->gazetteer, code, tocsin_view_version(view));
}

static size_t path_of(const struct tocsin_view *view, const char *code, const uint32_t **path,
	uint32_t found[TOCSIN_MAX_REGION_DEPTH])
{
	if (code[0] == '\0') {
		*path = view->facts->path;
		return view->facts->depth;
	}
	uint32_t region =
		tocsin_gazetteer_find(view->gazetteer, code, tocsin_view_version(view)).region;
	*path = found;
	return region == TOCSIN_NO_REGION ? 0 : tocsin_gazetteer_path(view->gazetteer, region, found);
}

/* Whether the gazetteer has a code, and no deeper than the audience may see. One that was
 * split, or that several rows have, may have been of any level. */
static bool may_show(const struct tocsin_view *view, struct tocsin_found found)
{
	return found.match == TOCSIN_PLACE_FOUND &&
		tocsin_gazetteer_region(view->gazetteer, found.region)->level <= view->depth;
}

static bool names_path(const struct tocsin_view *view, const char *folded, const char *code)
{
	uint32_t found[TOCSIN_MAX_REGION_DEPTH];
	const Tocsin__V1__Location *place = view->incident->location;
	const char *written = code[0] == '\0' && place != NULL ? place->pcode : code;
	const uint32_t *path;
	size_t depth = path_of(view, code, &path, found);
	/* Also where the gazetteer does not know it, or knows it under another. */
	if (holds_code(folded, written) && !may_show(view, find_code(view, written))) {
		return true;
	}
	for (size_t i = 0; i < depth; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(view->gazetteer, path[i]);
		if (region->level <= view->depth) {
			continue;
		}
		if (holds_code(folded, region->code) ||
			(names(folded, region->name) && !named_above(view, path, depth, region->name))) {
			return true;
		}
	}
	return false;
}

static char raised(char byte)
{
	return byte >= 'a' && byte <= 'z' ? (char)(byte - ('a' - 'A')) : byte;
}

/* Any code of the gazetteer, on a path or not: a report whose own code it does not know
 * may be of an operation that is named by the district around it. */
static bool names_region(const struct tocsin_view *view, const char *folded)
{
	char code[TOCSIN_MAX_PCODE + 1];
	size_t length;
	for (const char *at = folded; *at != '\0'; at += length + (at[length] != '\0')) {
		for (length = 0; is_letter(at[length]); length++) {
			code[length < TOCSIN_MAX_PCODE ? length : TOCSIN_MAX_PCODE] = raised(at[length]);
		}
		code[length < TOCSIN_MAX_PCODE ? length : TOCSIN_MAX_PCODE] = '\0';
		struct tocsin_found found = find_code(view, code);
		if (length <= TOCSIN_MAX_PCODE && found.match != TOCSIN_PLACE_UNKNOWN &&
			!may_show(view, found)) {
			return true;
		}
	}
	return false;
}

bool tocsin_view_betrays(
	const struct tocsin_view *view, const char *text, const char *const *codes, size_t count)
{
	char folded[MAX_FOLDED];
	if (tocsin_view_treatment(view, TOCSIN_REDACTED_PLACE) == TOCSIN_TREAT_KEEP ||
		text[0] == '\0') {
		return false;
	}
	if (!tocsin_text_fold(text, strlen(text), folded, sizeof folded) ||
		names_region(view, folded)) {
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		if (names_path(view, folded, codes[i])) {
			return true;
		}
	}
	const Tocsin__V1__Location *place = view->incident->location;
	return place != NULL && place->locality[0] != '\0' && names(folded, place->locality);
}
