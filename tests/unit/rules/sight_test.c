/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who sees something else under other rules, and which alerts may then still stand. */
#include "rules/sight.h"

#include "rules/rig_render.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct tocsin_ruleset one_audience(struct tocsin_audience *audience)
{
	return (struct tocsin_ruleset){
		.audiences = audience, .audience_count = audience->name != NULL ? 1 : 0};
}

static void who_sees_something_else(void **state)
{
	static const struct {
		int before, after; /* 0: there is none */
		enum tocsin_detail detail_before, detail_after;
		bool changed, narrowed;
	} rows[] = {
		{RIG_HIGH, RIG_HIGH, 0, 0, false, false},
		{RIG_SEVERE, RIG_HIGH, 0, 0, true, true},
		{RIG_HIGH, RIG_SEVERE, 0, 0, true, false},
		{RIG_HIGH, 0, 0, 0, true, true},
		{0, RIG_HIGH, 0, 0, true, false},
		{RIG_LOW, RIG_LOW, TOCSIN_DETAIL_ADM2, TOCSIN_DETAIL_ADM1, true, true},
		{RIG_LOW, RIG_LOW, TOCSIN_DETAIL_ADM1, TOCSIN_DETAIL_ADM2, true, false},
		{RIG_LOW, RIG_MODERATE, TOCSIN_DETAIL_ADM2, TOCSIN_DETAIL_ADM1, true, false},
		{RIG_MODERATE, RIG_LOW, TOCSIN_DETAIL_ADM1, TOCSIN_DETAIL_ADM2, true, true},
		{RIG_HIGH, RIG_HIGH, TOCSIN_DETAIL_ADM2, TOCSIN_DETAIL_ADM1, false, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_audience before = rig_audience(rows[i].before);
		struct tocsin_audience after = rig_audience(rows[i].after);
		struct tocsin_sights sights = {.count = 0};
		before.name = rows[i].before != 0 ? "a" : NULL;
		after.name = rows[i].after != 0 ? "a" : NULL;
		before.detail = rows[i].detail_before;
		after.detail = rows[i].detail_after;
		struct tocsin_ruleset rules = one_audience(&before), next = one_audience(&after);
		tocsin_sights_add(&sights, &rules, &next);
		assert_int_equal(sights.count, rows[i].changed);
		assert_int_equal(tocsin_sights_changed(&sights, "a"), rows[i].changed);
		assert_int_equal(tocsin_sights_narrowed(&sights, "a"), rows[i].narrowed);
		assert_false(tocsin_sights_changed(&sights, "b"));
		/* What was narrowed may still stand, whatever came afterwards. */
		tocsin_sights_add(&sights, &next, &rules);
		assert_int_equal(sights.count, rows[i].changed);
		assert_int_equal(tocsin_sights_narrowed(&sights, "a"), rows[i].changed);
	}
}

static void more_than_it_can_name_is_everybody(void **state)
{
	static char names[TOCSIN_MAX_AUDIENCES][8];
	static struct tocsin_audience audiences[TOCSIN_MAX_AUDIENCES];
	static struct tocsin_sights sights;
	const struct tocsin_ruleset none = {.audience_count = 0};
	struct tocsin_ruleset all = {.audiences = audiences, .audience_count = TOCSIN_MAX_AUDIENCES};
	(void)state;
	for (int round = 0; round < 3; round++) {
		assert_false(sights.everybody);
		for (int i = 0; i < TOCSIN_MAX_AUDIENCES; i++) {
			(void)snprintf(names[i], sizeof names[i], "a%d-%d", round, i);
			audiences[i].name = names[i];
		}
		tocsin_sights_add(&sights, &all, &none);
	}
	assert_true(sights.everybody);
	assert_true(tocsin_sights_changed(&sights, "a2-1"));
	assert_true(tocsin_sights_narrowed(&sights, "a2-1"));
}

static bool fits(struct rig *rig, const Tocsin__V1__Alert *alert, int level, bool adm2)
{
	struct tocsin_audience audience = rig_audience(level);
	audience.detail = adm2 ? TOCSIN_DETAIL_ADM2 : TOCSIN_DETAIL_ADM1;
	return tocsin_render_fits(alert, rig_ruleset(rig), &audience);
}

static void an_alert_fits_who_may_see_as_much(void **state)
{
	struct rig *rig = *state;
	for (int made = RIG_LOW; made <= RIG_SEVERE; made++) {
		Tocsin__V1__Alert *alert = rig_render(rig, "{'location':{'pcode':'ML7777'}}", made);
		for (int now = RIG_LOW; now <= RIG_SEVERE; now++) {
			assert_int_equal(fits(rig, alert, now, false), made <= now);
		}
	}
}

static void what_shows_admin_2_fits_by_detail_alone(void **state)
{
	static const struct {
		const char *patch;
		bool deep;
	} rows[] = {
		{"{'sensitivity':'low'}", true},
		{"{'sensitivity':'low','location':{'pcode':'ML05'}}", false},
		{"{'sensitivity':'low','location':{'pcode':'ML05'},"
		 "'displacement':[{'pcode':'ML0503'}]}",
			true},
		{"{'sensitivity':'low','location':{'pcode':'ML05'},"
		 "'displacement':[{'pcode':'ML08'},{'origin_pcode':'ML0801'}]}",
			true},
		{"{'sensitivity':'low','location':{'pcode':'ML05'},"
		 "'displacement':[{'pcode':'ML08','origin_pcode':'ML05'}]}",
			false},
	};
	struct rig *rig = *state;
	struct tocsin_version version = rig_version();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_audience *audience = tocsin_arena_zero(rig->arena, 1, sizeof *audience);
		*audience = rig_audience(RIG_LOW);
		audience->detail = TOCSIN_DETAIL_ADM2;
		Tocsin__V1__Alert *alert = rig_render_for(rig, rows[i].patch, audience, &version);
		assert_true(fits(rig, alert, RIG_LOW, true));
		assert_true(fits(rig, alert, RIG_MODERATE, false));
		assert_int_equal(fits(rig, alert, RIG_LOW, false), !rows[i].deep);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_sees_something_else),
		cmocka_unit_test(more_than_it_can_name_is_everybody),
		cmocka_unit_test(an_alert_fits_who_may_see_as_much),
		cmocka_unit_test(what_shows_admin_2_fits_by_detail_alone),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
