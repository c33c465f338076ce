/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/setup/identity.h"

#include <stdlib.h>
#include <time.h>

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

enum { SERIAL_BITS = 127, NAME_BYTES = 512, X509_V3 = 2 };

struct tocsin_identity {
	EVP_PKEY *key;
	X509 *certificate;
};

struct extension {
	int nid;
	const char *value;
};

void tocsin_identity_destroy(struct tocsin_identity *identity)
{
	if (!identity)
		return;
	X509_free(identity->certificate);
	EVP_PKEY_free(identity->key);
	free(identity);
}

static bool set_serial(X509 *certificate)
{
	BIGNUM *number = BN_new();
	bool fine = number && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
		BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
	BN_free(number);
	return fine;
}

/* From a day ago: a laptop's clock in the field may be behind. */
static bool set_times(X509 *certificate, int64_t now_s, int days)
{
	time_t now = (time_t)now_s;
	return X509_time_adj_ex(X509_getm_notBefore(certificate), -1, 0, &now) &&
		X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, &now);
}

static bool set_subject(X509 *certificate, const char *name)
{
	return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
			   (const unsigned char *)name, -1, -1, 0) == 1;
}

static bool add_extensions(
	X509 *certificate, X509 *issuer, const struct extension *extensions, size_t count)
{
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	for (size_t i = 0; i < count; i++) {
		X509_EXTENSION *extension =
			X509V3_EXT_nconf_nid(NULL, &context, extensions[i].nid, extensions[i].value);
		bool fine = extension && X509_add_ext(certificate, extension, -1) == 1;
		X509_EXTENSION_free(extension);
		if (!fine)
			return false;
	}
	return true;
}

/* Signed by issuer, by itself where that is NULL. */
static struct tocsin_identity *make(const struct tocsin_identity *issuer, const char *name,
	int64_t now_s, int days, const struct extension *extensions, size_t count)
{
	struct tocsin_identity *identity = calloc(1, sizeof(*identity));
	if (!identity)
		return NULL;
	identity->key = EVP_EC_gen("P-256");
	identity->certificate = X509_new();
	if (!issuer)
		issuer = identity;
	X509 *certificate = identity->certificate;
	if (identity->key && certificate && X509_set_version(certificate, X509_V3) == 1 &&
		set_serial(certificate) && set_times(certificate, now_s, days) &&
		set_subject(certificate, name) &&
		X509_set_issuer_name(certificate, X509_get_subject_name(issuer->certificate)) == 1 &&
		X509_set_pubkey(certificate, identity->key) == 1 &&
		add_extensions(certificate, issuer->certificate, extensions, count) &&
		X509_sign(certificate, issuer->key, EVP_sha256()) > 0)
		return identity;
	tocsin_identity_destroy(identity);
	return NULL;
}

struct tocsin_identity *tocsin_identity_authority(const char *name, int64_t now_s)
{
	static const struct extension extensions[] = {
		{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
		{NID_key_usage, "critical,keyCertSign,cRLSign"},
		{NID_subject_key_identifier, "hash"},
	};
	return make(NULL, name, now_s, TOCSIN_AUTHORITY_DAYS, extensions,
		sizeof(extensions) / sizeof(*extensions));
}

struct tocsin_identity *tocsin_identity_server(
	const struct tocsin_identity *authority, const char *host, int64_t now_s)
{
	char names[NAME_BYTES];
	unsigned char address[sizeof(struct in6_addr)];
	bool is_address =
		inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
	snprintf(
		names, sizeof(names), "%s:%s,DNS:localhost,IP:127.0.0.1", is_address ? "IP" : "DNS", host);
	const struct extension extensions[] = {
		{NID_basic_constraints, "critical,CA:FALSE"},
		{NID_key_usage, "critical,digitalSignature"},
		{NID_ext_key_usage, "serverAuth"},
		{NID_subject_key_identifier, "hash"},
		{NID_authority_key_identifier, "keyid"},
		{NID_subject_alt_name, names},
	};
	return make(authority, host, now_s, TOCSIN_IDENTITY_DAYS, extensions,
		sizeof(extensions) / sizeof(*extensions));
}

struct tocsin_identity *tocsin_identity_client(
	const struct tocsin_identity *authority, const char *name, int64_t now_s)
{
	static const struct extension extensions[] = {
		{NID_basic_constraints, "critical,CA:FALSE"},
		{NID_key_usage, "critical,digitalSignature"},
		{NID_ext_key_usage, "clientAuth"},
		{NID_subject_key_identifier, "hash"},
		{NID_authority_key_identifier, "keyid"},
	};
	return make(authority, name, now_s, TOCSIN_IDENTITY_DAYS, extensions,
		sizeof(extensions) / sizeof(*extensions));
}

bool tocsin_identity_write_certificate(const struct tocsin_identity *identity, FILE *out)
{
	return PEM_write_X509(out, identity->certificate) == 1;
}

bool tocsin_identity_write_key(const struct tocsin_identity *identity, FILE *out)
{
	return PEM_write_PrivateKey(out, identity->key, NULL, NULL, 0, NULL, NULL) == 1;
}

/* Nobody is asked for one. */
static int no_password(char *to, int size, int writing, void *ctx)
{
	(void)to;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

struct tocsin_identity *tocsin_identity_read(FILE *certificate, FILE *key)
{
	struct tocsin_identity *identity = calloc(1, sizeof(*identity));
	if (!identity)
		return NULL;
	identity->certificate = PEM_read_X509(certificate, NULL, NULL, NULL);
	if (key)
		identity->key = PEM_read_PrivateKey(key, NULL, no_password, NULL);
	if (identity->certificate &&
		(!key ||
			(identity->key && X509_check_private_key(identity->certificate, identity->key) == 1)))
		return identity;
	tocsin_identity_destroy(identity);
	return NULL;
}
