/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The ledger, and the answers to replay requests. */
#include "engine/replay.h"
#include "engine/rig.h"

#include "tocsin/v1/replay.pb-c.h"

static void ledger_document(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_arena *arena = tocsin_arena_create(4096, &tocsin_heap);

	rig_settle(&rig, rig_submit(&rig, "one", rig_json(&rig, 1, "{}")));
	rig_settle(&rig, rig_submit(&rig, "one", rig_json(&rig, 1, "{}")));
	tocsin_engine_count_reserved(rig.engine);
	tocsin_engine_count_guarded(rig.engine);
	tocsin_engine_count_guarded(rig.engine);
	const char *text = tocsin_ledger_json(tocsin_engine_ledger(rig.engine), arena);
	json_t *read = json_loads(text, 0, NULL);
	static const struct {
		const char *name;
		int value;
	} wanted[] = {{"received", 2}, {"accepted", 1}, {"rejected", 0}, {"duplicate", 1},
		{"deferred", 0}, {"pending", 0}, {"routed", 1}, {"defaulted", 0}, {"held", 0},
		{"alerts", 1}, {"reserved", 1}, {"guarded", 2}};
	assert_int_equal(json_object_size(read), sizeof(wanted) / sizeof(*wanted));
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); ++i) {
		assert_int_equal(
			json_integer_value(json_object_get(read, wanted[i].name)), wanted[i].value);
	}
	json_decref(read);
	tocsin_arena_destroy(arena);

	struct tocsin_ledger wrong = {.received = 1};
	assert_false(tocsin_ledger_adds_up(&wrong));
	wrong.accepted = 1;
	assert_false(tocsin_ledger_adds_up(&wrong));
	wrong.held = 1;
	assert_true(tocsin_ledger_adds_up(&wrong));
	rig_end(&rig);
}

static void replay_is_answered(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(rig_rules, false);
	const struct {
		const char *user, *payload, *reason;
	} cases[] = {
		{"msf-duty", "{\"audience\":\"partners\",\"after_sequence\":3}", "replay.unavailable"},
		{"coord-duty", "{\"audience\":\"partners\"}", "replay.forbidden"},
		{"msf-duty", "{\"audience\":\"nobody\"}", "replay.forbidden"},
		{"msf-duty", "{\"audience\":3}", "replay.malformed"},
		{"msf-duty", "{\"audience\":", "replay.malformed"},
		{"msf-duty", "\n\x08partners", "replay.unavailable"},
		{"msf-duty", "\xff\xff", "replay.malformed"},
		{"msf-duty", "", "replay.forbidden"},
	};

	struct tocsin_replay *replay;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		const struct tocsin_submission request = {
			.topic_sender = cases[i].user,
			.topic_sender_length = strlen(cases[i].user),
			.user = cases[i].user,
			.client_id = "c",
			.payload = (const uint8_t *)cases[i].payload,
			.payload_size = strlen(cases[i].payload),
		};
		struct tocsin_outcome *outcome =
			tocsin_engine_replay(rig.engine, &request, rig.now_ms, &replay);
		assert_null(replay);
		const struct tocsin_publication *sent = &outcome->publications[0];
		struct tocsin_violations violations;
		ProtobufCMessage *message = NULL;

		assert_int_equal(outcome->publication_count, 1);
		assert_int_equal(sent->kind, TOCSIN_PUBLISH_REPLAY);
		assert_string_equal(sent->client_id, "c");
		if (sent->form == TOCSIN_FORM_JSON) {
			tocsin_violations_init(&violations, rig.arena);
			assert_int_equal(tocsin_json_read(&tocsin__v1__replay_end__descriptor, sent->payload,
								 sent->payload_size, rig.arena, &violations, &message),
				TOCSIN_OK);
		} else {
			message = protobuf_c_message_unpack(&tocsin__v1__replay_end__descriptor,
				tocsin_arena_protobuf(rig.arena), sent->payload_size, sent->payload);
		}
		const Tocsin__V1__ReplayEnd *end = (const Tocsin__V1__ReplayEnd *)message;
		assert_string_equal(end->reason, cases[i].reason);
		assert_false(end->complete);
		assert_int_equal(end->count, 0);
		char topic[64];
		snprintf(topic, sizeof(topic), "from/%s/replay-end%s", cases[i].user,
			sent->form == TOCSIN_FORM_JSON ? "-json" : "");
		assert_ptr_equal(rig_find(outcome, topic), sent);
		tocsin_outcome_destroy(rig.engine, outcome);
	}
	const struct tocsin_submission others = {.topic_sender = "msf-duty",
		.topic_sender_length = 8,
		.user = "coord-duty",
		.client_id = "c"};
	assert_null(tocsin_engine_replay(rig.engine, &others, rig.now_ms, &replay));
	assert_int_equal(tocsin_engine_ledger(rig.engine)->reserved, 1);
	rig_end(&rig);
}

