/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How the index lies in memory. Each rule is posted under its most selective key
 * (regions, senders, sub-types; without any of them under "none"), a crowded key is
 * split by event and severity, and each posting carries a signature of the rule's other
 * enumerations, so that most rules that cannot match are passed over unread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/bucket.h"
#include "rules/ruleset.h"

struct tocsin_posting {
	uint32_t rule;
	uint32_t signature;
};

enum {
	TOCSIN_EVENT_LISTS = 13,   /* any event, then one for each */
	TOCSIN_SEVERITY_LISTS = 6, /* any severity, then one for each */
	TOCSIN_SPLIT_LISTS = TOCSIN_EVENT_LISTS * TOCSIN_SEVERITY_LISTS,
	TOCSIN_CROWDED_BUCKET = 64,     /* rules from which a key is split */
	TOCSIN_MAX_SPLIT_EVENTS = 4,    /* a rule of more is posted under any event */
	TOCSIN_MAX_SPLIT_SEVERITIES = 2 /* a rule of more is posted under any severity */
};

struct tocsin_index {
	struct tocsin_buckets buckets;
	uint32_t *lists; /* where each list starts in postings; one more than lists */
	size_t list_count;
	struct tocsin_posting *postings; /* each list by rising rule */
};

/* The incident's one bit for each enumeration; a posting can match where its
 * signature holds them all. */
uint32_t tocsin_signature_of(const struct tocsin_facts *facts);

/* The bits of all values that a match admits. */
uint32_t tocsin_signature_admits(const struct tocsin_match *match);
