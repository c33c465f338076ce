/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An engine that lives with a journal of its own, and begins anew with it. */
#pragma once

#include "engine/misdated.h"
#include "engine/repeat.h"
#include "engine/rig.h"
#include "journal/fixture.h"
#include "journal/journal.h"

#include <sqlite3.h>

/* One engine with its journal. */
struct life {
	struct folder folder;
	struct tocsin_journal *journal;
	struct rig rig;
	int64_t ran_ms; /* tocsin_journal_ran */
};

static inline void life_begin(struct life *life, const char *rules, int64_t now_ms)
{
	struct tocsin_journal_config config = {.path = life->folder.journal, .retry_ms = 10};
	char error[512];
	size_t left_out = 1;
	uint64_t newest;

	assert_int_equal(tocsin_journal_open(&config, &life->journal, error, sizeof(error)), TOCSIN_OK);
	life->rig = rig_begin_from(
		rules, tocsin_journal_archive(life->journal), tocsin_journal_next_id(life->journal));
	life->rig.now_ms = now_ms;
	assert_int_equal(
		tocsin_journal_restore(life->journal, life->rig.engine, now_ms, &left_out), TOCSIN_OK);
	assert_int_equal(left_out, 0);
	life->ran_ms = tocsin_engine_misdated(life->rig.engine, &newest) > 0
		? tocsin_journal_ran(life->journal, newest)
		: 0;
	assert_int_equal(tocsin_journal_start(life->journal), TOCSIN_OK);
}

static inline void life_end(struct life *life)
{
	rig_end(&life->rig);
	tocsin_journal_close(life->journal);
	folder_remove(&life->folder);
}

static inline void life_restart(struct life *life, const char *rules, int64_t now_ms)
{
	rig_end(&life->rig);
	tocsin_journal_close(life->journal);
	life_begin(life, rules, now_ms);
}

static inline void life_commit(struct life *life, struct tocsin_outcome *outcome)
{
	bool failed = true;

	if (outcome->pending) {
		assert_true(tocsin_journal_push(life->journal, outcome));
		tocsin_journal_flush(life->journal, 20000);
		assert_ptr_equal(tocsin_journal_collect(life->journal, &failed), outcome);
		assert_false(failed);
	}
	rig_settle(&life->rig, outcome);
}

static inline void life_tick(struct life *life)
{
	struct tocsin_outcome *outcome;

	while ((outcome = tocsin_engine_tick(life->rig.engine, life->rig.now_ms)) != NULL) {
		life_commit(life, outcome);
	}
}

/* The file as a power loss would leave it. */
static inline void copy_journal(const struct life *from, struct life *to)
{
	char sql[256];
	sqlite3 *database = NULL;

	folder_make(&to->folder);
	assert_int_equal(sqlite3_open(from->folder.journal, &database), SQLITE_OK);
	snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", to->folder.journal);
	assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

/* Chains of which something stands in open/. */
static inline size_t open_count(const struct life *life)
{
	uint8_t(*keys)[TOCSIN_UUID] = NULL;
	size_t count = 0;

	assert_int_equal(tocsin_engine_open_chains(life->rig.engine, &keys, &count), TOCSIN_OK);
	free(keys);
	return count;
}
