/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/control_recent.h"

#include <stdlib.h>
#include <string.h>

static void forget_first(struct tocsin_recent *recent)
{
	struct tocsin_recent_incident *item = &recent->items[recent->first];

	recent->bytes -= item->size;
	free(item->sender);
	free(item->bytes);
	*item = (struct tocsin_recent_incident){0};
	recent->first = (recent->first + 1) % TOCSIN_MAX_RECENT;
	recent->count--;
}

static void add(struct tocsin_recent *recent, const struct tocsin_recent_incident *like)
{
	struct tocsin_recent_incident item = *like;

	if (like->size == 0 || like->size > TOCSIN_MAX_RECENT_BYTES)
		return;
	while (recent->count == TOCSIN_MAX_RECENT ||
		(recent->count > 0 && recent->bytes + like->size > TOCSIN_MAX_RECENT_BYTES))
		forget_first(recent);
	item.sender = strdup(like->sender);
	item.bytes = malloc(like->size);
	if (!item.sender || !item.bytes) {
		free(item.sender);
		free(item.bytes);
		return;
	}
	memcpy(item.bytes, like->bytes, like->size);
	recent->items[(recent->first + recent->count) % TOCSIN_MAX_RECENT] = item;
	recent->count++;
	recent->bytes += like->size;
}

void tocsin_recent_add(struct tocsin_recent *recent, const struct tocsin_record *record)
{
	const struct tocsin_recent_incident like = {
		.sender = (char *)record->sender,
		.form = record->form,
		.received_ms = record->received_ms,
		.bytes = (uint8_t *)record->bytes,
		.size = record->size,
	};

	if (record->sender && record->bytes)
		add(recent, &like);
}

void tocsin_recent_finish(struct tocsin_recent *recent)
{
	while (recent->count > 0)
		forget_first(recent);
}

void tocsin_recent_copy(const struct tocsin_recent *from, struct tocsin_recent *to)
{
	for (size_t i = 0; i < from->count; i++)
		add(to, &from->items[(from->first + i) % TOCSIN_MAX_RECENT]);
}
