/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig_render.h"

#include "proto/instant.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char full[] =
	"{'headline':'as written','description':'d','urgency':'past',"
	"'occurred':{'start':'2024-08-07T18:30:45Z','end':'2024-08-07T19:59:59Z',"
	"'precision':'minute'},'event':{'type':'battles','sub_type':'Armed clash',"
	"'category':['security'],'cause':'conflict'},"
	"'location':{'pcode':'ML05039901','locality':'Kouakourou','geo_precision':'town',"
	"'point':{'latitude':14.222156,'longitude':-4.493387}},"
	"'actors':[{'name':'x'}],'casualty_claims':[{'kind':'killed','low':40}],"
	"'displacement':[{'unit':'person','figure':700}],'needs':['food'],"
	"'sources':[{'name':'RFI'}],'correlation_key':'k'}";

static const char *const cancelled[] = {"alert-1", "alert-0"};

/* What an audience of level now gets after it saw the alert of patch at level before. */
static Tocsin__V1__Alert *cancel_of(
	struct rig *rig, const char *patch, int before, int now, Tocsin__V1__CloseCause cause)
{
	Tocsin__V1__Alert *last = rig_render(rig, patch, before);
	Tocsin__V1__Alert *alert = NULL;
	struct tocsin_audience *audience = tocsin_arena_zero(rig->arena, 1, sizeof *audience);
	struct tocsin_version version = rig_version();
	Tocsin__V1__Close close = TOCSIN__V1__CLOSE__INIT;
	*audience = rig_audience(now);
	close.cause = cause;
	close.note = (char *)"said by an elder";
	version.alert_id = "alert-2";
	version.revision = 3;
	version.references = cancelled;
	version.reference_count = 2;
	version.rule_count = 0;
	assert_int_equal(tocsin_render_cancel(last, cause != 0 ? &close : NULL, audience, &version,
						 "rules-2", rig->arena, &alert),
		TOCSIN_OK);
	return alert;
}

static Tocsin__V1__Alert *cancel(struct rig *rig, int before, int now, Tocsin__V1__CloseCause cause)
{
	return cancel_of(rig, full, before, now, cause);
}

static void says_what_ended_and_why(void **state)
{
	struct rig *rig = *state;
	Tocsin__V1__Alert *alert =
		cancel(rig, RIG_HIGH, RIG_HIGH, TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_RESOLVED);
	json_t *value = json_loads(rig_json(rig, alert), 0, NULL);
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(10));
	assert_string_equal(text,
		"{\"area\":{\"country\":\"ML\",\"name\":\"Kéwa, Djenné, Mopti, Mali\","
		"\"pcodes\":[\"ML05\",\"ML0503\",\"ML050399\"],"
		"\"point\":{\"latitude\":14.22,\"longitude\":-4.49}},"
		"\"audience\":\"partners\",\"certainty\":\"observed\",\"close\":{\"cause\":\"resolved\"},"
		"\"event\":{\"category\":[\"security\"],\"cause\":\"conflict\","
		"\"sub_type\":\"Armed clash\",\"type\":\"battles\"},"
		"\"expires\":\"2024-08-08T19:00:00Z\","
		"\"headline\":\"Severe battles, Kéwa, Djenné, Mopti, Mali\",\"hub\":\"mopti-hub\","
		"\"id\":\"alert-2\",\"incident_id\":\"chain-1\",\"language\":\"en\","
		"\"msg_type\":\"cancel\",\"occurred\":{\"end\":\"2024-08-07T19:00:00Z\","
		"\"precision\":\"hour\",\"start\":\"2024-08-07T18:00:00Z\"},\"redaction\":\"high\","
		"\"references\":[\"alert-1\",\"alert-0\"],\"revision\":3,\"rules_version\":\"rules-2\","
		"\"sent\":\"2024-08-07T18:00:00Z\",\"sequence\":7,\"severity\":\"severe\","
		"\"status\":\"actual\",\"text\":\"CANCELLED · SEVERE battles · Kéwa, Djenné, Mopti, Mali · "
		"resolved · 7 Aug 2024 about 18:00 UTC\",\"urgency\":\"past\"}");
	free(text);
	json_decref(value);
}

