/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The parts of validation, one a noun, and what they share. For validate*.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/place.h"
#include "proto/violations.h"
#include "tocsin/v1/incident.pb-c.h"

struct tocsin_validation {
	const Tocsin__V1__Incident *incident;
	const struct tocsin_places *places;
	int64_t now_ms; /* the hub's clock */
	struct tocsin_violations *violations;
	bool cancel; /* the rest is its predecessor's: not required, judged by its form alone */
};

void tocsin_validate_claims(const struct tocsin_validation *validation);
void tocsin_validate_content(const struct tocsin_validation *validation);
void tocsin_validate_displacement(const struct tocsin_validation *validation);
void tocsin_validate_place(const struct tocsin_validation *validation);
void tocsin_validate_references(const struct tocsin_validation *validation);
void tocsin_validate_time(const struct tocsin_validation *validation);

/* Adds a violation of a field by its path. */
void tocsin_validation_add(
	const struct tocsin_validation *validation, enum tocsin_check check, const char *field);

/* Requires a field. One that was refused for what it holds is not missing too. how, or
 * NULL, is what the message adds for one that may be there and say too little. */
void tocsin_validation_require(
	const struct tocsin_validation *validation, bool given, const char *field, const char *how);

/* Adds a violation of list[index].field. */
void tocsin_validation_add_at(const struct tocsin_validation *validation, enum tocsin_check check,
	const char *list, size_t index, const char *field);

/* A text that says something. */
static inline bool tocsin_is_given(const char *text)
{
	return text && text[0] != '\0';
}
