/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "clients/hub/journal_file.h"
#include "clients/rule/diff_against.h"

enum { MAX_LABEL = 160 };

static bool add_entry(void *ctx, const struct tocsin_journal_entry *entry)
{
	struct tocsin_diff_feed *feed = ctx;
	char label[MAX_LABEL];
	const char *own = feed->sender;
	snprintf(label, sizeof label, "journal %" PRIu64 ", incident %.40s", entry->journal_id,
		entry->incident_id);
	if (!feed->sender)
		feed->sender = entry->sender;
	const bool fine = tocsin_diff_feed_bytes(
		feed, entry->form, entry->bytes, entry->size, entry->received_ms, label);
	feed->sender = own;
	return fine;
}

bool tocsin_diff_feed_journal(struct tocsin_diff_feed *feed, const char *path)
{
	return tocsin_journal_file_each("diff", path, add_entry, feed);
}
