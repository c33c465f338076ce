/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/explain_json.h"

#include "proto/enum_name.h"
#include "rules/span.h"

/* Takes value, also where memory is short. */
static bool set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

static json_t *or_nothing(json_t *value, bool fine)
{
	if (!fine) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static json_t *span_value(int64_t ms)
{
	char text[TOCSIN_SPAN_TEXT];
	tocsin_span_write(ms, text);
	return json_string(text);
}

static json_t *region_value(const struct tocsin_explanation *explanation)
{
	const struct tocsin_facts *facts = explanation->facts;
	json_t *path = json_array();
	bool fine = path != NULL;
	for (size_t i = 0; i < facts->depth && fine; i++) {
		const struct tocsin_region *region =
			tocsin_gazetteer_region(explanation->ruleset->gazetteer, facts->path[i]);
		fine = json_array_append_new(path,
				   json_pack("{s:s, s:s, s:i}", "code", region->code, "name", region->name, "level",
					   (int)region->level)) == 0;
	}
	return or_nothing(path, fine);
}

static json_t *per_value(unsigned per)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {{TOCSIN_PER_REGION, "region"}, {TOCSIN_PER_ADM1, "adm1"},
		{TOCSIN_PER_EVENT, "event"}, {TOCSIN_PER_SENDER, "sender"},
		{TOCSIN_PER_SEVERITY, "severity"}};
	json_t *list = json_array();
	bool fine = list != NULL;
	for (size_t i = 0; i < sizeof names / sizeof names[0] && fine; i++) {
		if ((per & names[i].bit) != 0) {
			fine = json_array_append_new(list, json_string(names[i].name)) == 0;
		}
	}
	return or_nothing(list, fine);
}

static json_t *throttle_value(const struct tocsin_explanation *explanation, uint32_t number)
{
	const struct tocsin_throttle *throttle = explanation->ruleset->rules[number].throttle;
	json_t *value = json_pack("{s:o, s:I, s:o}", "per", per_value(throttle->per), "max",
		(json_int_t)throttle->rate.max, "in", span_value(throttle->rate.per_ms));
	if (value == NULL || explanation->passed == NULL) {
		return value;
	}
	uint32_t passed = explanation->passed(explanation->ctx, number);
	bool fine = set(value, "passed", json_integer((json_int_t)passed)) &&
		set(value, "full", json_boolean(passed >= throttle->rate.max));
	return or_nothing(value, fine);
}

static json_t *outputs_value(
	const struct tocsin_explanation *explanation, const struct tocsin_rule *rule)
{
	json_t *list = json_array();
	bool fine = list != NULL;
	for (size_t i = 0; i < rule->output_count && fine; i++) {
		const struct tocsin_output *output = &rule->outputs[i];
		const struct tocsin_audience *audience = &explanation->ruleset->audiences[output->audience];
		const bool too_sensitive =
			!output->downgrade && explanation->facts->sensitivity > audience->max_sensitivity;
		fine = json_array_append_new(list,
				   json_pack("{s:s, s:b}", "audience", audience->name, "too_sensitive",
					   too_sensitive)) == 0;
	}
	return or_nothing(list, fine);
}

static json_t *rule_value(
	const struct tocsin_explanation *explanation, const struct tocsin_explained *explained)
{
	const struct tocsin_ruleset *ruleset = explanation->ruleset;
	const struct tocsin_rule *rule = &ruleset->rules[explained->rule];
	json_t *value = json_pack("{s:s, s:s, s:I, s:b, s:b}", "id", rule->id, "file",
		ruleset->files[rule->file], "line", (json_int_t)rule->line, "matched", explained->matched,
		"reached", explained->reached);
	bool fine = value != NULL;
	if (fine && explained->clause != NULL) {
		fine = set(value, "clause", json_string(explained->clause)) &&
			set(value, "wanted", json_string(explained->wanted)) &&
			set(value, "actual", json_string(explained->actual));
	}
	if (fine && explained->matched) {
		fine = set(value, "outputs", outputs_value(explanation, rule));
	}
	if (fine && explained->matched && rule->throttle != NULL) {
		fine = set(value, "throttle", throttle_value(explanation, explained->rule));
	}
	if (fine && explained->matched && rule->corroborate != NULL) {
		fine = set(value, "corroborate",
			json_pack("{s:I, s:o}", "reports", (json_int_t)rule->corroborate->reports, "within",
				span_value(rule->corroborate->within_ms)));
	}
	return or_nothing(value, fine);
}

static json_t *rules_value(const struct tocsin_explanation *explanation)
{
	json_t *list = json_array();
	bool fine = list != NULL;
	for (size_t i = 0; i < explanation->rule_count && fine; i++) {
		fine = json_array_append_new(list, rule_value(explanation, &explanation->rules[i])) == 0;
	}
	return or_nothing(list, fine);
}

