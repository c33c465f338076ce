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
	TOCSIN_GATHER_MANY = 40,        /* in a group: more are coming */
	TOCSIN_GATHER_STILL = 16,       /* in one that was waited for: they still are */
	TOCSIN_GATHER_MOST = 256,       /* enough for one commit */
	TOCSIN_GATHER_SLICE_US = 1500,  /* one wait, after which it is seen what came */
	TOCSIN_GATHER_SLICES = 1,       /* the longest wait */
	TOCSIN_GATHER_FEWEST = 1,       /* in a slice: or it was in vain */
	TOCSIN_GATHER_RECENT_US = 5000, /* so long after a group of many, more are expected */
	TOCSIN_GATHER_PAUSE = 2,        /* groups without a wait after one in vain, and twice */
	TOCSIN_GATHER_LONGEST = 256,    /* as many after the next, up to these */
};

struct tocsin_gather {
	size_t last;     /* outcomes in the group before */
	int64_t last_us; /* steady: when that was taken */
	unsigned rest;   /* groups that are still taken without a wait */
	unsigned pause;  /* how many they were; 0: the last wait was not in vain */
	bool waited;     /* for the group before, and not in vain */
};

/* Whether to wait for more than the count that is there, before the next group. */
bool tocsin_gather_due(struct tocsin_gather *gather, size_t count, int64_t now_us);

/* Whether to wait for another slice, after so many slices in the last of which before became
 * count. */
bool tocsin_gather_goes_on(
	struct tocsin_gather *gather, size_t slices, size_t before, size_t count);

/* A group of some outcomes was taken. */
void tocsin_gather_took(struct tocsin_gather *gather, size_t count, int64_t now_us);
