/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void folder_make(struct folder *folder)
{
	snprintf(folder->path, sizeof(folder->path), "/tmp/tocsin-journal-XXXXXX");
	if (!mkdtemp(folder->path)) {
		abort();
	}
	snprintf(folder->journal, sizeof(folder->journal), "%s/journal.db", folder->path);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

void folder_remove(struct folder *folder)
{
	nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct made {
	struct tocsin_outcome outcome;
	struct tocsin_record record;
	struct tocsin_record_alert alerts[2];
	char id[40];
	uint8_t bytes[];
};

struct tocsin_outcome *outcome_make(uint64_t journal_id, size_t bytes)
{
	static const uint8_t receipt[] = {8, 1};
	struct made *made = calloc(1, sizeof(*made) + bytes);

	if (!made) {
		abort();
	}
	memset(made->bytes, (int)(journal_id & 0xff), bytes);
	snprintf(made->id, sizeof(made->id), "incident-%llu", (unsigned long long)journal_id);
	made->alerts[0] = (struct tocsin_record_alert){"partners",
		"tocsin/v1/to/partners/alert/severe/battles/ML/ML05", "alert-a", journal_id, journal_id, 99,
		1, 3, receipt, sizeof(receipt)};
	made->alerts[1] = made->alerts[0];
	made->alerts[1].audience = "public";
	made->record = (struct tocsin_record){.journal_id = journal_id,
		.incident_id = made->id,
		.sender = "mopti-17",
		.chain = made->id,
		.revision = 1,
		.form = TOCSIN_FORM_JSON,
		.received_ms = 1722000000000 + (int64_t)journal_id,
		.bytes = made->bytes,
		.size = bytes,
		.receipt = receipt,
		.receipt_size = sizeof(receipt),
		.alerts = made->alerts,
		.alert_count = 2};
	memset(made->record.hash, 0x5a, sizeof(made->record.hash));
	made->outcome.record = &made->record;
	made->outcome.pending = true;
	return &made->outcome;
}

void outcome_free(struct tocsin_outcome *outcome)
{
	free(outcome);
}

void outcomes_free(struct tocsin_outcome *first)
{
	while (first) {
		struct tocsin_outcome *next = first->next;
		outcome_free(first);
		first = next;
	}
}
