/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Enum values as people type them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

enum { TOCSIN_WHY = 200 };

/* The spelling of Tocsin JSON for a word: '-' and ' ' may stand for '_', case does
 * not matter. NULL where there is none; unspecified is none. */
const char *tocsin_word_find(const ProtobufCEnumDescriptor *type, const char *text, size_t length);

/* Reads one word; on failure why says which there are, or which was meant. */
bool tocsin_word_read(
	const ProtobufCEnumDescriptor *type, const char *text, int *value, char why[TOCSIN_WHY]);

/* Adds one word, or several with commas, to a mask by value. */
bool tocsin_words_read(
	const ProtobufCEnumDescriptor *type, const char *text, uint32_t *mask, char why[TOCSIN_WHY]);

/* Writes what is wrong with a word that was not found. */
void tocsin_word_complain(
	const ProtobufCEnumDescriptor *type, const char *text, char why[TOCSIN_WHY]);
