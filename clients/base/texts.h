/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Texts kept once each and numbered from 0 in the order in which they came: equal
 * texts are one pointer, and a text can stand for a row of a table. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TOCSIN_NO_TEXT UINT32_MAX

struct tocsin_texts;

/* NULL without memory. */
struct tocsin_texts *tocsin_texts_create(void);
void tocsin_texts_destroy(struct tocsin_texts *texts);

/* The number of a text, which is copied where it is new; TOCSIN_NO_TEXT without
 * memory. */
uint32_t tocsin_texts_add(struct tocsin_texts *texts, const char *text);

/* TOCSIN_NO_TEXT where it was never added. */
uint32_t tocsin_texts_find(const struct tocsin_texts *texts, const char *text);

/* Valid as long as texts. */
const char *tocsin_texts_at(const struct tocsin_texts *texts, uint32_t number);
size_t tocsin_texts_count(const struct tocsin_texts *texts);
