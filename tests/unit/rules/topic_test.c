/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig_render.h"

#include "rules/slug.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void alert_topics(void **state)
{
	static const struct {
		const char *patch;
		int level;
		bool json;
		const char *topic;
	} rows[] = {
		{NULL, RIG_HIGH, false, "tocsin/v1/to/partners/alert/severe/battles/ML/ML05/ML0503"},
		{NULL, RIG_HIGH, true, "tocsin/v1/to/partners/alert-json/severe/battles/ML/ML05/ML0503"},
		{NULL, RIG_LOW, true, "tocsin/v1/to/public/alert-json/severe/battles/ML/ML05"},
		{"{'location':{'pcode':'ML05039901'}}", RIG_SEVERE, false,
			"tocsin/v1/to/coordination/alert/severe/battles/ML/ML05/ML0503/ML050399/ML05039901"},
		{"{'location':{'pcode':'ML05039901'}}", RIG_HIGH, false,
			"tocsin/v1/to/partners/alert/severe/battles/ML/ML05/ML0503/ML050399"},
		{"{'location':{'pcode':'ML05039901'}}", RIG_MODERATE, false,
			"tocsin/v1/to/network/alert/severe/battles/ML/ML05/ML0503"},
		{"{'location':{'pcode':null}}", RIG_SEVERE, false,
			"tocsin/v1/to/coordination/alert/severe/battles/ML"},
		{"{'status':'exercise','severity':'extreme',"
		 "'event':{'type':'explosions_remote_violence'}}",
			RIG_HIGH, false,
			"tocsin/v1/to/partners/exercise/extreme/explosions_remote_violence/ML/ML05/ML0503"},
		{"{'status':'test','sensitivity':'low','severity':'minor'}", RIG_LOW, true,
			"tocsin/v1/to/public/test-json/minor/battles/ML/ML05"},
		{"{'severity':null,'event':{'type':'food'},'displacement':[{'figure':1}]}", RIG_HIGH, false,
			"tocsin/v1/to/partners/alert/unknown/food/ML/ML05/ML0503"},
	};
	struct rig *rig = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		Tocsin__V1__Alert *alert = rig_render(rig, rows[i].patch, rows[i].level);
		assert_string_equal(
			tocsin_topic_alert("tocsin/v1", alert, rows[i].json, rig->arena), rows[i].topic);
	}
}

static void open_topics(void **state)
{
	struct rig *rig = *state;
	Tocsin__V1__Alert *alert = rig_render(rig, NULL, RIG_HIGH);
	assert_string_equal(tocsin_topic_open("tocsin/v1", alert, false, rig->arena),
		"tocsin/v1/to/partners/open/ML/ML05/chain-1");
	assert_string_equal(tocsin_topic_open("a/b/c", alert, true, rig->arena),
		"a/b/c/to/partners/open-json/ML/ML05/chain-1");
	alert = rig_render(rig, "{'location':{'pcode':null}}", RIG_LOW);
	assert_string_equal(
		tocsin_topic_open("r", alert, false, rig->arena), "r/to/public/open/ML/-/chain-1");
	alert = rig_render(rig, "{'status':'exercise'}", RIG_HIGH);
	assert_null(tocsin_topic_open("r", alert, false, rig->arena));
	alert = rig_render(rig, "{'status':'test'}", RIG_HIGH);
	assert_null(tocsin_topic_open("r", alert, false, rig->arena));
}

#define FIGURE(changes)                                                                            \
	"{'location':{'country':'SD','pcode':'SD02'},'displacement':[{'unit':'person','figure':1000,"  \
	"'population':'idp','flow_or_stock':'stock'" changes "}]}"

static void figure_topics(void **state)
{
	static const struct {
		const char *patch;
		int level;
		const char *topic; /* NULL: no figure */
	} rows[] = {
		{FIGURE(""), RIG_SEVERE, "r/to/coordination/figure/SD/SD02/-/-/idp/stock"},
		{FIGURE(",'pcode':'SD02114','operation':'DTM Sudan'"), RIG_HIGH,
			"r/to/partners/figure/SD/SD02/SD02114/dtm-sudan/idp/stock"},
		{FIGURE(",'pcode':'SD02114','operation':'DTM Sudan'"), RIG_LOW,
			"r/to/public/figure/SD/SD02/-/dtm-sudan/idp/stock"},
		{FIGURE(",'pcode':'ML05039901'"), RIG_SEVERE,
			"r/to/coordination/figure/ML/ML05/ML0503/-/idp/stock"},
		{FIGURE(",'pcode':'SD99'"), RIG_SEVERE, "r/to/coordination/figure/SD/-/-/-/idp/stock"},
		{FIGURE(",'pcode':'SD99'"), RIG_HIGH, "r/to/partners/figure/SD/-/-/-/idp/stock"},
		{FIGURE(",'population':'returnee','flow_or_stock':'flow'"), RIG_HIGH,
			"r/to/partners/figure/SD/SD02/-/-/returnee/flow"},
		{FIGURE(",'figure':49"), RIG_HIGH, "r/to/partners/figure/SD/SD02/-/-/idp/stock"},
		{FIGURE(",'figure':49"), RIG_MODERATE, NULL},
		{FIGURE(",'figure':49"), RIG_LOW, NULL},
		{FIGURE(",'role':'triangulation'"), RIG_SEVERE, NULL},
		{"{'displacement':[{'unit':'person','figure':1000,'population':'idp'}]}", RIG_SEVERE, NULL},
		{"{'displacement':[{'figure':1000,'population':'idp','flow_or_stock':'stock'}]}",
			RIG_SEVERE, NULL},
	};
	struct rig *rig = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char once[512];
		(void)snprintf(once, sizeof once, "%s", rows[i].patch);
		Tocsin__V1__Alert *alert = rig_figure(rig, once, 0, rows[i].level);
		if (rows[i].topic == NULL) {
			assert_null(alert);
			continue;
		}
		assert_non_null(alert);
		assert_int_equal(alert->n_displacement, 1);
		assert_string_equal(tocsin_topic_figure("r", alert, false, rig->arena), rows[i].topic);
	}
	Tocsin__V1__Alert *alert = rig_figure(rig, FIGURE(""), 0, RIG_HIGH);
	assert_string_equal(tocsin_topic_figure("r", alert, true, rig->arena),
		"r/to/partners/figure-json/SD/SD02/-/-/idp/stock");
	alert->status = TOCSIN__V1__STATUS__STATUS_TEST;
	assert_null(tocsin_topic_figure("r", alert, false, rig->arena));
}

