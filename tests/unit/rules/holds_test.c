/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The keys that hold back and fill in: throttle, corroborate, max_rate, defaults;
 * and the fingerprint of what a rule says. */
#include "rules/rig_rules.h"

#define SAMPLES SOURCE_DIR "/tests/unit/rules/samples/"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HOUR_MS INT64_C(3600000)

static struct tocsin_ruleset *load(const char *path)
{
	struct tocsin_ruleset *set = NULL;
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &set), TOCSIN_OK);
	tocsin_diagnostics_finish(&diagnostics);
	return set;
}

static void reads_what_holds_back(void **state)
{
	(void)state;
	struct tocsin_ruleset *set = load(SAMPLES "good/holds.yaml");
	const struct tocsin_rule *rule = &set->rules[0];
	assert_int_equal(rule->throttle->per,
		TOCSIN_PER_REGION | TOCSIN_PER_ADM1 | TOCSIN_PER_EVENT | TOCSIN_PER_SENDER |
			TOCSIN_PER_SEVERITY);
	assert_int_equal(rule->throttle->rate.max, 10);
	assert_int_equal(rule->throttle->rate.per_ms, HOUR_MS);
	assert_int_equal(rule->corroborate->reports, 2);
	assert_int_equal(rule->corroborate->independent, TOCSIN_INDEPENDENT_SENDER);
	assert_int_equal(rule->corroborate->within_ms, 6 * HOUR_MS);
	assert_int_equal(rule->match.hours->days, 1 << 4 | 1 << 5);
	assert_int_equal(rule->match.hours->from_minute, 18 * 60);
	assert_int_equal(rule->match.hours->to_minute, 6 * 60);
	assert_string_equal(rule->match.hours->tz, "Africa/Bamako");
	assert_string_equal(rule->not ->hours->tz, "Europe/Paris");
	assert_int_equal(set->rules[1].throttle->per, 0);
	assert_int_equal(set->rules[1].throttle->rate.per_ms, 30 * 24 * HOUR_MS);
	assert_null(set->rules[1].corroborate);
	assert_int_equal(set->rules[2].throttle->per, TOCSIN_PER_EVENT);
	assert_int_equal(tocsin_ruleset_sender(set, "mopti-17")->max_rate.max, 60);
	assert_int_equal(tocsin_ruleset_sender(set, "mopti-17")->max_rate.per_ms, 60000);
	assert_int_equal(tocsin_ruleset_sender(set, "mopti-18")->max_rate.per_ms, 1000);
	assert_int_equal(tocsin_ruleset_sender(set, "mopti-19")->max_rate.max, 1000000);
	assert_int_equal(tocsin_ruleset_sender(set, "mopti-19")->max_rate.per_ms, HOUR_MS);
	assert_int_equal(tocsin_ruleset_sender(set, "mopti-20")->max_rate.max, 0);
	tocsin_ruleset_destroy(set);
}

static void fills_in_defaults(void **state)
{
	(void)state;
	struct tocsin_ruleset *set = load(SAMPLES "good/defaults.yaml");
	const struct tocsin_output *bare = set->rules[0].outputs, *own = set->rules[1].outputs;
	int partners = tocsin_ruleset_audience(set, "partners");
	assert_int_equal(bare->audience, partners);
	assert_int_equal(bare->qos, 2);
	assert_int_equal(bare->expires_ms, 24 * HOUR_MS);
	assert_true(bare->open);
	assert_true(bare->downgrade);
	assert_int_equal(own->audience, tocsin_ruleset_audience(set, "coordination"));
	assert_int_equal(own->qos, 0);
	assert_int_equal(own->expires_ms, HOUR_MS);
	assert_false(own->open);
	assert_false(own->downgrade);
	assert_int_equal(set->fallback[0].qos, 2);
	assert_int_equal(set->fallback[1].audience, partners);
	tocsin_ruleset_destroy(set);
}

static uint64_t fingerprint(const char *before, const char *rule)
{
	char rules[1024];
	(void)snprintf(rules, sizeof rules, "%srules:\n%s\n", before, rule);
	struct tocsin_ruleset *set = rig_load(rules);
	uint64_t found = set->rules[set->rule_count - 1].fingerprint;
	tocsin_ruleset_destroy(set);
	return found;
}

