/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig_render.h"

#include "proto/text.h"
#include "rules/line.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What each column of the matrix makes of one member. */
struct row {
	const char *patch, *member;
	const char *severe, *high, *moderate, *low;
};

static void check(struct rig *rig, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *const wanted[] = {
			NULL, rows[i].low, rows[i].moderate, rows[i].high, rows[i].severe};
		for (int level = RIG_LOW; level <= RIG_SEVERE; level++) {
			const char *got =
				rig_member(rig, rig_render(rig, rows[i].patch, level), rows[i].member);
			if (strcmp(got, wanted[level]) != 0) {
				fail_msg("%s of %s at level %d\n is %s\nnot %s", rows[i].member, rows[i].patch,
					level, got, wanted[level]);
			}
		}
	}
}

static void cuts_times(void **state)
{
	static const char evening[] =
		"{'occurred':{'start':'2024-08-07T18:30:45.5Z','end':'2024-08-07T19:59:59Z',"
		"'precision':'minute'}}";
	static const char bare[] = "{'occurred':{'start':'2024-08-07T18:30:45Z'}}";
	static const char month[] = "{'occurred':{'start':'2024-08-07T18:30:00Z','precision':'month'}}";
	static const char before_1970[] =
		"{'occurred':{'start':'1969-12-31T23:59:59Z','precision':'hour'}}";
	static const struct row rows[] = {
		{evening, "occurred",
			"{'end':'2024-08-07T19:59:00Z','precision':'minute','start':'2024-08-07T18:30:00Z'}",
			"{'end':'2024-08-07T19:00:00Z','precision':'hour','start':'2024-08-07T18:00:00Z'}",
			"{'precision':'day','start':'2024-08-07T00:00:00Z'}",
			"{'precision':'day','start':'2024-08-07T00:00:00Z'}"},
		{bare, "occurred", "{'start':'2024-08-07T18:30:00Z'}",
			"{'precision':'hour','start':'2024-08-07T18:00:00Z'}",
			"{'precision':'day','start':'2024-08-07T00:00:00Z'}",
			"{'precision':'day','start':'2024-08-07T00:00:00Z'}"},
		{month, "occurred", "{'precision':'month','start':'2024-08-07T18:30:00Z'}",
			"{'precision':'month','start':'2024-08-07T18:00:00Z'}",
			"{'precision':'month','start':'2024-08-07T00:00:00Z'}",
			"{'precision':'month','start':'2024-08-07T00:00:00Z'}"},
		{before_1970, "occurred", "{'precision':'hour','start':'1969-12-31T23:59:00Z'}",
			"{'precision':'hour','start':'1969-12-31T23:00:00Z'}",
			"{'precision':'day','start':'1969-12-31T00:00:00Z'}",
			"{'precision':'day','start':'1969-12-31T00:00:00Z'}"},
		{"{}", "occurred", "-", "-", "-", "-"},
		{"{}", "sent", "'2024-08-07T18:46:00Z'", "'2024-08-07T18:00:00Z'", "'2024-08-07T00:00:00Z'",
			"'2024-08-07T00:00:00Z'"},
		{"{}", "expires", "'2024-08-08T18:46:31.250Z'", "'2024-08-08T19:00:00Z'",
			"'2024-08-09T00:00:00Z'", "'2024-08-09T00:00:00Z'"},
	};
	check(*state, rows, COUNT(rows));
}

static void cuts_places(void **state)
{
	static const char deep[] =
		"{'location':{'pcode':'ML05039901','locality':'Kouakourou','geo_precision':'town',"
		"'point':{'latitude':14.222156,'longitude':-4.493387}}}";
	static const char equator[] =
		"{'location':{'pcode':'ML05','point':{'latitude':-0.001,'longitude':0}}}";
	static const char half[] = "{'location':{'pcode':'ML0506','point':{'latitude':14.2}}}";
	static const char unknown[] = "{'location':{'pcode':'ML7777'}}";
	static const char replaced[] = "{'location':{'pcode':'ML0596'}}";
	static const struct row rows[] = {
		{deep, "area.pcodes", "['ML05','ML0503','ML050399','ML05039901']",
			"['ML05','ML0503','ML050399']", "['ML05','ML0503']", "['ML05']"},
		{deep, "area.name", "'Kouakourou quartier, Kéwa, Djenné, Mopti, Mali'",
			"'Kéwa, Djenné, Mopti, Mali'", "'Djenné, Mopti, Mali'", "'Mopti, Mali'"},
		{deep, "area.country", "'ML'", "'ML'", "'ML'", "'ML'"},
		{deep, "area.locality", "'Kouakourou'", "-", "-", "-"},
		{deep, "area.geo_precision", "'town'", "-", "-", "-"},
		{deep, "area.point", "{'latitude':14.222156,'longitude':-4.493387}",
			"{'latitude':14.22,'longitude':-4.49}", "{'latitude':13.906083,'longitude':-4.553321}",
			"-"},
		{equator, "area.point", "{'latitude':-0.001,'longitude':0}", "{'latitude':0,'longitude':0}",
			"-", "-"},
		{half, "area.point", "-", "-", "-", "-"},
		{unknown, "area", "{'country':'ML','name':'Mali','reported_pcode':'ML7777'}",
			"{'country':'ML','name':'Mali'}", "{'country':'ML','name':'Mali'}",
			"{'country':'ML','name':'Mali'}"},
		{replaced, "area.pcodes", "['ML05','ML0506']", "['ML05','ML0506']", "['ML05','ML0506']",
			"['ML05']"},
		{replaced, "area.reported_pcode", "'ML0596'", "-", "-", "-"},
		{deep, "area.reported_pcode", "-", "-", "-", "-"},
		{"{'location':{'pcode':null}}", "area.reported_pcode", "-", "-", "-", "-"},
	};
	check(*state, rows, COUNT(rows));
}

