/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How far the alert topics in the journal have counted, read at the start: so the first
 * alert on a topic, new or old, waits for no disk. Each count is given out once; whoever
 * asked counts on from it, and from then on only the file knows. Broker's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

enum { TOCSIN_MAX_TOPIC_COUNTS = 1 << 20 }; /* topics, 16 bytes each */

struct tocsin_topic_count;

struct tocsin_topic_counts {
	struct tocsin_topic_count *slots; /* open addressing, at most half of them used */
	size_t room;                      /* slots: 0 or a power of two */
	size_t count;
	uint8_t key[16];
	bool complete; /* what is not here is not in the file */
};

void tocsin_topic_counts_init(struct tocsin_topic_counts *counts);
void tocsin_topic_counts_finish(struct tocsin_topic_counts *counts);

/* Reads all of the file: a microsecond a topic, however many alerts. A result of
 * SQLite; after an error nothing is known. */
int tocsin_topic_counts_read(struct tocsin_topic_counts *counts, sqlite3 *database);

/* True where the last sequence of the topic is known without a look: 0 where there is
 * none. False where the file has to be asked. */
bool tocsin_topic_counts_take(
	struct tocsin_topic_counts *counts, const char *topic, uint64_t *sequence);
