/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What comes from the hub to an audience: root/to/{audience}/{kind}[-json]/... */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "clients/base/session.h"
#include "proto/arena.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"

struct tocsin_incoming {
	size_t audience; /* index among those asked for */
	bool heartbeat, open, alert, figure, digest, json;
	const char *rest; /* the levels behind the kind, in topic; "" where there are none */
};

/* False for a topic of no such kind, or of another audience. */
bool tocsin_incoming_read(const char *root, const char *const *audiences, size_t count,
	const char *topic, struct tocsin_incoming *incoming);

/* The alert of a message, in arena, which is reset first. NULL where it cannot be
 * read. A hub newer than this program may add fields: what is known still counts. */
Tocsin__V1__Alert *tocsin_incoming_alert(
	struct tocsin_arena *arena, const struct tocsin_message *message, bool json);

/* Likewise what throttles, corroborations and silences held back. */
Tocsin__V1__Digest *tocsin_incoming_digest(
	struct tocsin_arena *arena, const struct tocsin_message *message, bool json);