static void opens_admin_2_for_low_by_option(void **state)
{
	struct rig *rig = *state;
	struct tocsin_audience audience = rig_audience(RIG_LOW);
	struct tocsin_version version = rig_version();
	audience.detail = TOCSIN_DETAIL_ADM2;
	static const char low[] =
		"{'sensitivity':'low','location':{'pcode':'ML050399','locality':'Kouakourou',"
		"'point':{'latitude':14.222156,'longitude':-4.493387}}}";
	Tocsin__V1__Alert *alert = rig_render_for(rig, low, &audience, &version);
	assert_string_equal(rig_member(rig, alert, "area"),
		"{'country':'ML','name':'Djenné, Mopti, Mali','pcodes':['ML05','ML0503']}");
	/* Not for what is more sensitive and came by a downgrade. */
	alert = rig_render_for(rig, NULL, &audience, &version);
	assert_string_equal(rig_member(rig, alert, "area.pcodes"), "['ML05']");
}

static void cuts_texts(void **state)
{
	static const char texts[] =
		"{'headline':'Le poste de Kouakourou attaqué','description':'d','instruction':'i',"
		"'language':'fr','event':{'sub_type':'Armed clash','category':['security'],"
		"'cause':'conflict'},'needs':['food'],'impacts':['fear'],'urgency':'past'}";
	static const char unsaid[] = "{'event':{'category':['unspecified','security']},"
								 "'needs':['food','unspecified','health'],"
								 "'impacts':['unspecified','unspecified']}";
	static const struct row rows[] = {
		{texts, "headline", "'Le poste de Kouakourou attaqué'",
			"'Severe battles, Djenné, Mopti, Mali'", "'Severe battles, Djenné, Mopti, Mali'",
			"'Severe battles, Mopti, Mali'"},
		{texts, "description", "'d'", "-", "-", "-"},
		{texts, "instruction", "'i'", "-", "-", "-"},
		{texts, "language", "'fr'", "'en'", "'en'", "'en'"},
		{texts, "event",
			"{'category':['security'],'cause':'conflict','sub_type':'Armed "
			"clash','type':'battles'}",
			"{'category':['security'],'cause':'conflict','sub_type':'Armed "
			"clash','type':'battles'}",
			"{'category':['security'],'cause':'conflict','type':'battles'}",
			"{'category':['security'],'cause':'conflict','type':'battles'}"},
		{texts, "needs", "['food']", "['food']", "['food']", "['food']"},
		{texts, "impacts", "['fear']", "['fear']", "['fear']", "['fear']"},
		{texts, "urgency", "'past'", "'past'", "'past'", "'past'"},
		{unsaid, "event.category", "['security']", "['security']", "['security']", "['security']"},
		{unsaid, "needs", "['food','health']", "['food','health']", "['food','health']",
			"['food','health']"},
		{unsaid, "impacts", "-", "-", "-", "-"},
		{"{}", "headline", "-", "'Severe battles, Djenné, Mopti, Mali'",
			"'Severe battles, Djenné, Mopti, Mali'", "'Severe battles, Mopti, Mali'"},
		{"{'severity':'unknown','event':{'type':'violence_against_civilians'}}", "headline", "-",
			"'Unknown-severity violence against civilians, Djenné, Mopti, Mali'",
			"'Unknown-severity violence against civilians, Djenné, Mopti, Mali'",
			"'Unknown-severity violence against civilians, Mopti, Mali'"},
	};
	check(*state, rows, COUNT(rows));
}

static void shows_reviewed_text_to_high_only(void **state)
{
	struct rig *rig = *state;
	static const char texts[] =
		"{'headline':'h','description':'d','instruction':'i','language':'fr'}";
	struct tocsin_version version = rig_version();
	version.reviewed = true;
	for (int level = RIG_LOW; level <= RIG_SEVERE; level++) {
		struct tocsin_audience audience = rig_audience(level);
		Tocsin__V1__Alert *alert = rig_render_for(rig, texts, &audience, &version);
		bool shown = level >= RIG_HIGH;
		assert_string_equal(alert->description, shown ? "d" : "");
		assert_string_equal(alert->instruction, shown ? "i" : "");
		assert_string_equal(alert->language, shown ? "fr" : "en");
		assert_int_equal(strcmp(alert->headline, "h") == 0, level == RIG_SEVERE);
	}
}

