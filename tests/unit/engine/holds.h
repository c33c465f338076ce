/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What throttles, corroboration and silences do, told in one line a step, so that a
 * test states all of an answer and not a part. */
#pragma once

#include "engine/rig.h"

#include "engine/restore.h"
#include "engine/silences.h"
#include "rules/silence.h"
#include "tocsin/v1/digest.pb-c.h"

#define HOLDS_HEAD                                                                                 \
	"version: 1\n"                                                                                 \
	"gazetteer: [list.csv]\n"                                                                      \
	"audiences:\n"                                                                                 \
	"  coordination: {max_sensitivity: severe}\n"                                                  \
	"  partners: {max_sensitivity: high, format: [protobuf]}\n"                                    \
	"  public: {max_sensitivity: low, format: [json]}\n"
#define HOLDS_DEFAULT                                                                              \
	"default:\n"                                                                                   \
	"  alert: [{audience: coordination}]\n"

/* All of it at once, for random submissions of one, two and three. */
static const char holds_rules[] =
	HOLDS_HEAD "senders:\n"
			   "  one: {max_rate: 5/h}\n"
			   "  two: {}\n"
			   "  three: {may_amend: [one]}\n"
			   "rules:\n"
			   "  - id: thin\n"
			   "    match: {region: ML05}\n"
			   "    alert: [{audience: partners, open: true}]\n"
			   "    throttle: {per: [adm1], max: 1, in: 12h}\n"
			   "  - id: sure\n"
			   "    match: {not: {event: displacement}}\n"
			   "    alert: [{audience: public}, {audience: partners, downgrade: true}]\n"
			   "    corroborate: {reports: 2, independent: sender, within: 30h}\n"
			   "  - id: both\n"
			   "    match: {region: ML08}\n"
			   "    alert: [{audience: partners}]\n"
			   "    throttle: {max: 1, in: 1d}\n"
			   "    corroborate: {reports: 2, independent: sender, within: 2d}\n" HOLDS_DEFAULT;
static const char holds_quiet[] =
	"{match: {region: ML05, severity: [moderate, extreme]}, audiences: [partners], author: duty,"
	" reason: drill, until: 2024-08-14T00:00:00Z, include_extreme: true}";

struct holds_line {
	char text[4096];
	size_t length;
};

static inline void holds_add(struct holds_line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	const int length =
		vsnprintf(line->text + line->length, sizeof(line->text) - line->length, format, args);
	va_end(args);
	assert_true(length >= 0 && (size_t)length < sizeof(line->text) - line->length);
	line->length += (size_t)length;
}

static inline const Tocsin__V1__Digest *holds_read_digest(
	struct rig *rig, const struct tocsin_publication *found)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;

	if (found->form == TOCSIN_FORM_PROTOBUF) {
		message = protobuf_c_message_unpack(&tocsin__v1__digest__descriptor,
			tocsin_arena_protobuf(rig->arena), found->payload_size, found->payload);
	} else {
		tocsin_violations_init(&violations, rig->arena);
		assert_int_equal(tocsin_json_read(&tocsin__v1__digest__descriptor, found->payload,
							 found->payload_size, rig->arena, &violations, &message),
			TOCSIN_OK);
	}
	assert_non_null(message);
	return (const Tocsin__V1__Digest *)message;
}

static inline const char *holds_severity(int value)
{
	static const char *const names[] = {
		"unspecified", "unknown", "minor", "moderate", "severe", "extreme"};

	return names[value];
}

static inline long holds_minute(const Google__Protobuf__Timestamp *time)
{
	assert_non_null(time);
	return (long)((time->seconds * 1000 - RIG_START) / RIG_MINUTE);
}

/* "partners throttle a 0..60 3: ML/ML05/1/severe 2, ML/-/1/minor 1; "; before the reason of
 * what is a drill "exercise" or "test". */
static inline void holds_add_digest(
	struct rig *rig, struct holds_line *line, const struct tocsin_publication *found)
{
	static const char *const status[] = {"", "", "exercise ", "test "};
	const Tocsin__V1__Digest *digest = holds_read_digest(rig, found);

	assert_int_equal(found->kind, TOCSIN_PUBLISH_DIGEST);
	assert_int_equal(found->qos, 1);
	assert_false(found->retain);
	assert_int_equal(found->expires_ms, 0);
	assert_null(found->client_id);
	assert_string_equal(found->topic,
		tocsin_arena_format(rig->arena, RIG_ROOT "/to/%s/digest%s", digest->audience,
			found->form == TOCSIN_FORM_JSON ? "-json" : ""));
	assert_in_range(
		digest->status, TOCSIN__V1__STATUS__STATUS_ACTUAL, TOCSIN__V1__STATUS__STATUS_TEST);
	assert_int_not_equal(digest->redaction, 0);
	holds_add(line, "%s%s %s%s %s %ld..%ld %u:", digest->audience,
		found->form == TOCSIN_FORM_JSON ? "-json" : "", status[digest->status], digest->reason,
		digest->rule, holds_minute(digest->from), holds_minute(digest->to), digest->count);
	for (size_t i = 0; i < digest->n_groups; ++i) {
		const Tocsin__V1__DigestGroup *group = digest->groups[i];

		holds_add(line, "%s %s/%s/%d/%s %u", i ? "," : "", group->country, group->adm1,
			(int)group->event, holds_severity((int)group->severity), group->count);
	}
	holds_add(line, "; ");
}