static void gives_the_note_to_severe_alone(void **state)
{
	struct rig *rig = *state;
	for (int level = RIG_LOW; level <= RIG_SEVERE; level++) {
		Tocsin__V1__Alert *alert =
			cancel(rig, level, level, TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR);
		assert_int_equal(alert->close->cause, TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR);
		assert_string_equal(alert->close->note, level == RIG_SEVERE ? "said by an elder" : "");
		assert_non_null(strstr(alert->text, "reported in error"));
	}
	assert_null(cancel(rig, RIG_HIGH, RIG_HIGH, 0)->close);
}

/* The rules were tightened between the alert and its end. */
static void cuts_what_the_audience_may_no_longer_see(void **state)
{
	static const struct {
		int before, now;
		const char *pcodes, *name, *locality, *point, *sub_type, *start;
	} rows[] = {
		{RIG_SEVERE, RIG_SEVERE, "['ML05','ML0503','ML050399','ML05039901']",
			"'Kouakourou quartier, Kéwa, Djenné, Mopti, Mali'", "'Kouakourou'",
			"{'latitude':14.222156,'longitude':-4.493387}", "Armed clash", "2024-08-07T18:30:00Z"},
		{RIG_SEVERE, RIG_HIGH, "['ML05','ML0503','ML050399']", "'Mali'", "-", "-", "Armed clash",
			"2024-08-07T18:00:00Z"},
		{RIG_SEVERE, RIG_LOW, "['ML05']", "'Mali'", "-", "-", "", "2024-08-07T00:00:00Z"},
		{RIG_MODERATE, RIG_LOW, "['ML05']", "'Mali'", "-", "-", "", "2024-08-07T00:00:00Z"},
		{RIG_MODERATE, RIG_SEVERE, "['ML05','ML0503']", "'Djenné, Mopti, Mali'", "-",
			"{'latitude':13.906083,'longitude':-4.553321}", "", "2024-08-07T00:00:00Z"},
	};
	struct rig *rig = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char start[TOCSIN_INSTANT_TEXT];
		Tocsin__V1__Alert *alert = cancel(rig, rows[i].before, rows[i].now, 0);
		assert_string_equal(rig_member(rig, alert, "area.pcodes"), rows[i].pcodes);
		assert_string_equal(rig_member(rig, alert, "area.name"), rows[i].name);
		assert_string_equal(rig_member(rig, alert, "area.locality"), rows[i].locality);
		assert_string_equal(rig_member(rig, alert, "area.point"), rows[i].point);
		assert_string_equal(alert->event->sub_type, rows[i].sub_type);
		tocsin_instant_write(alert->occurred->start, start);
		assert_string_equal(start, rows[i].start);
		assert_int_equal(alert->redaction, rows[i].now);
	}
}

static void follows_the_detail(void **state)
{
	struct rig *rig = *state;
	struct tocsin_version version = rig_version();
	for (int detailed = 0; detailed <= 1; detailed++) {
		struct tocsin_audience audience = rig_audience(RIG_LOW);
		Tocsin__V1__Alert *alert;
		audience.detail = TOCSIN_DETAIL_ADM2;
		const Tocsin__V1__Alert *last =
			rig_render_for(rig, "{'sensitivity':'low'}", &audience, &version);
		audience.detail = detailed ? TOCSIN_DETAIL_ADM2 : TOCSIN_DETAIL_ADM1;
		assert_int_equal(
			tocsin_render_cancel(last, NULL, &audience, &version, "v", rig->arena, &alert),
			TOCSIN_OK);
		assert_string_equal(
			rig_member(rig, alert, "area.pcodes"), detailed ? "['ML05','ML0503']" : "['ML05']");
		assert_string_equal(
			rig_member(rig, alert, "area.name"), detailed ? "'Djenné, Mopti, Mali'" : "'Mali'");
	}
}

static void keeps_a_reported_code_for_severe_alone(void **state)
{
	static const char unknown[] = "{'location':{'pcode':'ML7777'}}";
	struct rig *rig = *state;
	for (int now = RIG_LOW; now <= RIG_SEVERE; now++) {
		Tocsin__V1__Alert *alert = cancel_of(rig, unknown, RIG_SEVERE, now, 0);
		assert_string_equal(
			rig_member(rig, alert, "area.reported_pcode"), now == RIG_SEVERE ? "'ML7777'" : "-");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_ended_and_why),
		cmocka_unit_test(gives_the_note_to_severe_alone),
		cmocka_unit_test(cuts_what_the_audience_may_no_longer_see),
		cmocka_unit_test(follows_the_detail),
		cmocka_unit_test(keeps_a_reported_code_for_severe_alone),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
