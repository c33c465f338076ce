/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What rules ask of an incident, read once: numbers and masks, no parsing later. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "rules/gazetteer.h"
#include "tocsin/v1/incident.pb-c.h"

struct tocsin_facts {
	Tocsin__V1__Status status;
	Tocsin__V1__MsgType msg_type;
	Tocsin__V1__Severity severity;       /* as read: never unspecified when it may be omitted */
	Tocsin__V1__Certainty certainty;     /* likewise */
	Tocsin__V1__Sensitivity sensitivity; /* as read: never unspecified */
	Tocsin__V1__Urgency urgency;
	Tocsin__V1__EventType event;
	Tocsin__V1__Cause cause;
	uint32_t categories, needs, impacts; /* masks, TOCSIN_BIT */
	const char *sender;                  /* borrowed */
	const char *sub_type;                /* folded to lower case, "" where absent */
	const char *language;                /* primary subtag in lower case, "" where absent */
	bool has_displaced, has_killed;
	double displaced; /* people */
	uint32_t killed;
	uint32_t path[TOCSIN_MAX_REGION_DEPTH]; /* own region first, country last */
	size_t depth;
	int64_t received_ms; /* the engine's clock, for hours */
	int64_t start_ms;    /* occurred.start, else sent, for corroboration */
};

/* Reads the facts of a valid incident. Texts live in arena. */
TOCSIN_MUST_USE enum tocsin_status tocsin_facts_read(const Tocsin__V1__Incident *incident,
	const char *sender, int64_t received_ms, const struct tocsin_gazetteer *gazetteer,
	struct tocsin_arena *arena, struct tocsin_facts *facts);
