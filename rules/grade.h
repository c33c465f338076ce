/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The best Admiralty grade among an incident's sources. */
#pragma once

#include "proto/arena.h"
#include "tocsin/v1/incident.pb-c.h"

enum { TOCSIN_GRADE_TEXT = 3 }; /* bytes of "B2" with NUL */

/* Writes the grade of the best source, or "" where none is graded. Ranked by
 * table: A to E and 1 to 5 fall in even steps, F and 6 ("cannot be judged") stand
 * in the middle with C and 3, and half a grade counts its missing half as F or 6.
 * Both halves weigh the same. Among equals a source that was judged goes before
 * one that could not be, then the better reliability, then the earlier source.
 * Source: Admiralty code, weights as in MISP's admiralty-scale. */
void tocsin_grade_write(const Tocsin__V1__Incident *incident, char text[TOCSIN_GRADE_TEXT]);
