/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Senders that are refused again and again, and relays whose senders are: beyond so many
 * a second they are counted rather than kept and told of one by one, so that one broken
 * app fills neither the quarantine nor an operator's screen. Each refusal still has its
 * receipt. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/limits.h"

enum {
	TOCSIN_NOISE_MOST = 10,    /* refusals of a sender in one second that are kept */
	TOCSIN_NOISE_SENDERS = 64, /* watched at a time */
};

struct tocsin_noisy {
	char sender[TOCSIN_MAX_LEVEL_NAME + 1];
	int64_t second;
	uint32_t count; /* in it */
	uint32_t counted_only;
};

/* Starts all zero. */
struct tocsin_noise {
	struct tocsin_noisy senders[TOCSIN_NOISE_SENDERS];
};

/* One more refusal. False where it is only counted. */
bool tocsin_noise_keep(struct tocsin_noise *noise, const char *sender, int64_t now_ms);

/* A sender that has something to be told of and whose second is over; NULL: none. The
 * caller tells, and clears counted_only. */
struct tocsin_noisy *tocsin_noise_due(struct tocsin_noise *noise, int64_t now_ms);
