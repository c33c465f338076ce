/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <openssl/evp.h>

#include "clients/setup/password.h"

static void a_password_is_long_and_new_each_time(void **state)
{
	char one[TOCSIN_PASSWORD_TEXT], two[TOCSIN_PASSWORD_TEXT];
	(void)state;
	assert_true(tocsin_password_make(one));
	assert_true(tocsin_password_make(two));
	assert_string_not_equal(one, two);
	assert_int_equal(strlen(one), TOCSIN_PASSWORD_TEXT - 1);
	for (size_t i = 0; one[i]; i++)
		if (i % 7 == 6)
			assert_int_equal(one[i], '-');
		else
			assert_non_null(strchr("abcdefghijkmnpqrstuvwxyz23456789", one[i]));
}

/* "$7$101$<12 bytes>$<64 bytes>", worked out once more from what it says. */
static void the_hash_is_that_of_the_password(void **state)
{
	char hash[TOCSIN_PASSWORD_HASH], again[TOCSIN_PASSWORD_HASH];
	unsigned char salt[16], key[66], expected[64];
	(void)state;
	assert_true(tocsin_password_hash("secret", hash));
	assert_int_equal(strncmp(hash, "$7$101$", 7), 0);
	assert_int_equal(strlen(hash), 7 + 16 + 1 + 88);
	assert_int_equal(hash[7 + 16], '$');
	assert_int_equal(EVP_DecodeBlock(salt, (unsigned char *)hash + 7, 16), 12);
	assert_int_equal(EVP_DecodeBlock(key, (unsigned char *)hash + 7 + 17, 88), 66);
	assert_int_equal(
		PKCS5_PBKDF2_HMAC("secret", 6, salt, 12, 101, EVP_sha512(), sizeof(expected), expected), 1);
	assert_memory_equal(key, expected, sizeof(expected));
	assert_true(tocsin_password_hash("secret", again));
	assert_string_not_equal(hash, again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_long_and_new_each_time),
		cmocka_unit_test(the_hash_is_that_of_the_password),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
