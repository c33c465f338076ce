/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/watch.h"

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/rule/region.h"

enum { MAX_FILTER = 1024 };

static void subscribe(struct tocsin_watch *watch, const char *filter)
{
	if (tocsin_session_subscribe(&watch->session, filter) >= 0)
		watch->asked++;
}

static enum tocsin_status take_filter(void *ctx, const char *filter, int severity, int event)
{
	(void)severity;
	(void)event;
	subscribe(ctx, filter);
	return TOCSIN_OK;
}

/* A code whose country is not known can stand anywhere: then all is subscribed to
 * and what is elsewhere sorted out by the payload. */
static bool all_located(const struct tocsin_alert_want *want)
{
	for (size_t i = 0; i < want->region_count; i++)
		if (!tocsin_region_is_located(&want->regions[i]))
			return false;
	return want->region_count > 0;
}

/* Severity and event stay open in the filter: a later version may have others, and
 * an unknown severity must never be missed. */
static void subscribe_region(
	struct tocsin_watch *watch, const char *audience, const struct tocsin_region_path *region)
{
	static const char *const trees[] = {"alert", "exercise", "test"};
	struct tocsin_filter_want want = {
		.root = watch->connection.root, .audience = audience, .region = region};
	char filter[MAX_FILTER];
	for (int twin = 0; twin < 2; twin++) {
		want.json = twin == 1;
		if (want.json ? !watch->json_tree : !watch->protobuf_tree)
			continue;
		if (!watch->no_open && tocsin_filter_open(&want, filter, sizeof(filter)))
			subscribe(watch, filter);
		for (size_t tree = 0; tree < (watch->exercises ? 3u : 1u); tree++) {
			want.tree = trees[tree];
			if (tocsin_filters_each(&want, take_filter, watch) != TOCSIN_OK)
				tocsin_watch_note(watch, true, _("a filter is too long and left out"));
		}
	}
}

/* What is held back is no alert: this is all that is ever told of it. It names several
 * places, so regions are left to the payload. */
static void subscribe_digest(struct tocsin_watch *watch, const char *audience)
{
	char filter[MAX_FILTER];
	for (int twin = 0; twin < 2; twin++) {
		if (twin ? !watch->json_tree : !watch->protobuf_tree)
			continue;
		snprintf(filter, sizeof(filter), "%s/to/%s/digest%s", watch->connection.root, audience,
			twin ? "-json" : "");
		subscribe(watch, filter);
	}
}

static void start_heartbeat(const struct tocsin_watch *watch, struct tocsin_heartbeat *heartbeat)
{
	if (watch->connected_before) {
		tocsin_heartbeat_resume(heartbeat, tocsin_ticks_ms());
		return;
	}
	tocsin_heartbeat_start(heartbeat, tocsin_ticks_ms());
	heartbeat->patience_ms = watch->patience_ms;
}

void tocsin_watch_subscribe(struct tocsin_watch *watch)
{
	char filter[MAX_FILTER];
	watch->asked = watch->answered = watch->refused = 0;
	for (size_t a = 0; a < watch->audience_count; a++) {
		const char *audience = watch->audiences[a];
		snprintf(filter, sizeof(filter), "%s/to/%s/heartbeat", watch->connection.root, audience);
		start_heartbeat(watch, &watch->heartbeats[a]);
		subscribe(watch, filter);
		subscribe_digest(watch, audience);
		if (!all_located(&watch->want)) {
			subscribe_region(watch, audience, NULL);
			continue;
		}
		for (size_t i = 0; i < watch->want.region_count; i++)
			subscribe_region(watch, audience, &watch->want.regions[i]);
	}
}
