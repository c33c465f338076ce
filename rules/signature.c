/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/match.h"
#include "rules/posting.h"

/* Where each enumeration lies in a signature: values first to last, from bit
 * shift on. Unspecified has a bit where an incident may leave the field out. */
enum field { SEVERITY, CERTAINTY, URGENCY, CAUSE, SENSITIVITY, STATUS, MSG_TYPE, FIELDS };

static const struct {
	uint8_t shift, first, last;
} layout[FIELDS] = {
	[SEVERITY] = {0, 0, 5},
	[CERTAINTY] = {6, 0, 5},
	[URGENCY] = {12, 0, 5},
	[CAUSE] = {18, 0, 3},
	[SENSITIVITY] = {22, 1, 4},
	[STATUS] = {26, 1, 3},
	[MSG_TYPE] = {29, 1, 2},
};

/* No bit for a value beyond the layout: it is then judged by the clause itself. */
static uint32_t value_bit(enum field field, int value)
{
	if (value < layout[field].first || value > layout[field].last) {
		return 0;
	}
	return UINT32_C(1) << (layout[field].shift + value - layout[field].first);
}

static uint32_t admitted(enum field field, uint32_t mask, uint32_t minimum)
{
	uint32_t bits = 0;
	for (int value = layout[field].first; value <= layout[field].last; value++) {
		if (tocsin_match_value(mask, value) && tocsin_match_minimum(minimum, value)) {
			bits |= value_bit(field, value);
		}
	}
	return bits;
}

uint32_t tocsin_signature_of(const struct tocsin_facts *facts)
{
	return value_bit(SEVERITY, (int)facts->severity) | value_bit(CERTAINTY, (int)facts->certainty) |
		value_bit(URGENCY, (int)facts->urgency) | value_bit(CAUSE, (int)facts->cause) |
		value_bit(SENSITIVITY, (int)facts->sensitivity) | value_bit(STATUS, (int)facts->status) |
		value_bit(MSG_TYPE, (int)facts->msg_type);
}

uint32_t tocsin_signature_admits(const struct tocsin_match *match)
{
	return admitted(SEVERITY, match->severity, match->min_severity) |
		admitted(CERTAINTY, match->certainty, match->min_certainty) |
		admitted(URGENCY, match->urgency, match->min_urgency) | admitted(CAUSE, match->cause, 0) |
		admitted(SENSITIVITY, match->sensitivity, 0) | admitted(STATUS, match->status, 0) |
		admitted(MSG_TYPE, match->msg_type, 0);
}
