/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* When it pays to wait for more before a commit. What a commit costs beside its rows (the
 * sync, and the last page of each index) is the same for one incident as for a hundred, so
 * while many come they are gathered a little. One that comes alone waits for nothing, and
 * where senders themselves wait for their receipts before they go on, waiting for them is
 * given up, and tried again ever less often. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TOCSIN_GATHER_MANY = 24,        /* in a group: more may be coming */
	TOCSIN_GATHER_WORTH = 66,       /* in one that was waited for: or it was in vain */
	TOCSIN_GATHER_MOST = 256,       /* enough for one commit */
	TOCSIN_GATHER_WAIT_US = 3000,   /* the longest wait */
	TOCSIN_GATHER_RECENT_US = 5000, /* so long after a group of many, more are expected */
	TOCSIN_GATHER_PAUSE = 2,        /* groups without a wait after one in vain, and twice */
	TOCSIN_GATHER_LONGEST = 256,    /* as many after the next, up to these */
};

struct tocsin_gather {
	size_t last;     /* outcomes in the group before */
	int64_t last_us; /* steady: when that was taken */
	unsigned rest;   /* groups that are still taken without a wait */
	unsigned pause;  /* how many they were; 0: the last wait was not in vain */
};

/* Whether to wait for more than the count that is there, before the next group. */
bool tocsin_gather_due(struct tocsin_gather *gather, size_t count, int64_t now_us);

/* A group of some outcomes was taken, after a wait or without. */
void tocsin_gather_took(struct tocsin_gather *gather, size_t count, bool waited, int64_t now_us);
