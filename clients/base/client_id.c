/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/client_id.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>

#include "proto/sha256.h"

bool tocsin_client_id_make(char text[TOCSIN_CLIENT_ID_TEXT])
{
	uint8_t noise[8];
	char digits[2 * sizeof(noise) + 1];
	if (getrandom(noise, sizeof(noise), 0) != (ssize_t)sizeof(noise))
		return false;
	tocsin_hex(noise, sizeof(noise), digits);
	snprintf(text, TOCSIN_CLIENT_ID_TEXT, "tocsin-%s", digits);
	return true;
}
