/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <inttypes.h>
#include <string.h>

#include "clients/alert_print.h"
#include "clients/json_out.h"
#include "clients/number.h"
#include "clients/replay.h"
#include "clients/tongue.h"
#include "proto/instant.h"
#include "proto/json.h"

enum { MOST_ASKED = 1000000 };

static size_t pack_request(
	const struct tocsin_replay *replay, const Tocsin__V1__ReplayRequest *request, uint8_t **bytes)
{
	const size_t size = tocsin__v1__replay_request__get_packed_size(request);
	tocsin_arena_reset(replay->arena);
	*bytes = tocsin_arena_alloc(replay->arena, size + 1);
	return *bytes ? tocsin__v1__replay_request__pack(request, *bytes) : 0;
}

void tocsin_replay_ask(struct tocsin_replay *replay)
{
	Tocsin__V1__ReplayRequest request = TOCSIN__V1__REPLAY_REQUEST__INIT;
	Google__Protobuf__Timestamp from = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Google__Protobuf__Timestamp to = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	const uint64_t left = replay->limit ? replay->limit - replay->shown : 0;
	uint8_t *bytes;
	request.audience = (char *)(uintptr_t)replay->audience;
	if (replay->filter)
		request.filter = (char *)(uintptr_t)replay->filter;
	request.limit = (uint32_t)(left < MOST_ASKED ? left : MOST_ASKED);
	if (replay->by_time && !replay->went_on) {
		tocsin_instant_set(&from, replay->from_ms);
		tocsin_instant_set(&to, replay->to_ms);
		request.from = &from;
		request.to = replay->to_ms ? &to : NULL;
	} else {
		request.after_sequence = replay->after;
	}
	const size_t size = pack_request(replay, &request, &bytes);
	replay->asked_after = replay->after;
	replay->asked = size > 0 &&
		tocsin_session_publish(&replay->session, replay->request_topic, bytes, size, false) >= 0;
	replay->heard_at_ms = tocsin_ticks_ms();
}

/* JSON starts with a brace, which starts no protobuf message. */
static ProtobufCMessage *read_message(struct tocsin_replay *replay,
	const ProtobufCMessageDescriptor *type, const struct tocsin_message *message)
{
	struct tocsin_violations violations;
	ProtobufCMessage *read = NULL;
	tocsin_arena_reset(replay->arena);
	if (message->size == 0 || message->payload[0] != '{')
		return protobuf_c_message_unpack(
			type, tocsin_arena_protobuf(replay->arena), message->size, message->payload);
	tocsin_violations_init(&violations, replay->arena);
	if (tocsin_json_read(type, (const char *)message->payload, message->size, replay->arena,
			&violations, &read) == TOCSIN_NO_MEMORY)
		return NULL;
	return read;
}

/* Of a time that took several answers the later ones are asked for by sequence: what
 * lies behind its end is for us to see. Times may be coarse, so nothing before it is lost. */
static bool is_behind(const struct tocsin_replay *replay, const Tocsin__V1__Alert *alert)
{
	return replay->by_time && replay->to_ms && alert->sent &&
		tocsin_instant_ms(alert->sent) >= replay->to_ms;
}

static void take_alert(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	const struct tocsin_alert_marks marks = {0};
	const Tocsin__V1__Alert *alert =
		(const Tocsin__V1__Alert *)read_message(replay, &tocsin__v1__alert__descriptor, message);
	if (!alert) {
		struct tocsin_paper paper = {stderr, false};
		fputs(_("tocsin replay: cannot read the alert on "), stderr);
		tocsin_put(&paper, message->topic);
		fputc('\n', stderr);
		return;
	}
	if (is_behind(replay, alert)) {
		replay->done = true;
		return;
	}
	replay->went_on = true;
	if (alert->sequence > replay->after)
		replay->after = alert->sequence;
	if (replay->done || (*alert->id && !tocsin_seen_add(replay->seen, alert->id)))
		return;
	if (replay->json)
		(void)tocsin_json_line(&alert->base, replay->paper.out);
	else
		tocsin_alert_print(&replay->paper, alert, &marks);
	fflush(replay->paper.out);
	replay->shown++;
}

static void say_refused(struct tocsin_replay *replay, const char *reason)
{
	static const struct {
		const char *id, *words;
	} known[] = {
		{"replay.forbidden", N_("this user is not a member of that audience")},
		{"replay.malformed", N_("the hub does not understand the request")},
		{"replay.unavailable", N_("this hub cannot replay: it keeps no journal")},
	};
	struct tocsin_paper paper = {stderr, false};
	fputs(_("tocsin replay: "), stderr);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i].id, reason) == 0)
			fprintf(stderr, "%s ", _(known[i].words));
	fputc('[', stderr);
	tocsin_put(&paper, reason);
	fputs("]\n", stderr);
	replay->refused = true;
	replay->done = true;
}

/* The end of the last answer, as that of all of them. */
static void print_end(struct tocsin_replay *replay, Tocsin__V1__ReplayEnd *end)
{
	if (replay->json) {
		end->count = (uint32_t)replay->shown;
		(void)tocsin_json_line(&end->base, replay->paper.out);
		return;
	}
	if (replay->quiet)
		return;
	fprintf(stderr, tocsin_tongue_many("%zu alert", "%zu alerts", (size_t)replay->shown),
		(size_t)replay->shown);
	if (replay->after)
		fprintf(stderr, _(", up to sequence %zu"), (size_t)replay->after);
	fputs(end->complete ? _(": that is all\n") : "\n", stderr);
}

static void take_end(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	Tocsin__V1__ReplayEnd *end =
		(Tocsin__V1__ReplayEnd *)read_message(replay, &tocsin__v1__replay_end__descriptor, message);
	if (!end || !replay->asked || (*end->audience && strcmp(end->audience, replay->audience) != 0))
		return;
	replay->asked = false;
	if (end->last_sequence > replay->after) {
		replay->after = end->last_sequence;
		replay->went_on = true;
	}
	const bool advanced = replay->after > replay->asked_after;
	const bool enough = replay->limit && replay->shown >= replay->limit;
	end->complete = end->complete || replay->done;
	if (*end->reason && end->count == 0) {
		say_refused(replay, end->reason);
		return;
	}
	if (end->complete || enough || replay->done || !advanced) {
		print_end(replay, end);
		replay->done = true;
		return;
	}
	tocsin_replay_ask(replay);
}

void tocsin_replay_take(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	replay->heard_at_ms = tocsin_ticks_ms();
	if (strcmp(message->topic, replay->end_topic) == 0)
		take_end(replay, message);
	else if (strncmp(message->topic, replay->box, strlen(replay->box)) == 0)
		take_alert(replay, message);
}
