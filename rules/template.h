/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Words for a person, made from an alert as already redacted, in English. */
#pragma once

#include "proto/arena.h"
#include "tocsin/v1/alert.pb-c.h"

enum { TOCSIN_MAX_LINE = 160 }; /* code points */

/* "Severe battles, Djenné, Mopti, Mali". NULL at the arena's ceiling. */
char *tocsin_template_headline(const Tocsin__V1__Alert *alert, struct tocsin_arena *arena);

/* One ready line: "SEVERE battles · Djenné, Mopti, Mali · 7 Aug 2024 18:30 UTC ·
 * toll not reported · disputed". What does not fit is left out from the end, whole
 * parts at a time. NULL at the arena's ceiling. */
char *tocsin_template_line(const Tocsin__V1__Alert *alert, struct tocsin_arena *arena);
