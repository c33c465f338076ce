/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/twins.h"

#include <string.h>

#include "proto/json.h"

static struct tocsin_twin *obtain(struct tocsin_twins *twins, const uint8_t hash[TOCSIN_SHA256])
{
	for (size_t i = 0; i < TOCSIN_MAX_TWINS; i++) {
		struct tocsin_twin *twin = &twins->items[i];
		if (twin->came[0] + twin->came[1] > 0 && memcmp(twin->hash, hash, TOCSIN_SHA256) == 0)
			return twin;
	}
	struct tocsin_twin *oldest = &twins->items[twins->next++ % TOCSIN_MAX_TWINS];
	*oldest = (struct tocsin_twin){.came = {0, 0}};
	memcpy(oldest->hash, hash, TOCSIN_SHA256);
	return oldest;
}

bool tocsin_twins_take(struct tocsin_twins *twins, const ProtobufCMessage *message, bool json,
	struct tocsin_arena *arena)
{
	uint8_t hash[TOCSIN_SHA256];
	char *text = NULL;
	size_t length = 0;
	if (tocsin_json_write(message, arena, &text, &length) != TOCSIN_OK ||
		tocsin_sha256(text, length, hash) != TOCSIN_OK)
		return true;
	struct tocsin_twin *twin = obtain(twins, hash);
	return ++twin->came[json] > twin->came[!json];
}
