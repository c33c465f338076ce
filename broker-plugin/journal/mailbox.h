/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What stands between the broker's thread and the writer's: two lists of outcomes,
 * a bounded list of refusals, and the state of the disk. Every function locks. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/outcome.h"
#include "journal/chore.h"
#include "journal/database.h"
#include "journal/gather.h"
#include "journal/journal.h"

enum {
	TOCSIN_MAX_REFUSALS = 256, /* waiting for the quarantine file */
	TOCSIN_MAX_CHORES = 4096,
};

struct tocsin_list {
	struct tocsin_outcome *first, *last;
	size_t count;
};

/* What the writer takes at one go. */
struct tocsin_work {
	struct tocsin_list outcomes;
	struct tocsin_refusal *refusals[TOCSIN_MAX_REFUSALS];
	size_t refusal_count;
	struct tocsin_chore *chores; /* oldest first; none while the disk is in trouble */
	bool stop;                   /* end after this */
	bool idle;                   /* nothing came within the time */
	bool retry;                  /* the disk refused before, and it is time to try it again */
	bool damaged;                /* the file is broken */
};

struct tocsin_mailbox {
	pthread_mutex_t lock;
	pthread_cond_t for_writer, for_broker;
	size_t capacity;
	int64_t retry_ms, slow_ms;
	struct tocsin_list incoming, committed, failed;
	size_t in_hand; /* outcomes with the writer */
	struct tocsin_gather gather;
	bool hurry;               /* who waits for all of them */
	int64_t waiting_since_ms; /* steady: outcomes without a commit, or the last one */
	int64_t retry_at_ms;      /* steady: while failing */
	struct tocsin_refusal *refusals[TOCSIN_MAX_REFUSALS];
	size_t refusal_count;
	struct tocsin_chore *chores, *last_chore;
	size_t chore_count;
	uint64_t refusals_lost;
	bool tidying; /* the writer has refusals or chores in hand */
	bool failing; /* since a commit failed, until the disk takes a write again */
	bool damaged; /* who read the file found it broken; the writer does not know yet */
	bool stop, ended;
	uint64_t openings; /* of the file by the writer, after the first */
	char error[TOCSIN_JOURNAL_ERROR];
	uint64_t errors; /* how often error came to say something else */
};

TOCSIN_MUST_USE enum tocsin_status tocsin_mailbox_init(
	struct tocsin_mailbox *mailbox, const struct tocsin_journal_config *config);
void tocsin_mailbox_finish(struct tocsin_mailbox *mailbox);

/* Broker's side. */
bool tocsin_mailbox_ready(struct tocsin_mailbox *mailbox);
bool tocsin_mailbox_push(struct tocsin_mailbox *mailbox, struct tocsin_outcome *outcome);
void tocsin_mailbox_refuse(struct tocsin_mailbox *mailbox, struct tocsin_refusal *refusal);
/* Refusals or chores are on their way to a disk that is well. */
bool tocsin_mailbox_behind(struct tocsin_mailbox *mailbox);
/* Takes a chore, also NULL; false where there are too many: it is freed. */
bool tocsin_mailbox_chore(struct tocsin_mailbox *mailbox, struct tocsin_chore *chore);
struct tocsin_outcome *tocsin_mailbox_collect(struct tocsin_mailbox *mailbox, bool *failed);
enum tocsin_journal_state tocsin_mailbox_state(struct tocsin_mailbox *mailbox);
void tocsin_mailbox_wait(struct tocsin_mailbox *mailbox, int64_t timeout_ms);
/* Has the writer end; false where it has not within the time. */
bool tocsin_mailbox_stop(struct tocsin_mailbox *mailbox, int64_t timeout_ms);
void tocsin_mailbox_error(struct tocsin_mailbox *mailbox, char error[TOCSIN_JOURNAL_ERROR]);
uint64_t tocsin_mailbox_errors(struct tocsin_mailbox *mailbox);
uint64_t tocsin_mailbox_lost(struct tocsin_mailbox *mailbox);
uint64_t tocsin_mailbox_openings(struct tocsin_mailbox *mailbox);

/* Whoever reads the file found it broken: the writer moves it aside. */
void tocsin_mailbox_damaged(struct tocsin_mailbox *mailbox);

/* Keeps what is to be said, without a change of state. */
void tocsin_mailbox_note(struct tocsin_mailbox *mailbox, const char *error);

/* Writer's side. take waits at most wait_ms for something to do, and no longer than
 * until the disk is to be tried again. */
void tocsin_mailbox_take(struct tocsin_mailbox *mailbox, int64_t wait_ms, struct tocsin_work *work);
void tocsin_mailbox_done(struct tocsin_mailbox *mailbox, struct tocsin_list *batch);
/* The batch and all that is waiting behind it share its fate. */
void tocsin_mailbox_failed(
	struct tocsin_mailbox *mailbox, struct tocsin_list *batch, const char *error);
void tocsin_mailbox_healed(struct tocsin_mailbox *mailbox);
void tocsin_mailbox_lose(struct tocsin_mailbox *mailbox, size_t refusals);
/* The writer's last call. */
void tocsin_mailbox_end(struct tocsin_mailbox *mailbox);
