/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"

#include "clients/alert/prose.h"

static void check(const char *json, enum tocsin_language language, const char *expected)
{
	struct tocsin_arena *arena = rig_arena();
	const char *text = tocsin_prose_text(rig_alert(arena, json), language, arena);
	assert_non_null(text);
	assert_string_equal(text, expected);
	tocsin_arena_destroy(arena);
}

static void check_headline(
	const char *json, const char *words, enum tocsin_language language, const char *expected)
{
	struct tocsin_arena *arena = rig_arena();
	const char *text = tocsin_prose_headline(rig_alert(arena, json), words, language, arena);
	assert_non_null(text);
	assert_string_equal(text, expected);
	tocsin_arena_destroy(arena);
}

static const char whole[] =
	"{'id':'a','status':'exercise','msg_type':'alert','event':{'type':'riots','sub_type':'Mob "
	"violence'},'certainty':'likely','occurred':{'start':'2024-08-07T18:30:45Z','precision':"
	"'minute'},'area':{'country':'ML','pcodes':['ML05','ML0503'],'name':'Djenné, Mopti, Mali',"
	"'locality':'Kouakourou'},'needs':['water','food'],'impacts':['fear'],'disputed':true,"
	"'source_grade':'B2','reports':3}";

static void all_of_it_in_both_languages(void **state)
{
	(void)state;
	check(whole, TOCSIN_ENGLISH,
		"EXERCISE: none of this has happened.\n"
		"Riots (Mob violence), Kouakourou, Djenné, Mopti, Mali.\n"
		"Occurred 2024-08-07 18:30 UTC.\n"
		"Needs: water, food.\n"
		"Effects: fear.\n"
		"Disputed: the claims contradict each other.\n"
		"Certainty: likely.\n"
		"Best source grade: B2.\n"
		"Reported by 3 senders.");
	check(whole, TOCSIN_FRENCH,
		"EXERCICE : rien de ceci n'a eu lieu.\n"
		"Émeutes (Mob violence), Kouakourou, Djenné, Mopti, Mali.\n"
		"Survenu le 2024-08-07 18:30 UTC.\n"
		"Besoins : eau, nourriture.\n"
		"Effets : peur.\n"
		"Contesté : les déclarations se contredisent.\n"
		"Certitude : probable.\n"
		"Meilleure cote de source : B2.\n"
		"Signalé par 3 expéditeurs.");
}

static void nothing_stated_is_said_so(void **state)
{
	(void)state;
	check("{'id':'a'}", TOCSIN_ENGLISH, "Other event, Place not stated.");
	check("{'id':'a','area':{}}", TOCSIN_FRENCH, "Autre événement, Lieu non précisé.");
	check("{'id':'a','area':{'country':'ML'}}", TOCSIN_ENGLISH, "Other event, Mali.");
	check("{'id':'a','area':{'country':'XX'}}", TOCSIN_ENGLISH, "Other event, XX.");
	check("{'id':'a','area':{'name':'Gao, Mali','country':'ML'}}", TOCSIN_ENGLISH,
		"Other event, Gao, Mali.");
}

