/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Passwords for accounts of a Mosquitto. */
#pragma once

#include <stdbool.h>

enum { TOCSIN_PASSWORD_TEXT = 28, TOCSIN_PASSWORD_HASH = 160 };

/* A new one with 120 random bits, in letters and digits that are not mistaken for each
 * other. False where the system gives no random bytes. */
bool tocsin_password_make(char password[TOCSIN_PASSWORD_TEXT]);

/* As it stands after the name and the colon in a password file: "$7$", PBKDF2 with
 * SHA-512, which Mosquitto 2.0 and 2.1 read. False as above. */
bool tocsin_password_hash(const char *password, char hash[TOCSIN_PASSWORD_HASH]);