/* The digests of one tick; "" where there is none. */
static inline const char *holds_tick(struct rig *rig)
{
	struct holds_line *line = tocsin_arena_zero(rig->arena, 1, sizeof(*line));
	struct tocsin_outcome *outcome;

	while ((outcome = tocsin_engine_tick(rig->engine, rig->now_ms)) != NULL) {
		for (size_t i = 0; i < outcome->publication_count; ++i) {
			if (outcome->publications[i].kind == TOCSIN_PUBLISH_DIGEST) {
				holds_add_digest(rig, line, &outcome->publications[i]);
			}
		}
		tocsin_outcome_destroy(rig->engine, outcome);
	}
	return line->text;
}

static inline void holds_add_list(
	struct holds_line *line, const char *name, char **list, size_t count)
{
	for (size_t i = 0; i < count; ++i) {
		holds_add(line, "%s%s", i ? "," : name, list[i]);
	}
}

/* "routed rules a,b held b > partners a r2, coordination" for one that was accepted;
 * r says how many reports stand behind it. */
static inline const char *holds_describe(struct rig *rig, const struct tocsin_outcome *outcome)
{
	static const char *const routings[] = {"unspecified", "routed", "held", "defaulted"};
	struct holds_line *line = tocsin_arena_zero(rig->arena, 1, sizeof(*line));
	const Tocsin__V1__Receipt *receipt = rig_receipt(rig, outcome);
	const char *sep = " > ";

	if (receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_DEFERRED) {
		holds_add(line, "deferred %s %u", receipt->reason, receipt->retry_after);
		assert_int_equal(outcome->publication_count, 1);
		return line->text;
	}
	if (receipt->verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED) {
		holds_add(line,
			receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_DUPLICATE ? "duplicate "
																	   : "rejected ");
	}
	holds_add(line, "%s", routings[receipt->routing]);
	holds_add_list(line, " rules ", receipt->rules, receipt->n_rules);
	holds_add_list(line, " held ", receipt->held_by, receipt->n_held_by);
	for (size_t i = 0; i < outcome->publication_count; ++i) {
		const struct tocsin_publication *found = &outcome->publications[i];
		const char *audience = found->topic + strlen(RIG_ROOT "/to/");

		assert_int_not_equal(found->kind, TOCSIN_PUBLISH_DIGEST);
		if (found->kind != TOCSIN_PUBLISH_ALERT ||
			(found->form == TOCSIN_FORM_JSON && strncmp(audience, "public", 6) != 0)) {
			continue;
		}
		const Tocsin__V1__Alert *alert = rig_read_alert(rig, found);
		holds_add(line, "%s%s", sep, alert->audience);
		holds_add_list(line, " ", alert->rules, alert->n_rules);
		holds_add_list(line, " by ", alert->held_by, alert->n_held_by);
		if (alert->reports > 0) {
			holds_add(line, " r%u", alert->reports);
		}
		sep = ", ";
	}
	return line->text;
}

/* Submits number id from a sender with a patch; ' stands for ". */
static inline const char *holds_submit(
	struct rig *rig, const char *sender, unsigned id, const char *patch)
{
	struct tocsin_outcome *outcome = rig_submit(rig, sender, rig_json(rig, id, "%s", patch));
	const char *text = holds_describe(rig, outcome);

	rig_settle(rig, outcome);
	return text;
}

static inline struct tocsin_silence *holds_read_silence(struct rig *rig, const char *text)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_silence *silence = NULL;

	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status = tocsin_silence_read(tocsin_engine_rules(rig->engine),
		"silence", text, strlen(text), rig->now_ms, &diagnostics, &silence);
	tocsin_diagnostics_print(&diagnostics, stderr);
	tocsin_diagnostics_finish(&diagnostics);
	assert_int_equal(status, TOCSIN_OK);
	return silence;
}

static inline const char *holds_silence(struct rig *rig, const char *text)
{
	const char *id = NULL;

	assert_int_equal(
		tocsin_engine_silence_add(rig->engine, holds_read_silence(rig, text), rig->now_ms, &id),
		TOCSIN_OK);
	return id;
}

/* Gives an engine what a record holds, as the journal does after a restart. */
static inline void holds_restore(struct rig *rig, const struct tocsin_record *record)
{
	const struct tocsin_held held = {
		.journal_id = record->journal_id,
		.received_ms = record->received_ms,
		.hold = record->hold,
		.hold_size = record->hold_size,
	};

	assert_int_equal(
		tocsin_engine_restore_hold(rig->engine, &held, record->tallies, record->tally_count),
		TOCSIN_OK);
}

static inline void holds_swap(struct rig *rig, const char *rules)
{
	struct tocsin_ruleset *old = NULL;

	assert_int_equal(tocsin_engine_swap_rules(rig->engine, rig_load(rules), &old), TOCSIN_OK);
	tocsin_ruleset_destroy(old);
}
