/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* From the rules that fired to what each audience gets (design: the rule file). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/index.h"

/* How long an alert is valid after receipt where its output does not say. */
#define TOCSIN_DEFAULT_EXPIRES_MS (INT64_C(72) * 60 * 60 * 1000)

/* Why an output did not go out. */
enum {
	TOCSIN_WITHHELD_SENSITIVITY = 1, /* above what the audience may see */
	TOCSIN_WITHHELD_CORROBORATE = 2, /* others have to report it, too; or they did, and it
										was sent before */
	TOCSIN_WITHHELD_SILENCE = 4,
	TOCSIN_WITHHELD_THROTTLE = 8,
};

/* Stands for the default route where a rule is named. */
#define TOCSIN_DEFAULT_ROUTE UINT32_MAX

/* What an engine's state may hold back. It is asked once for each rule that fired,
 * in file order, where sensitivity lets any output of it pass; then, where the
 * default route carries the incident, once for that. withheld has one entry for
 * each output; the gate sets bits where there are none yet. It may count: what it
 * leaves at 0 goes out. */
struct tocsin_gate {
	void *ctx;
	void (*hold)(void *ctx, uint32_t rule, const struct tocsin_output *outputs, size_t count,
		uint8_t *withheld);
};

/* What one audience gets of one incident. */
struct tocsin_delivery {
	uint8_t audience;
	uint8_t qos;
	bool open;
	bool by_default;       /* the default route carries it */
	int64_t expires_ms;    /* span from receipt */
	const uint32_t *rules; /* rule indices whose own output was not withheld, file order */
	size_t rule_count;
};

struct tocsin_decision {
	/* ROUTED: an output of a rule went out. DEFAULTED: no rule fired, or sensitivity or a
	 * wait for corroboration withheld any of what did. HELD: throttles and silences alone
	 * withheld it, or a silence all of the default route. */
	Tocsin__V1__Routing routing;
	const uint32_t *fired; /* rule indices, file order */
	size_t fired_count;
	const uint8_t *withheld; /* of each that fired: TOCSIN_WITHHELD_* of all its outputs */
	const uint32_t *held;    /* fired rules of which no output went out */
	size_t held_count;
	uint8_t default_withheld; /* TOCSIN_WITHHELD_* of the default route's outputs */
	struct tocsin_delivery deliveries[TOCSIN_MAX_AUDIENCES]; /* by audience index, rising */
	size_t delivery_count;
};

/* Decides an Alert or an Update. Where no rule fired, or every output of those that
 * did was withheld and not by throttles and silences alone, the default route carries
 * it; its own outputs pass the same gate, and sensitivity never withholds the one to an
 * audience that may see severe. gate may be NULL: then nothing but sensitivity holds
 * back. Allocates nothing; what decision points to lives in scratch until its next
 * use. */
void tocsin_decide(const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts,
	const struct tocsin_gate *gate, struct tocsin_scratch *scratch,
	struct tocsin_decision *decision);
