/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* UTF-8 texts as pointer and length. Source: RFC 3629. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tocsin_text_fault {
	TOCSIN_TEXT_FINE,
	TOCSIN_TEXT_BAD_UTF8, /* also surrogates, overlong forms, beyond U+10FFFF */
	TOCSIN_TEXT_CONTROL,  /* U+0000-001F but tab and line feed, U+007F-009F */
};

/* Judges a text and counts its code points (not where it is not UTF-8). */
enum tocsin_text_fault tocsin_text_check(const char *text, size_t length, size_t *code_points);

/* The code point at text, of which left bytes (1 or more) are there; returns its
 * length in bytes, 0 where there is no UTF-8. */
size_t tocsin_text_point(const char *text, size_t left, uint32_t *point);

/* Length in bytes of the first max code points of valid UTF-8. */
size_t tocsin_text_prefix(const char *text, size_t length, size_t max_code_points);

/* Folds for comparing names: Latin letters lose accents and case, runs of space,
 * hyphen and apostrophe become one space, none at either end. Other scripts stay as
 * they are. out takes at most size bytes with NUL; false where it does not fit or
 * the text is not UTF-8. "Djenné" and "DJENNE" fold alike, composed or not. */
bool tocsin_text_fold(const char *text, size_t length, char *out, size_t size);

/* Form of a topic level that Tocsin fills: [A-Za-z0-9_-]{1,64}. */
bool tocsin_text_is_level(const char *text, size_t length);

/* [A-Z0-9]{1,20}. */
bool tocsin_text_is_pcode(const char *text, size_t length);

/* Lower-case UUID version 4, variant 1 (RFC 9562). */
bool tocsin_text_is_uuid4(const char *text, size_t length);
