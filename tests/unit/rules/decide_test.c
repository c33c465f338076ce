/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig_rules.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *routing_name(Tocsin__V1__Routing routing)
{
	switch (routing) {
	case TOCSIN__V1__ROUTING__ROUTING_ROUTED:
		return "routed";
	case TOCSIN__V1__ROUTING__ROUTING_DEFAULTED:
		return "defaulted";
	case TOCSIN__V1__ROUTING__ROUTING_HELD:
		return "held";
	default:
		return "unspecified";
	}
}

struct text {
	char bytes[1024];
	size_t length;
};

static void add(struct text *text, const char *part)
{
	size_t length = strlen(part);
	assert_true(text->length + length < sizeof text->bytes);
	memcpy(text->bytes + text->length, part, length + 1);
	text->length += length;
}

static void add_rules(struct text *text, const struct tocsin_ruleset *ruleset, const char *name,
	const uint32_t *rules, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add(text, i == 0 ? name : ",");
		add(text, ruleset->rules[rules[i]].id);
	}
}

static void add_delivery(
	struct text *text, const struct tocsin_ruleset *ruleset, const struct tocsin_delivery *delivery)
{
	char numbers[64];
	add(text, " | ");
	add(text, ruleset->audiences[delivery->audience].name);
	add_rules(text, ruleset, " ", delivery->rules, delivery->rule_count);
	(void)snprintf(numbers, sizeof numbers, " q%u %lldh", delivery->qos,
		(long long)(delivery->expires_ms / 3600000));
	add(text, numbers);
	add(text, delivery->open ? " open" : "");
	add(text, delivery->by_default ? " default" : "");
}

/* A gate that holds what a test names: "b:throttle a:silence default:silence", of
 * each rule all outputs that are still free; one audience alone as "b/partners:…". */
struct holding {
	const struct tocsin_ruleset *ruleset;
	const char *holds;
	size_t asked; /* rules, and the default route */
};

static unsigned held_as(const struct holding *holding, const char *rule, const char *audience)
{
	static const char *const names[] = {"corroborate", "silence", "throttle"};
	char key[128];
	for (unsigned i = 0; i < COUNT(names); i++) {
		(void)snprintf(key, sizeof key, "%s:%s", rule, names[i]);
		if (strstr(holding->holds, key)) {
			return (unsigned)TOCSIN_WITHHELD_CORROBORATE << i;
		}
		(void)snprintf(key, sizeof key, "%s/%s:%s", rule, audience, names[i]);
		if (strstr(holding->holds, key)) {
			return (unsigned)TOCSIN_WITHHELD_CORROBORATE << i;
		}
	}
	return 0;
}

static void hold(
	void *ctx, uint32_t rule, const struct tocsin_output *outputs, size_t count, uint8_t *withheld)
{
	struct holding *holding = ctx;
	const struct tocsin_ruleset *set = holding->ruleset;
	const char *id = rule == TOCSIN_DEFAULT_ROUTE ? "default" : set->rules[rule].id;
	bool any = false;
	holding->asked++;
	for (size_t i = 0; i < count; i++) {
		if (withheld[i] != 0) {
			assert_int_equal(withheld[i], TOCSIN_WITHHELD_SENSITIVITY);
			continue;
		}
		any = true;
		withheld[i] = (uint8_t)held_as(holding, id, set->audiences[outputs[i].audience].name);
	}
	assert_true(any);
}

/* "routed fired a,b held b | partners a q1 72h open" */
static const char *decide_with(struct rig *rig, const struct tocsin_ruleset *ruleset,
	const struct tocsin_gate *gate, struct tocsin_scratch *scratch, const char *patch)
{
	static struct text text;
	struct tocsin_decision decision;
	struct tocsin_facts facts;
	memset(&decision, 0xA5, sizeof decision);
	assert_int_equal(tocsin_facts_read(rig_incident(rig, patch), "mopti-17", RIG_NOW_MS,
						 ruleset->gazetteer, rig->arena, &facts),
		TOCSIN_OK);
	tocsin_decide(ruleset, &facts, gate, scratch, &decision);
	text.length = 0;
	add(&text, routing_name(decision.routing));
	add_rules(&text, ruleset, " fired ", decision.fired, decision.fired_count);
	add_rules(&text, ruleset, " held ", decision.held, decision.held_count);
	for (size_t i = 0; i < decision.delivery_count; i++) {
		if (i > 0) {
			assert_true(decision.deliveries[i].audience > decision.deliveries[i - 1].audience);
		}
		add_delivery(&text, ruleset, &decision.deliveries[i]);
	}
	for (size_t i = 0; gate != NULL && i < decision.fired_count; i++) {
		char why[16];
		(void)snprintf(why, sizeof why, " %u", decision.withheld[i]);
		add(&text, why);
	}
	return text.bytes;
}

