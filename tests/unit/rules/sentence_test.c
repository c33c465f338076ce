/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig_rules.h"

#include "rules/sentence.h"
#include "rules/sentence_words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *say(struct rig *rig, const struct tocsin_ruleset *ruleset, size_t rule,
	enum tocsin_language language)
{
	struct tocsin_sentences *sentences = tocsin_sentences_create(ruleset, language);
	assert_non_null(sentences);
	const char *text = rule < ruleset->rule_count
		? tocsin_sentence_rule(sentences, &ruleset->rules[rule], rig->arena)
		: tocsin_sentence_default(sentences, rig->arena);
	tocsin_sentences_destroy(sentences);
	assert_non_null(text);
	return text;
}

static void says_what_each_key_asks(void **state)
{
	static const struct {
		const char *match, *english, *french;
	} rows[] = {
		{"{region: ML05 Mopti, min_severity: severe}",
			"In Mopti (ML05, 2 cercles), severe or worse",
			"Zone Mopti (ML05, 2 cercles), niveau grave ou pire"},
		{"{region: [ML08, BF, SD02]}",
			"In Burkina Faso (BF, 1 region), Kidal (ML08, 1 cercle) or North Darfur (SD02, 2 "
			"localities)",
			"Zone Burkina Faso (BF, 1 région), Kidal (ML08, 1 cercle) ou North Darfur (SD02, 2 "
			"localités)"},
		{"{region: ML050399}", "In Kéwa (ML050399, 1 admin-4 regions)",
			"Zone Kéwa (ML050399, 1 subdivisions de niveau 4)"},
		{"{min_severity: extreme}", "Anywhere, extreme", "Partout, niveau extrême"},
		{"{severity: [unknown, minor]}", "Anywhere, severity unknown or minor",
			"Partout, niveau inconnu ou mineur"},
		{"{urgency: immediate}", "Anywhere, urgency immediate", "Partout, urgence immédiate"},
		{"{min_urgency: expected}", "Anywhere, urgency expected or more",
			"Partout, urgence attendue ou plus"},
		{"{certainty: observed}", "Anywhere, certainty observed", "Partout, certitude constatée"},
		{"{min_certainty: observed}", "Anywhere, certainty observed",
			"Partout, certitude constatée"},
		{"{min_certainty: likely}", "Anywhere, certainty likely or more",
			"Partout, certitude probable ou plus"},
		{"{event: [food, battles, riots]}", "Anywhere, battles, riots or food",
			"Partout, combats, émeutes ou alimentation"},
		{"{sub_type: Attack}", "Anywhere, of sub-type attack", "Partout, de sous-type attack"},
		{"{category: [met, fire]}", "Anywhere, category meteorological or fire",
			"Partout, catégorie météorologique ou incendie"},
		{"{cause: conflict}", "Anywhere, caused by conflict", "Partout, causé par un conflit"},
		{"{status: exercise}", "Anywhere, only exercises", "Partout, seulement les exercices"},
		{"{msg_type: update}", "Anywhere, only updates", "Partout, seulement les mises à jour"},
		{"{sender: [a, b]}", "Anywhere, reported by a or b", "Partout, rapporté par a ou b"},
		{"{sensitivity: severe}", "Anywhere, sensitivity severe",
			"Partout, sensibilité très élevée"},
		{"{min_displaced: 500}", "Anywhere, 500 people or more displaced",
			"Partout, 500 personnes déplacées ou plus"},
		{"{min_killed: 5}", "Anywhere, 5 killed or more", "Partout, 5 morts ou plus"},
		{"{need: [nfi, water]}", "Anywhere, in need of water or household items",
			"Partout, besoins : eau ou articles ménagers"},
		{"{impact: school_closed}", "Anywhere, with a school closed",
			"Partout, avec une école fermée"},
		{"{language: fr}", "Anywhere, written in fr", "Partout, rédigé en fr"},
		{"{time: {tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}}",
			"Anywhere, on Friday and Saturday from 18:00 to 06:00 on the clock of Africa/Bamako",
			"Partout, le vendredi et samedi de 18:00 à 06:00 à l'heure de Africa/Bamako"},
		{"{event: battles, not: {region: ML05, severity: minor}}",
			"Anywhere, battles, but not what is in Mopti (ML05, 2 cercles), severity minor",
			"Partout, combats, sauf dans la zone Mopti (ML05, 2 cercles), niveau mineur"},
		{"{}", "Anywhere", "Partout"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char rules[512], wanted[512];
		(void)snprintf(rules, sizeof rules,
			"rules: [{id: a, match: %s, alert: [{audience: partners, expires: 24h}]}]\n",
			rows[i].match);
		struct tocsin_ruleset *ruleset = rig_load(rules);
		(void)snprintf(wanted, sizeof wanted, "a: %s: partners, for 24 h.", rows[i].english);
		assert_string_equal(say(*state, ruleset, 0, TOCSIN_ENGLISH), wanted);
		(void)snprintf(wanted, sizeof wanted, "a : %s : partners, pendant 24 h.", rows[i].french);
		assert_string_equal(say(*state, ruleset, 0, TOCSIN_FRENCH), wanted);
		tocsin_ruleset_destroy(ruleset);
	}
}

static void says_who_gets_it_and_how(void **state)
{
	static const struct {
		const char *rest, *english, *french;
	} rows[] = {
		{"alert: [{audience: partners}]", "partners, for 72 h.", "partners, pendant 72 h."},
		{"alert: [{audience: partners, open: true, expires: 14d, qos: 0}, {audience: public, "
		 "expires: 90m, downgrade: true}]",
			"partners, for 14 days, kept open, at QoS 0; and public, for 90 min, cut to what it "
			"may see even where too sensitive for it.",
			"partners, pendant 14 jours, gardée ouverte, en QoS 0 ; et public, pendant 90 min, "
			"réduite à ce qu'elle peut voir même si trop sensible pour elle."},
		{"alert: [{audience: partners}], throttle: {per: [region, event], max: 10, in: 1h}",
			"partners, for 72 h, at most 10 an hour for each region and event.",
			"partners, pendant 72 h, au plus 10 par heure pour chaque lieu et type d'événement."},
		{"alert: [{audience: partners}], throttle: {max: 3, in: 6h}",
			"partners, for 72 h, at most 3 in 6 h.", "partners, pendant 72 h, au plus 3 en 6 h."},
		{"alert: [{audience: partners}], stop: true, corroborate: {reports: 2, independent: "
		 "sender, within: 6h}",
			"partners, for 72 h, once 2 different senders report it within 6 h. Then no later "
			"rule is looked at.",
			"partners, pendant 72 h, dès que 2 expéditeurs différents le rapportent en 6 h. "
			"Ensuite, aucune règle suivante n'est examinée."},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char rules[512], wanted[512];
		(void)snprintf(rules, sizeof rules, "rules: [{id: a, %s}]\n", rows[i].rest);
		struct tocsin_ruleset *ruleset = rig_load(rules);
		(void)snprintf(wanted, sizeof wanted, "a: Anywhere: %s", rows[i].english);
		assert_string_equal(say(*state, ruleset, 0, TOCSIN_ENGLISH), wanted);
		(void)snprintf(wanted, sizeof wanted, "a : Partout : %s", rows[i].french);
		assert_string_equal(say(*state, ruleset, 0, TOCSIN_FRENCH), wanted);
		assert_string_equal(say(*state, ruleset, 1, TOCSIN_ENGLISH),
			"default: Whatever no rule sends to anybody: coordination, for 72 h, kept open.");
		assert_string_equal(say(*state, ruleset, 1, TOCSIN_FRENCH),
			"default : Ce qu'aucune règle n'envoie à personne : coordination, pendant 72 h, "
			"gardée ouverte.");
		tocsin_ruleset_destroy(ruleset);
	}
}

static void says_that_a_rule_is_off(void **state)
{
	struct tocsin_ruleset *ruleset =
		rig_load("rules: [{id: a, enabled: false, alert: [{audience: public}]}]\n");
	assert_string_equal(
		say(*state, ruleset, 0, TOCSIN_ENGLISH), "a (disabled): Anywhere: public, for 72 h.");
	assert_string_equal(
		say(*state, ruleset, 0, TOCSIN_FRENCH), "a (désactivée) : Partout : public, pendant 72 h.");
	tocsin_ruleset_destroy(ruleset);
}

static void counts_the_rest_of_a_long_list(void **state)
{
	struct tocsin_ruleset *ruleset =
		rig_load("rules: [{id: a, match: {sender: [a, b, c, d, e, f, g, h, i, j, k, l, m, n]}, "
				 "alert: [{audience: public}]}]\n");
	assert_string_equal(say(*state, ruleset, 0, TOCSIN_ENGLISH),
		"a: Anywhere, reported by a, b, c, d, e, f, g, h, i, j, k, l or 2 more: public, for 72 "
		"h.");
	tocsin_ruleset_destroy(ruleset);
}

/* Every value that a rule can name has its words in both languages. */
static void has_words_for_all_values(void **state)
{
	static const ProtobufCEnumDescriptor *const types[] = {&tocsin__v1__severity__descriptor,
		&tocsin__v1__urgency__descriptor, &tocsin__v1__certainty__descriptor,
		&tocsin__v1__event_type__descriptor, &tocsin__v1__category__descriptor,
		&tocsin__v1__cause__descriptor, &tocsin__v1__status__descriptor,
		&tocsin__v1__msg_type__descriptor, &tocsin__v1__sensitivity__descriptor,
		&tocsin__v1__need__descriptor, &tocsin__v1__impact__descriptor};
	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		for (unsigned k = 0; k < types[i]->n_values; k++) {
			const int value = types[i]->values[k].value;
			const char *english = tocsin_word_value(types[i], value, TOCSIN_ENGLISH);
			const char *french = tocsin_word_value(types[i], value, TOCSIN_FRENCH);
			assert_true(english[0] != '\0' && french[0] != '\0');
			if (value > 0 && strchr(types[i]->values[k].name, '_') != NULL) {
				assert_null(strchr(english, '_'));
				assert_null(strchr(french, '_'));
			}
		}
	}
}

