/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the parts of prose share. */
#pragma once

#include <stdio.h>

#include "clients/alert/prose_words.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "tocsin/v1/alert.pb-c.h"

struct tocsin_prose {
	FILE *out;
	enum tocsin_language language;
};

enum { TOCSIN_PROSE_NUMBER = 48, TOCSIN_PROSE_TIME = 32 };

/* A word of the table with its arguments. */
void tocsin_prose_say(const struct tocsin_prose *prose, enum tocsin_prose_word word, ...);

/* A text of the alert, on one line. */
void tocsin_prose_put(const struct tocsin_prose *prose, const char *text);

/* "129,825" in English, with narrow no-break spaces in French. */
void tocsin_prose_number(
	const struct tocsin_prose *prose, uint64_t number, char text[TOCSIN_PROSE_NUMBER]);

/* The lines about people. */
void tocsin_prose_claims(const struct tocsin_prose *prose, const Tocsin__V1__Alert *alert);
void tocsin_prose_figures(const struct tocsin_prose *prose, const Tocsin__V1__Alert *alert);
