/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clients/alert/digest_print.h"
#include "clients/alert/geojson.h"
#include "clients/alert/incoming.h"
#include "clients/base/number.h"
#include "clients/base/paper.h"
#include "clients/base/tongue.h"
#include "clients/watch/relay.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "rules/render.h"

void tocsin_relay_note(const struct tocsin_relay *relay, bool urgent, const char *format, ...)
{
	va_list args;
	if (relay->quiet && !urgent)
		return;
	fputs(_("tocsin relay: "), stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* The same with the topic of a message, which somebody else has written. */
static void note_topic(const struct tocsin_relay *relay, const char *what, const char *topic)
{
	const struct tocsin_paper paper = {stderr, false};
	(void)relay;
	fprintf(stderr, _("tocsin relay: %s "), what);
	tocsin_put(&paper, topic);
	fputc('\n', stderr);
}

/* Where an alert goes: PREFIX/{audience}/{alert, exercise or test}/... The tree is the
 * payload's, so that an exercise stays among exercises whatever brought it. Behind it
 * stands what the hub's topic has there (an Update goes to each topic that an earlier
 * version reached), or for an open incident the alert's own place. */
static char *topic_for(const struct tocsin_relay *relay, const Tocsin__V1__Alert *alert,
	const struct tocsin_incoming *incoming)
{
	const char *own =
		tocsin_topic_alert("", alert, false, relay->arena); /* /to/audience/tree/... */
	const char *audience = relay->audiences[incoming->audience];
	const char *tree = own ? strchr(own + strlen("/to/"), '/') : NULL;
	if (!tree)
		return NULL;
	if (incoming->open || !*incoming->rest)
		return tocsin_arena_format(relay->arena, "%s/%s%s", relay->to, audience, tree);
	return tocsin_arena_format(relay->arena, "%s/%s%.*s/%s", relay->to, audience,
		(int)(1 + strcspn(tree + 1, "/")), tree, incoming->rest);
}

static bool is_pending(const struct tocsin_relay *relay, const char *alert_id, const char *topic)
{
	for (const struct tocsin_relay_pending *at = relay->pending; at; at = at->next)
		if (strcmp(at->alert_id, alert_id) == 0 && strcmp(at->topic, topic) == 0)
			return true;
	return false;
}

/* For the CAP writer: what is on its way counts as told. */
static const char *find_reference(void *ctx, const char *alert_id)
{
	const struct tocsin_relay *relay = ctx;
	for (const struct tocsin_relay_pending *at = relay->pending; at; at = at->next)
		if (strcmp(at->alert_id, alert_id) == 0)
			return at->reference;
	return tocsin_relayed_reference(relay->relayed, alert_id);
}

static void free_pending(struct tocsin_relay_pending *pending)
{
	if (!pending)
		return;
	free(pending->alert_id);
	free(pending->reference);
	free(pending->topic);
	free(pending);
}

/* Without memory it goes out all the same, and may go out twice. */
static void await_answer(struct tocsin_relay *relay, int id, const char *alert_id,
	const char *reference, const char *topic)
{
	struct tocsin_relay_pending **end = &relay->pending;
	struct tocsin_relay_pending *pending = calloc(1, sizeof(*pending));
	if (pending)
		*pending = (struct tocsin_relay_pending){
			id, strdup(alert_id), strdup(reference), strdup(topic), NULL};
	if (!pending || !pending->alert_id || !pending->reference || !pending->topic) {
		free_pending(pending);
		return;
	}
	while (*end)
		end = &(*end)->next;
	*end = pending;
	relay->pending_count++;
}

static enum tocsin_status write_document(
	const struct tocsin_relay *relay, const Tocsin__V1__Alert *alert, char **text, size_t *length)
{
	struct tocsin_cap_options options = relay->cap;
	options.find = find_reference;
	options.ctx = (void *)relay;
	return relay->geojson ? tocsin_geojson_feature(alert, relay->arena, text, length)
						  : tocsin_cap_write(alert, &options, relay->arena, text, length);
}

static const char *spelled(const ProtobufCEnumDescriptor *type, int value)
{
	return value ? tocsin_enum_name(type, value) : NULL;
}

static void send(struct tocsin_relay *relay, const Tocsin__V1__Alert *alert, const char *topic)
{
	char *text = NULL, *reference = NULL;
	size_t length = 0;
	int64_t left_ms = alert->expires ? tocsin_instant_ms(alert->expires) - tocsin_now_ms() : 0;
	if (alert->expires && left_ms < 1000)
		return; /* over before anybody reads it */
	enum tocsin_status status = write_document(relay, alert, &text, &length);
	if (status == TOCSIN_OK)
		status = tocsin_cap_reference(alert, &relay->cap, relay->arena, &reference);
	if (status == TOCSIN_NOT_FOUND) {
		tocsin_relay_note(
			relay, false, _("left out a Cancel: nothing that it ends was ever relayed"));
		return;
	}
	if (status != TOCSIN_OK) {
		note_topic(relay,
			status == TOCSIN_NO_MEMORY ? _("out of memory for")
									   : _("cannot be written in this form:"),
			topic);
		return;
	}
	const struct tocsin_publish_form form = {
		.content_type = relay->geojson ? TOCSIN_GEOJSON_TYPE : TOCSIN_CAP_TYPE,
		.text = true,
		.expiry_s = left_ms / 1000 > UINT32_MAX ? 0 : (uint32_t)(left_ms / 1000),
		.severity = spelled(&tocsin__v1__severity__descriptor, (int)alert->severity),
		.msg_type = spelled(&tocsin__v1__msg_type__descriptor, (int)alert->msg_type),
	};
	int id = tocsin_session_publish_as(&relay->out, topic, text, length, &form);
	if (id < 0)
		note_topic(relay, _("could not be sent:"), topic);
	else
		await_answer(relay, id, alert->id, reference, topic);
}

static void take_alert(struct tocsin_relay *relay, const struct tocsin_message *message,
	const struct tocsin_incoming *incoming)
{
	/* An empty retained message only clears what was open. */
	if (message->size == 0)
		return;
	Tocsin__V1__Alert *alert = tocsin_incoming_alert(relay->arena, message, incoming->json);
	if (!alert) {
		note_topic(relay, _("cannot read the alert on"), message->topic);
		return;
	}
	if (alert->status != TOCSIN__V1__STATUS__STATUS_ACTUAL && !relay->exercises)
		return;
	const char *topic = topic_for(relay, alert, incoming);
	if (!topic) {
		note_topic(relay, _("no topic for"), message->topic);
		return;
	}
	if (!is_pending(relay, alert->id, topic) &&
		!tocsin_relayed_has(relay->relayed, alert->id, topic))
		send(relay, alert, topic);
}

/* Neither CAP nor GeoJSON has a form for counts of what was held back: whoever runs the
 * relay is told that its readers are not. */
static void take_digest(struct tocsin_relay *relay, const struct tocsin_message *message,
	const struct tocsin_incoming *incoming)
{
	const struct tocsin_paper paper = {stderr, false};
	const Tocsin__V1__Digest *digest =
		tocsin_incoming_digest(relay->arena, message, incoming->json);
	if (!digest) {
		note_topic(relay, _("cannot read the digest on"), message->topic);
		return;
	}
	if ((digest->status > TOCSIN__V1__STATUS__STATUS_ACTUAL && !relay->exercises) ||
		digest->count == 0 ||
		!tocsin_twins_take(&relay->digests, &digest->base, incoming->json, relay->arena))
		return;
	fprintf(stderr, _("tocsin relay: not relayed, since it is no alert, to %s: "),
		relay->audiences[incoming->audience]);
	tocsin_digest_say(&paper, digest);
	fputc('\n', stderr);
}

static void tell(struct tocsin_relay *relay, size_t audience, enum tocsin_heartbeat_news news)
{
	const char *name = relay->audiences[audience];
	if (news == TOCSIN_HEARTBEAT_BACK)
		tocsin_relay_note(relay, true, _("the hub is back: signs of life for %s again"), name);
	else if (news == TOCSIN_HEARTBEAT_SILENT)
		tocsin_relay_note(relay, true,
			_("THE HUB IS SILENT: no sign of life for %s; alerts may not be coming"), name);
}

void tocsin_relay_take(struct tocsin_relay *relay, const struct tocsin_message *message)
{
	struct tocsin_incoming incoming;
	if (!tocsin_incoming_read(relay->connection.root, relay->audiences, relay->audience_count,
			message->topic, &incoming))
		return;
	if (incoming.heartbeat)
		tell(relay, incoming.audience,
			tocsin_heartbeat_hear(&relay->heartbeats[incoming.audience], message->payload,
				message->size, message->retained, tocsin_ticks_ms(), tocsin_now_ms()));
	else if (incoming.digest)
		take_digest(relay, message, &incoming);
	else if (!incoming.figure)
		take_alert(relay, message, &incoming);
}

void tocsin_relay_check_heartbeats(struct tocsin_relay *relay)
{
	for (size_t i = 0; i < relay->audience_count; i++)
		tell(relay, i, tocsin_heartbeat_check(&relay->heartbeats[i], tocsin_ticks_ms()));
}

static void keep(struct tocsin_relay *relay, const struct tocsin_relay_pending *pending)
{
	enum tocsin_status status =
		tocsin_relayed_add(relay->relayed, pending->reference, pending->topic);
	if (status == TOCSIN_IO && !relay->unwritten)
		tocsin_relay_note(relay, true,
			_("the memory file cannot be written: after a restart alerts may come twice"));
	relay->unwritten = status == TOCSIN_IO;
}

/* From 0x80 on a reason is a refusal (MQTT 5, 2.4). */
void tocsin_relay_answered(struct tocsin_relay *relay, int id, int reason)
{
	struct tocsin_relay_pending **at = &relay->pending;
	while (*at && (*at)->id != id)
		at = &(*at)->next;
	if (!*at)
		return;
	struct tocsin_relay_pending *pending = *at;
	*at = pending->next;
	relay->pending_count--;
	if (reason >= 0x80) {
		relay->publish_refused = true;
		note_topic(relay, _("the broker refuses to take"), pending->topic);
	} else {
		keep(relay, pending);
	}
	free_pending(pending);
}

void tocsin_relay_finish(struct tocsin_relay *relay)
{
	tocsin_session_close(&relay->in);
	tocsin_session_close(&relay->out);
	while (relay->pending) {
		struct tocsin_relay_pending *next = relay->pending->next;
		free_pending(relay->pending);
		relay->pending = next;
	}
	tocsin_relayed_close(relay->relayed);
	tocsin_arena_destroy(relay->arena);
	tocsin_connection_finish(&relay->connection);
}
