/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/violations.h"

#include <string.h>

void tocsin_violations_init(struct tocsin_violations *list, struct tocsin_arena *arena)
{
	/* The items are left as they are: clearing them would cost more than most
	 * messages take to check. */
	list->arena = arena;
	list->count = 0;
	list->errors = 0;
	list->warnings = 0;
	list->short_of_memory = false;
}

static bool holds(const struct tocsin_violations *list, enum tocsin_check check, const char *field)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].check == check && strcmp(list->items[i].field, field) == 0) {
			return true;
		}
	}
	return false;
}

/* The place for one more, or NULL where the list is full and the newcomer does
 * not outweigh anything in it. */
static struct tocsin_violation *make_room(struct tocsin_violations *list, enum tocsin_level level)
{
	if (list->count < TOCSIN_MAX_VIOLATIONS) {
		return &list->items[list->count++];
	}
	if (level != TOCSIN_LEVEL_ERROR) {
		return NULL;
	}
	for (size_t i = list->count; i-- > 0;) {
		if (list->items[i].level == TOCSIN_LEVEL_WARNING) {
			const size_t behind = list->count - i - 1;

			memmove(&list->items[i], &list->items[i + 1], behind * sizeof(list->items[0]));
			return &list->items[list->count - 1];
		}
	}
	return NULL;
}

/* The path without its indices, then the suffix. */
static const char *compose_id(struct tocsin_arena *arena, const char *field, const char *suffix)
{
	const size_t length = strlen(field);
	const size_t suffix_size = strlen(suffix) + 1;
	char *id = tocsin_arena_alloc(arena, length + suffix_size);
	size_t used = 0;
	bool inside = false;

	if (!id) {
		return NULL;
	}
	for (size_t i = 0; i < length; i++) {
		inside = field[i] == '[' || (inside && field[i] != ']');
		if (!inside && field[i] != ']') {
			id[used++] = field[i];
		}
	}
	const size_t dot = used == 0;
	memcpy(id + used, suffix + dot, suffix_size - dot);
	return id;
}

static const char *compose_message(
	struct tocsin_arena *arena, const char *message, const char *detail, va_list args)
{
	const char *rest = detail ? tocsin_arena_vformat(arena, detail, args) : NULL;

	return rest ? tocsin_arena_format(arena, rest[0] == ':' ? "%s%s" : "%s: %s", message, rest)
				: NULL;
}

void tocsin_violations_add(struct tocsin_violations *list, enum tocsin_check check,
	const char *field, const char *detail, ...)
{
	const struct tocsin_check_row *row = tocsin_check_row(check);
	va_list args;

	if (holds(list, check, field)) {
		return;
	}
	*(row->level == TOCSIN_LEVEL_ERROR ? &list->errors : &list->warnings) += 1;
	struct tocsin_violation *item = make_room(list, row->level);
	if (!item) {
		return;
	}
	const bool suffix = row->id[0] == '.';
	*item = (struct tocsin_violation){.check = check, .level = row->level};
	item->field = field[0] == '\0' ? "" : tocsin_arena_text(list->arena, field, strlen(field));
	item->id = suffix ? compose_id(list->arena, field, row->id) : row->id;
	va_start(args, detail);
	item->message =
		detail ? compose_message(list->arena, row->message, detail, args) : row->message;
	va_end(args);
	if (!item->field || !item->id || !item->message) {
		list->short_of_memory = true;
		item->field = item->field ? item->field : "";
		item->id = item->id ? item->id : row->id + suffix;
		item->message = item->message ? item->message : row->message;
	}
}

bool tocsin_violations_pass(const struct tocsin_violations *list)
{
	return list->errors == 0 && !list->short_of_memory;
}

/* The path is that of the field, or of what holds it. */
static bool covers(const char *path, const char *field)
{
	const size_t length = strlen(path);

	return length > 0 && strncmp(path, field, length) == 0 &&
		(field[length] == '\0' || field[length] == '.' || field[length] == '[');
}

bool tocsin_violations_touch(const struct tocsin_violations *list, const char *field)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].level == TOCSIN_LEVEL_ERROR && covers(list->items[i].field, field)) {
			return true;
		}
	}
	return false;
}

bool tocsin_violations_have(const struct tocsin_violations *list, enum tocsin_check check)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].check == check) {
			return true;
		}
	}
	return false;
}
