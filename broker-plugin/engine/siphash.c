/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/siphash.h"

#include <endian.h>
#include <string.h>

static uint64_t rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

/* Up to eight bytes, the first one lowest. */
static uint64_t read64(const uint8_t *bytes, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, bytes, size);
	return le64toh(value);
}

static void sip_rounds(uint64_t v[4], unsigned rounds)
{
	for (unsigned i = 0; i < rounds; ++i) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_rounds(v, 2);
	v[0] ^= word;
}

uint64_t tocsin_siphash(const uint8_t key[16], const void *data, size_t size)
{
	const uint8_t *bytes = data;
	const uint64_t k0 = read64(key, 8), k1 = read64(key + 8, 8);
	uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
		k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
	size_t at = 0;

	for (; at + 8 <= size; at += 8) {
		sip_word(v, read64(bytes + at, 8));
	}
	sip_word(v, (uint64_t)(size & 0xff) << 56 | read64(bytes + at, size - at));
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
