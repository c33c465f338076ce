/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* SHA-256 (FIPS 180-4) and HMAC (RFC 2104), by OpenSSL's libcrypto. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <openssl/sha.h>

#include "proto/status.h"

enum { TOCSIN_SHA256 = 32, TOCSIN_SHA256_TEXT = 65 };

TOCSIN_MUST_USE enum tocsin_status tocsin_sha256(
	const void *data, size_t size, uint8_t hash[TOCSIN_SHA256]);

/* A key, hashed as far as it goes without data: half the work of a short text. As secret
 * as the key itself. */
struct tocsin_hmac_key {
	SHA256_CTX inner, outer;
};

TOCSIN_MUST_USE enum tocsin_status tocsin_hmac_key_init(
	struct tocsin_hmac_key *key, const uint8_t *bytes, size_t size);
void tocsin_hmac_key_finish(struct tocsin_hmac_key *key);

/* HMAC-SHA-256 of data under key. */
TOCSIN_MUST_USE enum tocsin_status tocsin_hmac(
	const struct tocsin_hmac_key *key, const void *data, size_t size, uint8_t mac[TOCSIN_SHA256]);

/* Lower-case hexadecimal, NUL-terminated: 2 * size + 1 bytes. */
void tocsin_hex(const uint8_t *data, size_t size, char *text);
