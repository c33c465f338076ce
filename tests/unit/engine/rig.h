/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An engine over a small rule set held in memory, on a clock that the test moves,
 * and incidents as patches (RFC 7396) of a good one in Tocsin JSON. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "engine/engine.h"
#include "proto/instant.h"
#include "proto/json.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"

#define RIG_ROOT "tocsin/v1"
#define RIG_MINUTE INT64_C(60000)
#define RIG_HOUR (60 * RIG_MINUTE)
#define RIG_DAY (24 * RIG_HOUR)
/* 2024-08-07T18:41:00Z, a minute after the good incident was sent. */
#define RIG_START INT64_C(1723056060000)

static const char rig_list[] =
	"Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date,Latitude,Longitude\n"
	"MLI,1,ML05,Mopti,MLI,2021-12-20,,\n"
	"MLI,2,ML0503,Djenne,ML05,2021-12-20,13.9061,-4.5533\n"
	"MLI,3,ML050302,Kewa,ML0503,2021-12-20,,\n"
	"MLI,4,ML05030201,Kouakourou,ML050302,2021-12-20,,\n"
	"MLI,4,ML05030202,Sirabougou,ML050302,2021-12-20,,\n"
	"MLI,3,ML050303,Madiama,ML0503,2021-12-20,,\n"
	"MLI,2,ML0506,Mopti,ML05,2021-12-20,14.4843,-4.183\n"
	"MLI,1,ML08,Kidal,MLI,2021-12-20,,\n"
	"MLI,2,ML0801,Abeibara,ML08,2021-12-20,,\n";

static const char rig_rules[] = "version: 1\n"
								"gazetteer: [list.csv]\n"
								"hub: rig\n"
								"audiences:\n"
								"  coordination: {max_sensitivity: severe, members: [coord-duty]}\n"
								"  partners: {max_sensitivity: high, members: [msf-duty]}\n"
								"  public: {max_sensitivity: low, format: [json]}\n"
								"  archive: {max_sensitivity: severe, format: [protobuf]}\n"
								"rules:\n"
								"  - id: mopti\n"
								"    match: {region: ML05, min_severity: severe}\n"
								"    alert: [{audience: partners, open: true, expires: 24h}]\n"
								"  - id: kidal\n"
								"    match: {region: ML08}\n"
								"    alert: [{audience: coordination, open: true, expires: 24h}]\n"
								"  - id: displaced\n"
								"    match: {event: displacement}\n"
								"    alert: [{audience: partners, open: true, expires: 14d},\n"
								"            {audience: archive, expires: 14d, qos: 2}]\n"
								"  - id: notice\n"
								"    match: {sensitivity: low}\n"
								"    alert: [{audience: public, open: true}]\n"
								"default:\n"
								"  alert: [{audience: coordination, open: true}]\n";

static const char rig_good[] =
	"{\"status\": \"actual\", \"msg_type\": \"alert\", \"sent\": \"2024-08-07T18:40:00Z\","
	" \"event\": {\"type\": \"battles\"}, \"severity\": \"severe\","
	" \"certainty\": \"observed\", \"location\": {\"country\": \"ML\", \"pcode\": \"ML0503\"},"
	" \"sensitivity\": \"moderate\"}";

struct rig {
	struct tocsin_engine *engine;
	struct tocsin_arena *arena; /* of what tests decode */
	int64_t now_ms;
	const char *client; /* MQTT client id of every publish */
	const char *user;   /* who publishes for every sender; NULL: each for itself */
	const char *defer;
};

