/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A free text as one topic level. */
#pragma once

#include <stdbool.h>

#include "proto/limits.h"

enum { TOCSIN_SLUG = TOCSIN_MAX_LEVEL_NAME + 1 }; /* bytes with NUL */

/* "Sudan: Al Fasher" becomes "sudan-al-fasher": lower case, accents folded, runs of
 * spaces and plain punctuation one hyphen; "" becomes "-". Where more than that is
 * lost (other scripts, other signs, length) a hash of the text is appended, so that
 * two texts do not fall together. False where hashing fails. */
bool tocsin_slug_write(const char *text, char slug[TOCSIN_SLUG]);