static void cuts_claims(void **state)
{
	static const char five[] =
		"{'casualty_claims':["
		"{'kind':'killed','group':'foreign_force','low':84,'high':84,'claimant':'CSP',"
		"'claimant_class':'armed_group'},"
		"{'kind':'killed','group':'security_force','low':10,'qualifier':'more_than',"
		"'claimant':'AFP','claimant_class':'media','verified':true},"
		"{'kind':'killed','claimant':'État-major','claimant_class':'official',"
		"'official':true,'not_reported':true},"
		"{'kind':'injured','low':2,'high':12,'claimant':'elder','claimant_class':'witness'}]}";
	static const char none[] =
		"{'casualty_claims':[{'kind':'killed','not_reported':true,'claimant':'x'},"
		"{'kind':'killed','not_reported':true},{'kind':'missing'}]}";
	static const char zero[] = "{'casualty_claims':[{'kind':'killed','low':0,'high':0}]}";
	static const char open[] =
		"{'casualty_claims':[{'kind':'killed','low':20},{'kind':'injured','high':60},"
		"{'low':30,'high':40}]}";
	static const char wider[] =
		"{'casualty_claims':[{'kind':'killed','low':500},{'kind':'killed','low':300,'high':400}]}";
	static const struct row rows[] = {
		{five, "casualty_claims",
			"[{'claimant':'CSP','claimant_class':'armed_group','group':'foreign_force','high':84,"
			"'kind':'killed','low':84},"
			"{'claimant':'AFP','claimant_class':'media','group':'security_force','kind':'killed',"
			"'low':10,'qualifier':'more_than','verified':true},"
			"{'claimant':'État-major','claimant_class':'official','kind':'killed',"
			"'not_reported':true,'official':true},"
			"{'claimant':'elder','claimant_class':'witness','high':12,'kind':'injured','low':2}]",
			"[{'claimant_class':'armed_group','group':'foreign_force','high':84,"
			"'kind':'killed','low':84},"
			"{'claimant':'AFP','claimant_class':'media','group':'security_force','kind':'killed',"
			"'low':10,'qualifier':'more_than','verified':true},"
			"{'claimant':'État-major','claimant_class':'official','kind':'killed',"
			"'not_reported':true,'official':true},"
			"{'claimant_class':'witness','high':12,'kind':'injured','low':2}]",
			"[{'high':84,'kind':'killed','low':10},{'high':12,'kind':'injured','low':2}]",
			"[{'high':84,'kind':'killed','low':10}]"},
		{none, "casualty_claims",
			"[{'claimant':'x','kind':'killed','not_reported':true},"
			"{'kind':'killed','not_reported':true},{'kind':'missing'}]",
			"[{'kind':'killed','not_reported':true},"
			"{'kind':'killed','not_reported':true},{'kind':'missing'}]",
			"[{'kind':'killed','not_reported':true}]", "[{'kind':'killed','not_reported':true}]"},
		{zero, "casualty_claims", "[{'high':0,'kind':'killed','low':0}]",
			"[{'high':0,'kind':'killed','low':0}]", "[{'high':0,'kind':'killed','low':0}]",
			"[{'high':0,'kind':'killed','low':0}]"},
		{open, "casualty_claims",
			"[{'kind':'killed','low':20},{'high':60,'kind':'injured'},{'high':40,'low':30}]",
			"[{'kind':'killed','low':20},{'high':60,'kind':'injured'},{'high':40,'low':30}]",
			"[{'kind':'killed','low':20},{'high':60,'kind':'injured'}]",
			"[{'kind':'killed','low':20},{'high':60,'kind':'injured'}]"},
		{wider, "casualty_claims",
			"[{'kind':'killed','low':500},{'high':400,'kind':'killed','low':300}]",
			"[{'kind':'killed','low':500},{'high':400,'kind':'killed','low':300}]",
			"[{'high':500,'kind':'killed','low':300}]", "[{'high':500,'kind':'killed','low':300}]"},
	};
	check(*state, rows, COUNT(rows));
}

/* 0 and 10 are shown to everybody, 1 to 9 never to low. */
static void hides_small_tolls_from_low(void **state)
{
	struct rig *rig = *state;
	for (unsigned low = 0; low <= 11; low++) {
		for (unsigned high = low; high <= 11; high++) {
			char patch[128];
			(void)snprintf(patch, sizeof patch,
				"{'casualty_claims':[{'kind':'killed','low':%u,'high':%u}]}", low, high);
			bool small = (low >= 1 && low <= 9) || (high >= 1 && high <= 9);
			Tocsin__V1__Alert *alert = rig_render(rig, patch, RIG_LOW);
			assert_int_equal(alert->n_casualty_claims, small ? 0 : 1);
			assert_int_equal(strstr(alert->text, "killed") == NULL, small);
			assert_int_equal(rig_render(rig, patch, RIG_MODERATE)->n_casualty_claims, 1);
		}
	}
}

