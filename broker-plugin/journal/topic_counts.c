/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/topic_counts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "engine/siphash.h"
#include "journal/catalogue.h"
#include "journal/statement.h"

enum { FIRST_ROOM = 1024 };

struct tocsin_topic_count {
	uint64_t hash; /* keyed, and of 64 bits: it stands for the topic. 0: a free slot */
	uint64_t sequence;
};

/* Given out: the file alone knows. */
static const uint64_t taken = UINT64_MAX;

void tocsin_topic_counts_init(struct tocsin_topic_counts *counts)
{
	memset(counts, 0, sizeof(*counts));
	/* Without noise the key is known; who can choose topics is the operator. */
	(void)!getrandom(counts->key, sizeof(counts->key), 0);
}

static void forget(struct tocsin_topic_counts *counts)
{
	free(counts->slots);
	counts->slots = NULL;
	counts->room = 0;
	counts->count = 0;
	counts->complete = false;
}

void tocsin_topic_counts_finish(struct tocsin_topic_counts *counts)
{
	forget(counts);
}

static uint64_t hash_of(const struct tocsin_topic_counts *counts, const char *topic)
{
	const uint64_t hash = tocsin_siphash(counts->key, topic, strlen(topic));

	return hash ? hash : 1;
}

/* Its slot, or the free one where it belongs; there is always one. */
static struct tocsin_topic_count *slot_of(
	struct tocsin_topic_count *slots, size_t room, uint64_t hash)
{
	size_t at = (size_t)hash & (room - 1);

	while (slots[at].hash != 0 && slots[at].hash != hash) {
		at = (at + 1) & (room - 1);
	}
	return &slots[at];
}

static bool grow(struct tocsin_topic_counts *counts)
{
	const size_t room = counts->room ? 2 * counts->room : FIRST_ROOM;
	struct tocsin_topic_count *slots = calloc(room, sizeof(*slots));

	if (!slots) {
		return false;
	}
	for (size_t i = 0; i < counts->room; i++) {
		if (counts->slots[i].hash != 0) {
			*slot_of(slots, room, counts->slots[i].hash) = counts->slots[i];
		}
	}
	free(counts->slots);
	counts->slots = slots;
	counts->room = room;
	return true;
}

static struct tocsin_topic_count *find(struct tocsin_topic_counts *counts, uint64_t hash)
{
	struct tocsin_topic_count *slot =
		counts->room ? slot_of(counts->slots, counts->room, hash) : NULL;

	return slot && slot->hash != 0 ? slot : NULL;
}

/* NULL where there is no room or no memory for one more. */
static struct tocsin_topic_count *add(struct tocsin_topic_counts *counts, uint64_t hash)
{
	if (counts->count == TOCSIN_MAX_TOPIC_COUNTS ||
		(2 * (counts->count + 1) > counts->room && !grow(counts))) {
		return NULL;
	}
	struct tocsin_topic_count *slot = slot_of(counts->slots, counts->room, hash);
	slot->hash = hash;
	counts->count++;
	return slot;
}

/* False where the file will have to be asked about what is not here. */
static bool learn(struct tocsin_topic_counts *counts, const char *topic, uint64_t sequence)
{
	const uint64_t hash = hash_of(counts, topic);
	struct tocsin_topic_count *slot = find(counts, hash);

	if (!slot) {
		slot = add(counts, hash);
	}
	if (slot && sequence > slot->sequence) {
		slot->sequence = sequence;
	}
	return slot != NULL;
}

int tocsin_topic_counts_read(struct tocsin_topic_counts *counts, sqlite3 *database)
{
	/* What was remembered, and the alerts since. */
	static const char sql[] =
		"SELECT substr(name, 7), sequence FROM counter WHERE name >= 'topic/' AND name < 'topic0'"
		" UNION ALL SELECT topic, topic_sequence FROM alert WHERE row >= (" TOCSIN_CATALOGUED
		" + 1) << 16";
	sqlite3_stmt *rows = NULL;
	int result = sqlite3_prepare_v2(database, sql, -1, &rows, NULL);
	bool complete = true;

	forget(counts);
	if (result == SQLITE_OK) {
		result = sqlite3_step(rows);
	}
	while (result == SQLITE_ROW) {
		const uint64_t sequence = (uint64_t)sqlite3_column_int64(rows, 1);

		complete = learn(counts, tocsin_column_text(rows, 0), sequence) && complete;
		result = sqlite3_step(rows);
	}
	sqlite3_finalize(rows);
	if (result != SQLITE_DONE) {
		forget(counts);
		return result;
	}
	counts->complete = complete;
	return SQLITE_OK;
}

bool tocsin_topic_counts_take(
	struct tocsin_topic_counts *counts, const char *topic, uint64_t *sequence)
{
	const uint64_t hash = hash_of(counts, topic);
	struct tocsin_topic_count *slot = find(counts, hash);

	if (!slot && counts->complete) {
		slot = add(counts, hash);
		counts->complete = slot != NULL;
	}
	if (!slot || slot->sequence == taken) {
		return false;
	}
	*sequence = slot->sequence;
	slot->sequence = taken;
	return true;
}