static void not_reported_no_figure_and_a_true_0_differ(void **state)
{
	(void)state;
	check("{'id':'a','casualty_claims':["
		  "{'kind':'killed','not_reported':true,'claimant_class':'official','official':true},"
		  "{'kind':'injured'},"
		  "{'kind':'missing','group':'civilian','low':0,'high':0},"
		  "{'kind':'abducted','low':21,'high':1040,'claimant':'RFI','claimant_class':'media'},"
		  "{'kind':'killed','low':3,'official':true},"
		  "{'kind':'killed','high':9,'verified':true,'claimant':'X','official':true},"
		  "{'low':400,'qualifier':'more_than','claimant':'a\\nb'},"
		  "{'low':5,'high':5,'qualifier':'approximately'}]}",
		TOCSIN_ENGLISH,
		"Other event, Place not stated.\n"
		"Killed: not reported, says official source.\n"
		"Injured: no figure given.\n"
		"Missing (civilians): 0.\n"
		"Abducted: 21 to 1,040, says RFI (media).\n"
		"Killed: at least 3, says the state.\n"
		"Killed: at most 9, says X, official, verified.\n"
		"Casualties: more than 400, says a b.\n"
		"Casualties: about 5.");
	check("{'id':'a','casualty_claims':["
		  "{'kind':'killed','not_reported':true,'claimant':'État-major'},"
		  "{'kind':'abducted','low':21,'high':1040,'qualifier':'less_than'},"
		  "{'kind':'missing','low':0,'high':0}]}",
		TOCSIN_FRENCH,
		"Autre événement, Lieu non précisé.\n"
		"Tués : aucun bilan donné, selon État-major.\n"
		"Enlevés : moins de 21 à 1\xE2\x80\xAF"
		"040.\n"
		"Disparus : 0.");
}

static void figures_keep_unit_and_what_they_count(void **state)
{
	(void)state;
	check("{'id':'a','event':{'type':'displacement'},'displacement':["
		  "{'unit':'person','figure':129825,'qualifier':'approximately','population':'idp',"
		  "'flow_or_stock':'flow','term':'displaced','pcode':'SD02114','operation':'sudan-eet',"
		  "'round':2,'as_of':'2024-05-31T00:00:00Z','cumulative_since':'2024-04-01T00:00:00Z'},"
		  "{'unit':'household','figure':8000,'household_size':5.5,'role':'triangulation'},"
		  "{'unit':'household','figure':1,'origin_pcode':'ML01','destination_pcode':'ML02'},"
		  "{'unit':'person','figure':0,'flow_or_stock':'stock'},"
		  "{'figure':7},{'unit':'person'}]}",
		TOCSIN_ENGLISH,
		"Displacement, Place not stated.\n"
		"Displacement: about 129,825 people (internally displaced, moved, displaced) in SD02114, "
		"as of 2024-05-31, adding up since 2024-04-01, sudan-eet round 2.\n"
		"Displacement: 8,000 households (about 44,000 people, at 5.5 each), evidence only, not "
		"counted.\n"
		"Displacement: 1 household from ML01 to ML02.\n"
		"Displacement: 0 person (present).\n"
		"Displacement: 7 of no stated unit.\n"
		"Displacement: no figure given.");
}

static void many_figures_are_cut_with_a_word(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	Tocsin__V1__Alert *alert =
		rig_alert(arena, "{'id':'a','displacement':[{'unit':'person','figure':5}]}");
	Tocsin__V1__Displacement *entries[TOCSIN_MAX_PROSE_FIGURES + 3];
	(void)state;
	for (size_t i = 0; i < TOCSIN_MAX_PROSE_FIGURES + 3; i++)
		entries[i] = alert->displacement[0];
	alert->displacement = entries;
	alert->n_displacement = TOCSIN_MAX_PROSE_FIGURES + 3;
	const char *text = tocsin_prose_text(alert, TOCSIN_ENGLISH, arena);
	assert_has(text, "\nAnd 3 more figures.");
	alert->n_displacement = TOCSIN_MAX_PROSE_FIGURES;
	assert_lacks(tocsin_prose_text(alert, TOCSIN_ENGLISH, arena), "more figures");
	tocsin_arena_destroy(arena);
}

