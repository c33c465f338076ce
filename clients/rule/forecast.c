/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/forecast.h"

#include <string.h>

#include "clients/base/tongue.h"
#include "proto/json.h"
#include "rules/sender.h"

enum { MAX_MEMORY = 32 << 20 };

/* The name of whoever has none here; the rules are told to let anybody in. */
static const char nobody[] = "nobody";

static bool fail(const char *what)
{
	fprintf(stderr, _("tocsin explain: %s\n"), what);
	return false;
}

static const ProtobufCMessage *read_publication(struct tocsin_forecast *forecast,
	const ProtobufCMessageDescriptor *type, const struct tocsin_publication *publication)
{
	ProtobufCMessage *message = NULL;
	struct tocsin_violations violations;
	if (publication->form == TOCSIN_FORM_PROTOBUF)
		return protobuf_c_message_unpack(type, tocsin_arena_protobuf(forecast->arena),
			publication->payload_size, publication->payload);
	tocsin_violations_init(&violations, forecast->arena);
	if (tocsin_json_read(type, publication->payload, publication->payload_size, forecast->arena,
			&violations, &message) != TOCSIN_OK)
		return NULL;
	return message;
}

static struct tocsin_forecast_delivery *find_delivery(
	struct tocsin_forecast *forecast, const char *audience)
{
	for (size_t i = 0; i < forecast->delivery_count; i++)
		if (strcmp(forecast->deliveries[i].audience, audience) == 0)
			return &forecast->deliveries[i];
	if (forecast->delivery_count == TOCSIN_MAX_AUDIENCES)
		return NULL;
	struct tocsin_forecast_delivery *delivery = &forecast->deliveries[forecast->delivery_count++];
	*delivery = (struct tocsin_forecast_delivery){.audience = audience};
	return delivery;
}

static const struct tocsin_audience *audience_of(
	const struct tocsin_forecast *forecast, const char *name)
{
	int index = tocsin_ruleset_audience(forecast->ruleset, name);
	return index < 0 ? NULL : &forecast->ruleset->audiences[index];
}

static bool add_topic(
	struct tocsin_forecast *forecast, struct tocsin_forecast_delivery *delivery, const char *topic)
{
	const char **topics =
		tocsin_arena_zero(forecast->arena, delivery->topic_count + 1, sizeof(*topics));
	char *copy = tocsin_arena_text(forecast->arena, topic, strlen(topic));
	if (!topics || !copy)
		return false;
	for (size_t i = 0; i < delivery->topic_count; i++)
		topics[i] = delivery->topics[i];
	topics[delivery->topic_count++] = copy;
	delivery->topics = topics;
	return true;
}

/* An audience with both forms is listed by its protobuf topics. */
static bool take_alert(
	struct tocsin_forecast *forecast, const struct tocsin_publication *publication)
{
	const Tocsin__V1__Alert *alert = (const Tocsin__V1__Alert *)read_publication(
		forecast, &tocsin__v1__alert__descriptor, publication);
	if (!alert)
		return fail(_("the engine's own alert cannot be read"));
	const struct tocsin_audience *audience = audience_of(forecast, alert->audience);
	struct tocsin_forecast_delivery *delivery = find_delivery(forecast, alert->audience);
	if (!delivery || !audience)
		return fail(_("the engine's own alert cannot be read"));
	if (publication->kind == TOCSIN_PUBLISH_OPEN) {
		delivery->open = true;
		return true;
	}
	delivery->twin = (audience->formats & TOCSIN_FORMAT_PROTOBUF) != 0 &&
		(audience->formats & TOCSIN_FORMAT_JSON) != 0;
	if (delivery->twin && publication->form == TOCSIN_FORM_JSON)
		return true;
	delivery->alert = alert;
	delivery->qos = publication->qos;
	return add_topic(forecast, delivery, publication->topic) || fail(_("out of memory"));
}

