/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The ledger, and the answers to replay requests. */
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
	const char *text = tocsin_ledger_json(tocsin_engine_ledger(rig.engine), arena);
	json_t *read = json_loads(text, 0, NULL);
	static const struct {
		const char *name;
		int value;
	} wanted[] = {{"received", 2}, {"accepted", 1}, {"rejected", 0}, {"duplicate", 1},
		{"deferred", 0}, {"pending", 0}, {"routed", 1}, {"defaulted", 0}, {"held", 0},
		{"alerts", 1}, {"reserved", 1}};
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
	struct rig rig = rig_begin();
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

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		const struct tocsin_submission request = {
			.topic_sender = cases[i].user,
			.topic_sender_length = strlen(cases[i].user),
			.user = cases[i].user,
			.client_id = "c",
			.payload = (const uint8_t *)cases[i].payload,
			.payload_size = strlen(cases[i].payload),
		};
		struct tocsin_outcome *outcome = tocsin_engine_replay(rig.engine, &request, rig.now_ms);
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
	assert_null(tocsin_engine_replay(rig.engine, &others, rig.now_ms));
	assert_int_equal(tocsin_engine_ledger(rig.engine)->reserved, 1);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ledger_document),
		cmocka_unit_test(replay_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
