/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Countries: ISO 3166-1, made at build time from Debian's iso-codes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct tocsin_country {
	char alpha2[3];
	char alpha3[4];
	const char *name; /* English, UTF-8 */
};

/* All of them, sorted by alpha-2. Static storage. */
const struct tocsin_country *tocsin_countries(size_t *count);

/* By either code, upper case, NUL-terminated; NULL where there is none. */
const struct tocsin_country *tocsin_country_by_alpha2(const char *code);
const struct tocsin_country *tocsin_country_by_alpha3(const char *code);
