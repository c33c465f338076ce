/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The secret under which alert ids and pseudonyms are made. Hubs that share the
 * file give the same alert the same id; whoever reads it can test guesses against
 * pseudonyms. */
#pragma once

#include <stdint.h>

#include "proto/sha256.h"
#include "proto/status.h"

enum {
	TOCSIN_LEAST_KEY = 32, /* bytes of the file */
	TOCSIN_MOST_KEY = 4096,
};

/* Reads the key of the file at path, and makes the file (0600) where there is none;
 * the key is the SHA-256 of its bytes, so that any long secret will do. With path
 * NULL the key is random and in memory alone. A file that is short, or that others
 * may read or the group may write, is refused. Logs what is wrong. */
TOCSIN_MUST_USE enum tocsin_status tocsin_key_read(const char *path, uint8_t key[TOCSIN_SHA256]);
