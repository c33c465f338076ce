/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/replay.h"
#include "engine/state.h"
#include "proto/enum_name.h"

static const char end_schema[] = "tocsin.v1.ReplayEnd";
static const char alert_schema[] = "tocsin.v1.Alert";

static struct tocsin_outcome *begin(struct tocsin_draft *draft)
{
	tocsin_arena_reset(draft->engine->decoding);
	tocsin_arena_reset(draft->engine->working);
	tocsin_arena_reset(draft->engine->rendering);
	return tocsin_tick_begin(draft) ? draft->outcome : NULL;
}

static struct tocsin_outcome *finish(struct tocsin_draft *draft, enum tocsin_status status)
{
	if (status != TOCSIN_OK) {
		tocsin_outcome_destroy(draft->engine, draft->outcome);
		return NULL;
	}
	return draft->outcome;
}

struct tocsin_outcome *tocsin_engine_replay_end(struct tocsin_engine *engine,
	const struct tocsin_replay *replay, const struct tocsin_replay_end *said)
{
	struct tocsin_draft draft = {.engine = engine};
	Tocsin__V1__ReplayEnd end = TOCSIN__V1__REPLAY_END__INIT;

	if (!begin(&draft)) {
		return NULL;
	}
	end.audience = (char *)(uintptr_t)replay->audience;
	end.count = said->count;
	end.last_sequence = said->last_sequence;
	end.complete = said->complete;
	end.reason = (char *)(uintptr_t)said->reason;
	const struct tocsin_publication like = {
		.kind = TOCSIN_PUBLISH_REPLAY,
		.form = replay->form,
		.topic = tocsin_arena_format(draft.arena, "%s/from/%s/replay-end%s", engine->root,
			replay->user, replay->form == TOCSIN_FORM_JSON ? "-json" : ""),
		.qos = 1,
		.client_id = replay->client_id
			? tocsin_arena_text(draft.arena, replay->client_id, strlen(replay->client_id))
			: NULL,
		/* Copied: the wish ends with its answer. */
		.correlation = replay->correlation_size > 0
			? (const uint8_t *)tocsin_arena_text(
				  draft.arena, (const char *)replay->correlation, replay->correlation_size)
			: NULL,
		.correlation_size = replay->correlation_size,
		.schema = end_schema,
	};
	const bool whole = like.topic && (like.client_id || !replay->client_id) &&
		(like.correlation || replay->correlation_size == 0);
	return finish(
		&draft, whole ? tocsin_publish_message(&draft, &like, &end.base) : TOCSIN_NO_MEMORY);
}

static const char *replayed_topic(
	struct tocsin_draft *draft, const struct tocsin_replay *replay, const char *topic)
{
	const struct tocsin_engine *engine = draft->engine;

	return tocsin_arena_format(draft->arena, "%s/from/%s/replayed/%s", engine->root, replay->user,
		topic + strlen(engine->root) + strlen("/to/"));
}

struct tocsin_outcome *tocsin_engine_replay_alert(struct tocsin_engine *engine,
	const struct tocsin_replay *replay, const struct tocsin_record_alert *alert,
	enum tocsin_form form)
{
	struct tocsin_draft draft = {.engine = engine};
	const struct tocsin_ruleset *ruleset = engine->ruleset;
	const int index = tocsin_ruleset_audience(ruleset, replay->audience);

	if (!tocsin_engine_member(engine, replay->audience, replay->user) || !begin(&draft)) {
		return NULL;
	}
	const Tocsin__V1__Alert *message = tocsin__v1__alert__unpack(
		tocsin_arena_protobuf(engine->rendering), alert->size, alert->bytes);
	if (!message || !tocsin_render_fits(message, ruleset, &ruleset->audiences[index])) {
		return finish(&draft, TOCSIN_INVALID);
	}
	const char *topic = form == TOCSIN_FORM_JSON
		? tocsin_publish_twin(engine, engine->working, replay->audience, alert->topic)
		: alert->topic;
	const struct tocsin_publication like = {
		.kind = TOCSIN_PUBLISH_REPLAY,
		.form = form,
		.topic = topic ? replayed_topic(&draft, replay, topic) : NULL,
		.qos = 1,
		.client_id = replay->client_id
			? tocsin_arena_text(draft.arena, replay->client_id, strlen(replay->client_id))
			: NULL,
		.severity = tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)message->severity),
		.msg_type = tocsin_enum_name(&tocsin__v1__msg_type__descriptor, (int)message->msg_type),
		.schema = alert_schema,
	};
	const bool whole = like.topic && (like.client_id || !replay->client_id);
	return finish(
		&draft, whole ? tocsin_publish_message(&draft, &like, &message->base) : TOCSIN_NO_MEMORY);
}
