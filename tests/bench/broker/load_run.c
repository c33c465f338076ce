/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "broker/load_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>

#include "broker/load_link.h"

enum { PATIENCE_MS = 60000, NAME_BYTES = 64, TOPIC_BYTES = 256, EVENTS = 64 };

struct incident {
	int64_t sent_ns;
	uint16_t publisher;
	uint16_t missing; /* messages */
};

struct publisher {
	char name[NAME_BYTES];
	char topic[TOPIC_BYTES];
	size_t under_way;
};

/* Publishers' links come first. */
struct run {
	const struct load_plan *plan;
	struct load_result *result;
	struct load_link links[LOAD_MAX_LINKS];
	struct publisher publishers[LOAD_MAX_LINKS];
	struct incident *incidents;
	uint64_t sent, finished;
	int64_t began_ns;
	int epoll;
};

static int64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void *array(size_t count, size_t size)
{
	void *made = calloc(count, size);

	if (!made)
		load_fail("no memory");
	return made;
}

/* The incident that a message is about. */
static uint64_t number_of(const struct run *run, const struct load_message *message)
{
	const uint8_t *mark = memmem(message->payload, message->size, LOAD_MARK, strlen(LOAD_MARK));
	uint64_t number = 0;

	if (!mark || mark + strlen(LOAD_MARK) + LOAD_NUMBER_DIGITS > message->payload + message->size)
		load_fail("a message says of no incident that it is about it");
	for (size_t i = 0; i < LOAD_NUMBER_DIGITS; i++)
		number = 10 * number + (uint64_t)(mark[strlen(LOAD_MARK) + i] - '0');
	number -= run->plan->first;
	if (number >= run->sent || run->incidents[number].missing == 0)
		load_fail("incident %" PRIu64 " is answered too often", number);
	return number;
}

static void take_message(void *ctx, size_t link, const struct load_message *message)
{
	struct run *run = ctx;
	const uint64_t number = number_of(run, message);
	struct incident *incident = &run->incidents[number];
	const uint32_t took_us = (uint32_t)((clock_ns() - incident->sent_ns) / 1000);

	if (link < run->plan->publishers)
		run->result->receipt_us[number] = took_us;
	else
		run->result->alert_us[number] = took_us;
	if (--incident->missing > 0)
		return;
	run->publishers[incident->publisher].under_way--;
	run->finished++;
}

static void publish_one(struct run *run, size_t number)
{
	const struct load_plan *plan = run->plan;
	const struct load_payload *payload = &plan->set[number % plan->set_count];
	struct publisher *publisher = &run->publishers[number];
	char digits[LOAD_NUMBER_DIGITS + 1];

	snprintf(digits, sizeof(digits), "%0*" PRIu64, LOAD_NUMBER_DIGITS, plan->first + run->sent);
	memcpy(payload->bytes + payload->number_at, digits, LOAD_NUMBER_DIGITS);
	run->incidents[run->sent] = (struct incident){
		.sent_ns = clock_ns(),
		.publisher = (uint16_t)number,
		.missing = (uint16_t)(plan->subscribers * plan->filter_count + plan->receipts),
	};
	load_link_publish(
		&run->links[number], publisher->topic, payload->bytes, payload->size, plan->qos);
	publisher->under_way++;
	run->sent++;
}

/* Until the next incident is to be published; 0: it is due. */
static int64_t early_ns(const struct run *run)
{
	const int64_t due_ns =
		run->began_ns + (int64_t)(run->sent * run->plan->interval_us * UINT64_C(1000));
	const int64_t now_ns = run->plan->interval_us > 0 ? clock_ns() : due_ns;

	return due_ns > now_ns ? due_ns - now_ns : 0;
}

static bool is_due(const struct run *run)
{
	return run->sent < run->plan->count && early_ns(run) == 0;
}

static void publish_due(struct run *run)
{
	bool more = true;

	/* In turns, so that none gets ahead. */
	while (more) {
		more = false;
		for (size_t i = 0; i < run->plan->publishers && is_due(run); i++) {
			if (run->publishers[i].under_way < run->plan->window) {
				publish_one(run, i);
				more = true;
			}
		}
	}
}

static size_t link_count(const struct run *run)
{
	return run->plan->publishers + run->plan->subscribers;
}

