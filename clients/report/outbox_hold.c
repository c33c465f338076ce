/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who sends from an outbox, and what an earlier sender left half done. */
#include <stdlib.h>
#include <string.h>

#include "clients/base/client_id.h"
#include "clients/report/outbox_folder.h"
#include "clients/report/outbox_parts.h"
#include "clients/watch/seen.h"
#include "proto/limits.h"
#include "proto/text.h"

/* One that is not on its way is mended where its id stands again behind it. */
static bool is_mended(const struct tocsin_outbox *outbox, size_t index)
{
	const struct tocsin_parcel *parcel = outbox->parcels[index];
	bool replaceable =
		parcel->state == TOCSIN_PARCEL_REFUSED || parcel->state == TOCSIN_PARCEL_WAITING;
	if (!replaceable || !*parcel->id)
		return false;
	for (size_t i = index + 1; i < outbox->count; i++)
		if (strcmp(outbox->parcels[i]->id, parcel->id) == 0 &&
			strcmp(outbox->parcels[i]->sender, parcel->sender) == 0 &&
			tocsin_parcel_host_suits(outbox->parcels[i]->host, parcel->host))
			return true;
	return false;
}

/* Deletes what has arrived, or was mended, and could not be deleted then. */
static enum tocsin_status drop_done(struct tocsin_outbox *outbox)
{
	enum tocsin_status status = TOCSIN_OK;
	struct tocsin_seen *arrived = tocsin_recorded_set(&outbox->recorded);
	if (!arrived)
		return TOCSIN_NO_MEMORY;
	for (size_t i = outbox->count; status == TOCSIN_OK && i > 0; i--) {
		struct tocsin_parcel *parcel = outbox->parcels[i - 1];
		if (parcel->stem && (tocsin_recorded_has(arrived, parcel) || is_mended(outbox, i - 1)))
			status = tocsin_outbox_drop(outbox, parcel);
	}
	tocsin_seen_destroy(arrived);
	return status;
}

/* What was being written when its writer ended, and what a deletion left. */
static enum tocsin_status sweep(struct tocsin_outbox *outbox)
{
	struct tocsin_names names = {0};
	enum tocsin_status status = tocsin_names_read(outbox->keep.folder, &names);
	for (size_t i = 0; status == TOCSIN_OK && i < names.count; i++) {
		const char *name = names.items[i];
		const char *dot = strrchr(name, '.');
		bool fresh = strncmp(name, TOCSIN_KEEP_FRESH, strlen(TOCSIN_KEEP_FRESH)) == 0;
		bool beside = dot &&
			(strcmp(dot, TOCSIN_PARCEL_SENT_MARK) == 0 || strcmp(dot, TOCSIN_PARCEL_ANSWER) == 0);
		if (fresh || (beside && !tocsin_outbox_knows(outbox, name, (size_t)(dot - name))))
			status = tocsin_keep_remove(&outbox->keep, name);
	}
	tocsin_names_finish(&names);
	return status;
}

static enum tocsin_status recover(struct tocsin_outbox *outbox)
{
	enum tocsin_status status = tocsin_outbox_read_all(outbox);
	if (status == TOCSIN_OK)
		status = drop_done(outbox);
	/* Nobody writes while the folder's own lock is ours. */
	if (status == TOCSIN_OK)
		status = tocsin_outbox_folder_enter(outbox->keep.folder);
	if (status == TOCSIN_OK) {
		status = tocsin_outbox_refresh(outbox);
		if (status == TOCSIN_OK)
			status = sweep(outbox);
		tocsin_outbox_folder_leave(outbox->keep.folder);
	}
	/* What an earlier process did not live to make sure of. */
	return status == TOCSIN_OK ? tocsin_keep_sync(&outbox->keep) : status;
}

enum tocsin_status tocsin_outbox_hold(struct tocsin_outbox *outbox)
{
	if (outbox->keep.folder < 0 || outbox->lock >= 0)
		return TOCSIN_OK;
	enum tocsin_status status = tocsin_outbox_folder_lock(outbox->keep.folder, &outbox->lock);
	if (status == TOCSIN_OK)
		status = recover(outbox);
	if (status != TOCSIN_OK)
		tocsin_outbox_release(outbox);
	return status;
}

void tocsin_outbox_release(struct tocsin_outbox *outbox)
{
	tocsin_outbox_folder_unlock(outbox->lock);
	outbox->lock = -1;
}

static enum tocsin_status read_client_id(const struct tocsin_outbox *outbox, char **id)
{
	struct tocsin_input input;
	int64_t ignored;
	enum tocsin_status status = tocsin_outbox_file_read(
		outbox->keep.folder, TOCSIN_CLIENT_ID_FILE, TOCSIN_MAX_LEVEL_NAME, &input, &ignored);
	if (status != TOCSIN_OK)
		return status;
	if (!tocsin_text_is_level((const char *)input.data, input.size)) {
		tocsin_input_finish(&input);
		return TOCSIN_INVALID;
	}
	*id = (char *)input.data;
	return TOCSIN_OK;
}

static enum tocsin_status make_client_id(struct tocsin_outbox *outbox, char **id)
{
	char *made = malloc(TOCSIN_CLIENT_ID_TEXT);
	if (!made || !tocsin_client_id_make(made)) {
		free(made);
		return TOCSIN_NO_MEMORY;
	}
	enum tocsin_status status = outbox->keep.folder < 0
		? TOCSIN_OK
		: tocsin_keep_write(&outbox->keep, TOCSIN_CLIENT_ID_FILE, made, strlen(made));
	if (status == TOCSIN_OK)
		*id = made;
	else
		free(made);
	return status;
}

enum tocsin_status tocsin_outbox_client_id(struct tocsin_outbox *outbox, char **id)
{
	if (outbox->keep.folder < 0)
		return make_client_id(outbox, id);
	enum tocsin_status status = tocsin_outbox_folder_enter(outbox->keep.folder);
	if (status != TOCSIN_OK)
		return status;
	status = read_client_id(outbox, id);
	if (status == TOCSIN_NOT_FOUND)
		status = make_client_id(outbox, id);
	tocsin_outbox_folder_leave(outbox->keep.folder);
	return status;
}
