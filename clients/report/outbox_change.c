/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What happens to the reports of an outbox, each step on disk before the next. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/report/outbox_folder.h"
#include "clients/report/outbox_parts.h"
#include "proto/json.h"
#include "proto/limits.h"

enum { MAX_ANSWER_MEMORY = 4 << 20, MAX_INCIDENT_MEMORY = 16 << 20 };

static enum tocsin_status remove_file(
	const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel, const char *ending)
{
	char *name = tocsin_parcel_file(parcel, ending);
	enum tocsin_status status = name ? tocsin_keep_remove(&outbox->keep, name) : TOCSIN_NO_MEMORY;
	free(name);
	return status;
}

/* The report first: what is left of it without is swept away later. */
static enum tocsin_status remove_files(
	const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel)
{
	enum tocsin_status status = remove_file(outbox, parcel, tocsin_parcel_ending(parcel->form));
	if (status == TOCSIN_OK)
		status = remove_file(outbox, parcel, TOCSIN_PARCEL_SENT_MARK);
	if (status == TOCSIN_OK)
		status = remove_file(outbox, parcel, TOCSIN_PARCEL_ANSWER);
	return status;
}

enum tocsin_status tocsin_outbox_drop(struct tocsin_outbox *outbox, struct tocsin_parcel *parcel)
{
	enum tocsin_status status = parcel->stem ? remove_files(outbox, parcel) : TOCSIN_OK;
	if (status == TOCSIN_OK && parcel->stem)
		status = tocsin_keep_sync(&outbox->keep);
	if (status == TOCSIN_OK)
		tocsin_outbox_forget(outbox, parcel);
	return status;
}

/* Another version of an id that is on its way would be refused by the hub. old is to be
 * replaced, or NULL. */
static enum tocsin_status look_for_same(const struct tocsin_outbox *outbox,
	const struct tocsin_parcel *fresh, const struct tocsin_parcel *old, struct tocsin_parcel **same)
{
	*same = NULL;
	for (size_t i = 0; i < outbox->count; i++) {
		struct tocsin_parcel *parcel = outbox->parcels[i];
		if (strcmp(parcel->sender, fresh->sender) != 0 ||
			!tocsin_parcel_host_suits(parcel->host, fresh->host))
			continue;
		if (strcmp(parcel->sha256, fresh->sha256) == 0) {
			*same = parcel;
			return TOCSIN_OK;
		}
		if (*fresh->id && strcmp(parcel->id, fresh->id) == 0 && parcel != old &&
			parcel->state != TOCSIN_PARCEL_REFUSED)
			return TOCSIN_INVALID;
	}
	return TOCSIN_OK;
}

/* One that had its answer is asked for again, as its writer wants; on disk once it returns. */
static enum tocsin_status wait_again(struct tocsin_outbox *outbox, struct tocsin_parcel *parcel)
{
	if (parcel->state != TOCSIN_PARCEL_REFUSED && parcel->state != TOCSIN_PARCEL_ACCEPTED)
		return TOCSIN_OK;
	parcel->state = TOCSIN_PARCEL_WAITING;
	parcel->since_ms = parcel->written_ms;
	parcel->answered = false;
	enum tocsin_status status = remove_file(outbox, parcel, TOCSIN_PARCEL_ANSWER);
	return status == TOCSIN_OK ? tocsin_keep_sync(&outbox->keep) : status;
}

static enum tocsin_status write_parcel(
	struct tocsin_outbox *outbox, struct tocsin_parcel *parcel, const struct tocsin_draft *draft)
{
	parcel->number = outbox->last + 1;
	parcel->stem = tocsin_parcel_stem(parcel);
	char *name =
		parcel->stem ? tocsin_parcel_file(parcel, tocsin_parcel_ending(draft->form)) : NULL;
	enum tocsin_status status =
		name ? tocsin_keep_write(&outbox->keep, name, draft->bytes, draft->size) : TOCSIN_NO_MEMORY;
	free(name);
	return status;
}

