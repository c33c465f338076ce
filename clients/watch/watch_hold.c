/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/watch/watch.h"

/* Of what waits. */
enum { MAX_HELD = 4096, MAX_HELD_BYTES = 16 << 20 };

static struct tocsin_watch_held *copy(const struct tocsin_message *message)
{
	size_t topic = strlen(message->topic) + 1;
	struct tocsin_watch_held *held = malloc(sizeof(*held) + topic + message->size);
	if (!held)
		return NULL;
	char *at = (char *)(held + 1);
	*held = (struct tocsin_watch_held){.message = *message};
	held->message.topic = memcpy(at, message->topic, topic);
	if (message->size > 0)
		held->message.payload = memcpy(at + topic, message->payload, message->size);
	return held;
}

bool tocsin_watch_hold(struct tocsin_watch *watch, const struct tocsin_message *message)
{
	struct tocsin_watch_hold *hold = &watch->hold;
	if (hold->full || !tocsin_watch_asks_since(watch))
		return false;
	struct tocsin_watch_held *held = copy(message);
	if (held) {
		if (!hold->first)
			hold->end = &hold->first;
		*hold->end = held;
		hold->end = &held->next;
		hold->count++;
		hold->bytes += message->size;
	}
	if (held && hold->count < MAX_HELD && hold->bytes < MAX_HELD_BYTES)
		return true;
	hold->full = true;
	tocsin_watch_note(watch, true,
		_("more comes now than can wait: it is shown before all that came since then was"));
	return held != NULL;
}

void tocsin_watch_release(struct tocsin_watch *watch)
{
	struct tocsin_watch_hold *hold = &watch->hold;
	if (!hold->full && tocsin_watch_asks_since(watch))
		return;
	while (hold->first && !(watch->count && watch->shown >= watch->count)) {
		struct tocsin_watch_held *held = hold->first;
		hold->first = held->next;
		tocsin_watch_take(watch, &held->message);
		free(held);
	}
}

void tocsin_watch_hold_finish(struct tocsin_watch *watch)
{
	while (watch->hold.first) {
		struct tocsin_watch_held *next = watch->hold.first->next;
		free(watch->hold.first);
		watch->hold.first = next;
	}
}
