/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include <stdbool.h>

enum { TOCSIN_CLIENT_ID_TEXT = 24 };

/* "tocsin-" and random digits: two clients of one id throw each other out. False where the
 * kernel's random source gives nothing. */
bool tocsin_client_id_make(char text[TOCSIN_CLIENT_ID_TEXT]);
