/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A repeatable stream of submissions of every kind, and two engines compared by
 * what they publish. */
#pragma once

#include "engine/rig.h"

struct random {
	uint64_t state;
	const char *const *senders; /* ends with NULL */
};

/* Up to below; splitmix64 (S. Vigna). */
static inline unsigned random_below(struct random *random, unsigned below)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ (z >> 31)) % below);
}

struct random_step {
	const char *sender;
	char *json;
	int64_t after_ms;
};

static inline struct random_step random_step(struct random *random, struct rig *rig)
{
	static const char *const severities[] = {"minor", "moderate", "severe", "extreme"};
	static const char *const places[] = {"ML0503", "ML0506", "ML05", "ML0801", "ML"};
	static const char *const types[] = {"alert", "alert", "update", "update", "cancel"};
	static const char *const statuses[] = {"actual", "actual", "actual", "exercise"};
	static const char *const causes[] = {"resolved", "error", "merged"};
	static const char *const sensitivities[] = {"low", "moderate", "high"};
	enum { IDS = 60 };
	size_t senders = 0;

	while (random->senders[senders]) {
		++senders;
	}
	assert_true(senders > 0);
	if (senders == 0) {
		return (struct random_step){.sender = "", .json = (char *)(uintptr_t) ""};
	}
	const unsigned id = 1 + random_below(random, IDS);
	const char *type = types[random_below(random, 5)];
	const char *place = places[random_below(random, 5)];
	char references[256] = "", figures[512] = "", close[64] = "";
	if (strcmp(type, "alert") != 0) {
		snprintf(references, sizeof(references), "'references':[%s],",
			rig_reference(rig, 1 + random_below(random, IDS)));
	}
	if (random_below(random, 3) == 0) {
		snprintf(figures, sizeof(figures),
			"'event':{'type':'displacement'},'displacement':[{'pcode':'%s','unit':'person',"
			"'figure':%u,'population':'idp','flow_or_stock':'stock','role':'recommended',"
			"'as_of':'2024-08-%02uT00:00:00Z'}],",
			places[random_below(random, 4)], 50 + random_below(random, 900),
			1 + random_below(random, 9));
	}
	if (strcmp(type, "cancel") == 0) {
		snprintf(close, sizeof(close), "'close':{'cause':'%s'},", causes[random_below(random, 3)]);
	}
	return (struct random_step){
		.sender = random->senders[random_below(random, (unsigned)senders)],
		.json = rig_json(rig, id,
			"{'msg_type':'%s','status':'%s',%s%s%s'severity':'%s','sensitivity':'%s',"
			"'location':{'country':'ML','pcode':%s%s%s}}",
			type, statuses[random_below(random, 4)], references, figures, close,
			severities[random_below(random, 4)], sensitivities[random_below(random, 3)],
			strlen(place) > 2 ? "'" : "", strlen(place) > 2 ? place : "null",
			strlen(place) > 2 ? "'" : ""),
		.after_ms = random_below(random, 5) * 3 * RIG_HOUR,
	};
}

static inline void random_compare(
	const struct tocsin_outcome *one, const struct tocsin_outcome *other)
{
	assert_int_equal(one == NULL, other == NULL);
	if (!one || !other) {
		return;
	}
	assert_int_equal(one->verdict, other->verdict);
	assert_int_equal(one->pending, other->pending);
	for (size_t i = 0; one->publication_count != other->publication_count &&
		 (i < one->publication_count || i < other->publication_count);
		 ++i) {
		print_error("%-70s %s\n", i < one->publication_count ? one->publications[i].topic : "",
			i < other->publication_count ? other->publications[i].topic : "");
	}
	assert_int_equal(one->publication_count, other->publication_count);
	for (size_t i = 0; i < one->publication_count; ++i) {
		const struct tocsin_publication *a = &one->publications[i], *b = &other->publications[i];

		assert_string_equal(a->topic, b->topic);
		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->qos, b->qos);
		assert_int_equal(a->expires_ms, b->expires_ms);
		assert_int_equal(a->payload_size, b->payload_size);
		if (a->payload_size > 0) {
			assert_memory_equal(a->payload, b->payload, a->payload_size);
		}
	}
}

/* Both engines get the same further steps and must answer alike. */
static inline void random_follow(
	struct random *random, struct rig *one, struct rig *other, size_t steps)
{
	for (size_t i = 0; i < steps; ++i) {
		const struct random_step step = random_step(random, one);

		one->now_ms += step.after_ms;
		other->now_ms = one->now_ms;
		struct tocsin_outcome *a = tocsin_engine_tick(one->engine, one->now_ms);
		struct tocsin_outcome *b = tocsin_engine_tick(other->engine, other->now_ms);
		random_compare(a, b);
		tocsin_outcome_destroy(one->engine, a);
		tocsin_outcome_destroy(other->engine, b);
		a = rig_submit(one, step.sender, step.json);
		b = rig_submit(other, step.sender, step.json);
		random_compare(a, b);
		rig_settle(one, a);
		rig_settle(other, b);
	}
}
