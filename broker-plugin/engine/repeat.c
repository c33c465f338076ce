/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/repeat.h"

#include <string.h>

#include "engine/state.h"
#include "proto/enum_name.h"
#include "tocsin/v1/digest.pb-c.h"

static const char alert_schema[] = "tocsin.v1.Alert";
static const char digest_schema[] = "tocsin.v1.Digest";

static bool begin(struct tocsin_draft *draft)
{
	tocsin_arena_reset(draft->engine->working);
	tocsin_arena_reset(draft->engine->rendering);
	return tocsin_tick_begin(draft);
}

/* Nothing half done leaves. */
static struct tocsin_outcome *end(struct tocsin_draft *draft, enum tocsin_status status)
{
	if (draft->outcome && (status != TOCSIN_OK || draft->outcome->publication_count == 0)) {
		tocsin_outcome_destroy(draft->engine, draft->outcome);
		return NULL;
	}
	return draft->outcome;
}

static const Tocsin__V1__Alert *alert_of(
	struct tocsin_engine *engine, const uint8_t *bytes, size_t size)
{
	return size > 0 && bytes
		? tocsin__v1__alert__unpack(tocsin_arena_protobuf(engine->rendering), size, bytes)
		: NULL;
}

/* The forms in which an audience may be sent an alert that was made for it before: none
 * where the rules no longer have it, or let it see less than the alert shows. */
static unsigned forms_allowed(const struct tocsin_engine *engine, const char *audience,
	const Tocsin__V1__Alert *alert, unsigned formats)
{
	const struct tocsin_ruleset *ruleset = engine->ruleset;
	const int index = tocsin_ruleset_audience(ruleset, audience);

	return index >= 0 && alert && tocsin_render_fits(alert, ruleset, &ruleset->audiences[index])
		? formats & ruleset->audiences[index].formats
		: 0;
}

static enum tocsin_status send(struct tocsin_draft *draft, const struct tocsin_publication *like,
	const char *audience, unsigned formats, const ProtobufCMessage *message)
{
	struct tocsin_publication one = *like;
	enum tocsin_status status = TOCSIN_OK;

	if (formats & TOCSIN_FORMAT_PROTOBUF) {
		one.form = TOCSIN_FORM_PROTOBUF;
		one.topic = tocsin_arena_text(draft->arena, like->topic, strlen(like->topic));
		status = one.topic ? tocsin_publish_message(draft, &one, message) : TOCSIN_NO_MEMORY;
	}
	if (status == TOCSIN_OK && formats & TOCSIN_FORMAT_JSON) {
		one.form = TOCSIN_FORM_JSON;
		one.topic = tocsin_publish_twin(draft->engine, draft->arena, audience, like->topic);
		status = one.topic ? tocsin_publish_message(draft, &one, message) : TOCSIN_NO_MEMORY;
	}
	return status;
}

static struct tocsin_publication alert_like(
	enum tocsin_publication_kind kind, const char *topic, const Tocsin__V1__Alert *alert)
{
	return (struct tocsin_publication){
		.kind = kind,
		.topic = topic,
		.retain = kind != TOCSIN_PUBLISH_ALERT,
		.severity = tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)alert->severity),
		.msg_type = tocsin_enum_name(&tocsin__v1__msg_type__descriptor, (int)alert->msg_type),
		.schema = alert_schema,
	};
}

struct tocsin_outcome *tocsin_engine_repeat_alert(
	struct tocsin_engine *engine, const struct tocsin_record_alert *alert, int64_t now_ms)
{
	struct tocsin_draft draft = {.engine = engine, .now_ms = now_ms};

	if (alert->expires_ms <= now_ms || !begin(&draft)) {
		return NULL;
	}
	const Tocsin__V1__Alert *message = alert_of(engine, alert->bytes, alert->size);
	const unsigned formats = forms_allowed(engine, alert->audience, message, alert->formats);
	if (formats == 0) {
		return end(&draft, TOCSIN_OK);
	}
	struct tocsin_publication like = alert_like(TOCSIN_PUBLISH_ALERT, alert->topic, message);
	like.qos = alert->qos;
	like.expires_ms = alert->expires_ms;
	return end(&draft, send(&draft, &like, alert->audience, formats, &message->base));
}

struct tocsin_outcome *tocsin_engine_repeat_figure(struct tocsin_engine *engine,
	const struct tocsin_record_figure *figure, const struct tocsin_sights *only)
{
	struct tocsin_draft draft = {.engine = engine};
	const unsigned both = TOCSIN_FORMAT_PROTOBUF | TOCSIN_FORMAT_JSON;

	if (!begin(&draft)) {
		return NULL;
	}
	const char *audience = tocsin_topic_audience(engine, figure->topic);
	if (!audience || (only && !tocsin_sights_changed(only, audience))) {
		return end(&draft, audience ? TOCSIN_OK : TOCSIN_NO_MEMORY);
	}
	const Tocsin__V1__Alert *message = alert_of(engine, figure->bytes, figure->size);
	const unsigned formats = forms_allowed(engine, audience, message, figure->formats);
	if (formats == 0) {
		return end(&draft,
			tocsin_send_clear(&draft, TOCSIN_PUBLISH_FIGURE, figure->topic, audience,
				figure->formats ? figure->formats : both));
	}
	struct tocsin_publication like = alert_like(TOCSIN_PUBLISH_FIGURE, figure->topic, message);
	like.qos = figure->qos;
	return end(&draft, send(&draft, &like, audience, formats, &message->base));
}

