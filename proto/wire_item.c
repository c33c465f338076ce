/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/wire_item.h"

enum {
	LONGEST_SHORT_VARINT = 5, /* bytes of a tag or a length */
	GROUP_START = 3,
	GROUP_END = 4,
};

const uint8_t *tocsin_wire_long_varint(
	const uint8_t *at, const uint8_t *end, size_t longest, uint64_t *number)
{
	uint64_t value = 0;

	for (size_t i = 0; i < longest && at < end; i++, at++) {
		const uint64_t seven = *at & 0x7f;

		if (i == TOCSIN_LONGEST_VARINT - 1 && seven > 1) {
			return NULL;
		}
		value |= seven << (7 * i);
		if (*at < 0x80) {
			*number = value;
			return at + 1;
		}
	}
	return NULL;
}

const uint8_t *tocsin_wire_item(
	const uint8_t *at, const uint8_t *end, struct tocsin_wire_item *item)
{
	uint64_t key = 0;
	uint64_t length = 0;

	at = tocsin_wire_varint(at, end, LONGEST_SHORT_VARINT, &key);
	if (!at || key > UINT32_MAX || key >> 3 == 0) {
		return NULL;
	}
	item->tag = (uint32_t)(key >> 3);
	item->wire = key & 7;
	switch (item->wire) {
	case PROTOBUF_C_WIRE_TYPE_VARINT:
		return tocsin_wire_varint(at, end, TOCSIN_LONGEST_VARINT, &item->number);
	case PROTOBUF_C_WIRE_TYPE_64BIT:
		return end - at >= 8 ? at + 8 : NULL;
	case PROTOBUF_C_WIRE_TYPE_32BIT:
		return end - at >= 4 ? at + 4 : NULL;
	case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
		at = tocsin_wire_varint(at, end, LONGEST_SHORT_VARINT, &length);
		if (!at || length > (uint64_t)(end - at)) {
			return NULL;
		}
		item->bytes = at;
		item->size = (size_t)length;
		return at + length;
	case GROUP_START:
	case GROUP_END:
	default:
		return NULL;
	}
}
