/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The writer's side of the mailbox. */
#include "journal/mailbox_inner.h"

static void list_join(struct tocsin_list *list, struct tocsin_list *more)
{
	if (more->first) {
		*(list->last ? &list->last->next : &list->first) = more->first;
		list->last = more->last;
		list->count += more->count;
	}
	*more = (struct tocsin_list){0};
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

/* Outcomes are there: whether more come that can share their commit. True where they were
 * waited for. */
static bool gather_more(struct tocsin_mailbox *mailbox)
{
	const int64_t now_us = steady_us();
	const struct timespec end = at_steady_us(now_us + TOCSIN_GATHER_WAIT_US);
	int result = 0;

	if (mailbox->incoming.count == 0 || mailbox->failing || is_urgent(mailbox) ||
		!tocsin_gather_due(&mailbox->gather, mailbox->incoming.count, now_us)) {
		return false;
	}
	while (!is_urgent(mailbox) && result == 0) {
		result = pthread_cond_timedwait(&mailbox->for_writer, &mailbox->lock, &end);
	}
	return true;
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
	const bool waited = gather_more(mailbox);
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
		tocsin_gather_took(&mailbox->gather, work->outcomes.count, waited, steady_us());
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

void tocsin_mailbox_end(struct tocsin_mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->ended = true;
	pthread_cond_broadcast(&mailbox->for_broker);
	pthread_mutex_unlock(&mailbox->lock);
}
