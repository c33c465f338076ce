/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "engine/replay.h"
#include "mosquitto/control_call.h"

/* A wish as the user would have sent it: {"audience", "after_sequence" or "from" and "to",
 * "filter", "limit"}. */
static char *wish_text(const struct tocsin_call *call)
{
	static const char *const keys[] = {
		"audience", "after_sequence", "from", "to", "filter", "limit"};
	json_t *wish = json_object();

	for (size_t i = 0; wish && i < sizeof(keys) / sizeof(keys[0]); i++) {
		json_t *value = json_object_get(call->command, keys[i]);

		if (value)
			(void)json_object_set(wish, keys[i], value);
	}
	char *text = wish ? json_dumps(wish, JSON_COMPACT) : NULL;
	json_decref(wish);
	return text;
}

/* The answer goes into the user's box, to whoever may subscribe there: the broker's own
 * access lists apply, and no client id has to be known. */
static void take(struct tocsin_call *call, const char *user, const char *text)
{
	struct tocsin_host *host = call->host;
	struct tocsin_replay *replay = NULL;
	const struct tocsin_submission request = {
		.topic_sender = user,
		.topic_sender_length = strlen(user),
		.user = user,
		.client_id = "",
		.payload = (const uint8_t *)text,
		.payload_size = strlen(text),
	};
	struct tocsin_outcome *refused =
		tocsin_engine_replay(host->engine, &request, call->now_ms, &replay);

	tocsin_outcome_destroy(host->engine, refused);
	if (!replay) {
		tocsin_call_refuse(call,
			"user must be a member of audience, and the rest as in a replay request: "
			"after_sequence, "
			"or from and to; filter; limit");
		return;
	}
	replay->client_id = NULL;
	tocsin_replays_take(host, replay, call->now_ms);
	call->data = json_pack("{s:s}", "user", user);
}

enum tocsin_call_step tocsin_call_replay_for(struct tocsin_call *call)
{
	const char *user = tocsin_call_text(call, "user", true, NULL);
	char *text = user ? wish_text(call) : NULL;

	if (user && !text)
		tocsin_call_refuse(call, "not enough memory");
	else if (text)
		take(call, user, text);
	free(text);
	return TOCSIN_CALL_DONE;
}
