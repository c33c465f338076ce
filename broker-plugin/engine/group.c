/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/group.h"

#include <string.h>

#include "engine/limits.h"

enum { FIRST_ROOM = 4 };

struct changed {
	uint32_t sender_count;
	Tocsin__V1__Severity alerted;
};

static bool group_equal(const struct tocsin_node *node, const void *key)
{
	return memcmp(&((const struct tocsin_group *)node)->key, key,
			   sizeof(struct tocsin_group_key)) == 0;
}

static void group_free(void *ctx, struct tocsin_node *node)
{
	const struct tocsin_allocator *heap = ctx;
	struct tocsin_group *group = (struct tocsin_group *)node;

	tocsin_tally_leave(group->tally);
	heap->free(heap->ctx, group->senders);
	heap->free(heap->ctx, group);
}

void tocsin_groups_init(struct tocsin_table *groups, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling)
{
	tocsin_table_init(groups, heap, key, ceiling, group_free, (void *)(uintptr_t)heap);
}

/* About the same time, and not run out. */
static bool group_takes(const struct tocsin_group *group, int64_t start_ms, int64_t now_ms)
{
	const int64_t apart =
		group->start_ms > start_ms ? group->start_ms - start_ms : start_ms - group->start_ms;

	return now_ms < group->until_ms && apart <= TOCSIN_NEARBY_MS;
}

struct tocsin_group *tocsin_group_find(const struct tocsin_table *groups,
	const struct tocsin_group_key *key, int64_t start_ms, int64_t now_ms)
{
	struct tocsin_node *node =
		tocsin_table_find(groups, tocsin_table_hash(groups, key, sizeof(*key)), group_equal, key);
	struct tocsin_group *found = NULL;

	/* The newest comes first. */
	for (; node; node = tocsin_table_find_next(groups, node, group_equal, key)) {
		struct tocsin_group *group = (struct tocsin_group *)node;

		if (group_takes(group, start_ms, now_ms)) {
			found = group;
		}
	}
	return found;
}

enum tocsin_status tocsin_group_open(struct tocsin_table *groups, struct tocsin_steps *steps,
	const struct tocsin_group_key *key, int64_t start_ms, int64_t now_ms, int64_t within_ms,
	struct tocsin_group **group)
{
	struct tocsin_group *made = groups->heap->alloc(groups->heap->ctx, sizeof(*made));

	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	memset(made, 0, sizeof(*made));
	made->key = *key;
	made->start_ms = start_ms;
	made->opened_ms = now_ms;
	made->until_ms = now_ms + within_ms;
	const enum tocsin_status status =
		tocsin_steps_add(steps, groups, &made->node, tocsin_table_hash(groups, key, sizeof(*key)));
	if (status != TOCSIN_OK) {
		group_free(groups->ctx, &made->node);
		return status;
	}
	*group = made;
	return TOCSIN_OK;
}

static void change_undo(void *of, const void *before)
{
	struct tocsin_group *group = of;
	const struct changed *changed = before;

	group->sender_count = changed->sender_count;
	group->alerted = changed->alerted;
	--group->node.pins;
}

static void group_settle(void *of)
{
	--((struct tocsin_group *)of)->node.pins;
}

/* Called before a change. */
static enum tocsin_status group_change(struct tocsin_steps *steps, struct tocsin_group *group)
{
	static const struct tocsin_change change = {.undo = change_undo, .settle = group_settle};
	const struct changed changed = {.sender_count = group->sender_count, .alerted = group->alerted};
	const enum tocsin_status status =
		tocsin_steps_change(steps, &change, group, &changed, sizeof(changed));

	if (status == TOCSIN_OK) {
		++group->node.pins;
	}
	return status;
}

static bool senders_grow(const struct tocsin_allocator *heap, struct tocsin_group *group)
{
	const uint32_t room = group->sender_room ? 2 * group->sender_room : FIRST_ROOM;
	uint64_t *senders = heap->alloc(heap->ctx, room * sizeof(*senders));

	if (!senders) {
		return false;
	}
	if (group->sender_count > 0) {
		memcpy(senders, group->senders, group->sender_count * sizeof(*senders));
	}
	heap->free(heap->ctx, group->senders);
	group->senders = senders;
	group->sender_room = room;
	return true;
}

enum tocsin_status tocsin_group_join(struct tocsin_table *groups, struct tocsin_steps *steps,
	struct tocsin_group *group, uint64_t sender)
{
	for (uint32_t i = 0; i < group->sender_count; ++i) {
		if (group->senders[i] == sender) {
			return TOCSIN_OK;
		}
	}
	if (group->sender_count >= TOCSIN_MAX_GROUP_SENDERS) {
		return TOCSIN_OK;
	}
	if (group->sender_count == group->sender_room && !senders_grow(groups->heap, group)) {
		return TOCSIN_NO_MEMORY;
	}
	const enum tocsin_status status = group_change(steps, group);
	if (status == TOCSIN_OK) {
		group->senders[group->sender_count++] = sender;
	}
	return status;
}

enum tocsin_status tocsin_group_alert(
	struct tocsin_steps *steps, struct tocsin_group *group, Tocsin__V1__Severity severity)
{
	if (group->alerted >= severity) {
		return TOCSIN_OK;
	}
	enum tocsin_status status = group_change(steps, group);
	if (status != TOCSIN_OK) {
		return status;
	}
	group->alerted = severity;
	return group->tally && !group->tally->muted ? tocsin_tally_mute(steps, group->tally)
												: TOCSIN_OK;
}
