/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "proto/country.h"
#include "rules/view.h"

enum { MAX_AREA_NAME = 2048 }; /* bytes; the names of a whole path */

static bool has_point(const Tocsin__V1__Point *point)
{
	return point != NULL &&
		point->latitude_presence_case == TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE &&
		point->longitude_presence_case == TOCSIN__V1__POINT__LONGITUDE_PRESENCE_LONGITUDE;
}

static Tocsin__V1__Point *make_point(struct tocsin_view *view, double latitude, double longitude)
{
	Tocsin__V1__Point *point = tocsin_view_alloc(view, 1, sizeof *point);
	if (point == NULL) {
		return NULL;
	}
	*point = (Tocsin__V1__Point)TOCSIN__V1__POINT__INIT;
	point->latitude_presence_case = TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE;
	point->latitude = latitude;
	point->longitude_presence_case = TOCSIN__V1__POINT__LONGITUDE_PRESENCE_LONGITUDE;
	point->longitude = longitude;
	return point;
}

/* About a kilometre. Adding 0 turns -0 into 0. */
static double two_decimals(double degrees)
{
	return round(degrees * 100) / 100 + 0.0;
}

static Tocsin__V1__Point *admin2_point(struct tocsin_view *view, const uint32_t *path, size_t depth)
{
	for (size_t i = 0; i < depth; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(view->gazetteer, path[i]);
		if (region->level == 2) {
			return region->has_point ? make_point(view, region->latitude, region->longitude) : NULL;
		}
	}
	return NULL;
}

static Tocsin__V1__Point *point_of(
	struct tocsin_view *view, const uint32_t *path, size_t depth, bool own)
{
	const Tocsin__V1__Location *place = view->incident->location;
	const Tocsin__V1__Point *point = own && place != NULL ? place->point : NULL;
	switch (tocsin_view_treatment(view, TOCSIN_REDACTED_POINT)) {
	case TOCSIN_TREAT_KEEP:
		return has_point(point) ? make_point(view, point->latitude, point->longitude) : NULL;
	case TOCSIN_TREAT_TWO_DECIMALS:
		return has_point(point)
			? make_point(view, two_decimals(point->latitude), two_decimals(point->longitude))
			: NULL;
	case TOCSIN_TREAT_ADM2_POINT:
		return admin2_point(view, path, depth);
	default:
		return NULL;
	}
}

static const char *name_of(const struct tocsin_region *region)
{
	const struct tocsin_country *country =
		region->level == 0 ? tocsin_country_by_alpha2(region->country) : NULL;
	return country != NULL ? country->name : region->name;
}

/* Deepest first: "Djenné, Mopti, Mali". */
static char *names_of(struct tocsin_view *view, const uint32_t *path, size_t depth)
{
	char names[MAX_AREA_NAME];
	size_t length = 0;
	for (size_t i = 0; i < depth; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(view->gazetteer, path[i]);
		const char *name = name_of(region);
		size_t size = strlen(name);
		if (region->level > view->depth || length + size + 2 > sizeof names) {
			continue;
		}
		if (length > 0) {
			memcpy(names + length, ", ", 2);
			length += 2;
		}
		memcpy(names + length, name, size);
		length += size;
	}
	char *copy = tocsin_arena_text(view->arena, names, length);
	view->short_of_memory |= copy == NULL;
	return copy;
}

static void set_codes(
	struct tocsin_view *view, const uint32_t *path, size_t depth, Tocsin__V1__Area *area)
{
	area->pcodes = tocsin_view_alloc(view, depth, sizeof(char *));
	for (size_t i = depth; area->pcodes != NULL && i-- > 0;) {
		const struct tocsin_region *region = tocsin_gazetteer_region(view->gazetteer, path[i]);
		if (region->level > 0 && region->level <= view->depth) {
			area->pcodes[area->n_pcodes++] = (char *)region->code;
		}
	}
}

static const char *reported_code(
	const struct tocsin_view *view, const uint32_t *path, size_t depth, const char *reported)
{
	bool known =
		depth > 0 && strcmp(tocsin_gazetteer_region(view->gazetteer, path[0])->code, reported) == 0;
	return known ? "" : reported;
}

Tocsin__V1__Area *tocsin_view_area(
	struct tocsin_view *view, const uint32_t *path, size_t depth, bool own)
{
	Tocsin__V1__Area *area = tocsin_view_alloc(view, 1, sizeof *area);
	if (area == NULL) {
		return NULL;
	}
	*area = (Tocsin__V1__Area)TOCSIN__V1__AREA__INIT;
	if (depth > 0) {
		area->country = (char *)tocsin_gazetteer_region(view->gazetteer, path[depth - 1])->country;
		area->name = names_of(view, path, depth);
		set_codes(view, path, depth, area);
	}
	area->point = point_of(view, path, depth, own);
	const Tocsin__V1__Location *place = view->incident->location;
	if (own && place != NULL) {
		if (tocsin_view_treatment(view, TOCSIN_REDACTED_LOCALITY) == TOCSIN_TREAT_KEEP) {
			area->locality = place->locality;
		}
		if (tocsin_view_treatment(view, TOCSIN_REDACTED_OTHER) == TOCSIN_TREAT_KEEP) {
			area->geo_precision = place->geo_precision;
		}
		if (tocsin_view_treatment(view, TOCSIN_REDACTED_PLACE) == TOCSIN_TREAT_KEEP) {
			area->reported_pcode = (char *)reported_code(view, path, depth, place->pcode);
		}
	}
	return area;
}

const char *tocsin_view_version(const struct tocsin_view *view)
{
	const Tocsin__V1__Location *place = view->incident->location;
	return place != NULL ? place->pcode_version : "";
}

const char *tocsin_view_code(struct tocsin_view *view, enum tocsin_redacted field, const char *code)
{
	enum tocsin_treatment treatment = tocsin_view_treatment(view, field);
	if (treatment == TOCSIN_TREAT_KEEP || code[0] == '\0') {
		return code;
	}
	uint32_t region =
		tocsin_gazetteer_find(view->gazetteer, code, tocsin_view_version(view)).region;
	if (treatment == TOCSIN_TREAT_DROP || region == TOCSIN_NO_REGION) {
		return "";
	}
	uint32_t path[TOCSIN_MAX_REGION_DEPTH];
	size_t depth = tocsin_gazetteer_path(view->gazetteer, region, path);
	for (size_t i = 0; i < depth; i++) {
		const struct tocsin_region *shown = tocsin_gazetteer_region(view->gazetteer, path[i]);
		if (shown->level <= view->depth) {
			return shown->code;
		}
	}
	return "";
}
