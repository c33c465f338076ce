/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/redaction.h"

enum { LEVELS = 4 };

static const uint8_t matrix[TOCSIN_REDACTED_COUNT][LEVELS] = {
#define ROW(name, severe, high, moderate, low)                                                     \
	[TOCSIN_REDACTED_##name] = {                                                                   \
		TOCSIN_TREAT_##low, TOCSIN_TREAT_##moderate, TOCSIN_TREAT_##high, TOCSIN_TREAT_##severe},
#include "rules/redaction.inc"
#undef ROW
};

enum tocsin_treatment tocsin_redaction(
	enum tocsin_redacted field, Tocsin__V1__Sensitivity max_sensitivity)
{
	int column = (int)max_sensitivity - (int)TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW;
	if (column < 0 || column >= LEVELS) {
		column = 0;
	}
	return (enum tocsin_treatment)matrix[field][column];
}
