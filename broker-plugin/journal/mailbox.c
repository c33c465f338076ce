/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/mailbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CAPACITY = 4096, RETRY_MS = 1000, SLOW_MS = 1000 };

static void list_add(struct tocsin_list *list, struct tocsin_outcome *outcome)
{
	outcome->next = NULL;
	*(list->last ? &list->last->next : &list->first) = outcome;
	list->last = outcome;
	list->count++;
}

static void list_join(struct tocsin_list *list, struct tocsin_list *more)
{
	if (more->first) {
		*(list->last ? &list->last->next : &list->first) = more->first;
		list->last = more->last;
		list->count += more->count;
	}
	*more = (struct tocsin_list){0};
}

static int64_t steady_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t steady_ms(void)
{
	return steady_us() / 1000;
}

static struct timespec at_steady_us(int64_t time_us)
{
	return (struct timespec){.tv_sec = time_us / 1000000, .tv_nsec = time_us % 1000000 * 1000};
}

static struct timespec at_steady(int64_t time_ms)
{
	return at_steady_us(time_ms * 1000);
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

static size_t waiting(const struct tocsin_mailbox *mailbox)
{
	return mailbox->incoming.count + mailbox->in_hand;
}

static bool is_full(const struct tocsin_mailbox *mailbox)
{
	return waiting(mailbox) >= mailbox->capacity;
}

/* For one commit. */
static bool is_enough(const struct tocsin_mailbox *mailbox)
{
	return mailbox->incoming.count >= TOCSIN_GATHER_MOST || is_full(mailbox);
}

/* Whatever holds the writer: a sync, a checkpoint, another process. */
static bool is_late(const struct tocsin_mailbox *mailbox)
{
	return waiting(mailbox) > 0 && steady_ms() - mailbox->waiting_since_ms > mailbox->slow_ms;
}

static void say(struct tocsin_mailbox *mailbox, const char *error)
{
	if (strcmp(mailbox->error, error) != 0) {
		snprintf(mailbox->error, sizeof(mailbox->error), "%s", error);
		mailbox->errors++;
	}
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

void tocsin_mailbox_end(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->ended = true;
	pthread_cond_broadcast(&mailbox->for_broker);
	pthread_mutex_unlock(&mailbox->lock);
}

static bool has_work(const struct tocsin_mailbox *mailbox)
{
	return mailbox->stop || mailbox->refusal_count > 0 || mailbox->incoming.first ||
		mailbox->damaged || (mailbox->chores && !mailbox->failing);
}

/* Somebody waits, or there is no room for more. */
static bool is_urgent(const struct tocsin_mailbox *mailbox)
{
	return mailbox->stop || mailbox->hurry || mailbox->damaged || is_enough(mailbox);
}

static void gather_slice(struct tocsin_mailbox *mailbox, int64_t end_us)
{
	const struct timespec end = at_steady_us(end_us);
	int result = 0;

	while (!is_urgent(mailbox) && result == 0) {
		result = pthread_cond_timedwait(&mailbox->for_writer, &mailbox->lock, &end);
	}
}

/* Outcomes are there: whether more come that can share their commit. */
static void gather_more(struct tocsin_mailbox *mailbox)
{
	const int64_t now_us = steady_us();
	size_t slices = 0;
	size_t before = mailbox->incoming.count;

	if (before == 0 || mailbox->failing || is_urgent(mailbox) ||
		!tocsin_gather_due(&mailbox->gather, before, now_us)) {
		return;
	}
	gather_slice(mailbox, now_us + (int64_t)++slices * TOCSIN_GATHER_SLICE_US);
	while (!is_urgent(mailbox) &&
		tocsin_gather_goes_on(&mailbox->gather, slices, before, mailbox->incoming.count)) {
		before = mailbox->incoming.count;
		gather_slice(mailbox, now_us + (int64_t)++slices * TOCSIN_GATHER_SLICE_US);
	}
}

void tocsin_mailbox_take(struct tocsin_mailbox *mailbox, int64_t wait_ms, struct tocsin_work *work)
{
	int result = 0;

	pthread_mutex_lock(&mailbox->lock);
	mailbox->tidying = false;
	const struct timespec until =
		at_steady(mailbox->failing ? mailbox->retry_at_ms : steady_ms() + wait_ms);
	while (!has_work(mailbox) && result == 0) {
		result = pthread_cond_timedwait(&mailbox->for_writer, &mailbox->lock, &until);
	}
	gather_more(mailbox);
	work->idle = !has_work(mailbox);
	/* By the clock: refusals that keep coming must not put it off. */
	work->retry = mailbox->failing && !mailbox->stop && steady_ms() >= mailbox->retry_at_ms;
	if (work->retry) {
		mailbox->retry_at_ms = steady_ms() + mailbox->retry_ms;
	}
	work->stop = mailbox->stop;
	work->outcomes = mailbox->incoming;
	mailbox->incoming = (struct tocsin_list){0};
	mailbox->in_hand = work->outcomes.count;
	if (work->outcomes.count > 0) {
		tocsin_gather_took(&mailbox->gather, work->outcomes.count, steady_us());
	}
	memcpy(work->refusals, mailbox->refusals, sizeof(work->refusals));
	work->refusal_count = mailbox->refusal_count;
	mailbox->refusal_count = 0;
	work->damaged = mailbox->damaged;
	mailbox->damaged = false;
	work->chores = mailbox->failing || work->damaged ? NULL : mailbox->chores;
	if (work->chores) {
		mailbox->chores = mailbox->last_chore = NULL;
		mailbox->chore_count = 0;
	}
	mailbox->tidying = work->refusal_count > 0 || work->chores;
	pthread_mutex_unlock(&mailbox->lock);
}

void tocsin_mailbox_done(struct tocsin_mailbox *mailbox, struct tocsin_list *batch)
{
	pthread_mutex_lock(&mailbox->lock);
	list_join(&mailbox->committed, batch);
	mailbox->in_hand = 0;
	mailbox->waiting_since_ms = steady_ms();
	pthread_cond_broadcast(&mailbox->for_broker);
	pthread_mutex_unlock(&mailbox->lock);
}

void tocsin_mailbox_failed(
	struct tocsin_mailbox *mailbox, struct tocsin_list *batch, const char *error)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->failing = true;
	mailbox->retry_at_ms = steady_ms() + mailbox->retry_ms;
	say(mailbox, error);
	list_join(&mailbox->failed, batch);
	list_join(&mailbox->failed, &mailbox->incoming);
	mailbox->in_hand = 0;
	pthread_cond_broadcast(&mailbox->for_broker);
	pthread_mutex_unlock(&mailbox->lock);
}

void tocsin_mailbox_healed(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->failing = false;
	mailbox->openings++;
	pthread_mutex_unlock(&mailbox->lock);
}

uint64_t tocsin_mailbox_openings(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	const uint64_t openings = mailbox->openings;
	pthread_mutex_unlock(&mailbox->lock);
	return openings;
}

void tocsin_mailbox_note(struct tocsin_mailbox *mailbox, const char *error)
{
	pthread_mutex_lock(&mailbox->lock);
	say(mailbox, error);
	pthread_mutex_unlock(&mailbox->lock);
}

void tocsin_mailbox_lose(struct tocsin_mailbox *mailbox, size_t refusals)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->refusals_lost += refusals;
	pthread_mutex_unlock(&mailbox->lock);
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