static bool take_outcome(struct tocsin_forecast *forecast, const struct tocsin_outcome *outcome)
{
	for (size_t i = 0; i < outcome->publication_count; i++) {
		const struct tocsin_publication *publication = &outcome->publications[i];
		if (publication->kind == TOCSIN_PUBLISH_RECEIPT)
			forecast->receipt = (const Tocsin__V1__Receipt *)read_publication(
				forecast, &tocsin__v1__receipt__descriptor, publication);
		else if ((publication->kind == TOCSIN_PUBLISH_ALERT ||
					 publication->kind == TOCSIN_PUBLISH_OPEN) &&
			publication->payload_size > 0 && !take_alert(forecast, publication))
			return false;
	}
	return forecast->receipt || fail(_("the engine gave no receipt"));
}

/* A Cancel walks no rules. */
static bool explain_rules(struct tocsin_forecast *forecast, const struct tocsin_forecast_want *want)
{
	struct tocsin_explained *rules = NULL;
	const Tocsin__V1__Incident *incident = forecast->incident;
	if (!incident || forecast->receipt->verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED ||
		incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL)
		return true;
	if (tocsin_facts_read(incident, want->sender ? want->sender : nobody, want->now_ms,
			forecast->ruleset->gazetteer, forecast->arena, &forecast->facts) != TOCSIN_OK ||
		tocsin_explain(forecast->ruleset, &forecast->facts, forecast->arena, &rules,
			&forecast->rule_count) != TOCSIN_OK)
		return fail(_("out of memory"));
	forecast->rules = rules;
	return true;
}

/* What the engine is told is taken back at once, as after a commit that failed: the
 * next incident finds an empty memory again. */
static bool submit(struct tocsin_forecaster *forecaster, struct tocsin_forecast *forecast,
	const struct tocsin_forecast_want *want)
{
	const char *sender = want->sender ? want->sender : nobody;
	forecaster->ruleset->open_senders = forecaster->open_senders || !want->sender;
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = tocsin_ruleset_speaker(forecaster->ruleset, sender),
		.client_id = sender,
		.form = want->form,
		.payload = want->bytes,
		.payload_size = want->size,
	};
	struct tocsin_outcome *outcome =
		tocsin_engine_submit(forecaster->engine, &submission, want->now_ms);
	if (!outcome)
		return fail(_("the engine does not take it"));
	bool fine = take_outcome(forecast, outcome);
	tocsin_engine_fail(forecaster->engine, outcome, "forecast", want->now_ms);
	tocsin_outcome_destroy(forecaster->engine, outcome);
	return fine;
}

bool tocsin_forecaster_start(
	struct tocsin_forecaster *forecaster, struct tocsin_ruleset *ruleset, const char *root)
{
	/* No secret stands behind these ids, and no earlier report is known. */
	struct tocsin_engine_config config = {.root = root};
	*forecaster =
		(struct tocsin_forecaster){.ruleset = ruleset, .open_senders = ruleset->open_senders};
	forecaster->arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	if (forecaster->arena)
		forecaster->engine = tocsin_engine_create(&config, ruleset);
	if (!forecaster->engine) {
		tocsin_ruleset_destroy(ruleset);
		return fail(_("out of memory"));
	}
	return true;
}

void tocsin_forecaster_finish(struct tocsin_forecaster *forecaster)
{
	if (!forecaster)
		return;
	tocsin_engine_destroy(forecaster->engine);
	tocsin_arena_destroy(forecaster->arena);
	*forecaster = (struct tocsin_forecaster){.ruleset = NULL};
}

bool tocsin_forecast_make(struct tocsin_forecast *forecast, struct tocsin_forecaster *forecaster,
	const struct tocsin_forecast_want *want)
{
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;
	tocsin_arena_reset(forecaster->arena);
	forecast->arena = forecaster->arena;
	forecast->ruleset = forecaster->ruleset;
	forecast->incident = NULL;
	forecast->receipt = NULL;
	forecast->rules = NULL;
	forecast->rule_count = 0;
	forecast->delivery_count = 0;
	tocsin_violations_init(&violations, forecast->arena);
	if (want->rules &&
		tocsin_incident_decode(want->form, want->bytes, want->size, forecast->arena, &violations,
			&incident) == TOCSIN_OK)
		forecast->incident = incident;
	return submit(forecaster, forecast, want) && explain_rules(forecast, want);
}
