/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/heartbeat.h"

#include <jansson.h>
#include <string.h>

#include "proto/instant.h"

enum { MAX_SIGN = 64 * 1024 };

void tocsin_heartbeat_start(struct tocsin_heartbeat *heartbeat, int64_t ticks_ms)
{
	*heartbeat = (struct tocsin_heartbeat){.heard_at_ms = ticks_ms};
}

static bool read_time(const void *json, size_t size, int64_t *time_ms)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	if (size > MAX_SIGN)
		return false;
	json_t *sign = json_loadb(json, size, 0, NULL);
	const char *text = json_string_value(json_object_get(sign, "time"));
	bool fine = text && tocsin_instant_read(text, strlen(text), &time);
	if (fine)
		*time_ms = tocsin_instant_ms(&time);
	json_decref(sign);
	return fine;
}

enum tocsin_heartbeat_news tocsin_heartbeat_hear(struct tocsin_heartbeat *heartbeat,
	const void *json, size_t size, bool retained, int64_t ticks_ms, int64_t now_ms)
{
	int64_t time_ms;
	if (!json || !read_time(json, size, &time_ms))
		return TOCSIN_HEARTBEAT_NOTHING;
	heartbeat->sign_ms = time_ms;
	int64_t age_ms = retained && now_ms > time_ms ? now_ms - time_ms : 0;
	heartbeat->heard_at_ms = ticks_ms - age_ms;
	if (!heartbeat->silent || age_ms > TOCSIN_HEARTBEAT_SILENCE_MS)
		return TOCSIN_HEARTBEAT_NOTHING;
	heartbeat->silent = false;
	return TOCSIN_HEARTBEAT_BACK;
}

enum tocsin_heartbeat_news tocsin_heartbeat_check(
	struct tocsin_heartbeat *heartbeat, int64_t ticks_ms)
{
	if (heartbeat->silent || ticks_ms - heartbeat->heard_at_ms <= TOCSIN_HEARTBEAT_SILENCE_MS)
		return TOCSIN_HEARTBEAT_NOTHING;
	heartbeat->silent = true;
	return TOCSIN_HEARTBEAT_SILENT;
}