static enum tocsin_status add_new(struct tocsin_outbox *outbox, const struct tocsin_draft *draft,
	struct tocsin_parcel *fresh, const struct tocsin_parcel *old, struct tocsin_parcel **parcel)
{
	struct tocsin_parcel *same = NULL;
	enum tocsin_status status = tocsin_outbox_refresh(outbox);
	if (status == TOCSIN_OK)
		status = look_for_same(outbox, fresh, old, &same);
	if (status == TOCSIN_OK && same) {
		tocsin_parcel_destroy(fresh);
		*parcel = same;
		return wait_again(outbox, same);
	}
	if (status == TOCSIN_OK && outbox->count >= TOCSIN_MAX_OUTBOX)
		status = TOCSIN_LIMIT;
	if (status == TOCSIN_OK)
		status = write_parcel(outbox, fresh, draft);
	if (status == TOCSIN_OK && !tocsin_outbox_insert(outbox, fresh))
		status = TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK)
		*parcel = fresh;
	else
		tocsin_parcel_destroy(fresh);
	return status;
}

static enum tocsin_status add(struct tocsin_outbox *outbox, const struct tocsin_draft *draft,
	const struct tocsin_outbox_way *way, const struct tocsin_parcel *old,
	struct tocsin_parcel **parcel)
{
	if (draft->size > TOCSIN_HARD_MAX_PAYLOAD)
		return TOCSIN_LIMIT;
	if (outbox->keep.folder < 0) {
		errno = EBADF;
		return TOCSIN_IO;
	}
	struct tocsin_parcel *fresh =
		tocsin_parcel_make(draft->form, draft->bytes, draft->size, way, tocsin_now_ms());
	if (!fresh)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = tocsin_outbox_folder_enter(outbox->keep.folder);
	if (status != TOCSIN_OK) {
		tocsin_parcel_destroy(fresh);
		return status;
	}
	status = add_new(outbox, draft, fresh, old, parcel);
	tocsin_outbox_folder_leave(outbox->keep.folder);
	return status;
}

enum tocsin_status tocsin_outbox_add(struct tocsin_outbox *outbox, const struct tocsin_draft *draft,
	const struct tocsin_outbox_way *way, struct tocsin_parcel **parcel)
{
	return add(outbox, draft, way, NULL, parcel);
}

enum tocsin_status tocsin_outbox_replace(struct tocsin_outbox *outbox, struct tocsin_parcel *old,
	const struct tocsin_draft *draft, const char *host, struct tocsin_parcel **parcel)
{
	const struct tocsin_outbox_way way = {old->sender, host};
	enum tocsin_status status = add(outbox, draft, &way, old, parcel);
	if (status == TOCSIN_OK && *parcel != old)
		status = tocsin_outbox_drop(outbox, old);
	return status;
}

enum tocsin_status tocsin_outbox_carry(struct tocsin_outbox *outbox,
	const struct tocsin_draft *draft, const struct tocsin_outbox_way *way,
	struct tocsin_parcel **parcel)
{
	struct tocsin_parcel *fresh =
		tocsin_parcel_make(draft->form, draft->bytes, draft->size, way, tocsin_now_ms());
	if (!fresh)
		return TOCSIN_NO_MEMORY;
	fresh->bytes = malloc(draft->size + 1);
	if (!fresh->bytes || !tocsin_outbox_insert(outbox, fresh)) {
		tocsin_parcel_destroy(fresh);
		return TOCSIN_NO_MEMORY;
	}
	memcpy(fresh->bytes, draft->bytes, draft->size);
	*parcel = fresh;
	return TOCSIN_OK;
}

static enum tocsin_status mark_sent(
	const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel)
{
	char *name = tocsin_parcel_file(parcel, TOCSIN_PARCEL_SENT_MARK);
	enum tocsin_status status = name ? tocsin_keep_mark(&outbox->keep, name) : TOCSIN_NO_MEMORY;
	free(name);
	return status;
}

/* A "put off" counts for as long as it is there. */
static enum tocsin_status forget_answer(
	const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel)
{
	bool answered = parcel->put_off || parcel->state == TOCSIN_PARCEL_ACCEPTED;
	return answered ? remove_file(outbox, parcel, TOCSIN_PARCEL_ANSWER) : TOCSIN_OK;
}

