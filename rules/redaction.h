/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The redaction matrix as a function: redaction.inc is its table. */
#pragma once

#include "rules/ruleset.h"

enum tocsin_redacted {
#define ROW(name, severe, high, moderate, low) TOCSIN_REDACTED_##name,
#include "rules/redaction.inc"
#undef ROW
	TOCSIN_REDACTED_COUNT
};

enum tocsin_treatment {
	TOCSIN_TREAT_DROP,
	TOCSIN_TREAT_KEEP,
	TOCSIN_TREAT_MINUTE, /* cut down to the start of the minute, hour or day, UTC */
	TOCSIN_TREAT_HOUR,
	TOCSIN_TREAT_DAY,
	TOCSIN_TREAT_ADM1, /* cut to this admin level */
	TOCSIN_TREAT_ADM2,
	TOCSIN_TREAT_ADM3,
	TOCSIN_TREAT_TWO_DECIMALS, /* of a degree */
	TOCSIN_TREAT_ADM2_POINT,   /* the gazetteer's own point of the admin-2 */
	TOCSIN_TREAT_TEMPLATE,     /* replaced by words made from the rest */
	TOCSIN_TREAT_IF_REVIEWED,
	TOCSIN_TREAT_BY_CLASS,           /* claimants by class, institutions by name */
	TOCSIN_TREAT_RANGE,              /* one range for each kind of claim */
	TOCSIN_TREAT_RANGE_UNLESS_SMALL, /* none where a bound is 1 to 9 */
	TOCSIN_TREAT_HUNDREDS,           /* to the nearest hundred; none below 50 */
	TOCSIN_TREAT_ALLEGED,            /* the name, as "alleged" */
	TOCSIN_TREAT_CLASS,
	TOCSIN_TREAT_CLASS_IF_LIKELY, /* only where the event is at least likely */
};

/* The cell of the matrix. An unspecified level is treated as low, which sees least. */
enum tocsin_treatment tocsin_redaction(
	enum tocsin_redacted field, Tocsin__V1__Sensitivity max_sensitivity);
