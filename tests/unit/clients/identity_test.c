/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "clients/setup/identity.h"

enum { NOW = 1800000000, DAY = 86400 };

static X509 *read_back(const struct tocsin_identity *identity)
{
	char text[8192];
	FILE *file = fmemopen(text, sizeof(text), "w+");
	assert_non_null(file);
	assert_true(tocsin_identity_write_certificate(identity, file));
	rewind(file);
	X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	assert_non_null(certificate);
	return certificate;
}

static EVP_PKEY *read_key(const struct tocsin_identity *identity)
{
	char text[8192];
	FILE *file = fmemopen(text, sizeof(text), "w+");
	assert_non_null(file);
	assert_true(tocsin_identity_write_key(identity, file));
	rewind(file);
	EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	assert_non_null(key);
	return key;
}

/* X509_V_OK, or why not. */
static int verify(X509 *authority, X509 *certificate, int purpose, int64_t now_s)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	assert_int_equal(X509_STORE_add_cert(store, authority), 1);
	assert_int_equal(X509_STORE_CTX_init(context, store, certificate, NULL), 1);
	X509_STORE_CTX_set_purpose(context, purpose);
	X509_STORE_CTX_set_flags(context, X509_V_FLAG_X509_STRICT);
	X509_STORE_CTX_set_time(context, 0, (time_t)now_s);
	int result = X509_verify_cert(context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context);
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	return result;
}

static void an_authority_and_what_it_issues(void **state)
{
	struct tocsin_identity *authority = tocsin_identity_authority("Tocsin Djenné", NOW);
	struct tocsin_identity *other = tocsin_identity_authority("Tocsin Djenné", NOW);
	struct tocsin_identity *server = tocsin_identity_server(authority, "hub.example.org", NOW);
	struct tocsin_identity *client = tocsin_identity_client(authority, "mopti-17", NOW);
	(void)state;
	X509 *authority_x = read_back(authority), *other_x = read_back(other);
	X509 *server_x = read_back(server), *client_x = read_back(client);
	const int64_t last = NOW + (int64_t)TOCSIN_IDENTITY_DAYS * DAY;
	assert_int_equal(verify(authority_x, server_x, X509_PURPOSE_SSL_SERVER, NOW), X509_V_OK);
	assert_int_equal(verify(authority_x, client_x, X509_PURPOSE_SSL_CLIENT, NOW), X509_V_OK);
	/* A clock that is slow, and the last day. */
	assert_int_equal(
		verify(authority_x, client_x, X509_PURPOSE_SSL_CLIENT, NOW - DAY + 60), X509_V_OK);
	assert_int_equal(verify(authority_x, client_x, X509_PURPOSE_SSL_CLIENT, last - 60), X509_V_OK);
	assert_int_equal(verify(authority_x, client_x, X509_PURPOSE_SSL_CLIENT, last + 60),
		X509_V_ERR_CERT_HAS_EXPIRED);
	assert_int_equal(
		verify(authority_x, client_x, X509_PURPOSE_SSL_SERVER, NOW), X509_V_ERR_INVALID_PURPOSE);
	assert_int_not_equal(verify(other_x, client_x, X509_PURPOSE_SSL_CLIENT, NOW), X509_V_OK);
	/* What it issues is no authority itself. */
	assert_int_equal(X509_check_ca(authority_x), 1);
	assert_int_equal(X509_check_ca(client_x), 0);
	X509_free(authority_x);
	X509_free(other_x);
	X509_free(server_x);
	X509_free(client_x);
	tocsin_identity_destroy(authority);
	tocsin_identity_destroy(other);
	tocsin_identity_destroy(server);
	tocsin_identity_destroy(client);
	tocsin_identity_destroy(NULL);
}

static void names(void **state)
{
	struct tocsin_identity *authority = tocsin_identity_authority("Tocsin", NOW);
	(void)state;
	static const struct {
		const char *host;
		const char *address; /* or NULL: it is a name */
	} hosts[] = {
		{"hub.example.org", NULL}, {"192.0.2.7", "192.0.2.7"}, {"2001:db8::7", "2001:db8::7"}};
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		struct tocsin_identity *server = tocsin_identity_server(authority, hosts[i].host, NOW);
		assert_non_null(server);
		X509 *certificate = read_back(server);
		if (hosts[i].address)
			assert_int_equal(X509_check_ip_asc(certificate, hosts[i].address, 0), 1);
		else
			assert_int_equal(X509_check_host(certificate, hosts[i].host, 0, 0, NULL), 1);
		assert_int_equal(X509_check_host(certificate, "localhost", 0, 0, NULL), 1);
		assert_int_equal(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
		assert_int_equal(X509_check_host(certificate, "other.example.org", 0, 0, NULL), 0);
		assert_int_equal(X509_check_ip_asc(certificate, "192.0.2.8", 0), 0);
		X509_free(certificate);
		tocsin_identity_destroy(server);
	}
	tocsin_identity_destroy(authority);
}

