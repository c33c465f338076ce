/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <stdbool.h>

#include "clients/hub/status_prometheus.h"

static void assert_says(const char *status, const char *const *parts, const char *const *lacks)
{
	json_t *value = status ? json_loads(status, 0, NULL) : NULL;
	struct page page;
	assert_true(!status || value);
	page_open(&page);
	tocsin_status_prometheus(value, page.out);
	for (; *parts; parts++)
		assert_has(page_text(&page), *parts);
	for (; *lacks; lacks++)
		assert_lacks(page_text(&page), *lacks);
	page_close(&page);
	json_decref(value);
}

static void no_sign_of_a_hub(void **state)
{
	static const char *const parts[] = {"# HELP tocsin_up Whether the hub gives a sign of life.\n# "
										"TYPE tocsin_up gauge\ntocsin_up 0\n",
		NULL};
	static const char *const lacks[] = {"tocsin_rules", "tocsin_journal", NULL};
	(void)state;
	assert_says(NULL, parts, lacks);
}

static void what_is_said(void **state)
{
	static const char status[] =
		"{\"hub\": \"h\", \"rules\": 3, \"rules_state\": \"stale\", \"journal_state\": \"ok\","
		" \"ledger\": {\"received\": 12345678901, \"pending\": 2, \"guarded\": 4},"
		" \"audiences\": [{\"name\":"
		" \"partners\", \"sequence\": 9}, {\"name\": \"a\\\"b\\\\c\\n\", \"sequence\": 1}],"
		" \"last_reload\": {\"time\": \"2024-08-07T03:06:40Z\", \"ok\": false}}";
	static const char *const parts[] = {"tocsin_up 1\n", "\ntocsin_rules 3\n",
		"# TYPE tocsin_incidents_received_total counter\ntocsin_incidents_received_total "
		"12345678901\n",
		"# TYPE tocsin_incidents_pending gauge\ntocsin_incidents_pending 2\n",
		"# TYPE tocsin_reads_denied_total counter\ntocsin_reads_denied_total 4\n",
		"\ntocsin_rules_state{state=\"ok\"} 0\ntocsin_rules_state{state=\"stale\"} 1\n"
		"tocsin_rules_state{state=\"last_good\"} 0\n",
		"\ntocsin_journal_state{state=\"ok\"} 1\ntocsin_journal_state{state=\"failing\"} 0\n",
		"\ntocsin_audience_sequence{audience=\"partners\"} 9\n"
		"tocsin_audience_sequence{audience=\"a\\\"b\\\\c\\n\"} 1\n",
		"\ntocsin_last_reload_success 0\n", "\ntocsin_last_reload_timestamp_seconds 1723000000\n",
		NULL};
	static const char *const lacks[] = {"accepted", "uptime", "\ntocsin_reloads", NULL};
	(void)state;
	assert_says(status, parts, lacks);
}

static void what_is_strange(void **state)
{
	static const char *const parts[] = {
		"tocsin_rules_state{state=\"ok\"} 0\ntocsin_rules_state{state=\"stale\"} 0\n", NULL};
	static const char *const lacks[] = {
		"tocsin_rules ", "last_reload", "audience", "tocsin_journal_state", NULL};
	(void)state;
	assert_says(
		"{\"rules\": \"3\", \"rules_state\": \"odd\", \"journal_state\": 5, \"last_reload\": null,"
		" \"audiences\": []}",
		parts, lacks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_sign_of_a_hub),
		cmocka_unit_test(what_is_said),
		cmocka_unit_test(what_is_strange),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
