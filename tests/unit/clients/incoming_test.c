/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"

#include "clients/alert/incoming.h"

static const char *const audiences[] = {"partners", "public"};

static bool read_topic(const char *topic, struct tocsin_incoming *incoming)
{
	return tocsin_incoming_read("tocsin/v1", audiences, 2, topic, incoming);
}

static void topics_say_audience_and_kind(void **state)
{
	struct tocsin_incoming in;
	(void)state;
	assert_true(read_topic("tocsin/v1/to/partners/alert/severe/battles/ML", &in));
	assert_true(in.audience == 0 && in.alert && !in.open && !in.heartbeat && !in.json);
	assert_string_equal(in.rest, "severe/battles/ML");
	assert_true(read_topic("tocsin/v1/to/public/exercise-json/x", &in));
	assert_true(in.audience == 1 && in.alert && in.json);
	assert_true(read_topic("tocsin/v1/to/public/test/x", &in));
	assert_true(in.alert && !in.json);
	assert_true(read_topic("tocsin/v1/to/partners/open-json/ML/-/i", &in));
	assert_true(in.open && in.json && !in.alert);
	assert_true(read_topic("tocsin/v1/to/partners/figure-json/ML/-/-/-/idp/stock", &in));
	assert_true(in.figure && in.json && !in.alert && !in.open);
	assert_true(read_topic("tocsin/v1/to/partners/digest", &in));
	assert_true(in.audience == 0 && in.digest && !in.json && !in.alert && !in.open && !in.figure);
	assert_true(read_topic("tocsin/v1/to/public/digest-json", &in));
	assert_true(in.audience == 1 && in.digest && in.json);
	assert_true(read_topic("tocsin/v1/to/partners/heartbeat", &in));
	assert_true(in.heartbeat);
	assert_string_equal(in.rest, "");
}

static void other_topics_are_not_taken(void **state)
{
	static const char *const others[] = {"", "tocsin/v1", "tocsin/v1/to/", "tocsin/v1/to/partners",
		"tocsin/v1/to/partner/alert/x", "tocsin/v1/to/partners2/alert/x",
		"tocsin/v2/to/partners/alert/x", "tocsin/v1/from/partners/alert/x",
		"tocsin/v1/to/partners/figures/x", "tocsin/v1/to/partners/digests",
		"tocsin/v1/to/partners/-json/x", "tocsin/v1/to/partners/alerts/x",
		"x/tocsin/v1/to/partners/alert/x"};
	struct tocsin_incoming in;
	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (read_topic(others[i], &in))
			fail_msg("taken: %s", others[i]);
}

static void alerts_in_both_forms(void **state)
{
	struct tocsin_arena *source = rig_arena(), *arena = rig_arena();
	uint8_t packed[256];
	(void)state;
	const Tocsin__V1__Alert *alert = rig_alert(source, "{'id':'a','headline':'x'}");
	struct tocsin_message message = {
		.topic = "t", .payload = packed, .size = tocsin__v1__alert__pack(alert, packed)};
	Tocsin__V1__Alert *read = tocsin_incoming_alert(arena, &message, false);
	assert_non_null(read);
	assert_string_equal(read->headline, "x");
	static const char json[] = "{\"id\":\"a\",\"headline\":\"y\",\"of_tomorrow\":1}";
	message.payload = (const uint8_t *)json;
	message.size = strlen(json);
	read = tocsin_incoming_alert(arena, &message, true);
	assert_non_null(read);
	assert_string_equal(read->headline, "y");
	assert_null(tocsin_incoming_alert(arena, &message, false));
	message.size = 5;
	assert_null(tocsin_incoming_alert(arena, &message, true));
	tocsin_arena_destroy(arena);
	tocsin_arena_destroy(source);
}

static void digests_in_both_forms(void **state)
{
	struct tocsin_arena *source = rig_arena(), *arena = rig_arena();
	uint8_t packed[256];
	(void)state;
	const Tocsin__V1__Digest *digest = rig_digest(source, "{'rule':'a','count':7}");
	struct tocsin_message message = {
		.topic = "t", .payload = packed, .size = tocsin__v1__digest__pack(digest, packed)};
	const Tocsin__V1__Digest *read = tocsin_incoming_digest(arena, &message, false);
	assert_non_null(read);
	assert_int_equal(read->count, 7);
	static const char json[] = "{\"rule\":\"b\",\"count\":8}";
	message.payload = (const uint8_t *)json;
	message.size = strlen(json);
	read = tocsin_incoming_digest(arena, &message, true);
	assert_non_null(read);
	assert_string_equal(read->rule, "b");
	assert_null(tocsin_incoming_digest(arena, &message, false));
	tocsin_arena_destroy(arena);
	tocsin_arena_destroy(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topics_say_audience_and_kind),
		cmocka_unit_test(other_topics_are_not_taken),
		cmocka_unit_test(alerts_in_both_forms),
		cmocka_unit_test(digests_in_both_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
