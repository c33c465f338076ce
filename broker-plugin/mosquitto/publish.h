/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One message to the broker. */
#pragma once

#include <stdint.h>

#include "engine/outcome.h"

/* What became of publications, since the start. */
struct tocsin_publish_counts {
	uint64_t sent;
	uint64_t expired; /* its time was over before it could be sent */
	uint64_t refused; /* a topic that no client could use, or that is not ours */
};

enum tocsin_published {
	TOCSIN_PUBLISHED,     /* the broker owns the payload now */
	TOCSIN_PUBLISH_NEVER, /* counted; the payload stays where it was */
	TOCSIN_PUBLISH_LATER, /* the broker has no memory now: try again */
};

/* Hands a publication to the broker, with its MQTT 5 properties; the expiry counts
 * from now_ms. On TOCSIN_PUBLISHED the payload, which must come from the broker's
 * allocator, is taken and set to NULL. Delivery follows in the same turn of the
 * broker's loop, in the order of calls. */
enum tocsin_published tocsin_broker_publish(
	struct tocsin_publication *publication, int64_t now_ms, struct tocsin_publish_counts *counts);
