/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/forecast.h"

#include <string.h>

#include "clients/base/json_out.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/json.h"
#include "rules/explain_json.h"

static json_t *names_value(char *const *names, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *message_value(const ProtobufCMessage *message, struct tocsin_arena *arena)
{
	char *text;
	size_t length;
	if (tocsin_json_write(message, arena, &text, &length) != TOCSIN_OK)
		return NULL;
	return json_loadb(text, length, 0, NULL);
}

/* In the shape that the plugin answers, too; nothing is in force here. */
static json_t *explanation_value(const struct tocsin_forecast *forecast)
{
	const struct tocsin_explanation explanation = {
		.ruleset = forecast->ruleset,
		.facts = &forecast->facts,
		.rules = forecast->rules,
		.rule_count = forecast->rule_count,
	};
	return forecast->rules ? tocsin_explain_json(&explanation) : json_pack("{s:[]}", "rules");
}

static json_t *delivery_value(
	const struct tocsin_forecast *forecast, const struct tocsin_forecast_delivery *delivery)
{
	const Tocsin__V1__Alert *alert = delivery->alert;
	json_t *topics = json_array();
	for (size_t i = 0; i < delivery->topic_count; i++)
		json_array_append_new(topics, json_string(delivery->topics[i]));
	json_t *value =
		json_pack("{s:s, s:o, s:I, s:b, s:b}", "audience", delivery->audience, "topics", topics,
			"qos", (json_int_t)delivery->qos, "open", delivery->open, "json_twin", delivery->twin);
	if (!value || !alert)
		return value;
	json_t *whole = message_value(&alert->base, forecast->arena);
	json_object_set_new(value, "rules", names_value(alert->rules, alert->n_rules));
	json_object_set_new(value, "held_by", names_value(alert->held_by, alert->n_held_by));
	json_object_set(value, "expires", json_object_get(whole, "expires"));
	json_object_set_new(value, "alert", whole);
	return value;
}

static void set_enum(
	json_t *object, const char *name, const ProtobufCEnumDescriptor *type, int value)
{
	if (value)
		json_object_set_new(object, name, json_string(tocsin_enum_name(type, value)));
}

bool tocsin_forecast_print_json(const struct tocsin_forecast *forecast)
{
	const Tocsin__V1__Receipt *receipt = forecast->receipt;
	json_t *whole = message_value(&receipt->base, forecast->arena);
	json_t *value = explanation_value(forecast);
	set_enum(value, "verdict", &tocsin__v1__verdict__descriptor, (int)receipt->verdict);
	json_t *violations = json_object_get(whole, "violations");
	if (violations)
		json_object_set(value, "violations", violations);
	else
		json_object_set_new(value, "violations", json_array());
	set_enum(value, "routing", &tocsin__v1__routing__descriptor, (int)receipt->routing);
	json_object_set_new(value, "fired", names_value(receipt->rules, receipt->n_rules));
	json_object_set_new(value, "held_by", names_value(receipt->held_by, receipt->n_held_by));
	json_object_set_new(value, "topics", json_integer((json_int_t)receipt->topics));
	json_t *deliveries = json_array();
	for (size_t i = 0; i < forecast->delivery_count; i++)
		json_array_append_new(deliveries, delivery_value(forecast, &forecast->deliveries[i]));
	json_object_set_new(value, "deliveries", deliveries);
	json_object_set_new(value, "rules_version", json_string(forecast->ruleset->version));
	json_decref(whole);
	return tocsin_json_line_value(value, stdout);
}

static json_t *line_delivery_value(const struct tocsin_forecast_delivery *delivery)
{
	const Tocsin__V1__Alert *alert = delivery->alert;
	json_t *topics = json_array();
	for (size_t i = 0; i < delivery->topic_count; i++)
		json_array_append_new(topics, json_string(delivery->topics[i]));
	json_t *value = json_pack("{s:s, s:o, s:I, s:b}", "audience", delivery->audience, "topics",
		topics, "qos", (json_int_t)delivery->qos, "open", delivery->open);
	if (!value || !alert)
		return value;
	json_object_set_new(value, "rules", names_value(alert->rules, alert->n_rules));
	json_object_set_new(value, "held_by", names_value(alert->held_by, alert->n_held_by));
	if (alert->expires) {
		char text[TOCSIN_INSTANT_TEXT];
		tocsin_instant_write(alert->expires, text);
		json_object_set_new(value, "expires", json_string(text));
	}
	return value;
}

/* Without a rendering of the whole receipt where nothing is wrong. */
static json_t *violations_value(const struct tocsin_forecast *forecast)
{
	if (forecast->receipt->n_violations == 0)
		return json_array();
	json_t *whole = message_value(&forecast->receipt->base, forecast->arena);
	json_t *violations = json_incref(json_object_get(whole, "violations"));
	json_decref(whole);
	return violations;
}

bool tocsin_forecast_print_line(const struct tocsin_forecast *forecast)
{
	const Tocsin__V1__Receipt *receipt = forecast->receipt;
	json_t *value = json_object();
	set_enum(value, "verdict", &tocsin__v1__verdict__descriptor, (int)receipt->verdict);
	json_object_set_new(value, "violations", violations_value(forecast));
	set_enum(value, "routing", &tocsin__v1__routing__descriptor, (int)receipt->routing);
	json_object_set_new(value, "fired", names_value(receipt->rules, receipt->n_rules));
	json_object_set_new(value, "held_by", names_value(receipt->held_by, receipt->n_held_by));
	json_object_set_new(value, "topics", json_integer((json_int_t)receipt->topics));
	json_t *deliveries = json_array();
	for (size_t i = 0; i < forecast->delivery_count; i++)
		json_array_append_new(deliveries, line_delivery_value(&forecast->deliveries[i]));
	json_object_set_new(value, "deliveries", deliveries);
	return tocsin_json_line_value(value, stdout);
}
