/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/waiting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/shelf.h"
#include "mosquitto/clock.h"
#include "mosquitto/host.h"

struct tocsin_waiting {
	struct tocsin_reading reading;
	struct tocsin_shelf_asking asking;
	struct tocsin_waiting *next;
	struct tocsin_submission submission; /* points into bytes */
	size_t size;                         /* of bytes */
	int64_t since_steady_ms;
	bool reading_now;
	bool answered; /* it only waits for the reader to let go of it */
	uint8_t bytes[];
};

/* Where a journal is, what it has on disk is remembered. */
static void remember(struct tocsin_host *host, const struct tocsin_submission *submission,
	const struct tocsin_outcome *outcome, int64_t now_ms)
{
	char sender[TOCSIN_MAX_LEVEL_NAME + 1];

	if (host->journal || outcome->verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED)
		return;
	snprintf(sender, sizeof(sender), "%.*s", (int)submission->topic_sender_length,
		submission->topic_sender);
	const struct tocsin_record record = {
		.sender = sender,
		.form = submission->form,
		.received_ms = now_ms,
		.bytes = submission->payload,
		.size = submission->payload_size,
	};
	tocsin_control_remember(host->control, &record);
}

enum result { TAKEN, NOT_TAKEN, ASKS };

/* asking is NULL where it is to be decided now, whatever has to be read for it. What is
 * deferred anyhow asks in vain. */
static enum result submit(struct tocsin_host *host, const struct tocsin_submission *submission,
	struct tocsin_shelf_asking *asking, int64_t now_ms)
{
	struct tocsin_shelf *shelf = host->journal ? tocsin_journal_shelf(host->journal) : NULL;

	if (shelf)
		tocsin_shelf_ask(shelf, asking);
	struct tocsin_outcome *outcome = tocsin_engine_submit(host->engine, submission, now_ms);
	if (shelf)
		tocsin_shelf_ask(shelf, NULL);
	if (!outcome)
		return NOT_TAKEN;
	if (asking && asking->open && !submission->defer &&
		tocsin_engine_take_back(host->engine, outcome))
		return ASKS;
	remember(host, submission, outcome, now_ms);
	tocsin_host_take(host, outcome, now_ms);
	return TAKEN;
}

/* Moves what a pointer borrows to where it stays. */
static const void *keep(uint8_t **at, const void *bytes, size_t size)
{
	uint8_t *copy = *at;

	if (!bytes)
		return NULL;
	memcpy(copy, bytes, size);
	*at += size;
	return copy;
}

