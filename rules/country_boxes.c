/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/country_boxes.h"

#include <stddef.h>
#include <string.h>

static const struct {
	char country[3];
	struct tocsin_box box;
} boxes[] = {
#define BOX(country, south, west, north, east) {#country, {south, west, north, east}},
#include "country_boxes.inc"
#undef BOX
};

const struct tocsin_box *tocsin_country_box(const char *country)
{
	for (size_t i = 0; i < sizeof(boxes) / sizeof(*boxes); i++) {
		if (strcmp(boxes[i].country, country) == 0)
			return &boxes[i].box;
	}
	return NULL;
}
