/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* X.509 certificates with their keys: an authority of one hub, and what it issues.
 * Elliptic curve P-256, which every TLS library of a phone knows. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct tocsin_identity;

enum { TOCSIN_AUTHORITY_DAYS = 3650, TOCSIN_IDENTITY_DAYS = 1825, TOCSIN_MAX_COMMON_NAME = 64 };

/* A new authority that signs itself; name is UTF-8 of at most TOCSIN_MAX_COMMON_NAME
 * code points. NULL where the library fails. */
struct tocsin_identity *tocsin_identity_authority(const char *name, int64_t now_s);

/* For a server that is reached as host, a name of [A-Za-z0-9.-] or an IP address, and as
 * localhost. */
struct tocsin_identity *tocsin_identity_server(
	const struct tocsin_identity *authority, const char *host, int64_t now_s);

/* For a client, whose name is the common name. */
struct tocsin_identity *tocsin_identity_client(
	const struct tocsin_identity *authority, const char *name, int64_t now_s);

/* From PEM files, key NULL where nothing will be signed. NULL where they cannot be read, or
 * do not belong together. */
struct tocsin_identity *tocsin_identity_read(FILE *certificate, FILE *key);

/* In PEM; the key without a password. False where it cannot be written. */
bool tocsin_identity_write_certificate(const struct tocsin_identity *identity, FILE *out);
bool tocsin_identity_write_key(const struct tocsin_identity *identity, FILE *out);

/* NULL is allowed. */
void tocsin_identity_destroy(struct tocsin_identity *identity);
