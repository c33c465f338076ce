/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A rule file, loaded, checked and compiled. Immutable, safe to read from any
 * thread. Loading may run on any thread: it uses no globals, no TZ, no locale. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/sha256.h"
#include "rules/files.h"
#include "rules/gazetteer.h"
#include "rules/places.h"
#include "rules/zone.h"
#include "tocsin/v1/enums.pb-c.h"

/* Bit i of a mask stands for the enum value i. */
#define TOCSIN_BIT(value) (UINT32_C(1) << (unsigned)(value))

enum tocsin_detail { TOCSIN_DETAIL_ADM1, TOCSIN_DETAIL_ADM2 };

enum { TOCSIN_FORMAT_PROTOBUF = 1, TOCSIN_FORMAT_JSON = 2 };

struct tocsin_audience {
	const char *name;
	Tocsin__V1__Sensitivity max_sensitivity;
	unsigned formats; /* of TOCSIN_FORMAT_*, never 0 */
	enum tocsin_detail detail;
	const char *const *members; /* user names */
	size_t member_count;
	uint32_t line; /* where its name stands */
	uint16_t file; /* index into the set's files */
};

/* At most max within per_ms. max 0: no limit. */
struct tocsin_rate {
	uint32_t max;
	int64_t per_ms;
};

struct tocsin_sender {
	const char *name;
	const uint32_t *regions; /* region ids; none means anywhere */
	size_t region_count;
	uint32_t events; /* mask of EventType; 0 means any */
	Tocsin__V1__Reliability reliability;
	const char *const *may_amend; /* other senders whose incidents it may amend */
	size_t may_amend_count;
	const char *const *relays; /* patterns of sender names that it may speak for */
	size_t relay_count;
	struct tocsin_rate max_rate; /* beyond it: DEFERRED */
};

/* What makes the windows of one throttle: mask of TOCSIN_PER_*. */
enum {
	TOCSIN_PER_REGION = 1,
	TOCSIN_PER_ADM1 = 2,
	TOCSIN_PER_EVENT = 4,
	TOCSIN_PER_SENDER = 8,
	TOCSIN_PER_SEVERITY = 16,
};

struct tocsin_throttle {
	unsigned per;
	struct tocsin_rate rate; /* max in the window in_ms, which is rate.per_ms */
};

/* What tells reports apart: who sent them. */
enum tocsin_independent { TOCSIN_INDEPENDENT_SENDER };

struct tocsin_corroborate {
	uint32_t reports; /* independent ones; at least 2 */
	enum tocsin_independent independent;
	int64_t within_ms;
};

/* Hours on the wall of a place. */
struct tocsin_hours {
	const struct tocsin_zone *zone;
	const char *tz; /* the zone's name */
	uint16_t days;  /* bit 0 Monday to bit 6 Sunday; 0: every day */
	/* Of the day; start included, end not, 1440 where the day is over. A window
	 * across midnight belongs to the day on which it began. */
	uint16_t from_minute, to_minute;
	bool has_between;
};

struct tocsin_output {
	uint8_t audience; /* index */
	uint8_t qos;
	bool open;
	bool downgrade;
	int64_t expires_ms; /* span; 0 where unstated (72 h then) */
};

/* One set of clauses; those not asked for are 0, NULL or empty. All must hold.
 * Kept small: there is one for each of 100,000 rules. */
struct tocsin_match {
	const uint32_t *regions; /* region ids */
	const char *const *senders;
	const char *const *sub_types;     /* folded to lower case */
	const char *const *languages;     /* primary subtags, lower case */
	const struct tocsin_hours *hours; /* or NULL; looks at the clock on receipt */
	uint16_t region_count, sender_count, sub_type_count, language_count;
	uint32_t min_displaced, min_killed; /* people; asked for where has_ is set */
	uint16_t severity, urgency, certainty, event, category, cause; /* masks, TOCSIN_BIT */
	uint16_t status, msg_type, sensitivity, need, impact;          /* masks, TOCSIN_BIT */
	/* The least value itself, 0 where not asked: unknown and unspecified never
	 * satisfy one. */
	uint8_t min_severity, min_urgency, min_certainty;
	bool has_min_displaced, has_min_killed;
};

struct tocsin_rule {
	const char *id;
	const char *description; /* or NULL */
	struct tocsin_match match;
	const struct tocsin_match * not ; /* or NULL */
	const struct tocsin_output *outputs;
	const struct tocsin_throttle *throttle;       /* or NULL */
	const struct tocsin_corroborate *corroborate; /* or NULL */
	/* Of all that the rule says: windows outlive a reload that leaves it alone. */
	uint64_t fingerprint;
	uint32_t line; /* where its id stands */
	uint16_t file; /* index into the set's files */
	uint8_t output_count;
	bool stop;
	bool enabled;
};

struct tocsin_index; /* see rules/index.h */

struct tocsin_ruleset {
	const struct tocsin_gazetteer *gazetteer;
	const struct tocsin_localities *localities; /* or NULL */
	const struct tocsin_audience *audiences;
	size_t audience_count;
	const struct tocsin_sender *senders; /* sorted by name */
	size_t sender_count;
	/* Those of them that speak for others, in the same order. */
	const struct tocsin_sender *const *relays;
	size_t relay_count;
	bool senders_listed; /* the key is present: others are refused */
	bool open_senders;
	const char *hub;                 /* or NULL */
	const struct tocsin_rule *rules; /* in order: of this file, then of those included */
	size_t rule_count;
	const struct tocsin_output *fallback; /* the default's outputs */
	size_t fallback_count;
	uint32_t fallback_line; /* where the default stands */
	uint16_t fallback_file;
	/* Every file that was read but time zones, the rule file first; an included
	 * folder with a slash at its end. */
	const char *const *files;
	size_t file_count;
	char version[17]; /* first 16 hex digits of the SHA-256 of all texts */
	const struct tocsin_index *index;
};

/* Loads the rule file at path and all that it names. On any error *ruleset is
 * left alone and diagnostics lists everything that is wrong; TOCSIN_INVALID.
 * Warnings may be in diagnostics even on success. */
TOCSIN_MUST_USE enum tocsin_status tocsin_ruleset_load(const char *path,
	const struct tocsin_files *files, struct tocsin_diagnostics *diagnostics,
	struct tocsin_ruleset **ruleset);

/* NULL is allowed. */
void tocsin_ruleset_destroy(struct tocsin_ruleset *ruleset);

/* Index of an audience by name, or -1. */
int tocsin_ruleset_audience(const struct tocsin_ruleset *ruleset, const char *name);

/* The user is among its members. */
bool tocsin_audience_has(const struct tocsin_audience *audience, const char *user);

/* The entry of a sender, or NULL. */
const struct tocsin_sender *tocsin_ruleset_sender(
	const struct tocsin_ruleset *ruleset, const char *name);
