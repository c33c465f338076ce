/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "proto/country.h"
#include "proto/text.h"
#include "proto/validate_part.h"

/* Judges the P-code by what the gazetteer knows. Returns the country in which it
 * lies, into place, or NULL where it does not say. */
static const char *validate_found(const struct tocsin_validation *validation,
	const struct tocsin_place *place, const char *country)
{
	static const char field[] = "location.pcode";
	const bool placed = place->match == TOCSIN_PLACE_FOUND || place->match == TOCSIN_PLACE_SPLIT;

	if (place->match == TOCSIN_PLACE_AMBIGUOUS) {
		tocsin_validation_add(validation, TOCSIN_CHECK_PCODE_AMBIGUOUS, field);
	} else if (place->match == TOCSIN_PLACE_SPLIT) {
		tocsin_validation_add(validation, TOCSIN_CHECK_PCODE_SPLIT, field);
	} else if (place->match == TOCSIN_PLACE_UNKNOWN) {
		tocsin_validation_add(
			validation, country ? TOCSIN_CHECK_PCODE_UNKNOWN : TOCSIN_CHECK_PCODE_UNPLACED, field);
	}
	if (placed && place->version_unfit) {
		tocsin_validation_add(validation, TOCSIN_CHECK_PCODE_VERSION, field);
	}
	if (placed && country && strcmp(place->country, country) != 0) {
		tocsin_validation_add(validation, TOCSIN_CHECK_PCODE_COUNTRY, field);
	}
	return placed ? place->country : NULL;
}

static bool validate_degrees(
	const struct tocsin_validation *validation, double degrees, double most, const char *field)
{
	/* Written so that NaN is out of range. */
	if (degrees >= -most && degrees <= most) {
		return true;
	}
	tocsin_violations_add(validation->violations, TOCSIN_CHECK_NUMBER_RANGE, field,
		": %g to %g degrees", -most, most);
	return false;
}

/* country is ISO alpha-2, or NULL where none is known. */
static void validate_point(
	const struct tocsin_validation *validation, const Tocsin__V1__Point *point, const char *country)
{
	const bool latitude =
		point->latitude_presence_case == TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE;
	const bool longitude =
		point->longitude_presence_case == TOCSIN__V1__POINT__LONGITUDE_PRESENCE_LONGITUDE;
	const bool north =
		latitude && validate_degrees(validation, point->latitude, 90, "location.point.latitude");
	const bool east = longitude &&
		validate_degrees(validation, point->longitude, 180, "location.point.longitude");

	if (!latitude || !longitude) {
		tocsin_validation_add(validation, TOCSIN_CHECK_POINT_INCOMPLETE, "location.point");
		return;
	}
	const struct tocsin_box *box = north && east && country && validation->places->box
		? validation->places->box(validation->places->ctx, country)
		: NULL;
	if (box &&
		(point->latitude < box->south || point->latitude > box->north ||
			point->longitude < box->west || point->longitude > box->east)) {
		tocsin_validation_add(validation, TOCSIN_CHECK_POINT_OUTSIDE, "location.point");
	}
}

/* The place of a Cancel is its predecessor's, whatever it repeats: a list that changed
 * since must not keep an alert open, so that only forms are looked at. */
static void validate_location(
	const struct tocsin_validation *validation, const Tocsin__V1__Location *location)
{
	const char *country = NULL;
	const char *placed = NULL;
	struct tocsin_place place;

	if (tocsin_is_given(location->country)) {
		if (tocsin_country_by_alpha2(location->country)) {
			country = location->country;
		} else {
			tocsin_validation_add(validation, TOCSIN_CHECK_COUNTRY_UNKNOWN, "location.country");
		}
	}
	if (tocsin_is_given(location->pcode)) {
		if (!tocsin_text_is_pcode(location->pcode, strlen(location->pcode))) {
			tocsin_validation_add(validation, TOCSIN_CHECK_PCODE_FORM, "location.pcode");
		} else if (!validation->cancel) {
			place = validation->places->find(
				validation->places->ctx, location->pcode, location->pcode_version);
			placed = validate_found(validation, &place, country);
		}
	}
	if (location->point) {
		const char *around = country ? country : placed;

		validate_point(validation, location->point, validation->cancel ? NULL : around);
	}
}

void tocsin_validate_place(const struct tocsin_validation *validation)
{
	const Tocsin__V1__Location *location = validation->incident->location;

	const bool placed = validation->cancel ||
		(location && (tocsin_is_given(location->country) || tocsin_is_given(location->pcode))) ||
		tocsin_violations_touch(validation->violations, "location.country") ||
		tocsin_violations_touch(validation->violations, "location.pcode");

	tocsin_validation_require(validation, placed, "location", ": a country or a P-code");
	if (location) {
		validate_location(validation, location);
	}
}
