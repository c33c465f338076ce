/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The incidents that were accepted last, as they came: what a change of the rules is
 * tried on. In memory alone. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "engine/outcome.h"

enum {
	TOCSIN_MAX_RECENT = 500,
	TOCSIN_MAX_RECENT_BYTES = 4 * 1024 * 1024,
};

struct tocsin_recent_incident {
	char *sender;
	enum tocsin_form form;
	int64_t received_ms;
	uint8_t *bytes;
	size_t size;
};

/* A ring. Starts all zero. */
struct tocsin_recent {
	struct tocsin_recent_incident items[TOCSIN_MAX_RECENT];
	size_t first, count, bytes;
};

/* Copies one; forgets the oldest beyond either ceiling. Without memory nothing is
 * kept: it only makes an estimate poorer. */
void tocsin_recent_add(struct tocsin_recent *recent, const struct tocsin_record *record);
void tocsin_recent_finish(struct tocsin_recent *recent);

/* Copies all, oldest first, for another thread; fewer without memory. Finished by
 * _finish. */
void tocsin_recent_copy(const struct tocsin_recent *from, struct tocsin_recent *to);
