/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/gather.h"

bool tocsin_gather_due(struct tocsin_gather *gather, size_t count, int64_t now_us)
{
	if (gather->last < TOCSIN_GATHER_MANY || count >= TOCSIN_GATHER_MOST ||
		now_us - gather->last_us >= TOCSIN_GATHER_RECENT_US) {
		return false;
	}
	if (gather->rest > 0) {
		gather->rest--;
		return false;
	}
	return true;
}

static void rest(struct tocsin_gather *gather)
{
	gather->pause = gather->pause == 0 ? TOCSIN_GATHER_PAUSE : 2 * gather->pause;
	if (gather->pause > TOCSIN_GATHER_LONGEST) {
		gather->pause = TOCSIN_GATHER_LONGEST;
	}
	gather->rest = gather->pause;
}

void tocsin_gather_took(struct tocsin_gather *gather, size_t count, bool waited, int64_t now_us)
{
	if (count >= TOCSIN_GATHER_WORTH) {
		gather->pause = gather->rest = 0;
	} else if (waited) {
		rest(gather);
	}
	gather->last = count;
	gather->last_us = now_us;
}
