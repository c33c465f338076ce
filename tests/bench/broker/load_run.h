/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One run of the load: so many incidents, each followed until everything that has to come
 * of it has come. Which incident a message is about is read out of it: incident number n
 * has an id that ends in n, and alert and receipt carry it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands before the number in each id, and in the payloads that are given. */
#define LOAD_MARK "bec4c0de-0000-4000-8000-"

enum { LOAD_NUMBER_DIGITS = 12, LOAD_MAX_LINKS = 256, LOAD_MAX_FILTERS = 4 };

struct load_payload {
	uint8_t *bytes;
	size_t size;
	size_t number_at; /* where the digits stand */
};

struct load_plan {
	uint16_t port;
	const char *prefix;             /* of the publishers' names */
	const char *topic;              /* with one %s for the name */
	const struct load_payload *set; /* publisher i sends number i modulo their count */
	size_t set_count;
	const char *filters[LOAD_MAX_FILTERS]; /* of each subscriber */
	size_t filter_count;
	size_t publishers, subscribers;
	size_t window;   /* incidents of one publisher that are under way at a time */
	uint64_t count;  /* incidents */
	uint64_t first;  /* number of the first */
	unsigned qos;    /* of publishing and of subscriptions */
	bool receipts;   /* each is answered by a receipt */
	bool subscribes; /* a publisher subscribes to its receipts */
	/* Between two looks at what came; 0: woken by it. A client on another machine costs the
	 * broker nothing to wake, one here several microseconds a message. */
	unsigned nap_us;
	unsigned interval_us; /* between two incidents; 0: as fast as the window lets */
};

struct load_result {
	double seconds; /* from the first publish until nothing is missing */
	/* For each incident, from its publish to the last of its alerts, and to its receipt. */
	uint32_t *alert_us, *receipt_us;
};

/* Arrays of the result are plan->count long; free() them. */
void load_run(const struct load_plan *plan, struct load_result *result);
