/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/topics_seen.h"

#include <string.h>
#include <sys/random.h>

#include "engine/siphash.h"
#include "journal/statement.h"
#include "proto/allocator.h"

void tocsin_topics_seen_init(struct tocsin_topics_seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	tocsin_filter_init(&seen->filter, &tocsin_heap);
	/* Without noise the key is known, and the worst that follows is a read too many. */
	(void)!getrandom(seen->key, sizeof(seen->key), 0);
}

void tocsin_topics_seen_finish(struct tocsin_topics_seen *seen)
{
	tocsin_filter_finish(&seen->filter);
}

static uint64_t hash_of(const struct tocsin_topics_seen *seen, const char *topic)
{
	return tocsin_siphash(seen->key, topic, strlen(topic));
}

int tocsin_topics_seen_read(struct tocsin_topics_seen *seen, sqlite3 *database)
{
	/* From one topic to the next in the index, over all the alerts between; and those of
	 * which only the count is left. */
	static const char sql[] =
		"WITH RECURSIVE next(topic) AS (SELECT min(topic) FROM alert UNION ALL"
		" SELECT (SELECT min(topic) FROM alert WHERE alert.topic > next.topic) FROM next"
		" WHERE next.topic IS NOT NULL)"
		" SELECT topic FROM next WHERE topic IS NOT NULL UNION ALL"
		" SELECT substr(name, 7) FROM counter WHERE name >= 'topic/' AND name < 'topic0'";
	sqlite3_stmt *rows = NULL;
	int result = sqlite3_prepare_v2(database, sql, -1, &rows, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_step(rows);
	}
	while (result == SQLITE_ROW) {
		tocsin_filter_add(&seen->filter, hash_of(seen, tocsin_column_text(rows, 0)));
		result = sqlite3_step(rows);
	}
	sqlite3_finalize(rows);
	seen->complete = result == SQLITE_DONE;
	return seen->complete ? SQLITE_OK : result;
}

bool tocsin_topics_seen_ask(struct tocsin_topics_seen *seen, const char *topic)
{
	const uint64_t hash = hash_of(seen, topic);
	const bool may_have = !seen->complete || tocsin_filter_may_have(&seen->filter, hash);

	if (!may_have) {
		tocsin_filter_add(&seen->filter, hash);
	}
	return may_have;
}
