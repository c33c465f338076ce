/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Groups of reports that a rule wants corroborated: the same kind of event at the
 * same place and about the same time, from how many senders, and what was alerted
 * of them. */
#pragma once

#include "engine/tally.h"
#include "rules/ruleset.h"

enum { TOCSIN_GROUP_PLACE = 48 };

/* All of it is compared: clear it before it is filled. */
struct tocsin_group_key {
	uint64_t rule; /* hash of its id */
	uint64_t fingerprint;
	uint32_t status; /* a drill corroborates nothing that is real */
	uint32_t event;
	char place[TOCSIN_GROUP_PLACE]; /* code and version, padded with NUL */
};

struct tocsin_group {
	struct tocsin_node node;
	struct tocsin_group_key key;
	int64_t start_ms; /* of the first one's event */
	int64_t opened_ms, until_ms;
	Tocsin__V1__Severity alerted; /* highest that was; unspecified: none yet */
	uint64_t *senders;            /* hashes of their names */
	uint32_t sender_count, sender_room;
	struct tocsin_tally *tally; /* of those held, or NULL */
};

void tocsin_groups_init(struct tocsin_table *groups, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling);

/* The group that an incident joins, or NULL: of several the one opened first. */
struct tocsin_group *tocsin_group_find(const struct tocsin_table *groups,
	const struct tocsin_group_key *key, int64_t start_ms, int64_t now_ms);

/* Opens one through steps, without senders yet. */
TOCSIN_MUST_USE enum tocsin_status tocsin_group_open(struct tocsin_table *groups,
	struct tocsin_steps *steps, const struct tocsin_group_key *key, int64_t start_ms,
	int64_t now_ms, int64_t within_ms, struct tocsin_group **group);

/* Adds a sender unless it is there. Beyond the ceiling nobody is added. */
TOCSIN_MUST_USE enum tocsin_status tocsin_group_join(struct tocsin_table *groups,
	struct tocsin_steps *steps, struct tocsin_group *group, uint64_t sender);

/* One of this severity goes out for the group: nothing is left to tell. */
TOCSIN_MUST_USE enum tocsin_status tocsin_group_alert(
	struct tocsin_steps *steps, struct tocsin_group *group, Tocsin__V1__Severity severity);