static void cuts_actors(void **state)
{
	static const char actors[] =
		"{'actors':[{'name':'Katiba Macina','actor_class':'rebel','role':'attacker',"
		"'attribution':{'statement':'RFI says so','claimant':'RFI','claimant_class':'media',"
		"'reliability':'c','credibility':'credibility_3'}},"
		"{'name':'FAMa','actor_class':'state'},"
		"{'name':'another','actor_class':'rebel','role':'attacker'},{'name':'who knows'}]}";
	static const char possible[] =
		"{'certainty':'possible','actors':[{'name':'x','actor_class':'rebel'}]}";
	static const char likely[] =
		"{'certainty':'likely','actors':[{'name':'x','actor_class':'rebel'}]}";
	static const struct row rows[] = {
		{actors, "actors",
			"[{'actor_class':'rebel','attribution':{'claimant':'RFI','claimant_class':'media',"
			"'credibility':'3','reliability':'c','statement':'RFI says so'},"
			"'name':'Katiba Macina','role':'attacker'},{'actor_class':'state','name':'FAMa'},"
			"{'actor_class':'rebel','name':'another','role':'attacker'},{'name':'who knows'}]",
			"[{'actor_class':'rebel','attribution':{'claimant_class':'media',"
			"'statement':'alleged'},'name':'Katiba Macina','role':'attacker'},"
			"{'actor_class':'state','attribution':{'statement':'alleged'},'name':'FAMa'},"
			"{'actor_class':'rebel','attribution':{'statement':'alleged'},'name':'another',"
			"'role':'attacker'},{'attribution':{'statement':'alleged'},'name':'who knows'}]",
			"[{'actor_class':'rebel','role':'attacker'},{'actor_class':'state'}]",
			"[{'actor_class':'rebel'},{'actor_class':'state'}]"},
		{possible, "actors", "[{'actor_class':'rebel','name':'x'}]",
			"[{'actor_class':'rebel','attribution':{'statement':'alleged'},'name':'x'}]",
			"[{'actor_class':'rebel'}]", "-"},
		{likely, "actors", "[{'actor_class':'rebel','name':'x'}]",
			"[{'actor_class':'rebel','attribution':{'statement':'alleged'},'name':'x'}]",
			"[{'actor_class':'rebel'}]", "[{'actor_class':'rebel'}]"},
	};
	check(*state, rows, COUNT(rows));
}

static void cuts_figures(void **state)
{
	static const char places[] =
		"{'displacement':[{'pcode':'ML05039901','origin_pcode':'ML050399',"
		"'destination_pcode':'ML0506','unit':'person','figure':1250,'qualifier':'exact',"
		"'population':'idp','flow_or_stock':'stock','operation':'DTM','round':3,"
		"'reason':'conflict','as_of':'2024-08-07T18:30:45Z',"
		"'cumulative_since':'2024-08-01T12:00:00Z'}]}";
	static const char unknown[] =
		"{'displacement':[{'pcode':'ML7777','origin_pcode':'XX1','destination_pcode':'XX2'}]}";
	static const char sizes[] =
		"{'displacement':[{'figure':0},{'figure':49},{'figure':50},{'figure':149},{'figure':150},"
		"{'figure':200,'qualifier':'more_than'},{'figure':250,'qualifier':'more_than'},"
		"{'figure':4294967295},{'unit':'household','household_size':4.9}]}";
	static const char exact[] =
		"[{'figure':0},{'figure':49},{'figure':50},{'figure':149},{'figure':150},"
		"{'figure':200,'qualifier':'more_than'},{'figure':250,'qualifier':'more_than'},"
		"{'figure':4294967295},{'household_size':4.9,'unit':'household'}]";
	static const char rounded[] =
		"[{'figure':100,'qualifier':'approximately'},{'figure':100,'qualifier':'approximately'},"
		"{'figure':200,'qualifier':'approximately'},"
		"{'figure':200,'qualifier':'approximately'},"
		"{'figure':300,'qualifier':'approximately'},"
		"{'figure':4294967200,'qualifier':'approximately'},"
		"{'household_size':4.9,'unit':'household'}]";
	static const struct row rows[] = {
		{places, "displacement",
			"[{'as_of':'2024-08-07T18:30:00Z','cumulative_since':'2024-08-01T12:00:00Z',"
			"'destination_pcode':'ML0506','figure':1250,'flow_or_stock':'stock',"
			"'operation':'DTM','origin_pcode':'ML050399','pcode':'ML05039901',"
			"'population':'idp','qualifier':'exact','reason':'conflict','round':3,"
			"'unit':'person'}]",
			"[{'as_of':'2024-08-07T18:00:00Z','cumulative_since':'2024-08-01T12:00:00Z',"
			"'destination_pcode':'ML0506','figure':1250,'flow_or_stock':'stock',"
			"'operation':'DTM','origin_pcode':'ML050399','pcode':'ML050399',"
			"'population':'idp','qualifier':'exact','round':3,'unit':'person'}]",
			"[{'as_of':'2024-08-07T00:00:00Z','cumulative_since':'2024-08-01T00:00:00Z',"
			"'destination_pcode':'ML0506','figure':1300,'flow_or_stock':'stock',"
			"'operation':'DTM','origin_pcode':'ML0503','pcode':'ML0503',"
			"'population':'idp','qualifier':'approximately','round':3,'unit':'person'}]",
			"[{'as_of':'2024-08-07T00:00:00Z','cumulative_since':'2024-08-01T00:00:00Z',"
			"'figure':1300,'flow_or_stock':'stock','operation':'DTM','origin_pcode':'ML05',"
			"'pcode':'ML05','population':'idp','qualifier':'approximately','round':3,"
			"'unit':'person'}]"},
		{unknown, "displacement",
			"[{'destination_pcode':'XX2','origin_pcode':'XX1','pcode':'ML7777'}]",
			"[{'pcode':'ML'}]", "[{'pcode':'ML'}]", "[{'pcode':'ML'}]"},
		{sizes, "displacement", exact, exact, rounded, rounded},
	};
	check(*state, rows, COUNT(rows));
}

