/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whether an alert is what somebody watches for. A topic says where one
 * subscribed; the payload is the truth, so this looks at the payload alone. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/watch/filters.h"
#include "tocsin/v1/alert.pb-c.h"

enum { TOCSIN_MAX_WATCHED = 64 };

struct tocsin_alert_want {
	struct tocsin_region_path regions[TOCSIN_MAX_WATCHED]; /* the last level counts */
	size_t region_count;                                   /* 0: everywhere */
	Tocsin__V1__Severity least;                            /* unspecified: any */
	uint32_t events;                                       /* mask; 0: any */
};

struct tocsin_alert_judgement {
	bool in_region, severe_enough, event_wanted;
	bool severity_unknown; /* below no minimum: it might be anything */
};

struct tocsin_alert_judgement tocsin_alert_judge(
	const struct tocsin_alert_want *want, const Tocsin__V1__Alert *alert);

/* All of it holds; an unknown severity holds too. */
bool tocsin_alert_wanted(const struct tocsin_alert_judgement *judgement);