static const char *decide(struct rig *rig, const struct tocsin_ruleset *ruleset,
	struct tocsin_scratch *scratch, const char *patch)
{
	return decide_with(rig, ruleset, NULL, scratch, patch);
}

static void routes(void **state)
{
	static const struct {
		const char *rules, *patch, *decision;
	} rows[] = {
		/* Nothing fires. */
		{"rules: [{id: a, match: {event: food}, alert: [{audience: partners}]}]\n", NULL,
			"defaulted | coordination q1 72h open default"},
		{"rules: [{id: a, alert: [{audience: partners}]}]\n", NULL,
			"routed fired a | partners a q1 72h"},
		/* One alert an audience; the longest, the highest, open if any. */
		{"rules:\n"
		 "  - {id: a, alert: [{audience: partners, qos: 0, expires: 24h}]}\n"
		 "  - {id: b, match: {region: BF}, alert: [{audience: partners, expires: 14d}]}\n"
		 "  - {id: c, alert: [{audience: partners, qos: 2, open: true, expires: 6h}]}\n",
			NULL, "routed fired a,c | partners a,c q2 24h open"},
		/* An expiry left unstated counts as 72 hours. */
		{"rules:\n"
		 "  - {id: a, alert: [{audience: partners, expires: 24h}]}\n"
		 "  - {id: b, alert: [{audience: partners}]}\n",
			NULL, "routed fired a,b | partners a,b q1 72h"},
		{"rules:\n"
		 "  - {id: a, alert: [{audience: partners, expires: 30d}]}\n"
		 "  - {id: b, alert: [{audience: partners}]}\n",
			NULL, "routed fired a,b | partners a,b q1 720h"},
		/* Named twice: each output by itself, the rule once. */
		{"rules:\n"
		 "  - {id: a, alert: [{audience: partners, expires: 1h}, {audience: partners, open: true,"
		 " expires: 2h}]}\n"
		 "  - {id: b, alert: [{audience: partners, expires: 1h}]}\n",
			NULL, "routed fired a,b | partners a,b q1 2h open"},
		{"rules:\n"
		 "  - {id: a, alert: [{audience: public, qos: 2, expires: 9d}, {audience: public,"
		 " downgrade: true, qos: 0, expires: 1h}]}\n",
			NULL, "routed fired a | public a q0 1h"},
		/* stop ends the walk; what is disabled is not there. */
		{"rules:\n"
		 "  - {id: off, enabled: false, stop: true, alert: [{audience: partners}]}\n"
		 "  - {id: a, stop: true, match: {region: BF}, alert: [{audience: partners}]}\n"
		 "  - {id: b, stop: true, alert: [{audience: partners}]}\n"
		 "  - {id: c, alert: [{audience: network}]}\n",
			NULL, "routed fired b | partners b q1 72h"},
		/* Withheld: named in held only where no output went out. */
		{"rules:\n"
		 "  - {id: a, alert: [{audience: public}]}\n"
		 "  - {id: b, alert: [{audience: partners}, {audience: public}]}\n",
			NULL, "routed fired a,b held a | partners b q1 72h"},
		{"rules:\n"
		 "  - {id: a, alert: [{audience: public}, {audience: public}]}\n"
		 "  - {id: b, alert: [{audience: network}, {audience: public}]}\n",
			"{'sensitivity':'high'}",
			"defaulted fired a,b held a,b | coordination q1 72h open default"},
		{"rules: [{id: a, alert: [{audience: public, downgrade: true}]}]\n",
			"{'sensitivity':'severe'}", "routed fired a | public a q1 72h"},
		/* Sensitivity missing is severe. */
		{"rules: [{id: a, alert: [{audience: partners}]}]\n", "{'sensitivity':null}",
			"defaulted fired a held a | coordination q1 72h open default"},
		/* A rule that stops, withheld, still stops. */
		{"rules:\n"
		 "  - {id: a, stop: true, alert: [{audience: public}]}\n"
		 "  - {id: b, alert: [{audience: partners}]}\n",
			NULL, "defaulted fired a held a | coordination q1 72h open default"},
		/* The default's own outputs are judged, too. */
		{"rules: []\n"
		 "default:\n"
		 "  alert: [{audience: public, expires: 1h}, {audience: network, qos: 0},"
		 " {audience: coordination, expires: 1d}, {audience: coordination, expires: 2d},"
		 " {audience: public, downgrade: true, expires: 2h}]\n",
			NULL,
			"defaulted | coordination q1 48h default | network q0 72h default | public q1 2h "
			"default"},
		/* Several audiences, in the order of the file's audiences. */
		{"rules:\n"
		 "  - {id: a, alert: [{audience: public}, {audience: coordination}]}\n"
		 "  - {id: b, alert: [{audience: partners}]}\n"
		 "  - {id: c, alert: [{audience: public}, {audience: coordination}]}\n",
			"{'sensitivity':'low'}",
			"routed fired a,b,c | coordination a,c q1 72h | partners b q1 72h | public a,c q1 72h"},
	};
	struct rig *rig = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_ruleset *ruleset = rig_load(rows[i].rules);
		struct tocsin_scratch *scratch = tocsin_scratch_create(ruleset);
		assert_non_null(scratch);
		const char *decision = decide(rig, ruleset, scratch, rows[i].patch);
		assert_string_equal(decision, rows[i].decision);
		/* Scratch is as good as new. */
		assert_string_equal(decide(rig, ruleset, scratch, rows[i].patch), rows[i].decision);
		tocsin_scratch_destroy(scratch);
		tocsin_ruleset_destroy(ruleset);
	}
}

