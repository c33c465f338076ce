/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the two sides of the mailbox share. With its lock held. Not for others. */
#pragma once

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "journal/mailbox.h"

static inline int64_t steady_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline int64_t steady_ms(void)
{
	return steady_us() / 1000;
}

static inline struct timespec at_steady_us(int64_t time_us)
{
	return (struct timespec){.tv_sec = time_us / 1000000, .tv_nsec = time_us % 1000000 * 1000};
}

static inline struct timespec at_steady(int64_t time_ms)
{
	return at_steady_us(time_ms * 1000);
}

static inline size_t waiting(const struct tocsin_mailbox *mailbox)
{
	return mailbox->incoming.count + mailbox->in_hand;
}

static inline bool is_full(const struct tocsin_mailbox *mailbox)
{
	return waiting(mailbox) >= mailbox->capacity;
}

/* For one commit. */
static inline bool is_enough(const struct tocsin_mailbox *mailbox)
{
	return mailbox->incoming.count >= TOCSIN_GATHER_MOST || is_full(mailbox);
}

static inline void say(struct tocsin_mailbox *mailbox, const char *error)
{
	if (strcmp(mailbox->error, error) != 0) {
		snprintf(mailbox->error, sizeof(mailbox->error), "%s", error);
		mailbox->errors++;
	}
}
