/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/noise.h"

#include <stdio.h>
#include <string.h>

enum { SECOND_MS = 1000 };

/* The slot of a sender: its own, else the one that was quiet longest with nothing to
 * tell, else NULL. */
static struct tocsin_noisy *slot_of(struct tocsin_noise *noise, const char *sender)
{
	struct tocsin_noisy *quiet = NULL;

	for (size_t i = 0; i < TOCSIN_NOISE_SENDERS; ++i) {
		struct tocsin_noisy *noisy = &noise->senders[i];

		if (strcmp(noisy->sender, sender) == 0) {
			return noisy;
		}
		if (noisy->counted_only == 0 && (!quiet || noisy->second < quiet->second)) {
			quiet = noisy;
		}
	}
	if (quiet) {
		memset(quiet, 0, sizeof(*quiet));
		snprintf(quiet->sender, sizeof(quiet->sender), "%s", sender);
	}
	return quiet;
}

bool tocsin_noise_keep(struct tocsin_noise *noise, const char *sender, int64_t now_ms)
{
	struct tocsin_noisy *noisy = slot_of(noise, sender);
	const int64_t second = now_ms / SECOND_MS;

	/* All slots are taken by noise already: one more is not made louder. */
	if (!noisy) {
		return true;
	}
	if (noisy->second != second) {
		noisy->second = second;
		noisy->count = 0;
	}
	if (++noisy->count <= TOCSIN_NOISE_MOST) {
		return true;
	}
	++noisy->counted_only;
	return false;
}

struct tocsin_noisy *tocsin_noise_due(struct tocsin_noise *noise, int64_t now_ms)
{
	for (size_t i = 0; i < TOCSIN_NOISE_SENDERS; ++i) {
		struct tocsin_noisy *noisy = &noise->senders[i];

		if (noisy->counted_only > 0 && noisy->second != now_ms / SECOND_MS) {
			return noisy;
		}
	}
	return NULL;
}
