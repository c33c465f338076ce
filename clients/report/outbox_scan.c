/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The folder of an outbox, read. */
#include "clients/report/outbox_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/report/parcel.h"
#include "proto/instant.h"
#include "proto/json.h"
#include "proto/limits.h"

enum {
	MAX_ANSWER = 1 << 20,
	MAX_ANSWER_MEMORY = 4 << 20,
	LONGEST_WAIT_S = 86400,
	FIRST_ROOM = 64,
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool keep_name(struct tocsin_names *names, const char *name, size_t *room)
{
	if (names->count == *room) {
		size_t more = *room ? *room * 2 : FIRST_ROOM;
		char **items = realloc(names->items, more * sizeof(*items));
		if (!items)
			return false;
		names->items = items;
		*room = more;
	}
	names->items[names->count] = strdup(name);
	return names->items[names->count] && ++names->count;
}

enum tocsin_status tocsin_names_read(int folder, struct tocsin_names *names)
{
	struct tocsin_names read = {0};
	size_t room = 0;
	/* A descriptor of its own, since its place in the folder is shared by copies. */
	int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = own < 0 ? NULL : fdopendir(own);
	if (!listing) {
		if (own >= 0)
			close(own);
		return TOCSIN_IO;
	}
	bool fine = true;
	const struct dirent *entry;
	while (fine && (entry = readdir(listing)))
		if (tocsin_outbox_owns(entry->d_name))
			fine = keep_name(&read, entry->d_name, &room);
	closedir(listing);
	if (!fine) {
		tocsin_names_finish(&read);
		return TOCSIN_NO_MEMORY;
	}
	if (read.count)
		qsort(read.items, read.count, sizeof(*read.items), compare_names);
	*names = read;
	return TOCSIN_OK;
}

void tocsin_names_finish(struct tocsin_names *names)
{
	if (!names)
		return;
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct tocsin_names){0};
}

bool tocsin_names_have(const struct tocsin_names *names, const char *name)
{
	return names->count &&
		bsearch(&name, names->items, names->count, sizeof(*names->items), compare_names);
}

enum tocsin_status tocsin_outbox_file_read(
	int folder, const char *name, size_t ceiling, struct tocsin_input *input, int64_t *changed_ms)
{
	struct stat about;
	int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0)
		return errno == ENOENT ? TOCSIN_NOT_FOUND : TOCSIN_IO;
	enum tocsin_status status = fstat(file, &about) == 0 ? TOCSIN_OK : TOCSIN_IO;
	if (status == TOCSIN_OK)
		status = tocsin_input_read_open(file, ceiling, input);
	close(file);
	if (status == TOCSIN_OK)
		*changed_ms =
			(int64_t)about.st_mtim.tv_sec * 1000 + (int64_t)about.st_mtim.tv_nsec / 1000000;
	return status;
}

Tocsin__V1__Receipt *tocsin_outbox_answer_read(
	int folder, const char *name, struct tocsin_arena *arena, int64_t *at_ms)
{
	struct tocsin_input input;
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	if (tocsin_outbox_file_read(folder, name, MAX_ANSWER, &input, at_ms) != TOCSIN_OK)
		return NULL;
	tocsin_violations_init(&violations, arena);
	enum tocsin_status status = tocsin_json_read(&tocsin__v1__receipt__descriptor,
		(const char *)input.data, input.size, arena, &violations, &message);
	tocsin_input_finish(&input);
	return status == TOCSIN_OK ? (Tocsin__V1__Receipt *)message : NULL;
}

void tocsin_parcel_answered(
	struct tocsin_parcel *parcel, const Tocsin__V1__Receipt *receipt, int64_t at_ms)
{
	parcel->since_ms = at_ms;
	parcel->put_off = false;
	parcel->retry_at_ms = 0;
	switch (receipt->verdict) {
	case TOCSIN__V1__VERDICT__VERDICT_REJECTED:
		parcel->state = TOCSIN_PARCEL_REFUSED;
		break;
	case TOCSIN__V1__VERDICT__VERDICT_ACCEPTED:
	case TOCSIN__V1__VERDICT__VERDICT_DUPLICATE:
		parcel->state = TOCSIN_PARCEL_ACCEPTED;
		break;
	default: {
		uint32_t wait_s =
			receipt->retry_after < LONGEST_WAIT_S ? receipt->retry_after : LONGEST_WAIT_S;
		parcel->state = TOCSIN_PARCEL_WAITING;
		parcel->put_off = true;
		parcel->retry_at_ms = at_ms + (int64_t)wait_s * 1000;
		break;
	}
	}
}