static inline enum tocsin_status rig_read(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	const char *from = strstr(path, "list.csv") ? rig_list : ctx;

	(void)ceiling;
	if (strstr(path, "boxes")) {
		return TOCSIN_NOT_FOUND;
	}
	*text = strdup(from);
	*length = strlen(from);
	return *text ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

static inline struct tocsin_ruleset *rig_load(const char *rules)
{
	const struct tocsin_files files = {.ctx = (void *)(uintptr_t)rules, .read = rig_read};
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;

	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status =
		tocsin_ruleset_load("/rules/rules.yaml", &files, &diagnostics, &ruleset);
	tocsin_diagnostics_print(&diagnostics, stderr);
	tocsin_diagnostics_finish(&diagnostics);
	assert_int_equal(status, TOCSIN_OK);
	return ruleset;
}

/* An engine that goes on from what an archive holds. */
static inline struct rig rig_begin_from(
	const char *rules, const struct tocsin_archive *archive, uint64_t next_journal_id)
{
	struct rig rig = {.now_ms = RIG_START, .client = "client-1"};
	struct tocsin_engine_config config = {
		.root = RIG_ROOT,
		.durable = true,
		.archive = archive,
		.next_journal_id = next_journal_id,
	};
	struct tocsin_ruleset *ruleset = rig_load(rules);

	memset(config.key, 7, sizeof(config.key));
	rig.arena = tocsin_arena_create(256 << 20, &tocsin_heap);
	rig.engine = tocsin_engine_create(&config, ruleset);
	assert_non_null(rig.engine);
	assert_non_null(rig.arena);
	return rig;
}

static inline struct rig rig_begin_with(const char *rules, bool durable)
{
	struct rig rig = {.now_ms = RIG_START, .client = "client-1"};
	struct tocsin_engine_config config = {.root = RIG_ROOT, .durable = durable};
	struct tocsin_ruleset *ruleset = rig_load(rules);

	memset(config.key, 7, sizeof(config.key));
	rig.arena = tocsin_arena_create(256 << 20, &tocsin_heap);
	rig.engine = tocsin_engine_create(&config, ruleset);
	assert_non_null(rig.engine);
	assert_non_null(rig.arena);
	return rig;
}

static inline struct rig rig_begin(void)
{
	return rig_begin_with(rig_rules, true);
}

static inline void rig_end(struct rig *rig)
{
	assert_true(tocsin_ledger_adds_up(tocsin_engine_ledger(rig->engine)));
	tocsin_engine_destroy(rig->engine);
	tocsin_arena_destroy(rig->arena);
}

/* id 7 is "00000007-0000-4000-8000-000000000007". */
static inline const char *rig_id(struct rig *rig, unsigned number)
{
	return tocsin_arena_format(rig->arena, "%08x-0000-4000-8000-%012x", number, number);
}

static inline void rig_patch(json_t *target, json_t *patch)
{
	const char *key;
	json_t *value;

	json_object_foreach(patch, key, value)
	{
		json_t *old = json_object_get(target, key);

		if (json_is_null(value)) {
			json_object_del(target, key);
		} else if (json_is_object(value) && json_is_object(old)) {
			rig_patch(old, value);
		} else {
			json_object_set(target, key, value);
		}
	}
}

/* The good incident with this id and patch, in which ' stands for ". */
static inline char *rig_json(struct rig *rig, unsigned id, const char *format, ...)
{
	json_t *incident = json_loads(rig_good, 0, NULL);
	char patch[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(patch, sizeof(patch), format, args);
	va_end(args);
	for (char *at = strchr(patch, '\''); at; at = strchr(at, '\'')) {
		*at = '"';
	}
	json_error_t error;
	json_t *changes = json_loads(patch, 0, &error);
	if (!changes) {
		fail_msg("%s in %s", error.text, patch);
	}
	json_object_set_new(incident, "id", json_string(rig_id(rig, id)));
	rig_patch(incident, changes);
	char *dumped = json_dumps(incident, JSON_COMPACT);
	assert_non_null(dumped);
	char *text = dumped ? tocsin_arena_text(rig->arena, dumped, strlen(dumped)) : NULL;
	free(dumped);
	json_decref(changes);
	json_decref(incident);
	return text;
}

/* A reference to incident number id, for a patch. */
static inline const char *rig_reference(struct rig *rig, unsigned id)
{
	return tocsin_arena_format(
		rig->arena, "{'id':'%s','sent':'2024-08-07T18:40:00Z'}", rig_id(rig, id));
}

static inline struct tocsin_outcome *rig_submit_bytes(
	struct rig *rig, const char *sender, enum tocsin_form form, const void *bytes, size_t size)
{
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = rig->user ? rig->user : sender,
		.client_id = rig->client,
		.form = form,
		.payload = bytes,
		.payload_size = size,
		.defer = rig->defer,
	};

	return tocsin_engine_submit(rig->engine, &submission, rig->now_ms);
}

static inline struct tocsin_outcome *rig_submit(
	struct rig *rig, const char *sender, const char *json)
{
	struct tocsin_outcome *outcome =
		rig_submit_bytes(rig, sender, TOCSIN_FORM_JSON, json, strlen(json));

	assert_non_null(outcome);
	return outcome;
}

static inline void rig_settle(struct rig *rig, struct tocsin_outcome *outcome)
{
	tocsin_engine_settle(rig->engine, outcome);
	assert_true(tocsin_ledger_adds_up(tocsin_engine_ledger(rig->engine)));
	tocsin_outcome_destroy(rig->engine, outcome);
}

/* The receipt of an outcome: always one, for the client alone. */
static inline const Tocsin__V1__Receipt *rig_receipt(
	struct rig *rig, const struct tocsin_outcome *outcome)
{
	const struct tocsin_publication *found = NULL;
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;

	for (size_t i = 0; i < outcome->publication_count; ++i) {
		if (outcome->publications[i].kind == TOCSIN_PUBLISH_RECEIPT) {
			assert_null(found);
			found = &outcome->publications[i];
		}
	}
	assert_non_null(found);
	if (!found) {
		return NULL;
	}
	assert_string_equal(found->client_id, rig->client);
	assert_int_equal(found->qos, 1);
	assert_false(found->retain);
	if (found->form == TOCSIN_FORM_PROTOBUF) {
		message = protobuf_c_message_unpack(&tocsin__v1__receipt__descriptor,
			tocsin_arena_protobuf(rig->arena), found->payload_size, found->payload);
	} else {
		tocsin_violations_init(&violations, rig->arena);
		assert_int_equal(tocsin_json_read(&tocsin__v1__receipt__descriptor, found->payload,
							 found->payload_size, rig->arena, &violations, &message),
			TOCSIN_OK);
	}
	assert_non_null(message);
	const Tocsin__V1__Receipt *receipt = (const Tocsin__V1__Receipt *)message;
	assert_int_equal(receipt->verdict, outcome->verdict);
	return receipt;
}

static inline bool rig_has_check(const Tocsin__V1__Receipt *receipt, const char *check)
{
	for (size_t i = 0; i < receipt->n_violations; ++i) {
		if (strcmp(receipt->violations[i]->check, check) == 0) {
			return true;
		}
	}
	return false;
}

/* The publication on a topic beneath the root; NULL where there is none. Fails
 * where there are two. */
static inline const struct tocsin_publication *rig_find(
	const struct tocsin_outcome *outcome, const char *topic)
{
	const struct tocsin_publication *found = NULL;

	for (size_t i = 0; outcome && i < outcome->publication_count; ++i) {
		const char *at = outcome->publications[i].topic;

		if (strncmp(at, RIG_ROOT "/", strlen(RIG_ROOT "/")) == 0 &&
			strcmp(at + strlen(RIG_ROOT "/"), topic) == 0) {
			assert_null(found);
			found = &outcome->publications[i];
		}
	}
	return found;
}

static inline const Tocsin__V1__Alert *rig_read_alert(
	struct rig *rig, const struct tocsin_publication *found)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;

	if (found->form == TOCSIN_FORM_PROTOBUF) {
		message = protobuf_c_message_unpack(&tocsin__v1__alert__descriptor,
			tocsin_arena_protobuf(rig->arena), found->payload_size, found->payload);
	} else {
		tocsin_violations_init(&violations, rig->arena);
		assert_int_equal(tocsin_json_read(&tocsin__v1__alert__descriptor, found->payload,
							 found->payload_size, rig->arena, &violations, &message),
			TOCSIN_OK);
	}
	assert_non_null(message);
	return (const Tocsin__V1__Alert *)message;
}

/* The alert on a topic that must be there. */
static inline const Tocsin__V1__Alert *rig_alert(
	struct rig *rig, const struct tocsin_outcome *outcome, const char *topic)
{
	const struct tocsin_publication *found = rig_find(outcome, topic);

	if (!found) {
		for (size_t i = 0; outcome && i < outcome->publication_count; ++i) {
			print_error("  %s\n", outcome->publications[i].topic);
		}
		fail_msg("nothing on %s", topic);
		return NULL;
	}
	return rig_read_alert(rig, found);
}

/* Whether a topic is cleared: retained and empty. */
static inline bool rig_cleared(const struct tocsin_outcome *outcome, const char *topic)
{
	const struct tocsin_publication *found = rig_find(outcome, topic);

	return found && found->retain && !found->payload && found->payload_size == 0;
}

static inline size_t rig_count(
	const struct tocsin_outcome *outcome, enum tocsin_publication_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; outcome && i < outcome->publication_count; ++i) {
		count += outcome->publications[i].kind == kind;
	}
	return count;
}