static bool silence_holds(const struct tocsin_silence *silence, const struct tocsin_facts *facts)
{
	return facts->received_ms >= silence->from_ms && facts->received_ms < silence->until_ms &&
		(facts->severity != TOCSIN__V1__SEVERITY__SEVERITY_EXTREME || silence->include_extreme) &&
		tocsin_match_holds(&silence->match, facts) &&
		(silence->not_ == NULL || !tocsin_match_holds(silence->not_, facts));
}

static json_t *silence_value(
	const struct tocsin_ruleset *ruleset, const struct tocsin_explain_silence *entry)
{
	const struct tocsin_silence *silence = entry->silence;
	json_t *audiences = json_array();
	bool fine = audiences != NULL;
	for (size_t i = 0; i < ruleset->audience_count && fine; i++) {
		if (silence->audiences == 0 || (silence->audiences >> i & 1) != 0) {
			fine = json_array_append_new(audiences, json_string(ruleset->audiences[i].name)) == 0;
		}
	}
	if (!fine) {
		json_decref(audiences);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s, s:I, s:o}", "id", entry->id, "author", silence->author,
		"reason", silence->reason, "until_ms", (json_int_t)silence->until_ms, "audiences",
		audiences);
}

static json_t *silences_value(const struct tocsin_explanation *explanation)
{
	json_t *list = json_array();
	bool fine = list != NULL;
	for (size_t i = 0; i < explanation->silence_count && fine; i++) {
		const struct tocsin_explain_silence *entry = &explanation->silences[i];
		if (silence_holds(entry->silence, explanation->facts)) {
			fine = json_array_append_new(list, silence_value(explanation->ruleset, entry)) == 0;
		}
	}
	return or_nothing(list, fine);
}

/* What validation reads where the incident leaves it out, and what is added up. */
static json_t *read_as_value(const struct tocsin_facts *facts)
{
	json_t *value = json_pack("{s:s, s:s, s:s}", "severity",
		tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)facts->severity), "certainty",
		tocsin_enum_name(&tocsin__v1__certainty__descriptor, (int)facts->certainty), "sensitivity",
		tocsin_enum_name(&tocsin__v1__sensitivity__descriptor, (int)facts->sensitivity));
	bool fine = value != NULL;
	if (fine && facts->has_displaced) {
		fine = set(value, "displaced", json_real(facts->displaced));
	}
	if (fine && facts->has_killed) {
		fine = set(value, "killed", json_integer((json_int_t)facts->killed));
	}
	return or_nothing(value, fine);
}

json_t *tocsin_explain_json(const struct tocsin_explanation *explanation)
{
	json_t *object = json_object();
	bool fine = object != NULL && set(object, "region", region_value(explanation)) &&
		set(object, "read_as", read_as_value(explanation->facts)) &&
		set(object, "rules", rules_value(explanation)) &&
		set(object, "silences", silences_value(explanation)) &&
		set(object, "rules_version", json_string(explanation->ruleset->version));
	return or_nothing(object, fine);
}

static json_t *ids_value(const struct tocsin_ruleset *ruleset, const uint32_t *rules, size_t count)
{
	json_t *list = json_array();
	bool fine = list != NULL;
	for (size_t i = 0; i < count && fine; i++) {
		fine = json_array_append_new(list, json_string(ruleset->rules[rules[i]].id)) == 0;
	}
	return or_nothing(list, fine);
}

static json_t *delivery_value(
	const struct tocsin_ruleset *ruleset, const struct tocsin_delivery *delivery)
{
	const struct tocsin_audience *audience = &ruleset->audiences[delivery->audience];
	return json_pack("{s:s, s:s, s:i, s:b, s:I, s:o, s:b}", "audience", audience->name, "sees",
		tocsin_enum_name(&tocsin__v1__sensitivity__descriptor, (int)audience->max_sensitivity),
		"qos", (int)delivery->qos, "open", delivery->open, "expires_ms",
		(json_int_t)delivery->expires_ms, "rules",
		ids_value(ruleset, delivery->rules, delivery->rule_count), "by_default",
		delivery->by_default);
}

bool tocsin_explain_json_decision(
	json_t *object, const struct tocsin_ruleset *ruleset, const struct tocsin_decision *decision)
{
	json_t *deliveries = json_array();
	bool fine = deliveries != NULL;
	for (size_t i = 0; i < decision->delivery_count && fine; i++) {
		fine = json_array_append_new(
				   deliveries, delivery_value(ruleset, &decision->deliveries[i])) == 0;
	}
	return set(object, "deliveries", deliveries) && fine &&
		set(object, "routing",
			json_string(
				tocsin_enum_name(&tocsin__v1__routing__descriptor, (int)decision->routing))) &&
		set(object, "fired", ids_value(ruleset, decision->fired, decision->fired_count)) &&
		set(object, "held_by", ids_value(ruleset, decision->held, decision->held_count));
}
