/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a violation says, in the reader's language. Messages are English on the wire, so
 * the words are found by the check's id; what is not known stays as it came. */
#pragma once

#include <stddef.h>

enum { TOCSIN_VIOLATION_TEXT = 1024 };

/* Writes the message for a check id such as "displacement.figure.range". Cut to size. */
void tocsin_violation_words(const char *check, const char *message, char *text, size_t size);

/* "error" or "warning" in the reader's language; level itself where it is neither. */
const char *tocsin_violation_level(const char *level);
