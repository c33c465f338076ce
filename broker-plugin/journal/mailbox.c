/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The broker's side of the mailbox, its beginning and its end. */
#include <stdlib.h>

#include "journal/mailbox_inner.h"

enum { CAPACITY = 4096, RETRY_MS = 1000, SLOW_MS = 1000 };

static void list_add(struct tocsin_list *list, struct tocsin_outcome *outcome)
{
	outcome->next = NULL;
	*(list->last ? &list->last->next : &list->first) = outcome;
	list->last = outcome;
	list->count++;
}

enum tocsin_status tocsin_mailbox_init(
	struct tocsin_mailbox *mailbox, const struct tocsin_journal_config *config)
{
	pthread_condattr_t attributes;

	memset(mailbox, 0, sizeof(*mailbox));
	mailbox->capacity = config->queue_capacity > 0 ? config->queue_capacity : CAPACITY;
	mailbox->retry_ms = config->retry_ms > 0 ? config->retry_ms : RETRY_MS;
	mailbox->slow_ms = SLOW_MS;
	if (pthread_condattr_init(&attributes) != 0) {
		return TOCSIN_NO_MEMORY;
	}
	/* A clock that an operator sets must not hold a commit. */
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&mailbox->lock, NULL);
	pthread_cond_init(&mailbox->for_writer, &attributes);
	pthread_cond_init(&mailbox->for_broker, &attributes);
	pthread_condattr_destroy(&attributes);
	return TOCSIN_OK;
}

void tocsin_mailbox_finish(struct tocsin_mailbox *mailbox)
{
	for (size_t i = 0; i < mailbox->refusal_count; i++) {
		free(mailbox->refusals[i]);
	}
	while (mailbox->chores) {
		struct tocsin_chore *chore = mailbox->chores;

		mailbox->chores = chore->next;
		free(chore);
	}
	pthread_cond_destroy(&mailbox->for_broker);
	pthread_cond_destroy(&mailbox->for_writer);
	pthread_mutex_destroy(&mailbox->lock);
}

/* Whatever holds the writer: a sync, a checkpoint, another process. */
static bool is_late(const struct tocsin_mailbox *mailbox)
{
	return waiting(mailbox) > 0 && steady_ms() - mailbox->waiting_since_ms > mailbox->slow_ms;
}

/* A failed batch must be undone in memory before anything new is decided. */
static bool is_ready(const struct tocsin_mailbox *mailbox)
{
	return !mailbox->failing && !mailbox->stop && !mailbox->failed.first && !is_full(mailbox);
}

bool tocsin_mailbox_ready(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	const bool ready = is_ready(mailbox);
	pthread_mutex_unlock(&mailbox->lock);
	return ready;
}

bool tocsin_mailbox_push(struct tocsin_mailbox *mailbox, struct tocsin_outcome *outcome)
{
	pthread_mutex_lock(&mailbox->lock);
	const bool ready = is_ready(mailbox);
	if (ready) {
		if (waiting(mailbox) == 0) {
			mailbox->waiting_since_ms = steady_ms();
		}
		list_add(&mailbox->incoming, outcome);
		/* In between it is awake, or lets them gather. */
		if (mailbox->incoming.count == 1 || is_enough(mailbox)) {
			pthread_cond_signal(&mailbox->for_writer);
		}
	}
	pthread_mutex_unlock(&mailbox->lock);
	return ready;
}

void tocsin_mailbox_refuse(struct tocsin_mailbox *mailbox, struct tocsin_refusal *refusal)
{
	pthread_mutex_lock(&mailbox->lock);
	const bool room = refusal && mailbox->refusal_count < TOCSIN_MAX_REFUSALS && !mailbox->stop;
	if (room) {
		mailbox->refusals[mailbox->refusal_count++] = refusal;
		pthread_cond_signal(&mailbox->for_writer);
	} else {
		mailbox->refusals_lost++;
	}
	pthread_mutex_unlock(&mailbox->lock);
	if (!room) {
		free(refusal);
	}
}