/* What a gate holds back, and where the incident goes then. */
static void gates_hold(void **state)
{
	static const char rules[] =
		"rules:\n"
		"  - {id: a, alert: [{audience: partners}]}\n"
		"  - {id: b, alert: [{audience: partners, expires: 24h}, {audience: coordination}]}\n"
		"  - {id: c, alert: [{audience: public}]}\n"
		"  - {id: d, match: {event: riots}, alert: [{audience: public}]}\n"
		"default: {alert: [{audience: coordination}, {audience: partners}]}\n";
	static const struct {
		const char *holds, *patch, *decision;
		size_t asked;
	} rows[] = {
		{"", "{'sensitivity':'low'}",
			"routed fired a,b,c | coordination b q1 72h | partners a,b q1 72h | public c q1 72h 0 "
			"0 0",
			3},
		/* Sensitivity comes first: then the gate is not asked. */
		{"", NULL, "routed fired a,b,c held c | coordination b q1 72h | partners a,b q1 72h 0 0 1",
			2},
		{"a:throttle", NULL,
			"routed fired a,b,c held a,c | coordination b q1 72h | partners b q1 24h 8 0 1", 2},
		{"a:throttle b/partners:silence", NULL,
			"routed fired a,b,c held a,c | coordination b q1 72h 8 4 1", 2},
		/* Throttles and silences alone. */
		{"a:throttle b:silence c:throttle", "{'sensitivity':'low'}",
			"held fired a,b,c held a,b,c 8 4 8", 3},
		/* Something else, too. */
		{"a:throttle b:silence", NULL,
			"defaulted fired a,b,c held a,b,c | coordination q1 72h default | partners q1 72h "
			"default 8 4 1",
			3},
		{"a:throttle b:corroborate c:throttle", "{'sensitivity':'low'}",
			"defaulted fired a,b,c held a,b,c | coordination q1 72h default | partners q1 72h "
			"default 8 2 8",
			4},
		{"a:throttle b:corroborate default/coordination:silence", NULL,
			"defaulted fired a,b,c held a,b,c | partners q1 72h default 8 2 1", 3},
		{"a:throttle b:corroborate default:silence", NULL, "held fired a,b,c held a,b,c 8 2 1", 3},
	};
	struct rig *rig = *state;
	struct tocsin_ruleset *ruleset = rig_load(rules);
	struct tocsin_scratch *scratch = tocsin_scratch_create(ruleset);
	assert_non_null(scratch);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct holding holding = {.ruleset = ruleset, .holds = rows[i].holds};
		const struct tocsin_gate gate = {.ctx = &holding, .hold = hold};
		assert_string_equal(
			decide_with(rig, ruleset, &gate, scratch, rows[i].patch), rows[i].decision);
		assert_int_equal(holding.asked, rows[i].asked);
	}
	tocsin_scratch_destroy(scratch);
	tocsin_ruleset_destroy(ruleset);
	/* No rule fires. */
	ruleset = rig_load("rules: []\n");
	scratch = tocsin_scratch_create(ruleset);
	struct holding holding = {.ruleset = ruleset, .holds = "default:silence"};
	const struct tocsin_gate gate = {.ctx = &holding, .hold = hold};
	assert_string_equal(decide_with(rig, ruleset, &gate, scratch, NULL), "held");
	assert_int_equal(holding.asked, 1);
	tocsin_scratch_destroy(scratch);
	tocsin_ruleset_destroy(ruleset);
}

