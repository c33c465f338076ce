/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Boxes around countries, rounded outward, built in from
 * rules/regions/country-boxes.csv. */
#pragma once

#include "proto/place.h"

/* By ISO alpha-2, NULL where none is known. Static storage. */
const struct tocsin_box *tocsin_country_box(const char *country);