/* One that does not say how much it shows may show all. */
static Tocsin__V1__Sensitivity digest_level(const Tocsin__V1__Digest *digest)
{
	return digest->redaction ? digest->redaction : TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE;
}

struct tocsin_outcome *tocsin_engine_repeat_digest(
	struct tocsin_engine *engine, const struct tocsin_record_digest *digest)
{
	struct tocsin_draft draft = {.engine = engine};
	const int index = tocsin_ruleset_audience(engine->ruleset, digest->audience);

	if (index < 0 || !begin(&draft)) {
		return NULL;
	}
	const Tocsin__V1__Digest *message = tocsin__v1__digest__unpack(
		tocsin_arena_protobuf(engine->rendering), digest->size, digest->bytes);
	if (message && digest_level(message) > engine->ruleset->audiences[index].max_sensitivity) {
		return end(&draft, TOCSIN_OK);
	}
	const struct tocsin_publication like = {
		.kind = TOCSIN_PUBLISH_DIGEST,
		.topic =
			tocsin_arena_format(draft.arena, "%s/to/%s/digest", engine->root, digest->audience),
		.qos = 1,
		.schema = digest_schema,
	};
	const enum tocsin_status status = message && like.topic
		? send(&draft, &like, digest->audience, engine->ruleset->audiences[index].formats,
			  &message->base)
		: TOCSIN_NO_MEMORY;
	return end(&draft, status);
}

struct tocsin_outcome *tocsin_engine_repeat_clear(
	struct tocsin_engine *engine, const struct tocsin_record_clear *clear)
{
	struct tocsin_draft draft = {.engine = engine};

	if (!begin(&draft)) {
		return NULL;
	}
	const char *audience = tocsin_topic_audience(engine, clear->topic);
	return end(&draft,
		audience
			? tocsin_send_clear(&draft, TOCSIN_PUBLISH_OPEN, clear->topic, audience, clear->formats)
			: TOCSIN_NO_MEMORY);
}

/* What the audience sees may go on to stand, as far as memory knows it. */
static bool may_stand(struct tocsin_engine *engine, const struct tocsin_reach *reach)
{
	const Tocsin__V1__Alert *last = alert_of(engine, reach->last, reach->last_size);

	return forms_allowed(engine, reach->audience->bytes, last, reach->formats) != 0;
}

/* That it stood there is known until it is closed: what goes here may be given up. */
static enum tocsin_status clear_one(struct tocsin_draft *draft, const struct tocsin_reach *reach)
{
	return tocsin_send_clear(
		draft, TOCSIN_PUBLISH_OPEN, reach->open_topic, reach->audience->bytes, reach->formats);
}

/* Without an archive nobody knows all that stands there: what goes does not come back. */
static enum tocsin_status open_one(
	struct tocsin_draft *draft, struct tocsin_reach *reach, const struct tocsin_sights *only)
{
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_archive *archive = engine->archive;
	const uint8_t *bytes = NULL;
	size_t size = 0;

	tocsin_arena_reset(engine->rendering);
	if (!reach->open || (only && !tocsin_sights_changed(only, reach->audience->bytes))) {
		return TOCSIN_OK;
	}
	if (!archive) {
		reach->open = !only || !tocsin_sights_narrowed(only, reach->audience->bytes);
		return reach->open ? TOCSIN_OK : clear_one(draft, reach);
	}
	if (reach->expires_ms <= draft->now_ms) {
		return clear_one(draft, reach);
	}
	const enum tocsin_status status = archive->alert(archive->ctx, reach->last_row, &bytes, &size);
	if (status == TOCSIN_IO) {
		return status;
	}
	/* A journal that was begun anew in place of a broken one takes nothing away. */
	if (status == TOCSIN_NOT_FOUND && may_stand(engine, reach)) {
		return TOCSIN_OK;
	}
	Tocsin__V1__Alert *message =
		(Tocsin__V1__Alert *)(uintptr_t)alert_of(engine, bytes, status == TOCSIN_OK ? size : 0);
	const unsigned formats = forms_allowed(engine, reach->audience->bytes, message, reach->formats);
	if (!message || formats == 0) {
		return clear_one(draft, reach);
	}
	struct tocsin_publication like = alert_like(TOCSIN_PUBLISH_OPEN, reach->open_topic, message);
	like.qos = reach->qos;
	like.expires_ms = reach->expires_ms;
	message->topic_sequence = reach->open_sequence;
	return send(draft, &like, reach->audience->bytes, formats, &message->base);
}

enum tocsin_status tocsin_engine_repeat_open(struct tocsin_engine *engine,
	const uint8_t chain[TOCSIN_UUID], const struct tocsin_sights *only, int64_t now_ms,
	struct tocsin_outcome **outcome)
{
	struct tocsin_draft draft = {.engine = engine, .now_ms = now_ms};
	struct tocsin_chain *found = NULL;

	if (!begin(&draft)) {
		return TOCSIN_NO_MEMORY;
	}
	enum tocsin_status status = tocsin_recall_chain(engine, chain, NULL, &found);
	for (size_t i = 0;
		 status == TOCSIN_OK && found && found->node.pins == 0 && i < found->state->reach_count;
		 ++i) {
		status = open_one(&draft, found->state->reaches[i], only);
	}
	*outcome = end(&draft, status);
	return status;
}