static void hides_an_operation_that_names_a_hidden_place(void **state)
{
	static const char al_fasher[] =
		"{'location':{'country':'SD','pcode':'SD02','locality':'Zamzam'},"
		"'displacement':[{'pcode':'SD02114','operation':'Sudan: AL-FASHER'}]}";
	static const char zamzam[] = "{'location':{'country':'SD','pcode':'SD02','locality':'Zamzam'},"
								 "'displacement':[{'operation':'Camp Zamzam 3'}]}";
	static const char destination[] =
		"{'location':{'country':'SD','pcode':'SD02'},"
		"'displacement':[{'destination_pcode':'SD02170','operation':'Arrivals in Tawila'}]}";
	static const char region[] = "{'location':{'country':'SD','pcode':'SD02114'},"
								 "'displacement':[{'operation':'North Darfur'}]}";
	static const char mopti[] =
		"{'location':{'pcode':'ML0506'},'displacement':[{'operation':'Mali: Mopti'}]}";
	static const char within_a_word[] =
		"{'location':{'pcode':'ML0506'},'displacement':[{'operation':'Moptimum'}]}";
	static const struct row rows[] = {
		{mopti, "displacement", "[{'operation':'Mali: Mopti'}]", "[{'operation':'Mali: Mopti'}]",
			"[{'operation':'Mali: Mopti'}]", "[{'operation':'Mali: Mopti'}]"},
		{within_a_word, "displacement", "[{'operation':'Moptimum'}]", "[{'operation':'Moptimum'}]",
			"[{'operation':'Moptimum'}]", "[{'operation':'Moptimum'}]"},
		{al_fasher, "displacement", "[{'operation':'Sudan: AL-FASHER','pcode':'SD02114'}]",
			"[{'operation':'Sudan: AL-FASHER','pcode':'SD02114'}]",
			"[{'operation':'Sudan: AL-FASHER','pcode':'SD02114'}]", "[{'pcode':'SD02'}]"},
		{zamzam, "displacement", "[{'operation':'Camp Zamzam 3'}]", "[{}]", "[{}]", "[{}]"},
		{destination, "displacement",
			"[{'destination_pcode':'SD02170','operation':'Arrivals in Tawila'}]",
			"[{'destination_pcode':'SD02170','operation':'Arrivals in Tawila'}]",
			"[{'destination_pcode':'SD02170','operation':'Arrivals in Tawila'}]", "[{}]"},
		{region, "displacement", "[{'operation':'North Darfur'}]", "[{'operation':'North Darfur'}]",
			"[{'operation':'North Darfur'}]", "[{'operation':'North Darfur'}]"},
	};
	check(*state, rows, COUNT(rows));
}

static void hides_an_operation_that_gives_a_hidden_code(void **state)
{
#define OWN(code, text)                                                                            \
	"{'location':{'pcode':'" code "'},'displacement':[{'operation':'" text "'}]}"
	static const char entry[] = "{'location':{'pcode':'ML05'},'displacement':["
								"{'pcode':'ML0503','operation':'DTM ML0503 R12'}]}";
	static const char unknown_entry[] = "{'location':{'pcode':'ML05'},'displacement':["
										"{'pcode':'ML050377','operation':'ml050377-1'}]}";
	static const char origin[] =
		"{'displacement':[{'origin_pcode':'ML0801','operation':'ML0801'}]}";
	static const struct row rows[] = {
		{entry, "displacement", "[{'operation':'DTM ML0503 R12','pcode':'ML0503'}]",
			"[{'operation':'DTM ML0503 R12','pcode':'ML0503'}]",
			"[{'operation':'DTM ML0503 R12','pcode':'ML0503'}]", "[{'pcode':'ML05'}]"},
		{unknown_entry, "displacement", "[{'operation':'ml050377-1','pcode':'ML050377'}]",
			"[{'pcode':'ML'}]", "[{'pcode':'ML'}]", "[{'pcode':'ML'}]"},
		{origin, "displacement", "[{'operation':'ML0801','origin_pcode':'ML0801'}]",
			"[{'operation':'ML0801','origin_pcode':'ML0801'}]",
			"[{'operation':'ML0801','origin_pcode':'ML0801'}]", "[{'origin_pcode':'ML08'}]"},
		{OWN("ML050399", "DTM ML050399"), "displacement", "[{'operation':'DTM ML050399'}]",
			"[{'operation':'DTM ML050399'}]", "[{}]", "[{}]"},
		{OWN("ML050399", "ML0503R12"), "displacement", "[{'operation':'ML0503R12'}]",
			"[{'operation':'ML0503R12'}]", "[{'operation':'ML0503R12'}]", "[{}]"},
		{OWN("ML0503", "DTM ML05 R3"), "displacement", "[{'operation':'DTM ML05 R3'}]",
			"[{'operation':'DTM ML05 R3'}]", "[{'operation':'DTM ML05 R3'}]",
			"[{'operation':'DTM ML05 R3'}]"},
		/* Codes that the gazetteer does not know, or knows under another. */
		{OWN("ML7777", "DTM ML7777"), "displacement", "[{'operation':'DTM ML7777'}]", "[{}]",
			"[{}]", "[{}]"},
		{OWN("ML050377", "DTM ML0503"), "displacement", "[{'operation':'DTM ML0503'}]",
			"[{'operation':'DTM ML0503'}]", "[{'operation':'DTM ML0503'}]", "[{}]"},
		{OWN("ML0596", "DTM ML0596"), "displacement", "[{'operation':'DTM ML0596'}]",
			"[{'operation':'DTM ML0596'}]", "[{'operation':'DTM ML0596'}]", "[{}]"},
		/* A short one is no part of another word. */
		{OWN("R3", "DTM R34"), "displacement", "[{'operation':'DTM R34'}]",
			"[{'operation':'DTM R34'}]", "[{'operation':'DTM R34'}]", "[{'operation':'DTM R34'}]"},
		{OWN("R3", "DTM R3"), "displacement", "[{'operation':'DTM R3'}]", "[{}]", "[{}]", "[{}]"},
	};
#undef OWN
	check(*state, rows, COUNT(rows));
}