/* Each differs from all others in one thing that it says. */
static void fingerprint_tells_texts_apart(void **state)
{
	static const char *const rules[] = {
		"  - {id: a, alert: [{audience: public}]}",
		"  - {id: b, alert: [{audience: public}]}",
		"  - {id: a, enabled: false, alert: [{audience: public}]}",
		"  - {id: a, stop: true, alert: [{audience: public}]}",
		"  - {id: a, description: x, alert: [{audience: public}]}",
		"  - {id: a, alert: [{audience: partners}]}",
		"  - {id: a, alert: [{audience: public}, {audience: public}]}",
		"  - {id: a, alert: [{audience: public, qos: 2}]}",
		"  - {id: a, alert: [{audience: public, open: true}]}",
		"  - {id: a, alert: [{audience: public, downgrade: true}]}",
		"  - {id: a, alert: [{audience: public, expires: 1h}]}",
		"  - {id: a, match: {region: ML05}, alert: [{audience: public}]}",
		"  - {id: a, match: {region: [ML05, BF]}, alert: [{audience: public}]}",
		"  - {id: a, match: {region: ML08}, alert: [{audience: public}]}",
		"  - {id: a, match: {severity: severe}, alert: [{audience: public}]}",
		"  - {id: a, match: {min_severity: severe}, alert: [{audience: public}]}",
		"  - {id: a, match: {min_urgency: past}, alert: [{audience: public}]}",
		"  - {id: a, match: {min_displaced: 0}, alert: [{audience: public}]}",
		"  - {id: a, match: {min_killed: 0}, alert: [{audience: public}]}",
		"  - {id: a, match: {sub_type: [ab, c]}, alert: [{audience: public}]}",
		"  - {id: a, match: {sub_type: [a, bc]}, alert: [{audience: public}]}",
		"  - {id: a, match: {sender: x}, alert: [{audience: public}]}",
		"  - {id: a, match: {language: fr}, alert: [{audience: public}]}",
		"  - {id: a, match: {not: {language: fr}}, alert: [{audience: public}]}",
		"  - {id: a, match: {time: {tz: UTC, days: fri}}, alert: [{audience: public}]}",
		"  - {id: a, match: {time: {tz: Etc/UTC, days: fri}}, alert: [{audience: public}]}",
		"  - {id: a, match: {time: {tz: UTC, between: 00:00-06:00}}, alert: [{audience: public}]}",
		"  - {id: a, alert: [{audience: public}], throttle: {max: 1, in: 1h}}",
		"  - {id: a, alert: [{audience: public}], throttle: {max: 2, in: 1h}}",
		"  - {id: a, alert: [{audience: public}], throttle: {per: event, max: 1, in: 1h}}",
		"  - {id: a, alert: [{audience: public}], corroborate: {reports: 2, within: 1h}}",
		"  - {id: a, alert: [{audience: public}], corroborate: {reports: 2, within: 2h}}",
	};
	uint64_t found[COUNT(rules)];
	(void)state;
	for (size_t i = 0; i < COUNT(rules); i++) {
		found[i] = fingerprint("", rules[i]);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(found[i], found[j]);
	}
}

/* The place, the spelling and who else is there make no difference. */
static void fingerprint_stays_with_the_text(void **state)
{
	(void)state;
	uint64_t wanted = fingerprint("",
		"  - {id: a, match: {region: [ML05, BF], min_severity: severe}, alert: [{audience: public, "
		"expires: 24h}]}");
	assert_int_equal(wanted,
		fingerprint("# a comment\n\n",
			"  - {id: z, alert: [{audience: partners}]}\n"
			"  - id: a\n"
			"    match: {min_severity: SEVERE, region: [BF, ML05 Mopti, BF]}\n"
			"    alert: [{qos: 1, audience: public, expires: 1d}]"));
	assert_int_equal(wanted,
		fingerprint("defaults: {expires: 24h}\n",
			"  - {id: a, match: {region: [ML05, BF], min_severity: severe}, alert: [{audience: "
			"public}]}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_holds_back),
		cmocka_unit_test(fills_in_defaults),
		cmocka_unit_test(fingerprint_tells_texts_apart),
		cmocka_unit_test(fingerprint_stays_with_the_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
