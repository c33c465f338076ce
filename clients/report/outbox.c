/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/report/outbox_folder.h"
#include "clients/report/outbox_parts.h"
#include "clients/watch/seen.h"

enum { FIRST_ROOM = 64, LEAST_PREFIX = 4 };

static bool make_room(struct tocsin_outbox *outbox)
{
	if (outbox->count < outbox->room)
		return true;
	size_t more = outbox->room ? outbox->room * 2 : FIRST_ROOM;
	struct tocsin_parcel **parcels =
		realloc(outbox->parcels, more * sizeof(struct tocsin_parcel *));
	if (!parcels)
		return false;
	outbox->parcels = parcels;
	outbox->room = more;
	return true;
}

/* Those on disk stand by name, which is the order of writing; the others after them. */
bool tocsin_outbox_insert(struct tocsin_outbox *outbox, struct tocsin_parcel *parcel)
{
	if (!make_room(outbox))
		return false;
	size_t at = outbox->count;
	while (at > 0 && parcel->stem &&
		(!outbox->parcels[at - 1]->stem || strcmp(outbox->parcels[at - 1]->stem, parcel->stem) > 0))
		at--;
	memmove(&outbox->parcels[at + 1], &outbox->parcels[at],
		(outbox->count - at) * sizeof(struct tocsin_parcel *));
	outbox->parcels[at] = parcel;
	outbox->count++;
	if (parcel->number > outbox->last)
		outbox->last = parcel->number;
	return true;
}

void tocsin_outbox_forget(struct tocsin_outbox *outbox, struct tocsin_parcel *parcel)
{
	for (size_t i = 0; i < outbox->count; i++) {
		if (outbox->parcels[i] != parcel)
			continue;
		outbox->count--;
		memmove(&outbox->parcels[i], &outbox->parcels[i + 1],
			(outbox->count - i) * sizeof(struct tocsin_parcel *));
		break;
	}
	tocsin_parcel_destroy(parcel);
}