static void grades_and_disputes(void **state)
{
#define SOURCES(list) "{'sources':[" list "]}"
#define CLAIMS(list) "{'casualty_claims':[" list "]}"
	static const struct row rows[] = {
		{SOURCES("{'reliability':'c','credibility':'credibility_3'},"
				 "{'reliability':'b','credibility':'credibility_2'}"),
			"source_grade", "'B2'", "'B2'", "-", "-"},
		/* F and 6 are neutral: better than D and 4, worse than B. */
		{SOURCES("{'reliability':'f','credibility':'credibility_6'},"
				 "{'reliability':'d','credibility':'credibility_4'}"),
			"source_grade", "'F6'", "'F6'", "-", "-"},
		{SOURCES("{'reliability':'f','credibility':'credibility_6'},"
				 "{'reliability':'c','credibility':'credibility_3'}"),
			"source_grade", "'C3'", "'C3'", "-", "-"},
		{SOURCES("{'reliability':'e','credibility':'credibility_1'},"
				 "{'reliability':'a','credibility':'credibility_5'}"),
			"source_grade", "'A5'", "'A5'", "-", "-"},
		{SOURCES("{'name':'RFI'},{'reliability':'b'}"), "source_grade", "'B6'", "'B6'", "-", "-"},
		{SOURCES("{'name':'RFI'}"), "source_grade", "-", "-", "-", "-"},
		{CLAIMS("{'kind':'killed','low':56,'high':56},{'kind':'killed','low':59,'high':59}"),
			"disputed", "true", "true", "-", "-"},
		{CLAIMS("{'kind':'killed','low':56,'high':60},{'kind':'killed','low':59,'high':59}"),
			"disputed", "-", "-", "-", "-"},
		{CLAIMS("{'kind':'killed','low':100},{'kind':'killed','low':132,'high':132}"), "disputed",
			"-", "-", "-", "-"},
		{CLAIMS("{'kind':'killed','low':100,'qualifier':'exact'},"
				"{'kind':'killed','low':132,'high':132}"),
			"disputed", "true", "true", "-", "-"},
		{CLAIMS("{'kind':'killed','low':1,'high':1},{'kind':'injured','low':9,'high':9},"
				"{'kind':'killed','group':'civilian','low':5,'high':5}"),
			"disputed", "-", "-", "-", "-"},
		{CLAIMS("{'kind':'killed','not_reported':true},{'kind':'killed','low':5}"), "disputed",
			"true", "true", "-", "-"},
		{CLAIMS("{'kind':'killed','not_reported':true},{'kind':'injured','low':5}"), "disputed",
			"-", "-", "-", "-"},
		{"{'actors':[{'name':'x','attribution':{'credibility':'credibility_4'}}]}", "disputed",
			"true", "true", "-", "-"},
		{"{'actors':[{'name':'x','attribution':{'credibility':'credibility_6'}}]}", "disputed", "-",
			"-", "-", "-"},
	};
	check(*state, rows, COUNT(rows));
}

static void counts_reporters_down_to_high(void **state)
{
	struct tocsin_version version = rig_version();
	version.reports = 3;
	for (int level = RIG_LOW; level <= RIG_SEVERE; level++) {
		struct tocsin_audience audience = rig_audience(level);
		Tocsin__V1__Alert *alert = rig_render_for(*state, "{}", &audience, &version);
		assert_int_equal(alert->reports, level >= RIG_HIGH ? 3 : 0);
	}
}