static void a_wish_is_read(void **state)
{
	static const struct {
		const char *payload, *filter;
		uint64_t after;
		bool by_time;
		uint32_t limit;
		const char *refused;
	} cases[] = {
		{"{'audience':'partners','after_sequence':7}", "", 7, false, TOCSIN_REPLAY_LIMIT, NULL},
		{"{'audience':'partners','limit':20}", "", 0, false, 20, NULL},
		{"{'audience':'partners','limit':100000}", "", 0, false, TOCSIN_REPLAY_LIMIT, NULL},
		{"{'audience':'partners','from':'2024-08-07T18:00:00Z','filter':'a/+/#'}", "a/+/#", 0, true,
			TOCSIN_REPLAY_LIMIT, NULL},
		{"{'audience':'partners','from':'2024-08-07T18:00:00Z','after_sequence':1}", "", 0, false,
			0, "replay.malformed"},
		{"{'audience':'partners','to':'2024-08-07T18:00:00Z'}", "", 0, false, 0,
			"replay.malformed"},
		{"{'audience':'partners','from':'2024-08-07T18:00:00Z','to':'2024-08-07T17:00:00Z'}", "", 0,
			false, 0, "replay.malformed"},
		{"{'audience':'partners','filter':'a/b#'}", "", 0, false, 0, "replay.malformed"},
		{"{'audience':'partners','filter':'a+/b'}", "", 0, false, 0, "replay.malformed"},
		{"{'audience':'partners','filter':'#/b'}", "", 0, false, 0, "replay.malformed"},
	};
	struct rig rig = rig_begin();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		char *payload = tocsin_arena_text(rig.arena, cases[i].payload, strlen(cases[i].payload));
		struct tocsin_replay *replay = NULL;

		for (char *at = strchr(payload, '\''); at; at = strchr(at, '\'')) {
			*at = '"';
		}
		const struct tocsin_submission request = {
			.topic_sender = "msf-duty",
			.topic_sender_length = 8,
			.user = "msf-duty",
			.client_id = "c",
			.payload = (const uint8_t *)payload,
			.payload_size = strlen(payload),
			.correlation = (const uint8_t *)"xyz",
			.correlation_size = 3,
		};
		struct tocsin_outcome *outcome =
			tocsin_engine_replay(rig.engine, &request, rig.now_ms, &replay);
		assert_int_equal(outcome != NULL, cases[i].refused != NULL);
		assert_int_equal(replay != NULL, cases[i].refused == NULL);
		if (replay) {
			assert_string_equal(replay->audience, "partners");
			assert_string_equal(replay->user, "msf-duty");
			assert_string_equal(replay->client_id, "c");
			assert_string_equal(replay->filter, cases[i].filter);
			assert_int_equal(replay->after_sequence, cases[i].after);
			assert_int_equal(replay->by_time, cases[i].by_time);
			assert_int_equal(replay->limit, cases[i].limit);
			assert_int_equal(replay->correlation_size, 3);
			assert_memory_equal(replay->correlation, "xyz", 3);
		}
		free(replay);
		tocsin_outcome_destroy(rig.engine, outcome);
	}
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ledger_document),
		cmocka_unit_test(replay_is_answered),
		cmocka_unit_test(a_wish_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
