/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/json.h"
#include "proto/text.h"
#include "proto/wire.h"
#include "tocsin/v1/replay.pb-c.h"

static const char schema[] = "tocsin.v1.ReplayEnd";

/* JSON starts with a brace, which starts no protobuf message: as a tag it would be
 * a group. The answer comes in the form of the request. */
static enum tocsin_form request_form(const struct tocsin_submission *request)
{
	return request->payload_size > 0 && request->payload[0] == '{' ? TOCSIN_FORM_JSON
																   : TOCSIN_FORM_PROTOBUF;
}

/* NULL where the bytes are no request. */
static const Tocsin__V1__ReplayRequest *request_decode(struct tocsin_engine *engine,
	const struct tocsin_submission *request, struct tocsin_violations *violations)
{
	const ProtobufCMessageDescriptor *type = &tocsin__v1__replay_request__descriptor;
	ProtobufCMessage *message = NULL;

	if (request->payload_size > TOCSIN_MAX_REPLAY_REQUEST) {
		return NULL;
	}
	if (request_form(request) == TOCSIN_FORM_JSON) {
		if (tocsin_json_read(type, (const char *)request->payload, request->payload_size,
				engine->decoding, violations, &message) != TOCSIN_OK) {
			return NULL;
		}
	} else if (tocsin_wire_walk(type, request->payload, request->payload_size, violations)) {
		message = protobuf_c_message_unpack(
			type, tocsin_arena_protobuf(engine->decoding), request->payload_size, request->payload);
	}
	return tocsin_violations_pass(violations) ? (const Tocsin__V1__ReplayRequest *)message : NULL;
}

static bool is_member(const struct tocsin_engine *engine, const char *audience, const char *user)
{
	const int index = tocsin_ruleset_audience(engine->ruleset, audience);

	for (size_t i = 0; index >= 0 && user && i < engine->ruleset->audiences[index].member_count;
		 ++i) {
		if (strcmp(engine->ruleset->audiences[index].members[i], user) == 0) {
			return true;
		}
	}
	return false;
}

/* Whoever is not a member learns nothing, not even whether the audience exists. */
static const char *replay_reason(const struct tocsin_engine *engine,
	const struct tocsin_submission *request, const Tocsin__V1__ReplayRequest *wanted)
{
	if (!wanted) {
		return "replay.malformed";
	}
	return is_member(engine, wanted->audience, request->user) ? "replay.unavailable"
															  : "replay.forbidden";
}

static enum tocsin_status replay_answer(struct tocsin_draft *draft,
	const struct tocsin_submission *request, const Tocsin__V1__ReplayRequest *wanted)
{
	Tocsin__V1__ReplayEnd end = TOCSIN__V1__REPLAY_END__INIT;
	struct tocsin_publication like = {
		.kind = TOCSIN_PUBLISH_REPLAY,
		.form = request_form(request),
		.qos = 1,
		.correlation = draft->undo->correlation,
		.correlation_size = draft->undo->correlation_size,
		.client_id = draft->undo->client_id,
		.schema = schema,
	};

	end.audience = wanted ? wanted->audience : (char *)(uintptr_t)protobuf_c_empty_string;
	end.reason = (char *)(uintptr_t)replay_reason(draft->engine, request, wanted);
	like.topic = tocsin_arena_format(draft->arena, "%s/from/%.*s/replay-end%s", draft->engine->root,
		(int)request->topic_sender_length, request->topic_sender,
		like.form == TOCSIN_FORM_JSON ? "-json" : "");
	return like.topic ? tocsin_publish_message(draft, &like, &end.base) : TOCSIN_NO_MEMORY;
}

struct tocsin_outcome *tocsin_engine_replay(
	struct tocsin_engine *engine, const struct tocsin_submission *request, int64_t now_ms)
{
	struct tocsin_draft draft = {.engine = engine, .submission = request, .now_ms = now_ms};

	if (tocsin_identify(request) == TOCSIN_IDENTITY_OTHERS || !request->client_id ||
		!tocsin_text_is_level(request->topic_sender, request->topic_sender_length)) {
		tocsin_engine_count_reserved(engine);
		return NULL;
	}
	draft.outcome = tocsin_outcome_create(engine);
	if (!draft.outcome) {
		return NULL;
	}
	draft.undo = draft.outcome->undo;
	draft.arena = draft.outcome->memory;
	tocsin_arena_reset(engine->decoding);
	tocsin_arena_reset(engine->working);
	tocsin_arena_reset(engine->rendering);
	tocsin_violations_init(&draft.violations, engine->working);
	const Tocsin__V1__ReplayRequest *wanted = request_decode(engine, request, &draft.violations);
	if (tocsin_receipt_address(&draft) != TOCSIN_OK ||
		replay_answer(&draft, request, wanted) != TOCSIN_OK) {
		tocsin_outcome_destroy(engine, draft.outcome);
		return NULL;
	}
	return draft.outcome;
}
