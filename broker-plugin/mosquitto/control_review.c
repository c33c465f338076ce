/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "engine/review.h"
#include "engine/uuid.h"
#include "engine/withdraw.h"
#include "mosquitto/control_call.h"
#include "proto/enum_name.h"
#include "proto/instant.h"

/* A release on its way to the disk. */
struct releasing {
	char id[TOCSIN_UUID_TEXT];
	uint64_t fate;
	json_t *audiences;
};

static void destroy(void *job)
{
	struct releasing *releasing = job;

	if (releasing)
		json_decref(releasing->audiences);
	free(releasing);
}

/* True where the texts may be shown. */
static bool judge(struct tocsin_call *call, enum tocsin_review_state state)
{
	static const char *const words[] = {
		[TOCSIN_REVIEW_OUTDATED] = "a newer version came: read that one",
		[TOCSIN_REVIEW_OVER] = "the incident is over: cancelled, or expired",
		[TOCSIN_REVIEW_GONE] =
			"its texts are not in the journal: not yet (try again), or no longer",
		[TOCSIN_REVIEW_UNKNOWN] = "there is no such incident",
		[TOCSIN_REVIEW_NO_TEXT] = "it has neither description nor instruction",
	};

	if (words[state])
		tocsin_call_refuse(call, "%s", words[state]);
	return !words[state];
}

static bool fine(struct tocsin_call *call, enum tocsin_status status)
{
	if (status == TOCSIN_IO)
		tocsin_call_refuse(call, "the journal cannot be read now");
	else if (status != TOCSIN_OK)
		tocsin_call_refuse(call, "not enough memory");
	return status == TOCSIN_OK;
}

static json_t *names_of(const struct tocsin_review_look *look)
{
	json_t *names = json_array();

	for (size_t i = 0; names && i < look->audience_count; i++)
		(void)json_array_append_new(names, json_string(look->audiences[i]));
	return names;
}

static void add_text(json_t *data, const char *name, const char *text)
{
	if (text && *text)
		(void)json_object_set_new(data, name, json_string(text));
}

static json_t *look_json(const struct tocsin_review_look *look)
{
	const Tocsin__V1__Incident *incident = look->incident;
	Google__Protobuf__Timestamp received = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char time[TOCSIN_INSTANT_TEXT];
	json_t *data = json_object();
	const size_t length = strlen(look->region);

	if (!data)
		return NULL;
	tocsin_instant_set(&received, look->received_ms);
	tocsin_instant_write(&received, time);
	add_text(data, "version", look->version);
	(void)json_object_set_new(data, "reviewed", json_boolean(look->state == TOCSIN_REVIEW_DONE));
	(void)json_object_set_new(data, "audiences", names_of(look));
	add_text(data, "received", time);
	add_text(data, "sender", look->sender);
	add_text(data, "severity",
		tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)incident->severity));
	if (incident->event)
		add_text(data, "event",
			tocsin_enum_name(&tocsin__v1__event_type__descriptor, (int)incident->event->type));
	if (length > 2)
		(void)json_object_set_new(data, "region", json_stringn(look->region + 1, length - 2));
	add_text(data, "language", incident->language);
	add_text(data, "headline", incident->headline);
	add_text(data, "description", incident->description);
	add_text(data, "instruction", incident->instruction);
	return data;
}

/* Shows the texts, for somebody to read. */
static enum tocsin_call_step show(struct tocsin_call *call, const char *incident)
{
	struct tocsin_review_look look;
	enum tocsin_status status =
		tocsin_engine_look(call->host->engine, incident, call->now_ms, &look);

	if (fine(call, status) && judge(call, look.state))
		call->data = look_json(&look);
	return TOCSIN_CALL_DONE;
}

static struct releasing *prepare(struct tocsin_call *call, const char *version)
{
	struct releasing *releasing = calloc(1, sizeof(*releasing));
	struct tocsin_review_look look;

	if (!releasing || !tocsin_uuid_make(releasing->id)) {
		(void)fine(call, TOCSIN_NO_MEMORY);
	} else if (fine(call, tocsin_engine_look(call->host->engine, version, call->now_ms, &look))) {
		releasing->audiences = names_of(&look);
		return releasing;
	}
	destroy(releasing);
	return NULL;
}

static enum tocsin_call_step release(
	struct tocsin_call *call, const char *version, const char *author)
{
	struct releasing *releasing = prepare(call, version);
	struct tocsin_outcome *outcome = NULL;
	enum tocsin_review_state state = TOCSIN_REVIEW_GONE;

	if (!releasing)
		return TOCSIN_CALL_DONE;
	const struct tocsin_review review = {.id = releasing->id, .version = version, .author = author};
	enum tocsin_status status =
		tocsin_engine_review(call->host->engine, &review, call->now_ms, &state, &outcome);
	if (fine(call, status) && judge(call, state)) {
		if (state == TOCSIN_REVIEW_DONE)
			call->data = json_pack("{s:[], s:b}", "audiences", "reviewed", true);
		else if (state == TOCSIN_REVIEW_NOBODY)
			tocsin_call_refuse(call, "no audience that would be shown the texts was sent it");
	}
	if (!outcome) {
		destroy(releasing);
		return TOCSIN_CALL_DONE;
	}
	tocsin_log(MOSQ_LOG_NOTICE, "an incident's texts are released, by %s", call->user);
	tocsin_host_take(call->host, outcome, call->now_ms);
	releasing->fate = tocsin_host_fate(call->host);
	call->job = releasing;
	call->abandon = destroy;
	return TOCSIN_CALL_WAIT;
}

static enum tocsin_call_step begin(struct tocsin_call *call)
{
	const char *author = tocsin_call_text(call, "author", false, NULL);
	const char *incident = call->error ? NULL : tocsin_call_text(call, "incident", true, NULL);
	const char *version = incident ? tocsin_call_text(call, "version", false, NULL) : NULL;
	const char *defer = tocsin_host_defer(call->host);

	if (call->error)
		return TOCSIN_CALL_DONE;
	if (!call->host->journal) {
		tocsin_call_refuse(call, "there is no journal");
	} else if (!version) {
		return show(call, incident);
	} else if (defer) {
		tocsin_call_refuse(call, "nothing can be taken now (%s): try again", defer);
	} else {
		return release(call, version, author ? author : call->user);
	}
	return TOCSIN_CALL_DONE;
}

enum tocsin_call_step tocsin_call_review_incident(struct tocsin_call *call)
{
	struct releasing *releasing = call->job;

	if (!releasing)
		return begin(call);
	if (!tocsin_host_decided(call->host, releasing->fate))
		return TOCSIN_CALL_WAIT;
	if (tocsin_engine_has(call->host->engine, releasing->id))
		call->data = json_pack("{s:s, s:O, s:b}", "id", releasing->id, "audiences",
			releasing->audiences, "reviewed", true);
	else
		tocsin_call_refuse(call, "the disk refused: nothing was released");
	call->job = NULL;
	destroy(releasing);
	return TOCSIN_CALL_DONE;
}
