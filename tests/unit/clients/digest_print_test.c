/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"

#include "clients/alert/digest_print.h"

static void prints(const char *json, bool name_audience, const char *expected)
{
	struct tocsin_arena *arena = rig_arena();
	struct page page;
	page_open(&page);
	setenv("TZ", "UTC", 1);
	const struct tocsin_paper paper = {page.out, false};
	tocsin_digest_print(&paper, rig_digest(arena, json), name_audience);
	assert_string_equal(page_text(&page), expected);
	page_close(&page);
	tocsin_arena_destroy(arena);
}

static void a_line_for_each_kind(void **state)
{
	(void)state;
	prints(
		"{'audience':'partners','rule':'displacement-large','reason':'throttle','status':'actual',"
		"'redaction':'high','from':'2024-08-07T18:00:00Z','to':'2024-08-07T19:00:00Z','count':7,"
		"'groups':[{'country':'ML','adm1':'ML05','event':'displacement','severity':'severe',"
		"'count':5},{'country':'ML','event':'food','severity':'unknown','count':2}]}",
		false,
		"[....] HELD BACK: 7 incidents (throttle, rule displacement-large), 2024-08-07 18:00 UTC "
		"to "
		"2024-08-07 19:00 UTC\n"
		"       5 displacement, Mali (ML05), highest severity severe\n"
		"       2 food, Mali (ML), highest severity unknown\n\n");
}

static void days_and_drills(void **state)
{
	(void)state;
	prints("{'audience':'public','rule':'a','reason':'corroborate','status':'exercise',"
		   "'redaction':'low','from':'2024-08-07T00:00:00Z','to':'2024-08-07T00:00:00Z','count':1,"
		   "'groups':[{'country':'XX','adm1':'XX1','event':'riots','severity':'minor','count':1}]}",
		true,
		"[....] EXERCISE HELD BACK: 1 incident (not corroborated, rule a), 2024-08-07, for public\n"
		"       1 riots, XX1, highest severity minor\n\n");
	prints("{'rule':'a\\u001b[2J','reason':'throttle','status':'test','count':1}", false,
		"[....] TEST HELD BACK: 1 incident (throttle, rule a<U+001B>[2J)\n\n");
}

static void a_silence_may_have_held_nothing(void **state)
{
	(void)state;
	prints("{'rule':'silence-1','reason':'silence','status':'actual','redaction':'severe',"
		   "'from':'2024-08-07T18:41:00Z','to':'2024-08-08T18:41:00Z'}",
		false,
		"[....] HELD BACK: nothing (silence-1), 2024-08-07 18:41 UTC to 2024-08-08 18:41 UTC\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_for_each_kind),
		cmocka_unit_test(days_and_drills),
		cmocka_unit_test(a_silence_may_have_held_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