static void watch(struct run *run, size_t number)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = number};

	if (epoll_ctl(run->epoll, EPOLL_CTL_ADD, run->links[number].fd, &event) != 0)
		load_fail("epoll: %s", strerror(errno));
}

static void open_publisher(struct run *run, size_t number)
{
	const struct load_plan *plan = run->plan;
	struct publisher *publisher = &run->publishers[number];
	const char *gap = strstr(plan->topic, "%s");
	char receipts[TOPIC_BYTES];

	snprintf(publisher->name, sizeof(publisher->name), "%s-%zu", plan->prefix, number);
	if (gap)
		snprintf(publisher->topic, sizeof(publisher->topic), "%.*s%s-%zu%s",
			(int)(gap - plan->topic), plan->topic, plan->prefix, number, gap + 2);
	else
		snprintf(publisher->topic, sizeof(publisher->topic), "%s", plan->topic);
	load_link_open(&run->links[number], plan->port, publisher->name);
	if (plan->subscribes) {
		snprintf(receipts, sizeof(receipts), "tocsin/v1/from/%s/receipt", publisher->name);
		load_link_subscribe(&run->links[number], receipts, 1);
	}
}

static void open_subscriber(struct run *run, size_t number)
{
	const struct load_plan *plan = run->plan;
	char name[NAME_BYTES];

	snprintf(name, sizeof(name), "%s-ear-%zu", plan->prefix, number);
	load_link_open(&run->links[number], plan->port, name);
	for (size_t i = 0; i < plan->filter_count; i++)
		load_link_subscribe(&run->links[number], plan->filters[i], plan->qos);
}

/* How long to wait for what comes: not beyond the moment at which the next incident is due,
 * which may have been reached just now. */
static struct timespec patience(const struct run *run)
{
	if (run->plan->nap_us > 0)
		return (struct timespec){0};
	if (run->plan->interval_us == 0 || run->sent == run->plan->count)
		return (struct timespec){PATIENCE_MS / 1000, 0};
	const int64_t early = early_ns(run);
	return (struct timespec){early / 1000000000, early % 1000000000};
}

static void nap(unsigned us)
{
	const struct timespec time = {.tv_nsec = (long)us * 1000};

	nanosleep(&time, NULL);
}

static void follow(struct run *run)
{
	const struct load_taker taker = {take_message, run};
	struct epoll_event events[EVENTS];
	int64_t heard_ns = run->began_ns;

	while (run->finished < run->plan->count) {
		publish_due(run);
		for (size_t i = 0; i < link_count(run); i++)
			load_link_flush(&run->links[i]);
		if (run->plan->nap_us > 0)
			nap(run->plan->nap_us);
		const struct timespec wait = patience(run);
		const int ready = epoll_pwait2(run->epoll, events, EVENTS, &wait, NULL);
		if (ready > 0 || run->finished == run->sent)
			heard_ns = clock_ns();
		else if (clock_ns() - heard_ns > INT64_C(1000000) * PATIENCE_MS)
			load_fail("%" PRIu64 " of %" PRIu64 " incidents are still without an answer",
				run->sent - run->finished, run->sent);
		for (int i = 0; i < ready; i++)
			load_link_read(&run->links[events[i].data.u64], events[i].data.u64, &taker);
	}
}

void load_run(const struct load_plan *plan, struct load_result *result)
{
	struct run *run = array(1, sizeof(*run));

	run->plan = plan;
	run->result = result;
	run->incidents = array(plan->count, sizeof(*run->incidents));
	result->alert_us = array(plan->count, sizeof(*result->alert_us));
	result->receipt_us = array(plan->count, sizeof(*result->receipt_us));
	run->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < link_count(run); i++) {
		if (i < plan->publishers)
			open_publisher(run, i);
		else
			open_subscriber(run, i);
		watch(run, i);
	}
	prctl(PR_SET_TIMERSLACK, 1000);
	run->began_ns = clock_ns();
	follow(run);
	result->seconds = (double)(clock_ns() - run->began_ns) / 1e9;
	for (size_t i = 0; i < link_count(run); i++)
		load_link_close(&run->links[i]);
	free(run->incidents);
	free(run);
}
