/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/watch/watch.h"
#include "proto/enum_name.h"
#include "proto/json.h"
#include "proto/text.h"

/* At the end: for those that wait and run, and for the running one where we were interrupted;
 * then for one that was killed. */
enum { DRAIN_MS = 30000, LAST_MS = 5000, KILLED_MS = 1000, LOOK_MS = 200 };

enum { MAX_JSON_MEMORY = 32 << 20 };

static void on_ended(void *ctx, const struct tocsin_hook_end *end)
{
	const struct tocsin_watch *watch = ctx;
	if (end->error)
		tocsin_watch_note(watch, true, _("the command for %s could not be run: %s"), end->label,
			strerror(end->error));
	else if (end->signal)
		tocsin_watch_note(
			watch, true, _("the command for %s was ended by signal %d"), end->label, end->signal);
	else if (end->status)
		tocsin_watch_note(watch, true, _("the command for %s failed with exit status %d"),
			end->label, end->status);
}

bool tocsin_watch_exec_open(struct tocsin_watch *watch)
{
	if (!watch->command)
		return true;
	watch->hook = tocsin_hook_create(watch->command, on_ended, watch);
	return watch->hook != NULL;
}

static char *word(
	struct tocsin_arena *arena, const char *name, const ProtobufCEnumDescriptor *type, int value)
{
	const char *text = value ? tocsin_enum_name(type, value) : NULL;
	return tocsin_arena_format(arena, "%s=%s", name, text ? text : "");
}

/* What the command is given. */
struct given {
	const char *kind;
	const ProtobufCMessage *message;
	const char *label; /* for the person; NULL: no memory */
	const char *alert_id, *incident_id;
	int status, msg_type, severity, event;
};

/* False without memory. Texts that somebody wrote are left to the JSON. */
static bool describe(struct tocsin_arena *arena, const struct tocsin_watch *watch,
	const struct given *given, const struct tocsin_watch_came *came,
	struct tocsin_hook_about *about)
{
	static const char *const ways[] = {"live", "open", "replayed"};
	char *names[] = {
		tocsin_arena_format(arena, "TOCSIN_KIND=%s", given->kind),
		tocsin_arena_format(arena, "TOCSIN_ALERT_ID=%s", given->alert_id),
		tocsin_arena_format(arena, "TOCSIN_INCIDENT_ID=%s", given->incident_id),
		tocsin_arena_format(arena, "TOCSIN_AUDIENCE=%s", watch->audiences[came->audience]),
		tocsin_arena_format(arena, "TOCSIN_TOPIC=%s", came->topic),
		tocsin_arena_format(arena, "TOCSIN_CAME=%s", ways[came->way]),
		word(arena, "TOCSIN_STATUS", &tocsin__v1__status__descriptor, given->status),
		word(arena, "TOCSIN_MSG_TYPE", &tocsin__v1__msg_type__descriptor, given->msg_type),
		word(arena, "TOCSIN_SEVERITY", &tocsin__v1__severity__descriptor, given->severity),
		word(arena, "TOCSIN_EVENT", &tocsin__v1__event_type__descriptor, given->event),
	};
	_Static_assert(
		sizeof(names) / sizeof(*names) <= (size_t)TOCSIN_MAX_HOOK_NAMES, "they have room");
	*about = (struct tocsin_hook_about){{NULL}};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!names[i])
			return false;
		about->names[i] = names[i];
	}
	return true;
}

static uint64_t give(struct tocsin_watch *watch, struct tocsin_arena *arena,
	const struct given *given, const struct tocsin_watch_came *came)
{
	struct tocsin_hook_about about;
	char *text = NULL;
	size_t length = 0;
	uint64_t number = 0;
	if (given->label && came->topic && describe(arena, watch, given, came, &about) &&
		tocsin_json_write(given->message, arena, &text, &length) == TOCSIN_OK)
		number = tocsin_hook_add(watch->hook, given->label, text, length, &about);
	if (!number)
		tocsin_watch_note(watch, true,
			_("%s is not given to the command: %zu wait for it already, or memory is short"),
			given->label ? given->label : given->kind, tocsin_hook_count(watch->hook));
	return number;
}

