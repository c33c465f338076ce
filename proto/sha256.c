/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* OpenSSL 3 calls these functions deprecated in favour of EVP, which looks the
 * algorithm up and allocates on every call: more than hashing an incident costs. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "proto/sha256.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

_Static_assert(TOCSIN_SHA256 == SHA256_DIGEST_LENGTH, "one size for a hash");

static enum tocsin_status hash_two(const void *first, size_t first_size, const void *second,
	size_t second_size, uint8_t hash[TOCSIN_SHA256])
{
	uint8_t result[TOCSIN_SHA256];
	SHA256_CTX state;

	if (!SHA256_Init(&state) || !SHA256_Update(&state, first, first_size) ||
		!SHA256_Update(&state, second, second_size) || !SHA256_Final(result, &state)) {
		return TOCSIN_NO_MEMORY;
	}
	memcpy(hash, result, sizeof(result));
	OPENSSL_cleanse(&state, sizeof(state));
	return TOCSIN_OK;
}

enum tocsin_status tocsin_sha256(const void *data, size_t size, uint8_t hash[TOCSIN_SHA256])
{
	return hash_two("", 0, data ? data : "", size, hash);
}

enum tocsin_status tocsin_hmac(
	const uint8_t *key, size_t key_size, const void *data, size_t size, uint8_t mac[TOCSIN_SHA256])
{
	uint8_t block[SHA256_CBLOCK] = {0};
	uint8_t inner[TOCSIN_SHA256];
	enum tocsin_status status = TOCSIN_OK;

	if (key_size > sizeof(block)) {
		status = tocsin_sha256(key, key_size, block);
	} else if (key_size > 0) {
		memcpy(block, key, key_size);
	}
	for (size_t i = 0; i < sizeof(block); i++) {
		block[i] ^= 0x36;
	}
	if (status == TOCSIN_OK) {
		status = hash_two(block, sizeof(block), data ? data : "", size, inner);
	}
	for (size_t i = 0; i < sizeof(block); i++) {
		block[i] ^= 0x36 ^ 0x5c;
	}
	if (status == TOCSIN_OK) {
		status = hash_two(block, sizeof(block), inner, sizeof(inner), mac);
	}
	OPENSSL_cleanse(block, sizeof(block));
	return status;
}

void tocsin_hex(const uint8_t *data, size_t size, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[data[i] >> 4];
		text[2 * i + 1] = digits[data[i] & 15];
	}
	text[2 * size] = '\0';
}
