/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Protobuf bytes put together by hand, also wrong ones. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BYTES_MAX = 530000 };

struct bytes {
	size_t size;
	uint8_t data[BYTES_MAX];
};

static inline void bytes_raw(struct bytes *bytes, const void *data, size_t size)
{
	memcpy(bytes->data + bytes->size, data, size);
	bytes->size += size;
}

static inline void bytes_varint(struct bytes *bytes, uint64_t number)
{
	for (; number >= 0x80; number >>= 7) {
		bytes->data[bytes->size++] = (uint8_t)(number | 0x80);
	}
	bytes->data[bytes->size++] = (uint8_t)number;
}

static inline void bytes_key(struct bytes *bytes, uint64_t tag, unsigned wire)
{
	bytes_varint(bytes, tag << 3 | wire);
}

/* A varint field. */
static inline void bytes_number(struct bytes *bytes, uint64_t tag, uint64_t number)
{
	bytes_key(bytes, tag, 0);
	bytes_varint(bytes, number);
}

/* A length-prefixed field. */
static inline void bytes_span(struct bytes *bytes, uint64_t tag, const void *data, size_t size)
{
	bytes_key(bytes, tag, 2);
	bytes_varint(bytes, size);
	bytes_raw(bytes, data, size);
}