static void times_are_as_exact_as_known(void **state)
{
	static const struct {
		const char *precision, *expected;
	} rows[] = {
		{"minute", "Occurred 2024-08-07 18:30 UTC to 2024-08-08 01:00 UTC."},
		{"hour", "Occurred 2024-08-07 18:30 UTC to 2024-08-08 01:00 UTC, known to the hour."},
		{"day", "Occurred 2024-08-07 to 2024-08-08, known to the day."},
		{"month", "Occurred 2024-08-07 to 2024-08-08, known to the month."},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char json[256], expected[256];
		snprintf(json, sizeof(json),
			"{'id':'a','occurred':{'start':'2024-08-07T18:30:00Z','end':'2024-08-08T01:00:00Z',"
			"'precision':'%s'}}",
			rows[i].precision);
		snprintf(
			expected, sizeof(expected), "Other event, Place not stated.\n%s", rows[i].expected);
		check(json, TOCSIN_ENGLISH, expected);
	}
}

static void a_cancel_says_why(void **state)
{
	(void)state;
	check("{'id':'a','msg_type':'cancel','close':{'cause':'error','note':'secret'}}",
		TOCSIN_ENGLISH, "Cancelled: it was reported in error.\nOther event, Place not stated.");
	check("{'id':'a','msg_type':'cancel','close':{'cause':'resolved'}}", TOCSIN_FRENCH,
		"Annulé : c'est terminé.\nAutre événement, Lieu non précisé.");
	check("{'id':'a','msg_type':'cancel','status':'test'}", TOCSIN_ENGLISH,
		"TEST: please disregard.\nCancelled.\nOther event, Place not stated.");
}

static void headlines(void **state)
{
	static const char severe[] =
		"{'id':'a','status':'%s','msg_type':'%s','severity':'severe','event':{'type':'riots'},"
		"'area':{'name':'Djenné, Mopti, Mali'}}";
	char json[256];
	(void)state;
	snprintf(json, sizeof(json), severe, "actual", "alert");
	check_headline(json, NULL, TOCSIN_ENGLISH, "Severe riots, Djenné, Mopti, Mali");
	check_headline(json, NULL, TOCSIN_FRENCH, "Émeutes, niveau grave, Djenné, Mopti, Mali");
	check_headline(json, "Un titre", TOCSIN_FRENCH, "Un titre");
	snprintf(json, sizeof(json), severe, "exercise", "update");
	check_headline(
		json, NULL, TOCSIN_ENGLISH, "EXERCISE, UPDATE: Severe riots, Djenné, Mopti, Mali");
	check_headline(json, "Un\ntitre\tici", TOCSIN_FRENCH, "EXERCICE, MISE À JOUR : Un titre ici");
	snprintf(json, sizeof(json), severe, "test", "cancel");
	check_headline(json, "x", TOCSIN_ENGLISH, "TEST, CANCELLED: x");
	check_headline("{'id':'a'}", NULL, TOCSIN_FRENCH, "Autre événement, niveau inconnu");
}

static void a_headline_is_never_too_long(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	char words[161 * 2 + 1] = "";
	(void)state;
	for (size_t i = 0; i < 160; i++)
		memcpy(words + 2 * i, "é", 3);
	Tocsin__V1__Alert *alert = rig_alert(arena, "{'id':'a','msg_type':'cancel'}");
	const char *line = tocsin_prose_headline(alert, words, TOCSIN_FRENCH, arena);
	size_t points = 0;
	for (const char *at = line; *at; at++)
		points += ((unsigned char)*at & 0xC0) != 0x80;
	assert_int_equal(points, 160);
	assert_int_equal(strncmp(line, "ANNULÉ : é", strlen("ANNULÉ : é")), 0);
	assert_string_equal(line + strlen(line) - strlen("é…"), "é…");
	tocsin_arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_in_both_languages),
		cmocka_unit_test(nothing_stated_is_said_so),
		cmocka_unit_test(not_reported_no_figure_and_a_true_0_differ),
		cmocka_unit_test(figures_keep_unit_and_what_they_count),
		cmocka_unit_test(many_figures_are_cut_with_a_word),
		cmocka_unit_test(times_are_as_exact_as_known),
		cmocka_unit_test(a_cancel_says_why),
		cmocka_unit_test(headlines),
		cmocka_unit_test(a_headline_is_never_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
