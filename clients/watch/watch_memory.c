/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/alert/incoming.h"
#include "clients/base/number.h"
#include "clients/base/state_file.h"
#include "clients/base/tongue.h"
#include "clients/watch/watch.h"

/* A line of the file: "CHAIN,ALERT,SEQUENCE:TOPIC_SEQUENCE TOPIC". In place of the chain
 * NO_CHAIN where the alert names none, NOT_SHOWN where it only counts on its topic. */
#define NO_CHAIN "-"
#define NOT_SHOWN "!"

/* MAX_NOTES: that wait; beyond it the oldest is written before its time. */
enum { MAX_NOTES = 4096, SYNC_MS = 1000, MAX_ID = 128 };

static void take_id(struct tocsin_seen *seen, const char *text, size_t length)
{
	char id[MAX_ID];
	if (length == 0 || length >= sizeof(id))
		return;
	memcpy(id, text, length);
	id[length] = '\0';
	(void)tocsin_seen_add(seen, id);
}

static void take_line(void *ctx, const char *reference, const char *topic)
{
	struct tocsin_watch *watch = ctx;
	struct tocsin_incoming origin;
	const char *id = strchr(reference, ',') + 1; /* two commas: relayed.c sees to it */
	const char *counts = strchr(id, ',') + 1;
	size_t chain = (size_t)(id - reference) - 1;
	if (strncmp(reference, NOT_SHOWN ",", 2) != 0) {
		take_id(watch->alerts, id, (size_t)(counts - id) - 1);
		if (strncmp(reference, NO_CHAIN ",", 2) != 0)
			take_id(watch->chains, reference, chain);
	}
	const char *colon = strchr(counts, ':');
	if (!colon ||
		!tocsin_incoming_read(
			watch->connection.root, watch->audiences, watch->audience_count, topic, &origin) ||
		!origin.alert)
		return;
	const struct tocsin_succession_step step = {
		origin.audience, topic, strtoull(counts, NULL, 10), strtoull(colon + 1, NULL, 10)};
	tocsin_succession_raise(watch->succession, &step);
}

enum tocsin_exit tocsin_watch_memory_open(struct tocsin_watch *watch)
{
	char name[80];
	snprintf(name, sizeof(name), "watch-%s", watch->session.client_id);
	char *path = tocsin_state_path(name);
	struct tocsin_relayed *file = NULL;
	enum tocsin_status status = path ? tocsin_relayed_open(path, &file) : TOCSIN_IO;
	if (!path) {
		tocsin_watch_note(
			watch, true, _("there is no place for a memory: nothing is remembered over a restart"));
	} else if (status == TOCSIN_LIMIT) {
		tocsin_watch_note(watch, true, _("%s: another watch is using it"), path);
	} else if (status == TOCSIN_INVALID) {
		tocsin_watch_note(watch, true, _("%s: is no memory of a watch"), path);
	} else if (status == TOCSIN_NO_MEMORY) {
		tocsin_watch_note(watch, true, _("out of memory"));
	} else if (status != TOCSIN_OK) {
		tocsin_watch_note(
			watch, true, _("%s: %s; nothing is remembered over a restart"), path, strerror(errno));
	}
	free(path);
	if (status == TOCSIN_IO)
		return TOCSIN_EXIT_OK;
	if (status != TOCSIN_OK)
		return TOCSIN_EXIT_REFUSED;
	watch->memory.file = file;
	tocsin_relayed_each(file, take_line, watch);
	return TOCSIN_EXIT_OK;
}

static void write_first(struct tocsin_watch *watch)
{
	struct tocsin_watch_memory *memory = &watch->memory;
	struct tocsin_watch_note *note = memory->first;
	enum tocsin_status status = tocsin_relayed_add(memory->file, note->reference, note->topic);
	if (status == TOCSIN_IO && !memory->unwritten)
		tocsin_watch_note(
			watch, true, _("the memory cannot be written: after a restart alerts may come twice"));
	memory->unwritten = status == TOCSIN_IO;
	memory->first = note->next;
	memory->count--;
	free(note->reference);
	free(note->topic);
	free(note);
}