static void carries_what_the_engine_knows(void **state)
{
	static const struct row rows[] = {
		{"{}", "id", "'alert-1'", "'alert-1'", "'alert-1'", "'alert-1'"},
		{"{}", "incident_id", "'chain-1'", "'chain-1'", "'chain-1'", "'chain-1'"},
		{"{}", "revision", "2", "2", "2", "2"},
		{"{}", "references", "['alert-0']", "['alert-0']", "['alert-0']", "['alert-0']"},
		{"{}", "hub", "'mopti-hub'", "'mopti-hub'", "'mopti-hub'", "'mopti-hub'"},
		{"{}", "rules", "['mopti-violence','all']", "['mopti-violence','all']",
			"['mopti-violence','all']", "['mopti-violence','all']"},
		{"{}", "rules_version", "'0123456789abcdef'", "'0123456789abcdef'", "'0123456789abcdef'",
			"'0123456789abcdef'"},
		{"{}", "audience", "'coordination'", "'partners'", "'network'", "'public'"},
		{"{}", "redaction", "'severe'", "'high'", "'moderate'", "'low'"},
		{"{}", "sequence", "7", "7", "7", "7"},
		{"{}", "topic_sequence", "-", "-", "-", "-"},
		{"{'status':'exercise','msg_type':'update'}", "status", "'exercise'", "'exercise'",
			"'exercise'", "'exercise'"},
		{"{'status':'exercise','msg_type':'update'}", "msg_type", "'update'", "'update'",
			"'update'", "'update'"},
		{"{'correlation_key':'k'}", "correlation_key", "'k'", "-", "-", "-"},
		{"{}", "sender", "'mopti-17'", "-", "-", "-"},
		{"{'sources':[{'name':'RFI','kind':'media','url':'https://a',"
		 "'published':'2024-08-08T06:01:02Z'}]}",
			"sources",
			"[{'kind':'media','name':'RFI','published':'2024-08-08T06:01:02Z','url':'https://a'}]",
			"-", "-", "-"},
		{"{'severity':null,'certainty':null,'event':{'type':'displacement'},"
		 "'displacement':[{'figure':900}]}",
			"severity", "'unknown'", "'unknown'", "'unknown'", "'unknown'"},
	};
	check(*state, rows, COUNT(rows));
}

static void writes_one_ready_line(void **state)
{
	static const char kouakourou[] =
		"{'occurred':{'start':'2024-08-07T18:30:00Z','precision':'minute'},"
		"'casualty_claims':[{'kind':'killed','not_reported':true}],"
		"'actors':[{'name':'x','attribution':{'credibility':'credibility_4'}}]}";
	static const char figures[] =
		"{'status':'exercise','msg_type':'update','occurred':{'start':'2024-08-01T00:00:00Z',"
		"'precision':'month'},'severity':'unknown','event':{'type':'displacement'},"
		"'casualty_claims':[{'kind':'killed','low':20}],"
		"'displacement':[{'unit':'person','figure':7,'population':'returnee',"
		"'flow_or_stock':'flow'},{'unit':'household','figure':8123,'population':'idp',"
		"'flow_or_stock':'stock','qualifier':'more_than'},"
		"{'unit':'person','figure':99999,'population':'idp','flow_or_stock':'stock',"
		"'role':'triangulation'}]}";
	static const char village[] =
		"{'location':{'locality':'Kouakourou'},'casualty_claims':["
		"{'kind':'killed','low':21,'high':40},{'kind':'killed','high':7}]}";
	static const char two_lines[] =
		"{'location':{'locality':'X\\nMINOR · riots,\\tMali'},'severity':'extreme'}";
	static const struct row rows[] = {
		{two_lines, "text", "'EXTREME battles · X MINOR · riots, Mali, Djenné, Mopti, Mali'",
			"'EXTREME battles · Djenné, Mopti, Mali'", "'EXTREME battles · Djenné, Mopti, Mali'",
			"'EXTREME battles · Mopti, Mali'"},
		{village, "text",
			"'SEVERE battles · Kouakourou, Djenné, Mopti, Mali · 7-40 reported killed · disputed'",
			"'SEVERE battles · Djenné, Mopti, Mali · 7-40 reported killed · disputed'",
			"'SEVERE battles · Djenné, Mopti, Mali · 7-40 reported killed'",
			"'SEVERE battles · Mopti, Mali'"},
		{kouakourou, "text",
			"'SEVERE battles · Djenné, Mopti, Mali · 7 Aug 2024 18:30 UTC · toll not reported · "
			"disputed'",
			"'SEVERE battles · Djenné, Mopti, Mali · 7 Aug 2024 about 18:00 UTC · "
			"toll not reported · disputed'",
			"'SEVERE battles · Djenné, Mopti, Mali · 7 Aug 2024 · toll not reported'",
			"'SEVERE battles · Mopti, Mali · 7 Aug 2024 · toll not reported'"},
		{figures, "text",
			"'EXERCISE · UPDATE · SEVERITY UNKNOWN: displacement · Djenné, Mopti, Mali · Aug 2024 "
			"· "
			"at least 20 reported killed · more than 8123 households of IDPs'",
			"'EXERCISE · UPDATE · SEVERITY UNKNOWN: displacement · Djenné, Mopti, Mali · Aug 2024 "
			"· "
			"at least 20 reported killed · more than 8123 households of IDPs'",
			"'EXERCISE · UPDATE · SEVERITY UNKNOWN: displacement · Djenné, Mopti, Mali · Aug 2024 "
			"· "
			"at least 20 reported killed · about 8100 households of IDPs'",
			"'EXERCISE · UPDATE · SEVERITY UNKNOWN: displacement · Mopti, Mali · Aug 2024 · "
			"at least 20 reported killed · about 8100 households of IDPs'"},
	};
	check(*state, rows, COUNT(rows));
}

