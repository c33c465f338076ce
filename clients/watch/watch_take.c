/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/watch.h"

#include <stdarg.h>
#include <string.h>

#include "clients/alert/alert_csv.h"
#include "clients/alert/alert_print.h"
#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"

void tocsin_watch_note(const struct tocsin_watch *watch, bool urgent, const char *format, ...)
{
	va_list args;
	if (watch->quiet && !urgent)
		return;
	const struct tocsin_paper paper = tocsin_paper_for(stderr);
	tocsin_ink(&paper, urgent ? TOCSIN_INK_BOLD : TOCSIN_INK_PLAIN);
	fputs(_("tocsin watch: "), stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	tocsin_ink(&paper, TOCSIN_INK_PLAIN);
	fputc('\n', stderr);
}

static void show(struct tocsin_watch *watch, const Tocsin__V1__Alert *alert,
	const struct tocsin_alert_marks *marks)
{
	bool shown = true;
	if (watch->json)
		shown = tocsin_json_line(&alert->base, watch->paper.out);
	else if (watch->csv)
		tocsin_alert_csv_row(watch->paper.out, alert);
	else
		tocsin_alert_print(&watch->paper, alert, marks);
	fflush(watch->paper.out);
	if (!shown)
		tocsin_watch_note(watch, true, _("an alert could not be written as JSON"));
	tocsin_watch_export(watch, alert);
	watch->shown++;
}

/* Shows an alert that is wanted and new. Returns whether it was shown. */
static bool consider(struct tocsin_watch *watch, const Tocsin__V1__Alert *alert,
	const struct tocsin_watch_came *came)
{
	if (alert->status > TOCSIN__V1__STATUS__STATUS_ACTUAL && !watch->exercises)
		return false;
	struct tocsin_alert_judgement judgement = tocsin_alert_judge(&watch->want, alert);
	bool wanted = tocsin_alert_wanted(&judgement);
	/* Whoever saw a version must see what became of it. */
	bool known = *alert->incident_id && tocsin_seen_has(watch->chains, alert->incident_id);
	if (!wanted && !known) {
		tocsin_watch_remember(watch, alert, came, false, 0);
		return false;
	}
	if (*alert->id && !tocsin_seen_add(watch->alerts, alert->id)) {
		/* Its command may be still to come: all before must have ended. */
		tocsin_watch_remember(watch, alert, came, true, watch->last_run);
		return false;
	}
	if (*alert->incident_id)
		(void)tocsin_seen_add(watch->chains, alert->incident_id);
	const struct tocsin_alert_marks marks = {
		.open = came->way == TOCSIN_WATCH_OPEN,
		.moved_out = !wanted,
		.name_audience = watch->audience_count > 1,
	};
	show(watch, alert, &marks);
	uint64_t run = tocsin_watch_exec(watch, alert, came);
	watch->last_run = run ? run : watch->last_run;
	tocsin_watch_remember(watch, alert, came, true, run);
	return true;
}

/* The topic of the protobuf twin, which counts for both. */
static const char *plain_topic(
	const struct tocsin_watch *watch, const char *topic, const struct tocsin_incoming *origin)
{
	static const char suffix[] = "-json/";
	if (!origin->json || !*origin->rest)
		return topic;
	return tocsin_arena_format(watch->arena, "%.*s/%s",
		(int)((size_t)(origin->rest - topic) - strlen(suffix)), topic, origin->rest);
}

static struct tocsin_succession_step step_of(
	const Tocsin__V1__Alert *alert, const struct tocsin_watch_came *came)
{
	return (struct tocsin_succession_step){
		came->audience, came->topic, alert->sequence, alert->topic_sequence};
}

/* What stands open has a count of its own, and comes in no order. */
static void look_for_gap(struct tocsin_watch *watch, const Tocsin__V1__Alert *alert,
	const struct tocsin_watch_came *came)
{
	const struct tocsin_succession_step step = step_of(alert, came);
	uint64_t after;
	uint64_t missing = tocsin_succession_take(watch->succession, &step, &after);
	if (missing > 0)
		tocsin_watch_ask_gap(watch, came->audience, came->topic, missing, after);
}

static void take_alert(struct tocsin_watch *watch, const struct tocsin_message *message,
	const struct tocsin_incoming *origin)
{
	/* An empty retained message only clears what was open. */
	if (message->size == 0)
		return;
	const Tocsin__V1__Alert *alert = tocsin_incoming_alert(watch->arena, message, origin->json);
	const char *topic = alert ? plain_topic(watch, message->topic, origin) : NULL;
	if (!topic) {
		struct tocsin_paper paper = {stderr, false};
		fprintf(stderr, "%s%s ", _("tocsin watch: "), _("cannot read the alert on"));
		tocsin_put(&paper, message->topic);
		fputc('\n', stderr);
		return;
	}
	const struct tocsin_watch_came came = {origin->audience, topic,
		origin->open && message->retained ? TOCSIN_WATCH_OPEN : TOCSIN_WATCH_LIVE};
	if (origin->alert)
		look_for_gap(watch, alert, &came);
	(void)consider(watch, alert, &came);
}

bool tocsin_watch_again(
	struct tocsin_watch *watch, const Tocsin__V1__Alert *alert, const char *topic)
{
	struct tocsin_incoming origin;
	if (!tocsin_incoming_read(
			watch->connection.root, watch->audiences, watch->audience_count, topic, &origin))
		return false;
	const struct tocsin_watch_came came = {
		origin.audience, plain_topic(watch, topic, &origin), TOCSIN_WATCH_REPLAYED};
	if (!came.topic)
		return false;
	const struct tocsin_succession_step step = step_of(alert, &came);
	if (origin.alert)
		tocsin_succession_raise(watch->succession, &step);
	return consider(watch, alert, &came);
}

static void tell(struct tocsin_watch *watch, size_t audience, enum tocsin_heartbeat_news news)
{
	const struct tocsin_heartbeat *heartbeat = &watch->heartbeats[audience];
	char text[TOCSIN_TIME_TEXT];
	if (news == TOCSIN_HEARTBEAT_BACK) {
		tocsin_watch_note(watch, true, _("the hub is back: signs of life for %s again"),
			watch->audiences[audience]);
	} else if (news == TOCSIN_HEARTBEAT_SILENT && heartbeat->sign_ms) {
		tocsin_time_write(heartbeat->sign_ms, TOCSIN_TIME_MOMENT, text);
		tocsin_watch_note(watch, true,
			_("THE HUB IS SILENT: last sign of life for %s at %s; alerts may not be coming"),
			watch->audiences[audience], text);
	} else if (news == TOCSIN_HEARTBEAT_SILENT) {
		tocsin_watch_note(watch, true,
			_("NO SIGN OF LIFE from a hub for %s: alerts may not be coming. Is there such an "
			  "audience, and may this user read it?"),
			watch->audiences[audience]);
	}
}

static void take_heartbeat(
	struct tocsin_watch *watch, const struct tocsin_message *message, size_t audience)
{
	struct tocsin_heartbeat *heartbeat = &watch->heartbeats[audience];
	tell(watch, audience,
		tocsin_heartbeat_hear(heartbeat, message->payload, message->size, message->retained,
			tocsin_ticks_ms(), tocsin_now_ms()));
	if (!heartbeat->counts)
		return;
	uint64_t last;
	const bool known = tocsin_succession_last(watch->succession, audience, &last);
	bool further =
		tocsin_succession_hear(watch->succession, audience, heartbeat->sequence, message->retained);
	if (!known)
		tocsin_watch_remember_begin(watch, audience, heartbeat->sequence);
	if (message->retained || !watch->doubted[audience])
		return;
	watch->doubted[audience] = false;
	if (further || (watch->began[audience] && heartbeat->sequence > watch->began_after[audience]))
		tocsin_watch_ask_away(watch, audience);
}

static void take_shown(struct tocsin_watch *watch, const struct tocsin_message *message,
	const struct tocsin_incoming *origin)
{
	if (origin->digest)
		tocsin_watch_take_digest(watch, message, origin);
	else
		take_alert(watch, message, origin);
}

void tocsin_watch_take(struct tocsin_watch *watch, const struct tocsin_message *message)
{
	struct tocsin_incoming origin;
	if (!tocsin_incoming_read(watch->connection.root, watch->audiences, watch->audience_count,
			message->topic, &origin))
		return;
	if (origin.heartbeat)
		take_heartbeat(watch, message, origin.audience);
	else if (!origin.figure && !tocsin_watch_hold(watch, message))
		take_shown(watch, message, &origin);
}

void tocsin_watch_check_heartbeats(struct tocsin_watch *watch)
{
	for (size_t i = 0; i < watch->audience_count; i++)
		tell(watch, i, tocsin_heartbeat_check(&watch->heartbeats[i], tocsin_ticks_ms()));
}
