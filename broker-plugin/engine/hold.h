/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What one incident changed of throttle windows, groups of reports and tallies, noted
 * down so that the journal keeps it and a restart does it again. Without a journal
 * nothing is noted. Not for other rooms. */
#pragma once

#include "engine/group.h"
#include "engine/growing.h"
#include "engine/window.h"

struct tocsin_draft;

/* Starts all zero. Lists of tocsin.memory's messages, and of tallies begun. */
struct tocsin_hold {
	struct tocsin_growing joins, passes, counts, silences, tallies;
};

/* It passed a window. */
TOCSIN_MUST_USE enum tocsin_status tocsin_hold_pass(struct tocsin_draft *draft,
	const struct tocsin_rule *rule, const struct tocsin_window_key *key);

/* It joined a group, which was opened for it where there was none. */
TOCSIN_MUST_USE enum tocsin_status tocsin_hold_join(struct tocsin_draft *draft,
	const struct tocsin_rule *rule, const struct tocsin_group_key *key, uint64_t sender);

/* It went out for the group that it joined last for this rule. */
void tocsin_hold_alerted(struct tocsin_draft *draft, const struct tocsin_rule *rule);

/* It was counted in a tally toward these audiences (bit i: audience i). begun: for it. */
TOCSIN_MUST_USE enum tocsin_status tocsin_hold_count(struct tocsin_draft *draft,
	const struct tocsin_tally_about *about, const struct tocsin_tally_kind *kind,
	uint64_t audiences, uint64_t tally, bool begun);

/* A silence held it. */
TOCSIN_MUST_USE enum tocsin_status tocsin_hold_silence(struct tocsin_draft *draft, uint64_t number);

/* A packed tocsin.memory.Hold in the outcome's arena; NULL where there is nothing. */
TOCSIN_MUST_USE enum tocsin_status tocsin_hold_pack(
	struct tocsin_draft *draft, const uint8_t **bytes, size_t *size);
