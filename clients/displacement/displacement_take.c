/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "clients/alert/incoming.h"
#include "clients/base/number.h"
#include "clients/base/paper.h"
#include "clients/base/tongue.h"
#include "clients/displacement/displacement_live.h"

/* The first message that the broker keeps and that waits its turn behind others. */
static void watch_mark(struct tocsin_live *live, const struct tocsin_message *message)
{
	if (!message->retained || message->qos == 0 || message->size == 0)
		return;
	if (live->loading == TOCSIN_LOADING_MARKED && live->mark &&
		strcmp(live->mark, message->topic) == 0)
		tocsin_live_loaded(live);
	else if (live->loading < TOCSIN_LOADING_MARKED && !live->mark)
		live->mark = strdup(message->topic);
}

static void take_alert(struct tocsin_live *live, const struct tocsin_message *message,
	const struct tocsin_incoming *origin)
{
	struct tocsin_figure_book *book = live->displacement->book;
	if (message->size == 0) {
		/* An open incident that closes keeps its figures; a figure that is taken away is
		 * none any more. */
		if (origin->figure)
			tocsin_figure_book_clear(book, message->topic);
		live->news |= origin->figure;
		return;
	}
	Tocsin__V1__Alert *alert = tocsin_incoming_alert(live->arena, message, origin->json);
	if (!alert) {
		struct tocsin_paper paper = {stderr, false};
		fputs(_("tocsin displacement: cannot read the alert on "), stderr);
		tocsin_put(&paper, message->topic);
		fputc('\n', stderr);
		return;
	}
	enum tocsin_status status = origin->figure
		? tocsin_figure_book_stand(book, message->topic, alert)
		: tocsin_figure_book_alert(book, alert);
	live->failed |= status != TOCSIN_OK;
	live->news = true;
}

void tocsin_live_tell(struct tocsin_live *live, enum tocsin_heartbeat_news news)
{
	if (news == TOCSIN_HEARTBEAT_NOTHING)
		return;
	live->news = true;
	if (news == TOCSIN_HEARTBEAT_SILENT)
		tocsin_live_note(live, true, _("NO SIGN OF LIFE from the hub: figures may not be coming"));
	else
		tocsin_live_note(live, true, _("the hub is back: signs of life again"));
}

void tocsin_live_message(void *ctx, const struct tocsin_message *message)
{
	struct tocsin_live *live = ctx;
	const char *const audiences[] = {live->displacement->audience};
	struct tocsin_incoming origin;
	if (!tocsin_incoming_read(
			live->displacement->connection.root, audiences, 1, message->topic, &origin))
		return;
	live->heard_ms = tocsin_ticks_ms();
	if (origin.heartbeat) {
		tocsin_live_tell(live,
			tocsin_heartbeat_hear(&live->heartbeat, message->payload, message->size,
				message->retained, live->heard_ms, tocsin_now_ms()));
		return;
	}
	take_alert(live, message, &origin);
	watch_mark(live, message);
}
