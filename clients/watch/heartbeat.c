/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/heartbeat.h"

#include <jansson.h>
#include <string.h>

#include "proto/instant.h"

enum { MAX_SIGN = 64 * 1024 };

void tocsin_heartbeat_start(struct tocsin_heartbeat *heartbeat, int64_t ticks_ms)
{
	*heartbeat = (struct tocsin_heartbeat){.heard_at_ms = ticks_ms};
}

void tocsin_heartbeat_resume(struct tocsin_heartbeat *heartbeat, int64_t ticks_ms)
{
	if (!heartbeat->silent)
		heartbeat->heard_at_ms = ticks_ms;
}

static int64_t patience_ms(const struct tocsin_heartbeat *heartbeat)
{
	return heartbeat->patience_ms ? heartbeat->patience_ms : TOCSIN_HEARTBEAT_SILENCE_MS;
}

/* Its time and, where it has one, its sequence. */
static bool read_sign(struct tocsin_heartbeat *heartbeat, const void *json, size_t size)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	if (size > MAX_SIGN)
		return false;
	json_t *sign = json_loadb(json, size, 0, NULL);
	const json_t *sequence = json_object_get(sign, "sequence");
	const char *text = json_string_value(json_object_get(sign, "time"));
	bool fine = text && tocsin_instant_read(text, strlen(text), &time);
	if (fine) {
		heartbeat->sign_ms = tocsin_instant_ms(&time);
		heartbeat->counts = json_is_integer(sequence) && json_integer_value(sequence) >= 0;
		heartbeat->sequence = heartbeat->counts ? (uint64_t)json_integer_value(sequence) : 0;
	}
	json_decref(sign);
	return fine;
}

enum tocsin_heartbeat_news tocsin_heartbeat_hear(struct tocsin_heartbeat *heartbeat,
	const void *json, size_t size, bool retained, int64_t ticks_ms, int64_t now_ms)
{
	if (!json || !read_sign(heartbeat, json, size))
		return TOCSIN_HEARTBEAT_NOTHING;
	int64_t time_ms = heartbeat->sign_ms;
	int64_t age_ms = retained && now_ms > time_ms ? now_ms - time_ms : 0;
	heartbeat->heard_at_ms = ticks_ms - age_ms;
	if (!heartbeat->silent || age_ms > patience_ms(heartbeat))
		return TOCSIN_HEARTBEAT_NOTHING;
	heartbeat->silent = false;
	return TOCSIN_HEARTBEAT_BACK;
}

enum tocsin_heartbeat_news tocsin_heartbeat_check(
	struct tocsin_heartbeat *heartbeat, int64_t ticks_ms)
{
	if (heartbeat->silent || ticks_ms - heartbeat->heard_at_ms <= patience_ms(heartbeat))
		return TOCSIN_HEARTBEAT_NOTHING;
	heartbeat->silent = true;
	return TOCSIN_HEARTBEAT_SILENT;
}