/* What is on its way from the hub stands before this in the audience's count: written down
 * now, a kill would have it forgotten. What waits for its command likewise. */
static bool is_due(const struct tocsin_watch *watch, const struct tocsin_watch_note *note)
{
	bool ended = !watch->hook || tocsin_hook_done(watch->hook) >= note->run;
	return watch->memory.count > MAX_NOTES || (ended && !tocsin_watch_asks(watch, note->audience));
}

static void write_due(struct tocsin_watch *watch)
{
	while (watch->memory.first && is_due(watch, watch->memory.first))
		write_first(watch);
}

static void add(
	struct tocsin_watch *watch, char *reference, const struct tocsin_watch_came *came, uint64_t run)
{
	struct tocsin_watch_memory *memory = &watch->memory;
	struct tocsin_watch_note *note = malloc(sizeof(*note));
	char *topic = strdup(came->topic);
	if (!note || !topic || !reference) {
		free(note);
		free(topic);
		free(reference);
		return;
	}
	*note = (struct tocsin_watch_note){reference, topic, came->audience, run, NULL};
	if (!memory->first)
		memory->end = &memory->first;
	*memory->end = note;
	memory->end = &note->next;
	memory->count++;
}

void tocsin_watch_remember(struct tocsin_watch *watch, const Tocsin__V1__Alert *alert,
	const struct tocsin_watch_came *came, bool shown, uint64_t run)
{
	char *reference = NULL;
	if (!watch->memory.file || !*alert->id ||
		tocsin_relayed_has(watch->memory.file, alert->id, came->topic))
		return;
	const char *chain = *alert->incident_id ? alert->incident_id : NO_CHAIN;
	if (asprintf(&reference, "%s,%s,%" PRIu64 ":%" PRIu64, shown ? chain : NOT_SHOWN, alert->id,
			alert->sequence, alert->topic_sequence) < 0)
		return;
	add(watch, reference, came, run);
	write_due(watch);
}

/* As what only counts: an alert that is killed with its command before any is written down
 * would else be older than all that is known. */
void tocsin_watch_remember_begin(struct tocsin_watch *watch, size_t audience, uint64_t sequence)
{
	char reference[64], topic[512];
	enum tocsin_status status = TOCSIN_INVALID;
	if (!watch->memory.file || !watch->hook)
		return;
	snprintf(reference, sizeof(reference), NOT_SHOWN ",begin,%" PRIu64 ":0", sequence);
	int length = snprintf(topic, sizeof(topic), "%s/to/%s/alert/-", watch->connection.root,
		watch->audiences[audience]);
	if (length > 0 && (size_t)length < sizeof(topic))
		status = tocsin_relayed_add(watch->memory.file, reference, topic);
	(void)status; /* what cannot be written is said with the first alert */
}

void tocsin_watch_memory_turn(struct tocsin_watch *watch)
{
	struct tocsin_watch_memory *memory = &watch->memory;
	int64_t now_ms = tocsin_ticks_ms();
	if (!memory->file)
		return;
	write_due(watch);
	if (now_ms < memory->sync_ms)
		return;
	tocsin_relayed_sync(memory->file);
	memory->sync_ms = now_ms + SYNC_MS;
}

void tocsin_watch_memory_finish(struct tocsin_watch *watch)
{
	struct tocsin_watch_memory *memory = &watch->memory;
	if (memory->file)
		write_due(watch);
	while (memory->first) {
		struct tocsin_watch_note *next = memory->first->next;
		free(memory->first->reference);
		free(memory->first->topic);
		free(memory->first);
		memory->first = next;
	}
	tocsin_relayed_close(memory->file);
	memory->file = NULL;
}