/* 160 code points at most, whole parts, never inside a letter. */
static void keeps_the_line_short(void **state)
{
	struct rig *rig = *state;
	char patch[2048] = "{'location':{'locality':'";
	size_t used = strlen(patch);
	for (int i = 0; i < 200; i++) {
		memcpy(patch + used, "é", 2);
		used += 2;
	}
	memcpy(patch + used, "'}}", 4);
	Tocsin__V1__Alert *alert = rig_render(rig, patch, RIG_SEVERE);
	size_t points = 0;
	assert_int_equal(
		tocsin_text_check(alert->text, strlen(alert->text), &points), TOCSIN_TEXT_FINE);
	assert_int_equal(points, 160);
	assert_string_equal(alert->text + strlen(alert->text) - strlen("éé…"), "éé…");
	struct tocsin_line line;
	tocsin_line_start(&line);
	for (int i = 0; i < 158; i++) {
		assert_true(tocsin_line_add(&line, "", "é"));
	}
	assert_false(tocsin_line_add(&line, " · ", "x"));
	tocsin_line_cut(&line, " · ", "xyz");
	assert_int_equal(line.points, 158);
	tocsin_line_cut(&line, "", "xyz");
	assert_int_equal(line.points, 160);
	assert_string_equal(line.bytes + line.length - strlen("éx…"), "éx…");
	tocsin_line_cut(&line, "", "z");
	assert_int_equal(line.points, 160);
	assert_int_equal(line.length, strlen(line.bytes));
}

static void fills_no_full_arena(void **state)
{
	struct rig *rig = *state;
	struct tocsin_ruleset *ruleset = rig_ruleset(rig);
	struct tocsin_audience audience = rig_audience(RIG_HIGH);
	struct tocsin_version version = rig_version();
	const Tocsin__V1__Incident *incident = rig_incident(rig,
		"{'actors':[{'name':'x'}],'casualty_claims':[{'kind':'killed','low':9}],"
		"'displacement':[{'unit':'person','figure':700,'population':'idp',"
		"'flow_or_stock':'stock','as_of':'2024-08-07T18:30:45Z'}],"
		"'sources':[{'reliability':'b'}],'occurred':{'start':'2024-08-07T18:30:00Z'}}");
	struct tocsin_facts facts = rig_facts(rig, incident, "a");
	bool done = false;
	for (size_t ceiling = 16; !done; ceiling += 16) {
		struct tocsin_arena *arena = tocsin_arena_create(ceiling, &tocsin_heap);
		Tocsin__V1__Alert *alert = NULL, *figure = NULL, *cancel = NULL;
		enum tocsin_status status =
			tocsin_render_alert(incident, &facts, ruleset, &audience, &version, arena, &alert);
		assert_int_equal(status, alert != NULL ? TOCSIN_OK : TOCSIN_NO_MEMORY);
		if (status == TOCSIN_OK) {
			status = tocsin_render_figure(
				incident, 0, &facts, ruleset, &audience, &version, arena, &figure);
			assert_int_equal(status, figure != NULL ? TOCSIN_OK : TOCSIN_NO_MEMORY);
		}
		if (status == TOCSIN_OK) {
			status = tocsin_render_cancel(alert, NULL, &audience, &version, "v", arena, &cancel);
			assert_int_equal(status, cancel != NULL ? TOCSIN_OK : TOCSIN_NO_MEMORY);
		}
		done = status == TOCSIN_OK;
		tocsin_arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_times),
		cmocka_unit_test(cuts_places),
		cmocka_unit_test(opens_admin_2_for_low_by_option),
		cmocka_unit_test(cuts_texts),
		cmocka_unit_test(shows_reviewed_text_to_high_only),
		cmocka_unit_test(cuts_claims),
		cmocka_unit_test(hides_small_tolls_from_low),
		cmocka_unit_test(cuts_actors),
		cmocka_unit_test(cuts_figures),
		cmocka_unit_test(hides_an_operation_that_names_a_hidden_place),
		cmocka_unit_test(hides_an_operation_that_gives_a_hidden_code),
		cmocka_unit_test(grades_and_disputes),
		cmocka_unit_test(counts_reporters_down_to_high),
		cmocka_unit_test(carries_what_the_engine_knows),
		cmocka_unit_test(writes_one_ready_line),
		cmocka_unit_test(keeps_the_line_short),
		cmocka_unit_test(fills_no_full_arena),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
