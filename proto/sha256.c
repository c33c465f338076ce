/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* OpenSSL 3 calls these functions deprecated in favour of EVP, which looks the
 * algorithm up and allocates on every call: more than hashing an incident costs. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "proto/sha256.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/crypto.h>

_Static_assert(TOCSIN_SHA256 == SHA256_DIGEST_LENGTH, "one size for a hash");

/* Goes on from where state stands, which is wiped. */
static enum tocsin_status finish(
	SHA256_CTX *state, const void *data, size_t size, uint8_t hash[TOCSIN_SHA256])
{
	uint8_t result[TOCSIN_SHA256];
	const bool hashed = SHA256_Update(state, data ? data : "", size) && SHA256_Final(result, state);

	OPENSSL_cleanse(state, sizeof(*state));
	if (!hashed) {
		return TOCSIN_NO_MEMORY;
	}
	memcpy(hash, result, sizeof(result));
	return TOCSIN_OK;
}

enum tocsin_status tocsin_sha256(const void *data, size_t size, uint8_t hash[TOCSIN_SHA256])
{
	SHA256_CTX state;

	return SHA256_Init(&state) ? finish(&state, data, size, hash) : TOCSIN_NO_MEMORY;
}

/* The state after the key's block, each byte of it changed by pad. */
static bool begin(SHA256_CTX *state, const uint8_t key[SHA256_CBLOCK], uint8_t pad)
{
	uint8_t block[SHA256_CBLOCK];

	for (size_t i = 0; i < sizeof(block); i++) {
		block[i] = key[i] ^ pad;
	}
	const bool begun = SHA256_Init(state) && SHA256_Update(state, block, sizeof(block));
	OPENSSL_cleanse(block, sizeof(block));
	return begun;
}

enum tocsin_status tocsin_hmac_key_init(
	struct tocsin_hmac_key *key, const uint8_t *bytes, size_t size)
{
	uint8_t block[SHA256_CBLOCK] = {0};
	enum tocsin_status status = TOCSIN_OK;

	if (size > sizeof(block)) {
		status = tocsin_sha256(bytes, size, block);
	} else if (size > 0) {
		memcpy(block, bytes, size);
	}
	if (status == TOCSIN_OK &&
		!(begin(&key->inner, block, 0x36) && begin(&key->outer, block, 0x5c))) {
		status = TOCSIN_NO_MEMORY;
	}
	OPENSSL_cleanse(block, sizeof(block));
	return status;
}

void tocsin_hmac_key_finish(struct tocsin_hmac_key *key)
{
	OPENSSL_cleanse(key, sizeof(*key));
}

enum tocsin_status tocsin_hmac(
	const struct tocsin_hmac_key *key, const void *data, size_t size, uint8_t mac[TOCSIN_SHA256])
{
	uint8_t inner[TOCSIN_SHA256];
	SHA256_CTX state = key->inner;
	const enum tocsin_status status = finish(&state, data, size, inner);

	if (status != TOCSIN_OK) {
		return status;
	}
	state = key->outer;
	return finish(&state, inner, sizeof(inner), mac);
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
