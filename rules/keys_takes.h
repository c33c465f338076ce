/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a key takes and what holds without it, for people. */
#pragma once

#include "rules/keys.h"

enum { TOCSIN_MAX_TAKES = 512 };

/* Type, unit and range: "a whole number from 0 to 2". */
void tocsin_key_takes(const struct tocsin_key *key, char text[TOCSIN_MAX_TAKES]);

/* The default: "1", "false", or what the table says. "" for a required key. */
void tocsin_key_default(const struct tocsin_key *key, char text[TOCSIN_MAX_TAKES]);
