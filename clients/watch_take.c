/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch.h"

#include <stdarg.h>
#include <string.h>

#include "clients/alert_print.h"
#include "clients/incoming.h"
#include "clients/json_out.h"
#include "clients/number.h"

void tocsin_watch_note(const struct tocsin_watch *watch, bool urgent, const char *format, ...)
{
	va_list args;
	if (watch->quiet && !urgent)
		return;
	fputs("tocsin watch: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static void show(struct tocsin_watch *watch, const Tocsin__V1__Alert *alert,
	const struct tocsin_alert_marks *marks)
{
	bool shown = true;
	if (watch->json)
		shown = tocsin_json_line(&alert->base, watch->paper.out);
	else
		tocsin_alert_print(&watch->paper, alert, marks);
	fflush(watch->paper.out);
	if (!shown)
		tocsin_watch_note(watch, true, "an alert could not be written as JSON");
	tocsin_watch_export(watch, alert);
	watch->shown++;
}

static void take_alert(struct tocsin_watch *watch, const struct tocsin_message *message,
	const struct tocsin_incoming *origin)
{
	/* An empty retained message only clears what was open. */
	if (message->size == 0)
		return;
	Tocsin__V1__Alert *alert = tocsin_incoming_alert(watch->arena, message, origin->json);
	if (!alert) {
		struct tocsin_paper paper = {stderr, false};
		fputs("tocsin watch: cannot read the alert on ", stderr);
		tocsin_put(&paper, message->topic);
		fputc('\n', stderr);
		return;
	}
	if (alert->status > TOCSIN__V1__STATUS__STATUS_ACTUAL && !watch->exercises)
		return;
	struct tocsin_alert_judgement judgement = tocsin_alert_judge(&watch->want, alert);
	bool wanted = tocsin_alert_wanted(&judgement);
	/* Whoever saw a version must see what became of it. */
	bool known = *alert->incident_id && tocsin_seen_has(watch->chains, alert->incident_id);
	if (!wanted && !known)
		return;
	if (*alert->id && !tocsin_seen_add(watch->alerts, alert->id))
		return;
	if (*alert->incident_id)
		(void)tocsin_seen_add(watch->chains, alert->incident_id);
	const struct tocsin_alert_marks marks = {
		.open = origin->open && message->retained,
		.moved_out = !wanted,
		.name_audience = watch->audience_count > 1,
	};
	show(watch, alert, &marks);
}

static void tell(struct tocsin_watch *watch, size_t audience, enum tocsin_heartbeat_news news)
{
	const struct tocsin_heartbeat *heartbeat = &watch->heartbeats[audience];
	char text[TOCSIN_TIME_TEXT];
	if (news == TOCSIN_HEARTBEAT_BACK) {
		tocsin_watch_note(
			watch, true, "the hub is back: signs of life for %s again", watch->audiences[audience]);
	} else if (news == TOCSIN_HEARTBEAT_SILENT && heartbeat->sign_ms) {
		tocsin_time_write(heartbeat->sign_ms, TOCSIN_TIME_MOMENT, text);
		tocsin_watch_note(watch, true,
			"THE HUB IS SILENT: last sign of life for %s at %s; alerts may not be coming",
			watch->audiences[audience], text);
	} else if (news == TOCSIN_HEARTBEAT_SILENT) {
		tocsin_watch_note(watch, true,
			"NO SIGN OF LIFE from a hub for %s: alerts may not be coming",
			watch->audiences[audience]);
	}
}

void tocsin_watch_take(struct tocsin_watch *watch, const struct tocsin_message *message)
{
	struct tocsin_incoming origin;
	if (!tocsin_incoming_read(watch->connection.root, watch->audiences, watch->audience_count,
			message->topic, &origin))
		return;
	if (origin.heartbeat)
		tell(watch, origin.audience,
			tocsin_heartbeat_hear(&watch->heartbeats[origin.audience], message->payload,
				message->size, message->retained, tocsin_ticks_ms(), tocsin_now_ms()));
	else if (!origin.figure)
		take_alert(watch, message, &origin);
}

void tocsin_watch_check_heartbeats(struct tocsin_watch *watch)
{
	for (size_t i = 0; i < watch->audience_count; i++)
		tell(watch, i, tocsin_heartbeat_check(&watch->heartbeats[i], tocsin_ticks_ms()));
}
