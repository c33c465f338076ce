/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"

#include "clients/alert/digest_judge.h"
#include "clients/rule/region.h"

static bool wanted(
	const char *region, Tocsin__V1__Severity least, uint32_t events, const char *groups)
{
	struct tocsin_arena *arena = rig_arena();
	struct tocsin_alert_want want = {.least = least, .events = events};
	struct tocsin_region_found found;
	if (region) {
		assert_true(tocsin_region_guess(region, &found));
		want.regions[want.region_count++] = found.paths[0];
	}
	const bool answer = tocsin_digest_wanted(
		&want, rig_digest(arena, tocsin_arena_format(arena, "{'groups':[%s]}", groups)));
	tocsin_arena_destroy(arena);
	return answer;
}

#define MOPTI "{'country':'ML','adm1':'ML05','event':'battles','severity':'severe'}"
#define SAHEL "{'country':'BF','adm1':'BF56','event':'riots','severity':'minor'}"
#define MALI "{'country':'ML','event':'battles','severity':'severe'}"

static void its_places_go_to_admin_1(void **state)
{
	static const struct {
		const char *region, *groups;
		bool wanted;
	} rows[] = {
		{NULL, MOPTI, true},
		{"ML", MOPTI, true},
		{"ML/ML05", MOPTI, true},
		{"ML/ML05/ML0503", MOPTI, true},
		{"ML/ML08", MOPTI, false},
		{"ML/ML08/ML0801", MOPTI, false},
		{"BF", MOPTI, false},
		{"BF", MOPTI "," SAHEL, true},
		{"ML05", MOPTI, true},
		{"ML0503", MOPTI, true},
		{"ML08", MOPTI, false},
		/* Somewhere in Mali: it may be there. */
		{"ML/ML08", MALI, true},
		{"ML08", MALI, true},
		{"BF/BF56", MALI, false},
		/* Nothing was held, of no place. */
		{"BF", "", true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (wanted(rows[i].region, 0, 0, rows[i].groups) != rows[i].wanted)
			fail_msg("row %zu: %s of %s", i, rows[i].region, rows[i].groups);
}

static void one_group_must_fit_alone(void **state)
{
	const uint32_t riots = 1u << TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_RIOTS;
	const Tocsin__V1__Severity moderate = TOCSIN__V1__SEVERITY__SEVERITY_MODERATE;
	(void)state;
	assert_true(wanted(NULL, moderate, 0, MOPTI));
	assert_false(wanted(NULL, moderate, 0, SAHEL));
	assert_true(wanted(NULL, moderate, 0, "{'country':'ML','severity':'unknown'}"));
	assert_true(wanted(NULL, 0, riots, SAHEL));
	assert_false(wanted(NULL, 0, riots, MOPTI));
	assert_false(wanted(NULL, moderate, riots, MOPTI "," SAHEL));
	assert_false(wanted("ML", 0, riots, MOPTI "," SAHEL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_places_go_to_admin_1),
		cmocka_unit_test(one_group_must_fit_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
