/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Alert topics that the journal may have, so that the first alert on a new topic, which
 * is nearly every one that the engine asks for, waits for no disk. Broker's thread. */
#pragma once

#include <stdbool.h>

#include <sqlite3.h>

#include "engine/filter.h"

struct tocsin_topics_seen {
	struct tocsin_filter filter;
	uint8_t key[16];
	bool complete; /* what is in the file is in it; before that any may be there */
};

void tocsin_topics_seen_init(struct tocsin_topics_seen *seen);
void tocsin_topics_seen_finish(struct tocsin_topics_seen *seen);

/* Reads all of the file: a few microseconds a topic, however many alerts. A result of
 * SQLite. */
int tocsin_topics_seen_read(struct tocsin_topics_seen *seen, sqlite3 *database);

/* False where the file has none of it. It may from now on: who asks is about to send. */
bool tocsin_topics_seen_ask(struct tocsin_topics_seen *seen, const char *topic);
