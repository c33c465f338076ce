/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What people read, in their language. Texts are gettext's: written in English where
 * they are used, translated in po/LANGUAGE.po. The catalogues are within the command,
 * so that a binary copied to a laptop speaks French there, and also where the system
 * has no French locale. What machines read is never translated. */
#pragma once

#include "rules/sentence.h"

/* The text of a sentence; format directives stay what they are. */
#define _(text) tocsin_tongue(text)
/* One in a table, to be translated by _() where it is printed. */
#define N_(text) text

/* The first call of main(): takes the reader's language from LANGUAGE, LC_ALL,
 * LC_MESSAGES and LANG as gettext does. Before it all is English. Not thread-safe, as
 * setlocale() is not; numbers keep their point. */
void tocsin_tongue_begin(void);

enum tocsin_language tocsin_tongue_language(void);

/* Static storage; text itself where it has no translation. */
const char *tocsin_tongue(const char *text) __attribute__((format_arg(1)));

/* The form for count: "%zu rule", "%zu rules". */
const char *tocsin_tongue_many(const char *one, const char *many, size_t count)
	__attribute__((format_arg(1), format_arg(2)));

/* The language for what is found in the environment; lookup is getenv() but in tests. */
enum tocsin_language tocsin_tongue_choose(const char *(*lookup)(const char *name));

/* The translation in a compiled catalogue (GNU .mo, little-endian) of size bytes, whose
 * plural forms are form 0 and 1; NULL where it has none, or is no catalogue. */
const char *tocsin_tongue_find(
	const unsigned char *catalogue, size_t size, const char *text, unsigned form);
