/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/alert/alert_judge.h"

struct sample {
	Tocsin__V1__Alert alert;
	Tocsin__V1__Area area;
	Tocsin__V1__Event event;
	char *pcodes[2];
};

static char country[] = "ML", mopti[] = "ML05", djenne[] = "ML0503";

static void make(struct sample *sample, Tocsin__V1__Severity severity)
{
	tocsin__v1__alert__init(&sample->alert);
	tocsin__v1__area__init(&sample->area);
	tocsin__v1__event__init(&sample->event);
	sample->pcodes[0] = mopti;
	sample->pcodes[1] = djenne;
	sample->area.country = country;
	sample->area.pcodes = sample->pcodes;
	sample->area.n_pcodes = 2;
	sample->event.type = TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES;
	sample->alert.area = &sample->area;
	sample->alert.event = &sample->event;
	sample->alert.severity = severity;
}

static bool wanted(const struct tocsin_alert_want *want, const struct sample *sample)
{
	struct tocsin_alert_judgement judgement = tocsin_alert_judge(want, &sample->alert);
	return tocsin_alert_wanted(&judgement);
}

static void regions_hold_what_lies_within(void **state)
{
	static const char *const inside[] = {"ML", "ML05", "ML0503", "ML/ML05"};
	static const char *const outside[] = {"ML0", "ML06", "ML05030", "BF"};
	struct sample sample;
	(void)state;
	make(&sample, TOCSIN__V1__SEVERITY__SEVERITY_SEVERE);
	for (size_t i = 0; i < 4; i++) {
		struct tocsin_alert_want want = {.region_count = 1};
		if (!tocsin_region_path_read(inside[i], &want.regions[0])) {
			snprintf(want.regions[0].levels[0], 21, "%s", inside[i]);
			want.regions[0].count = 1;
		}
		assert_true(wanted(&want, &sample));
		snprintf(want.regions[0].levels[0], 21, "%s", outside[i]);
		want.regions[0].count = 1;
		assert_false(wanted(&want, &sample));
	}
	sample.alert.area = NULL;
	struct tocsin_alert_want anywhere = {.region_count = 0};
	assert_true(wanted(&anywhere, &sample));
}

static void unknown_severity_is_never_dropped(void **state)
{
	struct tocsin_alert_want want = {.least = TOCSIN__V1__SEVERITY__SEVERITY_SEVERE};
	struct sample sample;
	(void)state;
	make(&sample, TOCSIN__V1__SEVERITY__SEVERITY_MODERATE);
	assert_false(wanted(&want, &sample));
	make(&sample, TOCSIN__V1__SEVERITY__SEVERITY_EXTREME);
	assert_true(wanted(&want, &sample));
	make(&sample, TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN);
	assert_true(wanted(&want, &sample));
	make(&sample, TOCSIN__V1__SEVERITY__SEVERITY_UNSPECIFIED);
	assert_true(wanted(&want, &sample));
	make(&sample, (Tocsin__V1__Severity)9);
	assert_true(wanted(&want, &sample));
}

static void events_are_any_of(void **state)
{
	struct tocsin_alert_want want = {.events = 1u << TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES |
			1u << TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_FOOD};
	struct sample sample;
	(void)state;
	make(&sample, TOCSIN__V1__SEVERITY__SEVERITY_MINOR);
	assert_true(wanted(&want, &sample));
	sample.event.type = TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_RIOTS;
	assert_false(wanted(&want, &sample));
	sample.event.type = (Tocsin__V1__EventType)77;
	assert_true(wanted(&want, &sample));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_hold_what_lies_within),
		cmocka_unit_test(unknown_severity_is_never_dropped),
		cmocka_unit_test(events_are_any_of),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
