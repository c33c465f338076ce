/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/gather.h"

bool tocsin_gather_due(struct tocsin_gather *gather, size_t count, int64_t now_us)
{
	const size_t least = gather->waited ? TOCSIN_GATHER_STILL : TOCSIN_GATHER_MANY;

	gather->waited = false;
	if (gather->last < least || count >= TOCSIN_GATHER_MOST ||
		now_us - gather->last_us >= TOCSIN_GATHER_RECENT_US) {
		return false;
	}
	if (gather->rest > 0) {
		gather->rest--;
		return false;
	}
	gather->waited = true;
	return true;
}

static void rest(struct tocsin_gather *gather)
{
	gather->pause = gather->pause == 0 ? TOCSIN_GATHER_PAUSE : 2 * gather->pause;
	if (gather->pause > TOCSIN_GATHER_LONGEST) {
		gather->pause = TOCSIN_GATHER_LONGEST;
	}
	gather->rest = gather->pause;
	gather->waited = false;
}

bool tocsin_gather_goes_on(struct tocsin_gather *gather, size_t slices, size_t before, size_t count)
{
	if (count < before + TOCSIN_GATHER_FEWEST) {
		rest(gather);
		return false;
	}
	if (slices < TOCSIN_GATHER_SLICES) {
		return true;
	}
	gather->pause = 0;
	return false;
}

void tocsin_gather_took(struct tocsin_gather *gather, size_t count, int64_t now_us)
{
	gather->last = count;
	if (count >= TOCSIN_GATHER_MOST) {
		gather->pause = 0;
	}
	gather->last_us = now_us;
}