static struct tocsin_parcel *find_stem(
	const struct tocsin_outbox *outbox, const char *name, size_t stem_length)
{
	size_t low = 0, high = outbox->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *stem = outbox->parcels[middle]->stem;
		int order = stem ? strncmp(stem, name, stem_length) : 1;
		if (order == 0)
			order = stem[stem_length] == '\0' ? 0 : 1;
		if (order == 0)
			return outbox->parcels[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool tocsin_outbox_knows(const struct tocsin_outbox *outbox, const char *name, size_t stem_length)
{
	return find_stem(outbox, name, stem_length) != NULL;
}

/* Another process took the answer away, since the report is to go again. */
static enum tocsin_status look_again(struct tocsin_parcel *parcel, const struct tocsin_names *names)
{
	bool settled =
		parcel->state == TOCSIN_PARCEL_REFUSED || parcel->state == TOCSIN_PARCEL_ACCEPTED;
	if (!settled || !parcel->answered)
		return TOCSIN_OK;
	char *answer = tocsin_parcel_file(parcel, TOCSIN_PARCEL_ANSWER);
	if (!answer)
		return TOCSIN_NO_MEMORY;
	if (!tocsin_names_have(names, answer)) {
		parcel->state = TOCSIN_PARCEL_WAITING;
		parcel->since_ms = parcel->written_ms;
		parcel->answered = false;
	}
	free(answer);
	return TOCSIN_OK;
}

static enum tocsin_status take_in(
	struct tocsin_outbox *outbox, const struct tocsin_names *names, const char *name)
{
	struct tocsin_parcel_name parts;
	struct tocsin_parcel *parcel = NULL;
	if (!tocsin_parcel_name_read(name, &parts))
		return TOCSIN_OK;
	struct tocsin_parcel *known = find_stem(outbox, name, parts.stem_length);
	if (known)
		return look_again(known, names);
	enum tocsin_status status =
		tocsin_parcel_read(outbox->keep.folder, names, name, &parts, &parcel);
	if (status == TOCSIN_NOT_FOUND)
		return TOCSIN_OK;
	if (status == TOCSIN_OK && !tocsin_outbox_insert(outbox, parcel)) {
		tocsin_parcel_destroy(parcel);
		status = TOCSIN_NO_MEMORY;
	}
	return status;
}

enum tocsin_status tocsin_outbox_refresh(struct tocsin_outbox *outbox)
{
	struct tocsin_names names = {0};
	if (outbox->keep.folder < 0)
		return TOCSIN_OK;
	enum tocsin_status status = tocsin_names_read(outbox->keep.folder, &names);
	for (size_t i = 0; status == TOCSIN_OK && i < names.count; i++)
		status = take_in(outbox, &names, names.items[i]);
	tocsin_names_finish(&names);
	return status;
}

/* Reports first: one that arrives meanwhile is then met in both, never in neither. */
enum tocsin_status tocsin_outbox_read_all(struct tocsin_outbox *outbox)
{
	for (size_t i = outbox->count; i > 0; i--)
		if (outbox->parcels[i - 1]->stem)
			tocsin_outbox_forget(outbox, outbox->parcels[i - 1]);
	enum tocsin_status status = tocsin_outbox_refresh(outbox);
	if (status == TOCSIN_OK)
		status = tocsin_recorded_read(&outbox->recorded, &outbox->keep);
	return status;
}

/* What has arrived has arrived, though its file may still be there. */
static enum tocsin_status overlook_arrived(struct tocsin_outbox *outbox)
{
	struct tocsin_seen *arrived = tocsin_recorded_set(&outbox->recorded);
	if (!arrived)
		return TOCSIN_NO_MEMORY;
	for (size_t i = outbox->count; i > 0; i--)
		if (tocsin_recorded_has(arrived, outbox->parcels[i - 1]))
			tocsin_outbox_forget(outbox, outbox->parcels[i - 1]);
	tocsin_seen_destroy(arrived);
	return TOCSIN_OK;
}

enum tocsin_status tocsin_outbox_open(
	struct tocsin_outbox *outbox, const char *path, const struct tocsin_keep_calls *calls)
{
	*outbox = (struct tocsin_outbox){
		.keep = {.folder = -1, .calls = calls ? calls : &tocsin_keep_disk}, .lock = -1};
	outbox->recorded.records = json_array();
	outbox->path = strdup(path);
	if (!outbox->recorded.records || !outbox->path)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = tocsin_outbox_folder_open(path, &outbox->keep.folder);
	if (status == TOCSIN_OK)
		status = tocsin_outbox_read_all(outbox);
	if (status == TOCSIN_OK)
		status = overlook_arrived(outbox);
	if (status != TOCSIN_OK)
		tocsin_outbox_abandon(outbox);
	return status;
}

void tocsin_outbox_abandon(struct tocsin_outbox *outbox)
{
	int reason = errno;
	tocsin_outbox_release(outbox);
	while (outbox->count && outbox->parcels[0]->stem)
		tocsin_outbox_forget(outbox, outbox->parcels[0]);
	if (outbox->keep.folder >= 0)
		close(outbox->keep.folder);
	outbox->keep.folder = -1;
	errno = reason;
}

void tocsin_outbox_close(struct tocsin_outbox *outbox)
{
	if (!outbox)
		return;
	tocsin_outbox_release(outbox);
	for (size_t i = 0; i < outbox->count; i++)
		tocsin_parcel_destroy(outbox->parcels[i]);
	free(outbox->parcels);
	free(outbox->path);
	tocsin_recorded_finish(&outbox->recorded);
	if (outbox->keep.folder >= 0)
		close(outbox->keep.folder);
	*outbox = (struct tocsin_outbox){.keep.folder = -1, .lock = -1};
}

struct tocsin_parcel *tocsin_outbox_find(
	const struct tocsin_outbox *outbox, const char *id, bool *several)
{
	struct tocsin_parcel *found = NULL;
	size_t length = strlen(id);
	*several = false;
	for (size_t i = 0; *id == '#' && i < outbox->count; i++)
		if (outbox->parcels[i]->number == strtoul(id + 1, NULL, 10))
			return outbox->parcels[i];
	for (size_t i = 0; length >= LEAST_PREFIX && i < outbox->count; i++) {
		struct tocsin_parcel *parcel = outbox->parcels[i];
		if (strncmp(parcel->id, id, length) != 0)
			continue;
		*several = *several || (found && strcmp(found->id, parcel->id) != 0);
		found = parcel;
	}
	return *several ? NULL : found;
}
