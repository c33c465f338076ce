/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/displacement/displacement_live.h"

enum {
	MAX_FILTER = 512,
	MAX_COUNTRIES = 64,
	LOADING_MS = 10000, /* without a word from the broker while it sends what it keeps */
};

static void subscribe(struct tocsin_live *live, const char *kind, const char *rest)
{
	static const char *const twins[] = {"", "-json"};
	char filter[MAX_FILTER];
	for (size_t i = 0; i < sizeof(twins) / sizeof(*twins); i++) {
		int length = snprintf(filter, sizeof(filter), "%s/to/%s/%s%s/%s",
			live->displacement->connection.root, live->displacement->audience, kind, twins[i],
			rest);
		if (length > 0 && (size_t)length < sizeof(filter) &&
			tocsin_session_subscribe(&live->session, filter) >= 0)
			live->asked++;
	}
}

static void subscribe_country(struct tocsin_live *live, const char *country)
{
	char rest[64];
	snprintf(rest, sizeof(rest), "%s%s#", country, *country ? "/" : "");
	subscribe(live, "figure", rest);
	subscribe(live, "open", rest);
	snprintf(rest, sizeof(rest), "+/+/%s%s#", country, *country ? "/" : "");
	subscribe(live, "alert", rest);
}

/* An alert tells of figures in other places than its own: of what is asked for the
 * whole country is heard, and the payload decides. A code alone can be anywhere. */
static void subscribe_all(struct tocsin_live *live)
{
	const struct tocsin_figure_want *want = &live->displacement->want;
	const char *countries[MAX_COUNTRIES] = {""};
	size_t count = 0;
	for (size_t i = 0; i < want->region_count; i++) {
		const char *country = want->regions[i].levels[0];
		size_t at = 0;
		if (strlen(country) != 2 || count == MAX_COUNTRIES) {
			count = 0;
			break;
		}
		while (at < count && strcmp(countries[at], country) != 0)
			at++;
		if (at == count)
			countries[count++] = country;
	}
	if (count == 0)
		subscribe_country(live, "");
	for (size_t i = 0; i < count; i++)
		subscribe_country(live, countries[i]);
}

static int subscribe_heartbeat(struct tocsin_live *live)
{
	char filter[MAX_FILTER];
	int length = snprintf(filter, sizeof(filter), "%s/to/%s/heartbeat",
		live->displacement->connection.root, live->displacement->audience);
	bool fits = length > 0 && (size_t)length < sizeof(filter);
	return fits ? tocsin_session_subscribe(&live->session, filter) : -1;
}

void tocsin_live_connected(void *ctx)
{
	struct tocsin_live *live = ctx;
	if (live->connected_before)
		tocsin_live_note(live, true, _("connected again"));
	live->connected_before = true;
	live->asked = live->answered = live->refused = 0;
	live->heard_ms = tocsin_ticks_ms();
	if (live->loading != TOCSIN_LOADING_DONE)
		live->loading = TOCSIN_LOADING_ASKED;
	free(live->mark);
	live->mark = NULL;
	tocsin_heartbeat_start(&live->heartbeat, live->heard_ms);
	if (subscribe_heartbeat(live) >= 0)
		live->asked++;
	subscribe_all(live);
}

void tocsin_live_loaded(struct tocsin_live *live)
{
	live->loading = TOCSIN_LOADING_DONE;
	live->news = true;
	if (live->refused)
		tocsin_live_note(live, true,
			_("the broker refused %zu of %zu subscriptions: this account may not read all that you "
			  "asked for"),
			live->refused, live->asked);
	else
		tocsin_live_note(live, false, _("all that the hub keeps is here"));
}

static void go_on_loading(struct tocsin_live *live)
{
	if (live->mark) {
		live->loading = TOCSIN_LOADING_MARKED;
		live->mark_id = tocsin_session_subscribe(&live->session, live->mark);
	} else if (live->loading == TOCSIN_LOADING_ASKED) {
		live->loading = TOCSIN_LOADING_WAITED;
		live->mark_id = subscribe_heartbeat(live);
	} else {
		tocsin_live_loaded(live);
	}
}

void tocsin_live_subscribed(void *ctx, int id, bool allowed)
{
	struct tocsin_live *live = ctx;
	if (live->loading == TOCSIN_LOADING_DONE || live->loading == TOCSIN_LOADING_MARKED)
		return;
	if (live->loading == TOCSIN_LOADING_WAITED) {
		if (id == live->mark_id)
			go_on_loading(live);
		return;
	}
	live->answered++;
	live->refused += allowed ? 0 : 1;
	if (live->answered == live->asked)
		go_on_loading(live);
}

/* The mark was taken away meanwhile, or the broker keeps less than it should. */
void tocsin_live_give_up(struct tocsin_live *live)
{
	if (live->loading == TOCSIN_LOADING_DONE || tocsin_ticks_ms() - live->heard_ms < LOADING_MS)
		return;
	tocsin_live_note(live, true, _("the broker has said nothing for %d s: this may not be all"),
		LOADING_MS / 1000);
	tocsin_live_loaded(live);
}
