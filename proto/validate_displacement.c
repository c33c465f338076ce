/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "proto/instant.h"
#include "proto/text.h"
#include "proto/validate_part.h"

static bool is_household(const Tocsin__V1__Displacement *entry)
{
	return entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_HOUSEHOLD &&
		entry->figure_presence_case == TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE;
}

static bool is_person(const Tocsin__V1__Displacement *entry)
{
	return entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_PERSON &&
		entry->figure_presence_case == TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE;
}

static void validate_pcode(
	const struct tocsin_validation *validation, const char *pcode, size_t index, const char *field)
{
	const Tocsin__V1__Location *location = validation->incident->location;
	const struct tocsin_places *places = validation->places;

	if (!tocsin_is_given(pcode)) {
		return;
	}
	if (!tocsin_text_is_pcode(pcode, strlen(pcode))) {
		tocsin_validation_add_at(validation, TOCSIN_CHECK_PCODE_FORM, "displacement", index, field);
		return;
	}
	if (validation->cancel) {
		return;
	}
	const struct tocsin_place place =
		places->find(places->ctx, pcode, location ? location->pcode_version : NULL);
	if (place.match == TOCSIN_PLACE_AMBIGUOUS) {
		tocsin_validation_add_at(
			validation, TOCSIN_CHECK_PCODE_AMBIGUOUS, "displacement", index, field);
	} else if (place.match == TOCSIN_PLACE_SPLIT) {
		tocsin_validation_add_at(
			validation, TOCSIN_CHECK_PCODE_SPLIT, "displacement", index, field);
	} else if (place.match == TOCSIN_PLACE_UNKNOWN) {
		tocsin_validation_add_at(
			validation, TOCSIN_CHECK_PCODE_UNKNOWN, "displacement", index, field);
	}
}

static void validate_household_size(const struct tocsin_validation *validation, size_t index)
{
	const Tocsin__V1__Displacement *entry = validation->incident->displacement[index];

	if (entry->household_size_presence_case !=
		TOCSIN__V1__DISPLACEMENT__HOUSEHOLD_SIZE_PRESENCE_HOUSEHOLD_SIZE) {
		if (is_household(entry)) {
			tocsin_validation_add_at(validation, TOCSIN_CHECK_HOUSEHOLD_SIZE_MISSING,
				"displacement", index, "household_size");
		}
		return;
	}
	/* Written so that NaN is out of range. */
	if (!(entry->household_size >= TOCSIN_MIN_HOUSEHOLD &&
			entry->household_size <= TOCSIN_MAX_HOUSEHOLD)) {
		char path[TOCSIN_MAX_FIELD_PATH];

		(void)snprintf(path, sizeof(path), "displacement[%zu].household_size", index);
		tocsin_violations_add(validation->violations, TOCSIN_CHECK_NUMBER_RANGE, path,
			": %g to %g people", TOCSIN_MIN_HOUSEHOLD, TOCSIN_MAX_HOUSEHOLD);
	}
}

/* The code of the place that an entry is about: a place left out is the
 * incident's. */
static const char *place_of(
	const Tocsin__V1__Incident *incident, const Tocsin__V1__Displacement *entry)
{
	const Tocsin__V1__Location *location = incident->location;

	if (tocsin_is_given(entry->pcode)) {
		return entry->pcode;
	}
	if (location && tocsin_is_given(location->pcode)) {
		return location->pcode;
	}
	return location && location->country ? location->country : "";
}

static bool same_time(const Google__Protobuf__Timestamp *a, const Google__Protobuf__Timestamp *b)
{
	return a && b ? tocsin_instant_compare(a, b) == 0 : a == b;
}

static bool agree(const Tocsin__V1__Incident *incident, const Tocsin__V1__Displacement *a,
	const Tocsin__V1__Displacement *b)
{
	return a->term == b->term && a->flow_or_stock == b->flow_or_stock &&
		a->population == b->population && a->role == b->role && same_time(a->as_of, b->as_of) &&
		strcmp(place_of(incident, a), place_of(incident, b)) == 0;
}

static bool exceeds(const Tocsin__V1__Incident *incident, const Tocsin__V1__Displacement *household)
{
	for (size_t i = 0; i < incident->n_displacement; i++) {
		const Tocsin__V1__Displacement *other = incident->displacement[i];

		if (is_person(other) && household->figure > other->figure &&
			agree(incident, household, other)) {
			return true;
		}
	}
	return false;
}

void tocsin_validate_displacement(const struct tocsin_validation *validation)
{
	const Tocsin__V1__Incident *incident = validation->incident;

	for (size_t i = 0; i < incident->n_displacement; i++) {
		const Tocsin__V1__Displacement *entry = incident->displacement[i];

		validate_pcode(validation, entry->pcode, i, "pcode");
		validate_pcode(validation, entry->origin_pcode, i, "origin_pcode");
		validate_pcode(validation, entry->destination_pcode, i, "destination_pcode");
		validate_household_size(validation, i);
		if (is_household(entry) && exceeds(incident, entry)) {
			tocsin_validation_add_at(
				validation, TOCSIN_CHECK_HOUSEHOLDS_EXCEED, "displacement", i, "figure");
		}
	}
}