static void reads_the_locale(void **state)
{
	(void)state;
	assert_int_equal(tocsin_language_of("fr"), TOCSIN_FRENCH);
	assert_int_equal(tocsin_language_of("fr_ML.UTF-8"), TOCSIN_FRENCH);
	assert_int_equal(tocsin_language_of("FR-BF"), TOCSIN_FRENCH);
	assert_int_equal(tocsin_language_of("fr.UTF-8"), TOCSIN_FRENCH);
	assert_int_equal(tocsin_language_of("frr_DE"), TOCSIN_ENGLISH);
	assert_int_equal(tocsin_language_of("C.UTF-8"), TOCSIN_ENGLISH);
	assert_int_equal(tocsin_language_of(""), TOCSIN_ENGLISH);
	assert_int_equal(tocsin_language_of("f"), TOCSIN_ENGLISH);
	assert_int_equal(tocsin_language_of(NULL), TOCSIN_ENGLISH);
}

static void gives_up_where_memory_is_short(void **state)
{
	(void)state;
	struct tocsin_ruleset *ruleset = rig_load(
		"rules: [{id: a, match: {region: [ML05, BF], event: [riots, food], time: {tz: "
		"Africa/Bamako, days: [fri], between: 18:00-06:00}, not: {region: ML0503}}, throttle: "
		"{per: [region], max: 1, in: 3h}, alert: [{audience: public, open: true}]}]\n");
	struct tocsin_sentences *sentences = tocsin_sentences_create(ruleset, TOCSIN_FRENCH);
	assert_non_null(sentences);
	size_t whole = 0;
	for (size_t ceiling = 16; whole == 0; ceiling += 16) {
		struct tocsin_arena *arena = tocsin_arena_create(ceiling, &tocsin_heap);
		assert_non_null(arena);
		if (tocsin_sentence_rule(sentences, &ruleset->rules[0], arena) != NULL) {
			whole = ceiling;
		}
		tocsin_arena_destroy(arena);
		assert_true(ceiling < 1 << 20);
	}
	assert_true(whole > 128);
	tocsin_sentences_destroy(sentences);
	tocsin_sentences_destroy(NULL);
	tocsin_ruleset_destroy(ruleset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_each_key_asks),
		cmocka_unit_test(says_who_gets_it_and_how),
		cmocka_unit_test(says_that_a_rule_is_off),
		cmocka_unit_test(counts_the_rest_of_a_long_list),
		cmocka_unit_test(has_words_for_all_values),
		cmocka_unit_test(reads_the_locale),
		cmocka_unit_test(gives_up_where_memory_is_short),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
