/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/setup/password.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

enum {
	LETTERS = 24,
	GROUP = 6,
	SALT_BYTES = 12,
	HASH_BYTES = 64,
	/* As mosquitto_passwd: many rounds slow down the guessing of words that people choose,
	 * and each login; nobody guesses ours. */
	ROUNDS = 101,
};

#define BASE64_TEXT(bytes) (((bytes) + 2) / 3 * 4 + 1)

bool tocsin_password_make(char password[TOCSIN_PASSWORD_TEXT])
{
	static const char alphabet[32] = "abcdefghijkmnpqrstuvwxyz23456789"; /* no l, o, 0, 1 */
	unsigned char random[LETTERS];
	size_t at = 0;
	if (RAND_bytes(random, sizeof(random)) != 1)
		return false;
	for (size_t i = 0; i < LETTERS; i++) {
		if (i > 0 && i % GROUP == 0)
			password[at++] = '-';
		password[at++] = alphabet[random[i] % sizeof(alphabet)];
	}
	password[at] = '\0';
	explicit_bzero(random, sizeof(random));
	return true;
}

bool tocsin_password_hash(const char *password, char hash[TOCSIN_PASSWORD_HASH])
{
	unsigned char salt[SALT_BYTES], key[HASH_BYTES];
	unsigned char salt64[BASE64_TEXT(SALT_BYTES)], key64[BASE64_TEXT(HASH_BYTES)];
	if (RAND_bytes(salt, sizeof(salt)) != 1 ||
		PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, sizeof(salt), ROUNDS, EVP_sha512(),
			sizeof(key), key) != 1)
		return false;
	EVP_EncodeBlock(salt64, salt, sizeof(salt));
	EVP_EncodeBlock(key64, key, sizeof(key));
	snprintf(hash, TOCSIN_PASSWORD_HASH, "$7$%d$%s$%s", ROUNDS, (char *)salt64, (char *)key64);
	return true;
}
