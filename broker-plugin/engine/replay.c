/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/replay.h"

#include <stdlib.h>
#include <string.h>

#include "engine/state.h"
#include "proto/instant.h"
#include "proto/json.h"
#include "proto/text.h"
#include "proto/wire.h"

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

bool tocsin_engine_member(
	const struct tocsin_engine *engine, const char *audience, const char *user)
{
	const int index = tocsin_ruleset_audience(engine->ruleset, audience);

	return index >= 0 && user && tocsin_audience_has(&engine->ruleset->audiences[index], user);
}

/* Either after a sequence or of a time; the filter is one that MQTT knows (5.0, 4.7.1). */
static bool filter_fits(const char *filter)
{
	const size_t length = strlen(filter);

	for (size_t i = 0; i < length; ++i) {
		const bool first = i == 0 || filter[i - 1] == '/';
		const bool last = i + 1 == length || filter[i + 1] == '/';

		if ((filter[i] == '+' && !(first && last)) ||
			(filter[i] == '#' && !(first && i + 1 == length))) {
			return false;
		}
	}
	return true;
}

static bool request_fits(const Tocsin__V1__ReplayRequest *wanted)
{
	const bool by_time = wanted->from || wanted->to;

	return wanted->audience[0] && !(by_time && wanted->after_sequence > 0) &&
		!(by_time && !wanted->from) && filter_fits(wanted->filter) &&
		!(wanted->from && wanted->to &&
			tocsin_instant_ms(wanted->to) < tocsin_instant_ms(wanted->from));
}

/* Whoever is not a member learns nothing, not even whether the audience exists. */
static const char *refusal(const struct tocsin_engine *engine,
	const struct tocsin_submission *request, const Tocsin__V1__ReplayRequest *wanted)
{
	if (!wanted) {
		return "replay.malformed";
	}
	if (!tocsin_engine_member(engine, wanted->audience, request->user)) {
		return "replay.forbidden";
	}
	if (!request_fits(wanted)) {
		return "replay.malformed";
	}
	return engine->durable ? NULL : "replay.unavailable";
}

static const char *add_text(char **at, const char *text, size_t length)
{
	char *copy = *at;

	memcpy(copy, text, length);
	copy[length] = '\0';
	*at += length + 1;
	return copy;
}

static struct tocsin_replay *grant(
	const struct tocsin_submission *request, const Tocsin__V1__ReplayRequest *wanted)
{
	const size_t correlation =
		request->correlation && request->correlation_size <= TOCSIN_MAX_CORRELATION
		? request->correlation_size
		: 0;
	struct tocsin_replay *replay =
		malloc(sizeof(*replay) + strlen(wanted->audience) + request->topic_sender_length +
			strlen(request->client_id) + strlen(wanted->filter) + correlation + 4);

	if (!replay) {
		return NULL;
	}
	char *at = (char *)(replay + 1);
	*replay = (struct tocsin_replay){
		.form = request_form(request),
		.by_time = wanted->from != NULL,
		.after_sequence = wanted->after_sequence,
		.from_ms = wanted->from ? tocsin_instant_ms(wanted->from) : INT64_MIN,
		.to_ms = wanted->to ? tocsin_instant_ms(wanted->to) : INT64_MAX,
		.limit = wanted->limit > 0 && wanted->limit < TOCSIN_REPLAY_LIMIT ? wanted->limit
																		  : TOCSIN_REPLAY_LIMIT,
	};
	replay->audience = add_text(&at, wanted->audience, strlen(wanted->audience));
	replay->user = add_text(&at, request->topic_sender, request->topic_sender_length);
	replay->client_id = add_text(&at, request->client_id, strlen(request->client_id));
	replay->filter = add_text(&at, wanted->filter, strlen(wanted->filter));
	if (correlation > 0) {
		replay->correlation = memcpy(at, request->correlation, correlation);
		replay->correlation_size = correlation;
	}
	return replay;
}

/* A refusal goes where the grant would have gone. */
static struct tocsin_outcome *refuse(struct tocsin_engine *engine,
	const struct tocsin_submission *request, const Tocsin__V1__ReplayRequest *wanted,
	const char *reason)
{
	const Tocsin__V1__ReplayRequest nothing = TOCSIN__V1__REPLAY_REQUEST__INIT;
	struct tocsin_replay *replay = grant(request, wanted ? wanted : &nothing);
	const struct tocsin_replay_end end = {.reason = reason};
	struct tocsin_outcome *outcome = replay ? tocsin_engine_replay_end(engine, replay, &end) : NULL;

	free(replay);
	return outcome;
}

struct tocsin_outcome *tocsin_engine_replay(struct tocsin_engine *engine,
	const struct tocsin_submission *request, int64_t now_ms, struct tocsin_replay **replay)
{
	struct tocsin_violations violations;

	(void)now_ms;
	*replay = NULL;
	if (tocsin_identify(engine, request) != TOCSIN_IDENTITY_OWN || !request->client_id ||
		!tocsin_text_is_level(request->topic_sender, request->topic_sender_length)) {
		tocsin_engine_count_reserved(engine);
		return NULL;
	}
	tocsin_arena_reset(engine->decoding);
	tocsin_arena_reset(engine->working);
	tocsin_violations_init(&violations, engine->working);
	const Tocsin__V1__ReplayRequest *wanted = request_decode(engine, request, &violations);
	const char *reason = refusal(engine, request, wanted);
	if (reason) {
		return refuse(engine, request, wanted, reason);
	}
	*replay = grant(request, wanted);
	return NULL;
}