bool tocsin_mailbox_chore(struct tocsin_mailbox *mailbox, struct tocsin_chore *chore)
{
	pthread_mutex_lock(&mailbox->lock);
	const bool room = chore && mailbox->chore_count < TOCSIN_MAX_CHORES && !mailbox->stop;
	if (room) {
		*(mailbox->last_chore ? &mailbox->last_chore->next : &mailbox->chores) = chore;
		mailbox->last_chore = chore;
		mailbox->chore_count++;
		pthread_cond_signal(&mailbox->for_writer);
	}
	pthread_mutex_unlock(&mailbox->lock);
	if (!room) {
		free(chore);
	}
	return room;
}

/* Committed ones first: they are older than any that failed. */
struct tocsin_outcome *tocsin_mailbox_collect(struct tocsin_mailbox *mailbox, bool *failed)
{
	pthread_mutex_lock(&mailbox->lock);
	*failed = mailbox->committed.first == NULL && mailbox->failed.first != NULL;
	struct tocsin_list *list = *failed ? &mailbox->failed : &mailbox->committed;
	struct tocsin_outcome *first = list->first;
	*list = (struct tocsin_list){0};
	pthread_mutex_unlock(&mailbox->lock);
	return first;
}

enum tocsin_journal_state tocsin_mailbox_state(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	const enum tocsin_journal_state state = mailbox->failing ? TOCSIN_JOURNAL_FAILING
		: is_full(mailbox) || is_late(mailbox)               ? TOCSIN_JOURNAL_SLOW
															 : TOCSIN_JOURNAL_OK;
	pthread_mutex_unlock(&mailbox->lock);
	return state;
}

void tocsin_mailbox_wait(struct tocsin_mailbox *mailbox, int64_t timeout_ms)
{
	const struct timespec until = at_steady(steady_ms() + timeout_ms);
	int result = 0;

	pthread_mutex_lock(&mailbox->lock);
	mailbox->hurry = true;
	pthread_cond_signal(&mailbox->for_writer);
	while (waiting(mailbox) > 0 && result == 0) {
		result = pthread_cond_timedwait(&mailbox->for_broker, &mailbox->lock, &until);
	}
	mailbox->hurry = false;
	pthread_mutex_unlock(&mailbox->lock);
}

bool tocsin_mailbox_stop(struct tocsin_mailbox *mailbox, int64_t timeout_ms)
{
	const struct timespec until = at_steady(steady_ms() + timeout_ms);
	int result = 0;

	pthread_mutex_lock(&mailbox->lock);
	mailbox->stop = true;
	pthread_cond_signal(&mailbox->for_writer);
	while (!mailbox->ended && result == 0) {
		result = pthread_cond_timedwait(&mailbox->for_broker, &mailbox->lock, &until);
	}
	const bool ended = mailbox->ended;
	pthread_mutex_unlock(&mailbox->lock);
	return ended;
}

void tocsin_mailbox_damaged(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->damaged = true;
	pthread_cond_signal(&mailbox->for_writer);
	pthread_mutex_unlock(&mailbox->lock);
}

uint64_t tocsin_mailbox_openings(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	const uint64_t openings = mailbox->openings;
	pthread_mutex_unlock(&mailbox->lock);
	return openings;
}

void tocsin_mailbox_error(struct tocsin_mailbox *mailbox, char error[TOCSIN_JOURNAL_ERROR])
{
	pthread_mutex_lock(&mailbox->lock);
	memcpy(error, mailbox->error, TOCSIN_JOURNAL_ERROR);
	pthread_mutex_unlock(&mailbox->lock);
}

uint64_t tocsin_mailbox_errors(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	const uint64_t errors = mailbox->errors;
	pthread_mutex_unlock(&mailbox->lock);
	return errors;
}

bool tocsin_mailbox_behind(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	const bool behind = !mailbox->failing && !mailbox->ended &&
		(mailbox->tidying || mailbox->refusal_count > 0 || mailbox->chores);
	pthread_mutex_unlock(&mailbox->lock);
	return behind;
}

uint64_t tocsin_mailbox_lost(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	const uint64_t lost = mailbox->refusals_lost;
	pthread_mutex_unlock(&mailbox->lock);
	return lost;
}
