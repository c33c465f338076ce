/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/instant.h"
#include "proto/json.h"
#include "proto/reading.h"
#include "rules/explain_json.h"
#include "rules/render.h"

static const char *const *ids_of(
	const struct tocsin_explain_rendering *rendering, const uint32_t *rules, size_t count)
{
	const char **ids = tocsin_arena_zero(rendering->arena, count + 1, sizeof *ids);
	for (size_t i = 0; i < count && ids != NULL; i++) {
		ids[i] = rendering->ruleset->rules[rules[i]].id;
	}
	return ids;
}

static Tocsin__V1__Alert *render(
	const struct tocsin_explain_rendering *rendering, const struct tocsin_delivery *delivery)
{
	const struct tocsin_decision *decision = rendering->decision;
	const struct tocsin_ruleset *ruleset = rendering->ruleset;
	const int64_t received_ms = rendering->facts->received_ms;
	const int64_t own_ms = tocsin_incident_expires_ms(rendering->incident, received_ms);
	const int64_t expires_ms = received_ms + delivery->expires_ms;
	struct tocsin_version version = {
		.alert_id = "",
		.incident_id = "",
		.revision = 1,
		.hub = rendering->hub,
		.received_ms = received_ms,
		.expires_ms = own_ms > 0 && own_ms < expires_ms ? own_ms : expires_ms,
		.rules = ids_of(rendering, delivery->rules, delivery->rule_count),
		.rule_count = delivery->rule_count,
		.held_by = ids_of(rendering, decision->held, decision->held_count),
		.held_by_count = delivery->by_default ? decision->held_count : 0,
	};
	Tocsin__V1__Alert *alert = NULL;
	if (version.rules == NULL || version.held_by == NULL ||
		tocsin_render_alert(rendering->incident, rendering->facts, ruleset,
			&ruleset->audiences[delivery->audience], &version, rendering->arena,
			&alert) != TOCSIN_OK) {
		return NULL;
	}
	return alert;
}

/* By its protobuf topic, where it has both forms. */
static bool add_topic(json_t *value, const struct tocsin_explain_rendering *rendering,
	unsigned formats, const Tocsin__V1__Alert *alert)
{
	const bool json = (formats & TOCSIN_FORMAT_PROTOBUF) == 0;
	const bool twin = !json && (formats & TOCSIN_FORMAT_JSON) != 0;
	const char *topic = tocsin_topic_alert(rendering->root, alert, json, rendering->arena);
	return topic != NULL && json_object_set_new(value, "topics", json_pack("[s]", topic)) == 0 &&
		json_object_set_new(value, "json_twin", json_boolean(twin)) == 0;
}

static bool add_alert(json_t *value, const struct tocsin_explain_rendering *rendering,
	const struct tocsin_delivery *delivery)
{
	const unsigned formats = rendering->ruleset->audiences[delivery->audience].formats;
	const Tocsin__V1__Alert *alert = render(rendering, delivery);
	char *text = NULL, expires[TOCSIN_INSTANT_TEXT];
	size_t length = 0;
	if (alert == NULL || !add_topic(value, rendering, formats, alert) ||
		tocsin_json_write(&alert->base, rendering->arena, &text, &length) != TOCSIN_OK) {
		return false;
	}
	tocsin_instant_write(alert->expires, expires);
	return json_object_set_new(value, "expires", json_string(expires)) == 0 &&
		json_object_set_new(value, "alert", json_loadb(text, length, 0, NULL)) == 0;
}

bool tocsin_explain_json_alerts(json_t *object, const struct tocsin_explain_rendering *rendering)
{
	json_t *deliveries = json_object_get(object, "deliveries");
	for (size_t i = 0; i < rendering->decision->delivery_count; i++) {
		json_t *value = json_array_get(deliveries, i);
		if (value == NULL || !add_alert(value, rendering, &rendering->decision->deliveries[i])) {
			return false;
		}
	}
	return true;
}
