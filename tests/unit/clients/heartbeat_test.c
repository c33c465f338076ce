/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/watch/heartbeat.h"

static const char sign[] = "{\"hub\":\"h\",\"time\":\"2024-08-07T18:30:00Z\"}";

#define SIGN_MS INT64_C(1723055400000)

static void silence_is_said_once(void **state)
{
	struct tocsin_heartbeat heartbeat;
	(void)state;
	tocsin_heartbeat_start(&heartbeat, 1000);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 91000), TOCSIN_HEARTBEAT_NOTHING);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 91001), TOCSIN_HEARTBEAT_SILENT);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 99999), TOCSIN_HEARTBEAT_NOTHING);
	assert_int_equal(
		tocsin_heartbeat_hear(&heartbeat, sign, sizeof(sign) - 1, false, 100000, SIGN_MS + 5),
		TOCSIN_HEARTBEAT_BACK);
	assert_int_equal(heartbeat.sign_ms, SIGN_MS);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 190000), TOCSIN_HEARTBEAT_NOTHING);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 190001), TOCSIN_HEARTBEAT_SILENT);
}

static void an_old_retained_sign_is_silence(void **state)
{
	struct tocsin_heartbeat heartbeat;
	(void)state;
	tocsin_heartbeat_start(&heartbeat, 500000);
	assert_int_equal(
		tocsin_heartbeat_hear(&heartbeat, sign, sizeof(sign) - 1, true, 500000, SIGN_MS + 120000),
		TOCSIN_HEARTBEAT_NOTHING);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 500000), TOCSIN_HEARTBEAT_SILENT);
	/* A hub whose clock runs ahead is not older than now. */
	tocsin_heartbeat_start(&heartbeat, 500000);
	tocsin_heartbeat_hear(&heartbeat, sign, sizeof(sign) - 1, true, 500000, SIGN_MS - 120000);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 590000), TOCSIN_HEARTBEAT_NOTHING);
}

static void what_is_no_sign_is_ignored(void **state)
{
	static const char *const texts[] = {
		"", "{", "[]", "{\"time\":5}", "{\"time\":\"yesterday\"}", "null"};
	struct tocsin_heartbeat heartbeat;
	(void)state;
	tocsin_heartbeat_start(&heartbeat, 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		tocsin_heartbeat_hear(&heartbeat, texts[i], strlen(texts[i]), false, 80000, SIGN_MS);
	tocsin_heartbeat_hear(&heartbeat, NULL, 0, false, 80000, SIGN_MS);
	assert_int_equal(heartbeat.sign_ms, 0);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 90001), TOCSIN_HEARTBEAT_SILENT);
}

static void patience_is_a_choice(void **state)
{
	struct tocsin_heartbeat heartbeat;
	(void)state;
	tocsin_heartbeat_start(&heartbeat, 0);
	heartbeat.patience_ms = 2000;
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 2000), TOCSIN_HEARTBEAT_NOTHING);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 2001), TOCSIN_HEARTBEAT_SILENT);
	/* A retained sign is back from its own time on. */
	assert_int_equal(
		tocsin_heartbeat_hear(&heartbeat, sign, sizeof(sign) - 1, true, 9000, SIGN_MS + 2001),
		TOCSIN_HEARTBEAT_NOTHING);
	assert_int_equal(
		tocsin_heartbeat_hear(&heartbeat, sign, sizeof(sign) - 1, true, 9000, SIGN_MS + 2000),
		TOCSIN_HEARTBEAT_BACK);
}

static void a_new_line_is_no_sign_of_life(void **state)
{
	struct tocsin_heartbeat heartbeat;
	(void)state;
	tocsin_heartbeat_start(&heartbeat, 0);
	tocsin_heartbeat_resume(&heartbeat, 60000);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 150000), TOCSIN_HEARTBEAT_NOTHING);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 150001), TOCSIN_HEARTBEAT_SILENT);
	/* What was said to be silent is said to be back, on whatever line. */
	tocsin_heartbeat_resume(&heartbeat, 150002);
	assert_int_equal(tocsin_heartbeat_check(&heartbeat, 999999), TOCSIN_HEARTBEAT_NOTHING);
	assert_int_equal(
		tocsin_heartbeat_hear(&heartbeat, sign, sizeof(sign) - 1, false, 999999, SIGN_MS),
		TOCSIN_HEARTBEAT_BACK);
}

static void it_tells_how_far_the_audience_has_come(void **state)
{
	static const char count[] = "{\"time\":\"2024-08-07T18:30:00Z\",\"sequence\":4711}";
	static const char none[] = "{\"time\":\"2024-08-07T18:30:00Z\",\"sequence\":-1}";
	struct tocsin_heartbeat heartbeat;
	(void)state;
	tocsin_heartbeat_start(&heartbeat, 0);
	tocsin_heartbeat_hear(&heartbeat, count, sizeof(count) - 1, false, 1, SIGN_MS);
	assert_true(heartbeat.counts);
	assert_int_equal(heartbeat.sequence, 4711);
	tocsin_heartbeat_hear(&heartbeat, none, sizeof(none) - 1, false, 1, SIGN_MS);
	assert_false(heartbeat.counts);
	tocsin_heartbeat_hear(&heartbeat, sign, sizeof(sign) - 1, false, 1, SIGN_MS);
	assert_false(heartbeat.counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_said_once),
		cmocka_unit_test(an_old_retained_sign_is_silence),
		cmocka_unit_test(what_is_no_sign_is_ignored),
		cmocka_unit_test(patience_is_a_choice),
		cmocka_unit_test(a_new_line_is_no_sign_of_life),
		cmocka_unit_test(it_tells_how_far_the_audience_has_come),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
