/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/parcel.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/instant.h"
#include "proto/text.h"

enum { MAX_MEMORY = 16 << 20, DIGITS = 10, MAX_ENDING = 8, MAX_PLACE_POINTS = 40 };

/* What stands for an id in a name where the bytes have none that can. */
static const char no_id[] = "-";

const char *tocsin_parcel_ending(enum tocsin_form form)
{
	return form == TOCSIN_FORM_JSON ? ".json" : ".pb";
}

static bool is_host(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isgraph((unsigned char)text[i]) || text[i] == '/')
			return false;
	return length > 0 && length < TOCSIN_OUTBOX_HOST;
}

void tocsin_parcel_host_write(char text[TOCSIN_OUTBOX_HOST], const char *host, int port)
{
	int length = snprintf(text, TOCSIN_OUTBOX_HOST, "%s:%d", host, port);
	for (char *at = text; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	if (length < 0 || !is_host(text, (size_t)length))
		*text = '\0';
}

bool tocsin_parcel_host_suits(const char *one, const char *other)
{
	return !*one || !*other || strcmp(one, other) == 0;
}

char *tocsin_parcel_stem(const struct tocsin_parcel *parcel)
{
	char *stem = NULL;
	int length = asprintf(&stem, "%0*u.%s.%s%s%s", DIGITS, parcel->number, parcel->sender,
		*parcel->id ? parcel->id : no_id, *parcel->host ? "@" : "", parcel->host);
	return length < 0 ? NULL : stem;
}

char *tocsin_parcel_file(const struct tocsin_parcel *parcel, const char *ending)
{
	char *name = NULL;
	return asprintf(&name, "%s%s", parcel->stem, ending) < 0 ? NULL : name;
}

bool tocsin_parcel_name_read(const char *name, struct tocsin_parcel_name *read)
{
	if (strspn(name, "0123456789") != DIGITS || name[DIGITS] != '.')
		return false;
	const char *sender = name + DIGITS + 1;
	size_t sender_length = strcspn(sender, ".");
	if (!tocsin_text_is_level(sender, sender_length) || sender[sender_length] != '.')
		return false;
	const char *id = sender + sender_length + 1;
	size_t id_length = strcspn(id, "@.");
	if (!tocsin_text_is_uuid4(id, id_length) && !(id_length == 1 && *id == *no_id))
		return false;
	const char *host = id + id_length;
	const char *ending = strrchr(host, '.');
	if (!ending ||
		(host < ending && (*host != '@' || !is_host(host + 1, (size_t)(ending - host - 1)))))
		return false;
	unsigned long number = strtoul(name, NULL, 10);
	if (number == 0 || number > UINT32_MAX)
		return false;
	if (strcmp(ending, ".json") == 0)
		read->form = TOCSIN_FORM_JSON;
	else if (strcmp(ending, ".pb") == 0)
		read->form = TOCSIN_FORM_PROTOBUF;
	else
		return false;
	read->number = (unsigned)number;
	snprintf(read->sender, sizeof(read->sender), "%.*s", (int)sender_length, sender);
	*read->host = '\0';
	if (host < ending)
		snprintf(read->host, sizeof(read->host), "%.*s", (int)(ending - host - 1), host + 1);
	read->stem_length = (size_t)(ending - name);
	return true;
}

/* As a report's name, whatever its ending. */
static bool is_beside_report(const char *name)
{
	char whole[288];
	struct tocsin_parcel_name ignored;
	const char *dot = strrchr(name, '.');
	if (!dot || strlen(dot) >= MAX_ENDING)
		return false;
	int length = snprintf(whole, sizeof(whole), "%.*s.pb", (int)(dot - name), name);
	return (size_t)length < sizeof(whole) && tocsin_parcel_name_read(whole, &ignored);
}

/* A text under the editor, and what editors leave beside it. */
static bool is_edited(const char *name)
{
	const char *id = strstr(name, TOCSIN_PARCEL_EDIT);
	if (!id)
		return false;
	id += strlen(TOCSIN_PARCEL_EDIT);
	return tocsin_text_is_uuid4(id, strnlen(id, TOCSIN_OUTBOX_ID - 1));
}

bool tocsin_outbox_owns(const char *name)
{
	static const char *const others[] = {
		TOCSIN_RECORDED_FILE, TOCSIN_CLIENT_ID_FILE, TOCSIN_OUTBOX_LOCK};
	size_t prefix = strlen(TOCSIN_KEEP_FRESH);
	if (strncmp(name, TOCSIN_KEEP_FRESH, prefix) == 0)
		return tocsin_outbox_owns(name + prefix);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strcmp(name, others[i]) == 0)
			return true;
	struct tocsin_parcel_name ignored;
	return tocsin_parcel_name_read(name, &ignored) || is_beside_report(name) || is_edited(name);
}