/* An answer is younger than the mark beside it, which a crash may have left. */
static void read_state(struct tocsin_parcel *parcel, int folder, const struct tocsin_names *names)
{
	char *answer = tocsin_parcel_file(parcel, TOCSIN_PARCEL_ANSWER);
	char *mark = tocsin_parcel_file(parcel, TOCSIN_PARCEL_SENT_MARK);
	struct tocsin_arena *arena = tocsin_arena_create(MAX_ANSWER_MEMORY, &tocsin_heap);
	const Tocsin__V1__Receipt *receipt = NULL;
	int64_t at_ms = 0;
	struct stat about;
	if (answer && arena && tocsin_names_have(names, answer))
		receipt = tocsin_outbox_answer_read(folder, answer, arena, &at_ms);
	if (receipt) {
		tocsin_parcel_answered(parcel, receipt, at_ms);
		parcel->answered = true;
	} else if (mark && fstatat(folder, mark, &about, AT_SYMLINK_NOFOLLOW) == 0) {
		parcel->state = TOCSIN_PARCEL_SENT;
		parcel->since_ms = (int64_t)about.st_mtim.tv_sec * 1000;
	}
	tocsin_arena_destroy(arena);
	free(answer);
	free(mark);
}

enum tocsin_status tocsin_parcel_read(int folder, const struct tocsin_names *names,
	const char *name, const struct tocsin_parcel_name *parts, struct tocsin_parcel **parcel)
{
	struct tocsin_input input;
	int64_t written_ms = 0;
	enum tocsin_status status =
		tocsin_outbox_file_read(folder, name, TOCSIN_HARD_MAX_PAYLOAD, &input, &written_ms);
	if (status != TOCSIN_OK)
		return status;
	const struct tocsin_outbox_way way = {parts->sender, parts->host};
	struct tocsin_parcel *made =
		tocsin_parcel_make(parts->form, input.data, input.size, &way, written_ms);
	tocsin_input_finish(&input);
	if (made)
		made->stem = strndup(name, parts->stem_length);
	if (!made || !made->stem) {
		tocsin_parcel_destroy(made);
		return TOCSIN_NO_MEMORY;
	}
	made->number = parts->number;
	read_state(made, folder, names);
	*parcel = made;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_outbox_read(const struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel, struct tocsin_input *bytes)
{
	int64_t ignored;
	if (!parcel->stem) {
		uint8_t *copy = malloc(parcel->size + 1);
		if (!copy)
			return TOCSIN_NO_MEMORY;
		memcpy(copy, parcel->bytes, parcel->size);
		copy[parcel->size] = '\0';
		*bytes = (struct tocsin_input){copy, parcel->size};
		return TOCSIN_OK;
	}
	char *name = tocsin_parcel_file(parcel, tocsin_parcel_ending(parcel->form));
	enum tocsin_status status = name ? tocsin_outbox_file_read(outbox->keep.folder, name,
										   TOCSIN_HARD_MAX_PAYLOAD, bytes, &ignored)
									 : TOCSIN_NO_MEMORY;
	free(name);
	return status;
}

Tocsin__V1__Receipt *tocsin_outbox_answer(const struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel, struct tocsin_arena *arena)
{
	int64_t ignored;
	char *name = parcel->stem ? tocsin_parcel_file(parcel, TOCSIN_PARCEL_ANSWER) : NULL;
	Tocsin__V1__Receipt *receipt =
		name ? tocsin_outbox_answer_read(outbox->keep.folder, name, arena, &ignored) : NULL;
	free(name);
	return receipt;
}
