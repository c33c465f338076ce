/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Vectors: FIPS 180-4 examples and RFC 4231. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/sha256.h"

static void assert_hash(const uint8_t hash[TOCSIN_SHA256], const char *expected)
{
	char text[TOCSIN_SHA256_TEXT];

	tocsin_hex(hash, TOCSIN_SHA256, text);
	assert_string_equal(text, expected);
}

static void hashes(void **state)
{
	uint8_t hash[TOCSIN_SHA256];
	char million[1000];

	(void)state;
	assert_int_equal(tocsin_sha256("abc", 3, hash), TOCSIN_OK);
	assert_hash(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(tocsin_sha256(NULL, 0, hash), TOCSIN_OK);
	assert_hash(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	memset(million, 'a', sizeof(million));
	assert_int_equal(tocsin_sha256(million, sizeof(million), hash), TOCSIN_OK);
	assert_hash(hash, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

static void hmac(const uint8_t *bytes, size_t size, const char *data, uint8_t mac[TOCSIN_SHA256])
{
	struct tocsin_hmac_key key;

	assert_int_equal(tocsin_hmac_key_init(&key, bytes, size), TOCSIN_OK);
	/* Twice: a key is as before once it was used. */
	assert_int_equal(tocsin_hmac(&key, "", 0, mac), TOCSIN_OK);
	assert_int_equal(tocsin_hmac(&key, data, strlen(data), mac), TOCSIN_OK);
	tocsin_hmac_key_finish(&key);
}

static void authenticates(void **state)
{
	uint8_t key[131];
	uint8_t mac[TOCSIN_SHA256];

	(void)state;
	memset(key, 0x0b, 20);
	hmac(key, 20, "Hi There", mac);
	assert_hash(mac, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hmac((const uint8_t *)"Jefe", 4, "what do ya want for nothing?", mac);
	assert_hash(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	hmac(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First", mac);
	assert_hash(mac, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void writes_hexadecimal(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x0f, 0xf0, 0xff};
	char text[9];

	(void)state;
	tocsin_hex(bytes, sizeof(bytes), text);
	assert_string_equal(text, "000ff0ff");
	tocsin_hex(bytes, 0, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes),
		cmocka_unit_test(authenticates),
		cmocka_unit_test(writes_hexadecimal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