static void copy_place(struct tocsin_parcel *parcel, const Tocsin__V1__Location *location)
{
	const char *code = location && *location->pcode ? location->pcode
		: location                                  ? location->country
													: "";
	const char *name = location ? location->locality : "";
	int shown = (int)tocsin_text_prefix(name, strlen(name), MAX_PLACE_POINTS);
	if (*name && *code)
		snprintf(parcel->place, sizeof(parcel->place), "%.*s (%.20s)", shown, name, code);
	else
		snprintf(
			parcel->place, sizeof(parcel->place), "%.*s", *code ? 20 : shown, *code ? code : name);
}

static bool copy_references(struct tocsin_parcel *parcel, const Tocsin__V1__Incident *incident)
{
	if (incident->n_references == 0)
		return true;
	parcel->references = calloc(incident->n_references, sizeof(*parcel->references));
	if (!parcel->references)
		return false;
	for (size_t i = 0; i < incident->n_references; i++) {
		const char *id = incident->references[i]->id;
		if (tocsin_text_is_uuid4(id, strlen(id)))
			snprintf(parcel->references[parcel->reference_count++], TOCSIN_OUTBOX_ID, "%s", id);
	}
	return true;
}

/* Two reports are alike that differ in id and time of writing alone. */
static bool hash_likeness(
	struct tocsin_parcel *parcel, Tocsin__V1__Incident *incident, struct tocsin_arena *arena)
{
	static char empty[] = "";
	Tocsin__V1__Incident rest = *incident;
	uint8_t hash[TOCSIN_SHA256];
	rest.id = empty;
	rest.sent = NULL;
	size_t size = protobuf_c_message_get_packed_size(&rest.base);
	uint8_t *bytes = tocsin_arena_alloc(arena, size + 1);
	if (!bytes)
		return false;
	protobuf_c_message_pack(&rest.base, bytes);
	if (tocsin_sha256(bytes, size, hash) != TOCSIN_OK)
		return false;
	tocsin_hex(hash, sizeof(hash), parcel->likeness);
	return true;
}

static bool describe(struct tocsin_parcel *parcel, const void *bytes, struct tocsin_arena *arena)
{
	Tocsin__V1__Incident *incident = NULL;
	struct tocsin_violations ignored;
	tocsin_violations_init(&ignored, arena);
	bool sound = tocsin_incident_decode(
					 parcel->form, bytes, parcel->size, arena, &ignored, &incident) == TOCSIN_OK;
	if (!incident)
		return true;
	if (tocsin_text_is_uuid4(incident->id, strlen(incident->id)))
		memcpy(parcel->id, incident->id, sizeof(parcel->id));
	parcel->status = incident->status;
	parcel->msg_type = incident->msg_type;
	parcel->event = incident->event ? incident->event->type : 0;
	parcel->severity = incident->severity;
	parcel->sent_ms = tocsin_instant_ms(incident->sent);
	copy_place(parcel, incident->location);
	return copy_references(parcel, incident) && (!sound || hash_likeness(parcel, incident, arena));
}

struct tocsin_parcel *tocsin_parcel_make(enum tocsin_form form, const void *bytes, size_t size,
	const struct tocsin_outbox_way *way, int64_t written_ms)
{
	struct tocsin_parcel *parcel = calloc(1, sizeof(*parcel));
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	uint8_t hash[TOCSIN_SHA256];
	bool fine = parcel && arena && tocsin_sha256(bytes, size, hash) == TOCSIN_OK;
	if (fine) {
		parcel->form = form;
		parcel->size = size;
		parcel->written_ms = parcel->since_ms = written_ms;
		parcel->sender = strdup(way->sender);
		snprintf(parcel->host, sizeof(parcel->host), "%s", way->host);
		tocsin_hex(hash, sizeof(hash), parcel->sha256);
		fine = parcel->sender && describe(parcel, bytes, arena);
	}
	tocsin_arena_destroy(arena);
	if (!fine) {
		tocsin_parcel_destroy(parcel);
		return NULL;
	}
	return parcel;
}

void tocsin_parcel_destroy(struct tocsin_parcel *parcel)
{
	if (!parcel)
		return;
	free(parcel->stem);
	free(parcel->sender);
	free(parcel->bytes);
	free(parcel->references);
	free(parcel);
}
