/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What holds one Alert or Update back: corroboration, then silences, then throttles,
 * in the order in which one makes the next needless. Toward whoever saw an earlier
 * version none of them does. Not for other rooms. */
#pragma once

#include "engine/state.h"

struct tocsin_gating {
	struct tocsin_gate gate;
	struct tocsin_draft *draft;
	enum tocsin_status status;              /* of what it had to remember */
	uint64_t saw;                           /* audiences of an earlier version */
	uint64_t silenced;                      /* audiences from which a silence holds it */
	uint64_t silence_held;                  /* of those, the ones that would have got it */
	uint32_t reports[TOCSIN_MAX_AUDIENCES]; /* behind what each audience gets; 0: not asked */
};

/* draft has its facts and its chain. */
void tocsin_gating_begin(struct tocsin_gating *gating, struct tocsin_draft *draft);

/* After the decision: counts what silences held. Fails where anything could not be
 * remembered: the incident is then to be deferred. */
TOCSIN_MUST_USE enum tocsin_status tocsin_gating_end(struct tocsin_gating *gating);

/* For its own files: what gate.c shares with gate_corroborate.c and gate_throttle.c. */

/* The audience of the output saw an earlier version. */
bool tocsin_gating_saw(const struct tocsin_gating *gating, const struct tocsin_output *output);
/* There is an output that may still be held back. */
bool tocsin_gating_free(const struct tocsin_gating *gating, const struct tocsin_output *outputs,
	size_t count, const uint8_t *withheld);
/* Holds all of those. Returns their audiences. */
uint64_t tocsin_gating_hold(const struct tocsin_gating *gating, const struct tocsin_output *outputs,
	size_t count, uint8_t why, uint8_t *withheld);
/* Counts the incident for a digest to these audiences; the id is made here. */
void tocsin_gating_tally(struct tocsin_gating *gating, struct tocsin_tally **owner,
	const struct tocsin_tally_about *about, uint64_t audiences);
/* The incident's region at an admin level, or TOCSIN_NO_REGION. */
uint32_t tocsin_gating_ancestor(const struct tocsin_draft *draft, unsigned level);
/* Code and version of a region, since its number changes with the rules; nothing for
 * TOCSIN_NO_REGION. */
void tocsin_gating_place(
	const struct tocsin_draft *draft, uint32_t number, char *place, size_t room);
uint64_t tocsin_gating_hash(const struct tocsin_draft *draft, const char *text);

/* Holds what waits for others' reports. Returns the group that the incident joined,
 * or NULL. */
struct tocsin_group *tocsin_gating_corroborate(struct tocsin_gating *gating,
	const struct tocsin_rule *rule, const struct tocsin_output *outputs, size_t count,
	uint8_t *withheld);
/* After all others: what goes out, and with how many reports behind it. */
void tocsin_gating_alert(struct tocsin_gating *gating, struct tocsin_group *group,
	const struct tocsin_rule *rule, const struct tocsin_output *outputs, size_t count,
	const uint8_t *withheld);
/* Holds what is more than its window lets pass; counts what passes. */
void tocsin_gating_throttle(struct tocsin_gating *gating, const struct tocsin_rule *rule,
	const struct tocsin_output *outputs, size_t count, uint8_t *withheld);