static void figure_shows_its_own_place_and_nothing_else(void **state)
{
	static const char patch[] =
		"{'location':{'country':'SD','pcode':'SD02170','locality':'Zamzam',"
		"'point':{'latitude':13.5,'longitude':25.25}},'headline':'as written',"
		"'casualty_claims':[{'kind':'killed','low':400}],'actors':[{'name':'x'}],"
		"'description':'d','needs':['food'],"
		"'displacement':[{'unit':'person','figure':5},"
		"{'pcode':'SD02114','unit':'person','figure':181234,'population':'idp',"
		"'flow_or_stock':'flow','reason':'conflict'},"
		"{'unit':'person','figure':70,'population':'idp','flow_or_stock':'flow'}]}";
	struct rig *rig = *state;
	Tocsin__V1__Alert *alert = rig_figure(rig, patch, 1, RIG_MODERATE);
	assert_string_equal(rig_member(rig, alert, "area"),
		"{'country':'SD','name':'Al Fasher, North Darfur, Sudan','pcodes':['SD02','SD02114']}");
	assert_string_equal(rig_member(rig, alert, "displacement"),
		"[{'figure':181200,'flow_or_stock':'flow','pcode':'SD02114','population':'idp',"
		"'qualifier':'approximately','unit':'person'}]");
	assert_string_equal(rig_member(rig, alert, "casualty_claims"), "-");
	assert_string_equal(rig_member(rig, alert, "actors"), "-");
	assert_string_equal(rig_member(rig, alert, "needs"), "-");
	assert_string_equal(rig_member(rig, alert, "text"),
		"'SEVERE battles · Al Fasher, North Darfur, Sudan · about 181200 IDPs'");
	/* Another place's figure is not at the incident's point or in its village. */
	alert = rig_figure(rig, patch, 1, RIG_SEVERE);
	assert_string_equal(rig_member(rig, alert, "area.point"), "-");
	assert_string_equal(rig_member(rig, alert, "area.locality"), "-");
	assert_string_equal(rig_member(rig, alert, "description"), "-");
	alert = rig_figure(rig, patch, 2, RIG_SEVERE);
	assert_string_equal(rig_member(rig, alert, "area.locality"), "'Zamzam'");
	assert_string_equal(
		rig_member(rig, alert, "area.point"), "{'latitude':13.5,'longitude':25.25}");
}

static void slugs(void **state)
{
	static const struct {
		const char *text, *slug;
	} rows[] = {
		{"", "-"},
		{"DTM", "dtm"},
		{"Sudan: Al Fasher", "sudan-al-fasher"},
		{"  Opération  Djenné  ", "operation-djenne"},
		{"A_b-9", "a_b-9"},
		{"A.B/C", "a-b-c"},
		{"a+b#c", "a-b-c-d1fe4315"},
		{"/", "8a5edab2"},
		{"عملية", "3fcf112b"},
		{"0123456789012345678901234567890123456789012345678901234567890123",
			"0123456789012345678901234567890123456789012345678901234567890123"},
	};
	char slug[TOCSIN_SLUG], other[TOCSIN_SLUG];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(tocsin_slug_write(rows[i].text, slug));
		assert_string_equal(slug, rows[i].slug);
	}
	/* Too long texts that differ only at their end stay apart, within a level. */
	char one[202], two[202];
	memset(one, 'x', sizeof one);
	one[200] = '1';
	one[201] = '\0';
	memcpy(two, one, sizeof two);
	two[200] = '2';
	assert_true(tocsin_slug_write(one, slug));
	assert_true(tocsin_slug_write(two, other));
	assert_int_equal(strlen(slug), 64);
	assert_string_not_equal(slug, other);
	assert_memory_equal(slug, other, 55);
}

/* Whatever stands in the alert, each level is a level. */
static void levels_are_levels(void **state)
{
	struct rig *rig = *state;
	Tocsin__V1__Alert *alert = rig_render(rig, NULL, RIG_HIGH);
	alert->incident_id = (char *)"a/b#+";
	alert->area->country = (char *)"";
	char *codes[] = {(char *)"+", (char *)"a b"};
	alert->area->pcodes = codes;
	alert->area->n_pcodes = 2;
	assert_string_equal(tocsin_topic_alert("r", alert, false, rig->arena),
		"r/to/partners/alert/severe/battles/-/-/-");
	assert_string_equal(
		tocsin_topic_open("r", alert, false, rig->arena), "r/to/partners/open/-/-/-");
	char root[3000];
	memset(root, 'r', sizeof root);
	root[sizeof root - 1] = '\0';
	assert_null(tocsin_topic_alert(root, alert, false, rig->arena));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alert_topics),
		cmocka_unit_test(open_topics),
		cmocka_unit_test(figure_topics),
		cmocka_unit_test(figure_shows_its_own_place_and_nothing_else),
		cmocka_unit_test(slugs),
		cmocka_unit_test(levels_are_levels),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
