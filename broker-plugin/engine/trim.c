/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/trim.h"

#include <stdbool.h>
#include <string.h>

#define FIELD(number) (UINT64_C(1) << (number))

/* references, description, instruction, actors, casualty_claims, displacement, needs,
 * impacts, rules, held_by, possible_duplicate_of, sources */
static const uint64_t long_fields = FIELD(5) | FIELD(18) | FIELD(19) | FIELD(21) | FIELD(22) |
	FIELD(23) | FIELD(24) | FIELD(25) | FIELD(28) | FIELD(29) | FIELD(35) | FIELD(38);

enum { VARINT, FIXED64, BYTES, FIXED32 = 5 };

static size_t varint_read(const uint8_t *bytes, size_t size, uint64_t *value)
{
	size_t at = 0;

	*value = 0;
	while (at < size && at < 10) {
		*value |= (uint64_t)(bytes[at] & 0x7f) << (7 * at);
		if (!(bytes[at++] & 0x80)) {
			break;
		}
	}
	return at;
}

/* How many bytes the field at the start of bytes takes, its tag included. */
static size_t field_read(const uint8_t *bytes, size_t size, uint64_t *number)
{
	uint64_t tag;
	uint64_t value = 0;
	size_t at = varint_read(bytes, size, &tag);

	*number = tag >> 3;
	switch (tag & 7) {
	case VARINT:
		at += varint_read(bytes + at, size - at, &value);
		return at;
	case FIXED64:
		value = 8;
		break;
	case FIXED32:
		value = 4;
		break;
	case BYTES:
		at += varint_read(bytes + at, size - at, &value);
		break;
	default:
		value = size;
		break;
	}
	return value < size - at ? at + (size_t)value : size;
}

static bool is_long(uint64_t number)
{
	return number < 64 && (long_fields & FIELD(number));
}

size_t tocsin_trim_alert(const uint8_t *bytes, size_t size, uint8_t *trimmed)
{
	size_t count = 0;
	uint64_t number;

	for (size_t at = 0; at < size;) {
		const size_t taken = field_read(bytes + at, size - at, &number);

		if (!is_long(number)) {
			memcpy(trimmed + count, bytes + at, taken);
			count += taken;
		}
		at += taken;
	}
	return count;
}
