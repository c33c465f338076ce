/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/country.h"

#include <stdlib.h>
#include <string.h>

static const struct tocsin_country countries[] = {
#define COUNTRY(alpha2, alpha3, name) {alpha2, alpha3, name},
#define ALPHA3(place)
#include "proto/countries.inc"
#undef COUNTRY
#undef ALPHA3
};

enum { COUNT = sizeof(countries) / sizeof(countries[0]) };

static const uint16_t by_alpha3[COUNT] = {
#define COUNTRY(alpha2, alpha3, name)
#define ALPHA3(place) place,
#include "proto/countries.inc"
#undef COUNTRY
#undef ALPHA3
};

const struct tocsin_country *tocsin_countries(size_t *count)
{
	*count = COUNT;
	return countries;
}

static int compare_alpha2(const void *code, const void *country)
{
	return strcmp(code, ((const struct tocsin_country *)country)->alpha2);
}

static int compare_alpha3(const void *code, const void *place)
{
	return strcmp(code, countries[*(const uint16_t *)place].alpha3);
}

const struct tocsin_country *tocsin_country_by_alpha2(const char *code)
{
	return bsearch(code, countries, COUNT, sizeof(countries[0]), compare_alpha2);
}

const struct tocsin_country *tocsin_country_by_alpha3(const char *code)
{
	const uint16_t *place = bsearch(code, by_alpha3, COUNT, sizeof(by_alpha3[0]), compare_alpha3);

	return place ? &countries[*place] : NULL;
}