enum tocsin_status tocsin_outbox_leaving(
	struct tocsin_outbox *outbox, struct tocsin_parcel *const *parcels, size_t count)
{
	enum tocsin_status status = TOCSIN_OK;
	bool any = false;
	for (size_t i = 0; status == TOCSIN_OK && i < count; i++) {
		if (!parcels[i]->stem || parcels[i]->state == TOCSIN_PARCEL_SENT)
			continue;
		status = forget_answer(outbox, parcels[i]);
		if (status == TOCSIN_OK)
			status = mark_sent(outbox, parcels[i]);
		any = true;
	}
	if (status == TOCSIN_OK && any)
		status = tocsin_keep_sync(&outbox->keep);
	for (size_t i = 0; i < count; i++) {
		parcels[i]->first_try = parcels[i]->state == TOCSIN_PARCEL_WAITING;
		if (parcels[i]->state != TOCSIN_PARCEL_SENT)
			parcels[i]->since_ms = tocsin_now_ms();
		parcels[i]->state = TOCSIN_PARCEL_SENT;
		parcels[i]->put_off = parcels[i]->answered = false;
	}
	return status;
}

enum tocsin_status tocsin_outbox_stayed(struct tocsin_outbox *outbox, struct tocsin_parcel *parcel)
{
	if (!parcel->first_try)
		return TOCSIN_OK;
	parcel->state = TOCSIN_PARCEL_WAITING;
	parcel->since_ms = parcel->written_ms;
	return parcel->stem ? remove_file(outbox, parcel, TOCSIN_PARCEL_SENT_MARK) : TOCSIN_OK;
}

static enum tocsin_status keep_answer(struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel, const Tocsin__V1__Receipt *receipt)
{
	struct tocsin_arena *arena = tocsin_arena_create(MAX_ANSWER_MEMORY, &tocsin_heap);
	char *name = tocsin_parcel_file(parcel, TOCSIN_PARCEL_ANSWER);
	char *text = NULL;
	size_t length = 0;
	enum tocsin_status status =
		arena && name ? tocsin_json_write(&receipt->base, arena, &text, &length) : TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK)
		status = tocsin_keep_write(&outbox->keep, name, text, length);
	if (status == TOCSIN_OK)
		status = remove_file(outbox, parcel, TOCSIN_PARCEL_SENT_MARK);
	free(name);
	tocsin_arena_destroy(arena);
	return status;
}

static enum tocsin_status keep_record(struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel, const Tocsin__V1__Receipt *receipt, int64_t now_ms)
{
	struct tocsin_input bytes;
	struct tocsin_violations ignored;
	Tocsin__V1__Incident *incident = NULL;
	enum tocsin_status status = tocsin_outbox_read(outbox, parcel, &bytes);
	if (status != TOCSIN_OK)
		return status;
	struct tocsin_arena *arena = tocsin_arena_create(MAX_INCIDENT_MEMORY, &tocsin_heap);
	status = TOCSIN_NO_MEMORY;
	if (arena) {
		tocsin_violations_init(&ignored, arena);
		if (tocsin_incident_decode(
				parcel->form, bytes.data, bytes.size, arena, &ignored, &incident) != TOCSIN_OK)
			incident = NULL;
		status = tocsin_recorded_add(&outbox->recorded, &outbox->keep,
			tocsin_recorded_make(parcel, incident, receipt, now_ms));
	}
	tocsin_arena_destroy(arena);
	tocsin_input_finish(&bytes);
	return status;
}

enum tocsin_status tocsin_outbox_settle(struct tocsin_outbox *outbox, struct tocsin_parcel *parcel,
	const Tocsin__V1__Receipt *receipt, bool accept_undurable, int64_t now_ms, bool *gone)
{
	bool accepted = receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED ||
		receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_DUPLICATE;
	enum tocsin_status status = TOCSIN_OK;
	*gone = false;
	if (accepted && (receipt->durable || accept_undurable)) {
		status = keep_record(outbox, parcel, receipt, now_ms);
		/* Not synced: one that comes back is found in the history. */
		if (status == TOCSIN_OK && parcel->stem)
			status = remove_files(outbox, parcel);
		*gone = status == TOCSIN_OK;
		if (*gone)
			tocsin_outbox_forget(outbox, parcel);
		return status;
	}
	if (parcel->stem)
		status = keep_answer(outbox, parcel, receipt);
	parcel->answered = parcel->stem && status == TOCSIN_OK;
	tocsin_parcel_answered(parcel, receipt, now_ms);
	return status;
}