/* Every key of the rule file, through the loader. */
static void every_key_decides(void **state)
{
	static const struct {
		const char *match, *patch;
		bool fires;
	} rows[] = {
		{"{}", NULL, true},
		{"{region: ML05 Mopti}", NULL, true},
		{"{region: [BF, ML]}", NULL, true},
		{"{region: BF}", NULL, false},
		{"{region: ML0503}", "{'location':{'pcode':'ML05039901'}}", true},
		{"{region: ML0503}", "{'location':{'pcode':'ML05'}}", false},
		{"{severity: [severe, Unknown]}", NULL, true},
		{"{severity: unknown}", "{'severity':'unknown'}", true},
		{"{severity: unknown}",
			"{'severity':null,'event':{'type':'food'},'displacement':[{'figure':1}]}", true},
		{"{min_severity: minor}", "{'severity':'unknown'}", false},
		{"{min_severity: severe}", "{'severity':'extreme'}", true},
		{"{min_severity: extreme}", NULL, false},
		{"{min_certainty: unlikely}", "{'certainty':'unknown'}", false},
		{"{min_certainty: likely}", NULL, true},
		{"{certainty: [likely]}", NULL, false},
		{"{min_urgency: past}", NULL, false},
		{"{min_urgency: past}", "{'urgency':'past'}", true},
		{"{urgency: [past, unknown]}", "{'urgency':'unknown'}", true},
		{"{event: [BATTLES, riots]}", NULL, true},
		{"{event: riots}", NULL, false},
		{"{sub_type: [Armed Clash, Émeute]}", "{'event':{'sub_type':'ARMED clash'}}", true},
		{"{sub_type: [émeute]}", "{'event':{'sub_type':'ÉMEUTE'}}", true},
		{"{sub_type: [emeute]}", "{'event':{'sub_type':'émeute'}}", false},
		{"{sub_type: clash}", "{'event':{'sub_type':'armed clash'}}", false},
		{"{category: [met, security]}", "{'event':{'category':['geo','met']}}", true},
		{"{category: met}", NULL, false},
		{"{cause: conflict}", "{'event':{'cause':'conflict'}}", true},
		{"{cause: [conflict, disaster, other]}", NULL, false},
		{"{status: [exercise, test]}", NULL, false},
		{"{status: exercise}", "{'status':'exercise'}", true},
		{"{}", "{'status':'test'}", true},
		{"{msg_type: update}", NULL, false},
		{"{msg_type: [update, alert]}", NULL, true},
		{"{sender: [a, mopti-17]}", NULL, true},
		{"{sender: mopti-1}", NULL, false},
		{"{sensitivity: severe}", "{'sensitivity':null}", true},
		{"{sensitivity: [low, moderate]}", NULL, true},
		{"{min_displaced: 500}", "{'displacement':[{'unit':'household','figure':100}]}", true},
		{"{min_displaced: 501}", "{'displacement':[{'unit':'household','figure':100}]}", false},
		{"{min_displaced: 0}", NULL, false},
		{"{min_killed: 5}", "{'casualty_claims':[{'kind':'killed','low':1,'high':5}]}", true},
		{"{min_killed: 5}", "{'casualty_claims':[{'kind':'injured','low':1,'high':5}]}", false},
		{"{need: [water, food]}", "{'needs':['shelter','food']}", true},
		{"{need: water}", "{'needs':['shelter','food']}", false},
		{"{impact: looting}", "{'impacts':['looting']}", true},
		{"{impact: fear}", NULL, false},
		{"{language: [fr-FR, en]}", "{'language':'fr-ML'}", true},
		{"{language: fr}", NULL, false},
		{"{event: battles, not: {region: ML05}}", NULL, false},
		{"{event: battles, not: {region: ML05, severity: minor}}", NULL, true},
		{"{not: {sensitivity: severe}}", "{'sensitivity':null}", false},
		{"{event: battles, severity: minor}", NULL, false},
	};
	struct rig *rig = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char rules[512];
		(void)snprintf(rules, sizeof rules,
			"rules: [{id: a, match: %s, alert: [{audience: coordination}]}]\n", rows[i].match);
		struct tocsin_ruleset *ruleset = rig_load(rules);
		struct tocsin_scratch *scratch = tocsin_scratch_create(ruleset);
		const char *decision = decide(rig, ruleset, scratch, rows[i].patch);
		if ((strncmp(decision, "routed", 6) == 0) != rows[i].fires) {
			fail_msg("%s of %s: %s", rows[i].match, rows[i].patch, decision);
		}
		tocsin_scratch_destroy(scratch);
		tocsin_ruleset_destroy(ruleset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes),
		cmocka_unit_test(gates_hold),
		cmocka_unit_test(every_key_decides),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