static void the_key_is_that_of_the_certificate(void **state)
{
	struct tocsin_identity *authority = tocsin_identity_authority("Tocsin", NOW);
	struct tocsin_identity *client = tocsin_identity_client(authority, "mopti-17", NOW);
	(void)state;
	X509 *certificate = read_back(client);
	EVP_PKEY *key = read_key(client), *another = read_key(authority);
	char name[32];
	assert_int_equal(X509_check_private_key(certificate, key), 1);
	assert_int_equal(X509_check_private_key(certificate, another), 0);
	assert_int_equal(X509_NAME_get_text_by_NID(
						 X509_get_subject_name(certificate), NID_commonName, name, sizeof(name)),
		8);
	assert_string_equal(name, "mopti-17");
	EVP_PKEY_free(another);
	EVP_PKEY_free(key);
	X509_free(certificate);
	tocsin_identity_destroy(client);
	tocsin_identity_destroy(authority);
}

static void a_disk_that_is_full(void **state)
{
	struct tocsin_identity *authority = tocsin_identity_authority("Tocsin", NOW);
	FILE *full = fopen("/dev/full", "w");
	(void)state;
	assert_non_null(full);
	setbuf(full, NULL);
	assert_false(tocsin_identity_write_certificate(authority, full));
	assert_false(tocsin_identity_write_key(authority, full));
	fclose(full);
	tocsin_identity_destroy(authority);
}

static void put(const struct tocsin_identity *identity, FILE *certificate, FILE *key)
{
	rewind(certificate);
	rewind(key);
	assert_true(tocsin_identity_write_certificate(identity, certificate));
	assert_true(tocsin_identity_write_key(identity, key));
	rewind(certificate);
	rewind(key);
}

static void read_from_its_files(void **state)
{
	char first[8192] = "", second[8192] = "";
	FILE *certificate = fmemopen(first, sizeof(first), "w+");
	FILE *key = fmemopen(second, sizeof(second), "w+");
	struct tocsin_identity *authority = tocsin_identity_authority("Tocsin", NOW);
	struct tocsin_identity *other = tocsin_identity_authority("Tocsin", NOW);
	(void)state;
	put(authority, certificate, key);
	struct tocsin_identity *read = tocsin_identity_read(certificate, key);
	assert_non_null(read);
	struct tocsin_identity *client = tocsin_identity_client(read, "mopti-17", NOW);
	X509 *root = read_back(authority), *leaf = read_back(client);
	assert_int_equal(verify(root, leaf, X509_PURPOSE_SSL_CLIENT, NOW + DAY), X509_V_OK);
	tocsin_identity_destroy(read);
	/* A certificate alone will do where nothing is signed. */
	rewind(certificate);
	read = tocsin_identity_read(certificate, NULL);
	assert_non_null(read);
	tocsin_identity_destroy(read);
	/* Another's key, one that a password closes, and no PEM at all. */
	put(other, certificate, key);
	rewind(certificate);
	assert_true(tocsin_identity_write_certificate(authority, certificate));
	rewind(certificate);
	assert_null(tocsin_identity_read(certificate, key));
	EVP_PKEY *closed = EVP_EC_gen("P-256");
	rewind(certificate);
	rewind(key);
	assert_int_equal(PEM_write_PrivateKey(
						 key, closed, EVP_aes_128_cbc(), (const unsigned char *)"x", 1, NULL, NULL),
		1);
	rewind(key);
	assert_null(tocsin_identity_read(certificate, key));
	memset(first, 'x', sizeof(first));
	rewind(certificate);
	rewind(key);
	assert_null(tocsin_identity_read(certificate, key));
	EVP_PKEY_free(closed);
	X509_free(root);
	X509_free(leaf);
	tocsin_identity_destroy(client);
	tocsin_identity_destroy(authority);
	tocsin_identity_destroy(other);
	fclose(certificate);
	fclose(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_authority_and_what_it_issues),
		cmocka_unit_test(names),
		cmocka_unit_test(the_key_is_that_of_the_certificate),
		cmocka_unit_test(a_disk_that_is_full),
		cmocka_unit_test(read_from_its_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