uint64_t tocsin_watch_exec(struct tocsin_watch *watch, const Tocsin__V1__Alert *alert,
	const struct tocsin_watch_came *came)
{
	if (!watch->hook)
		return 0;
	struct tocsin_arena *arena = tocsin_arena_create(MAX_JSON_MEMORY, &tocsin_heap);
	const struct given given = {
		.kind = "alert",
		.message = &alert->base,
		.label = arena ? tocsin_arena_format(arena, _("alert %s"), alert->id) : NULL,
		.alert_id = alert->id,
		.incident_id = alert->incident_id,
		.status = (int)alert->status,
		.msg_type = (int)alert->msg_type,
		.severity = (int)alert->severity,
		.event = alert->event ? (int)alert->event->type : 0,
	};
	const uint64_t number = give(watch, arena, &given, came);
	tocsin_arena_destroy(arena);
	return number;
}

void tocsin_watch_exec_digest(
	struct tocsin_watch *watch, const Tocsin__V1__Digest *digest, size_t audience)
{
	int severity = 0;
	if (!watch->hook)
		return;
	struct tocsin_arena *arena = tocsin_arena_create(MAX_JSON_MEMORY, &tocsin_heap);
	for (size_t i = 0; i < digest->n_groups; i++)
		if ((int)digest->groups[i]->severity > severity)
			severity = (int)digest->groups[i]->severity;
	const struct given given = {
		.kind = "digest",
		.message = &digest->base,
		.label = arena
			? tocsin_arena_format(arena, _("a digest of %s"),
				  tocsin_text_is_level(digest->rule, strlen(digest->rule)) ? digest->rule : "?")
			: NULL,
		.alert_id = "",
		.incident_id = "",
		.status = (int)digest->status,
		.severity = severity,
	};
	const struct tocsin_watch_came came = {audience,
		arena ? tocsin_arena_format(
					arena, "%s/to/%s/digest", watch->connection.root, watch->audiences[audience])
			  : NULL,
		TOCSIN_WATCH_LIVE};
	(void)give(watch, arena, &given, &came);
	tocsin_arena_destroy(arena);
}

void tocsin_watch_exec_turn(struct tocsin_watch *watch)
{
	if (!watch->hook)
		return;
	tocsin_hook_turn(watch->hook);
	watch->session.other = tocsin_hook_descriptor(watch->hook);
}

/* False where a signal came. */
static bool wait_until(struct tocsin_watch *watch, int64_t until_ms)
{
	for (;;) {
		tocsin_hook_turn(watch->hook);
		int64_t left_ms = until_ms - tocsin_ticks_ms();
		if (tocsin_hook_count(watch->hook) == 0 || left_ms <= 0)
			return true;
		struct pollfd watched[] = {
			{.fd = tocsin_hook_descriptor(watch->hook), .events = POLLIN},
			{.fd = watch->session.signals, .events = POLLIN},
		};
		(void)poll(watched, 2, left_ms < LOOK_MS ? (int)left_ms : LOOK_MS);
		if (watched[1].revents & POLLIN)
			return false;
	}
}

void tocsin_watch_exec_end(struct tocsin_watch *watch, bool interrupted)
{
	char taken[256];
	if (!watch->hook || tocsin_hook_count(watch->hook) == 0)
		return;
	if (interrupted && read(watch->session.signals, taken, sizeof(taken)) < 0)
		taken[0] = '\0'; /* it was no signal that ended it */
	bool calm = interrupted || wait_until(watch, tocsin_ticks_ms() + DRAIN_MS);
	size_t left = tocsin_hook_cut(watch->hook);
	if (left > 0)
		tocsin_watch_note(watch, true,
			tocsin_tongue_many("%zu alert was not given to the command any more",
				"%zu alerts were not given to the command any more", left),
			left);
	if (calm && interrupted)
		(void)wait_until(watch, tocsin_ticks_ms() + LAST_MS);
	if (tocsin_hook_count(watch->hook) == 0)
		return;
	tocsin_hook_kill(watch->hook);
	int64_t until_ms = tocsin_ticks_ms() + KILLED_MS;
	while (tocsin_hook_count(watch->hook) > 0 && tocsin_ticks_ms() < until_ms) {
		struct pollfd ended = {.fd = tocsin_hook_descriptor(watch->hook), .events = POLLIN};
		(void)poll(&ended, 1, LOOK_MS);
		tocsin_hook_turn(watch->hook);
	}
}