static size_t text_size(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static struct tocsin_waiting *copy(const struct tocsin_submission *from)
{
	const size_t sizes[] = {from->topic_sender_length, text_size(from->user),
		text_size(from->client_id), from->payload_size, text_size(from->response_topic),
		from->correlation_size};
	size_t size = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		size += sizes[i];
	struct tocsin_waiting *waiting = calloc(1, sizeof(*waiting) + size);
	if (!waiting)
		return NULL;
	uint8_t *at = waiting->bytes;
	struct tocsin_submission *to = &waiting->submission;
	*to = *from;
	to->topic_sender = keep(&at, from->topic_sender, sizes[0]);
	to->user = keep(&at, from->user, sizes[1]);
	to->client_id = keep(&at, from->client_id, sizes[2]);
	to->payload = keep(&at, from->payload, sizes[3]);
	to->response_topic = keep(&at, from->response_topic, sizes[4]);
	to->correlation = keep(&at, from->correlation, sizes[5]);
	waiting->size = size;
	waiting->since_steady_ms = tocsin_clock_steady_ms();
	return waiting;
}

static bool of_sender(
	const struct tocsin_waiting *waiting, const struct tocsin_submission *submission)
{
	return !waiting->answered &&
		waiting->submission.topic_sender_length == submission->topic_sender_length &&
		memcmp(waiting->submission.topic_sender, submission->topic_sender,
			submission->topic_sender_length) == 0;
}

/* Before end, or at all where that is NULL. */
static bool sender_waits(const struct tocsin_waitings *waitings, const struct tocsin_waiting *end,
	const struct tocsin_submission *submission)
{
	for (const struct tocsin_waiting *one = waitings->first; one != end; one = one->next) {
		if (of_sender(one, submission))
			return true;
	}
	return false;
}

static bool add(struct tocsin_waitings *waitings, const struct tocsin_submission *submission,
	const struct tocsin_shelf_asking *asking)
{
	struct tocsin_waiting *waiting = NULL;

	if (waitings->count < TOCSIN_MAX_WAITING &&
		waitings->bytes + submission->payload_size <= TOCSIN_MAX_WAITING_BYTES)
		waiting = copy(submission);
	if (!waiting)
		return false;
	if (asking)
		waiting->asking = *asking;
	*(waitings->last ? &waitings->last->next : &waitings->first) = waiting;
	waitings->last = waiting;
	waitings->count++;
	waitings->bytes += waiting->size;
	return true;
}

static bool defer(
	struct tocsin_host *host, const struct tocsin_submission *submission, int64_t now_ms)
{
	struct tocsin_submission deferred = *submission;
	struct tocsin_shelf_asking asking = {.count = 0};

	deferred.defer = "disk";
	return submit(host, &deferred, &asking, now_ms) == TAKEN;
}

bool tocsin_waitings_submit(
	struct tocsin_host *host, const struct tocsin_submission *submission, int64_t now_ms)
{
	struct tocsin_shelf_asking asking = {.count = 0};

	/* Without ticks nothing would come back to it. */
	if (!host->reader || !host->ticked)
		return submit(host, submission, NULL, now_ms) == TAKEN;
	if (tocsin_engine_is_own(host->engine, submission) &&
		sender_waits(&host->waitings, NULL, submission))
		return add(&host->waitings, submission, NULL) || defer(host, submission, now_ms);
	enum result result = submit(host, submission, &asking, now_ms);
	if (result != ASKS)
		return result == TAKEN;
	return add(&host->waitings, submission, &asking) || defer(host, submission, now_ms);
}

/* On the reader's thread. */
static enum tocsin_status run(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_waiting *waiting = ctx;
	struct tocsin_shelf *shelf = tocsin_shelf_create("");

	(void)quarantine;
	(void)error;
	if (!shelf)
		return TOCSIN_NO_MEMORY;
	tocsin_shelf_lend(shelf, journal);
	enum tocsin_status status = tocsin_shelf_answer(shelf, &waiting->asking.question);
	tocsin_shelf_destroy(shelf);
	return status == TOCSIN_NOT_FOUND ? TOCSIN_OK : status;
}

static void ask(struct tocsin_host *host, struct tocsin_waiting *waiting)
{
	waiting->reading.job.run = run;
	waiting->reading.job.ctx = waiting;
	waiting->reading_now = tocsin_host_read(host, &waiting->reading);
}

static void turn(struct tocsin_host *host, struct tocsin_waiting *waiting, int64_t now_ms)
{
	if (waiting->reading_now && waiting->reading.read) {
		waiting->reading_now = false;
		waiting->asking.open = false;
	}
	if (waiting->answered || sender_waits(&host->waitings, waiting, &waiting->submission))
		return;
	if (tocsin_clock_steady_ms() - waiting->since_steady_ms > TOCSIN_WAITING_MS) {
		(void)defer(host, &waiting->submission, now_ms);
		waiting->answered = true;
	} else if (!waiting->asking.open) {
		waiting->submission.defer = tocsin_host_defer(host);
		waiting->answered = submit(host, &waiting->submission, &waiting->asking, now_ms) != ASKS;
	}
	if (!waiting->answered && waiting->asking.open && !waiting->reading_now)
		ask(host, waiting);
}

void tocsin_waitings_turn(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_waitings *waitings = &host->waitings;
	struct tocsin_waiting **at = &waitings->first;

	waitings->last = NULL;
	while (*at) {
		struct tocsin_waiting *waiting = *at;

		turn(host, waiting, now_ms);
		if (waiting->answered && !waiting->reading_now) {
			*at = waiting->next;
			waitings->count--;
			waitings->bytes -= waiting->size;
			free(waiting);
		} else {
			waitings->last = waiting;
			at = &waiting->next;
		}
	}
}

void tocsin_waitings_finish(struct tocsin_waitings *waitings)
{
	while (waitings->first) {
		struct tocsin_waiting *next = waitings->first->next;

		free(waitings->first);
		waitings->first = next;
	}
	*waitings = (struct tocsin_waitings){0};
}
