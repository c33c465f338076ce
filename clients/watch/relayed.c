/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/relayed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "clients/base/input.h"
#include "rules/install.h"

enum {
	SLOTS = 4 * TOCSIN_MAX_RELAYED, /* power of two, at least twice the entries */
	MAX_FILE = 8 << 20,             /* bytes; beyond it the older half goes */
	MAX_FOREIGN = 64 << 20,         /* no file of ours is that large */
	MAX_LINE = 4096,
};

/* One line of the file: "sender,identifier,sent topic". Its key is "identifier topic",
 * and for the newest one of an alert the identifier alone as well. */
struct line {
	char *text;
	size_t id, id_length, topic; /* where they are in it */
};

/* Two generations: when the younger is full it becomes the elder, and what was the
 * elder is forgotten. */
struct generation {
	struct line *lines; /* TOCSIN_MAX_RELAYED */
	uint32_t *by_topic; /* SLOTS; index + 1, 0: free */
	uint32_t *by_id;
	size_t count;
};

struct tocsin_relayed {
	struct generation generations[2]; /* 0 is the younger */
	char *path;                       /* NULL: memory alone */
	int file;                         /* -1: none */
	size_t size;                      /* of the file, bytes */
	bool unsynced;
};

static uint64_t hash(uint64_t seed, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) /* FNV-1a */
		seed = (seed ^ (uint8_t)text[i]) * UINT64_C(1099511628211);
	return seed;
}

#define SEED UINT64_C(14695981039346656037)

static bool is_id(const struct line *line, const char *id, size_t length)
{
	return line->id_length == length && memcmp(line->text + line->id, id, length) == 0;
}

/* The slot of an id, or of an id and topic: where it stands or would stand. */
static size_t slot_of(const struct generation *in, const char *id, size_t length, const char *topic)
{
	const uint32_t *slots = topic ? in->by_topic : in->by_id;
	uint64_t key = hash(SEED, id, length);
	if (topic)
		key = hash(key, topic, strlen(topic));
	size_t slot = (size_t)(key ^ key >> 32) & (SLOTS - 1);
	for (; slots[slot]; slot = (slot + 1) & (SLOTS - 1)) {
		const struct line *line = &in->lines[slots[slot] - 1];
		if (is_id(line, id, length) && (!topic || strcmp(line->text + line->topic, topic) == 0))
			break;
	}
	return slot;
}

/* Takes text. False (and text is the caller's) where it is no line. */
static bool read_line(char *text, struct line *line)
{
	char *space = strchr(text, ' ');
	if (!space || strchr(space + 1, ' ') || strpbrk(text, "\r\n"))
		return false;
	char *id = memchr(text, ',', (size_t)(space - text));
	char *end = id ? memchr(id + 1, ',', (size_t)(space - id - 1)) : NULL;
	if (!end || end == id + 1 || id == text || end + 1 == space || space[1] == '\0')
		return false;
	*line = (struct line){
		text, (size_t)(id + 1 - text), (size_t)(end - id - 1), (size_t)(space + 1 - text)};
	*space = '\0'; /* the reference ends here */
	return true;
}

static void empty(struct generation *generation)
{
	for (size_t i = 0; i < generation->count; i++)
		free(generation->lines[i].text);
	generation->count = 0;
	memset(generation->by_topic, 0, SLOTS * sizeof(uint32_t));
	memset(generation->by_id, 0, SLOTS * sizeof(uint32_t));
}

static void remember(struct tocsin_relayed *relayed, const struct line *line)
{
	struct generation *young = &relayed->generations[0];
	const char *id = line->text + line->id;
	if (young->count == TOCSIN_MAX_RELAYED) {
		struct generation elder = relayed->generations[1];
		empty(&elder);
		relayed->generations[1] = *young;
		*young = elder;
	}
	young->lines[young->count++] = *line;
	young->by_topic[slot_of(young, id, line->id_length, line->text + line->topic)] =
		(uint32_t)young->count;
	young->by_id[slot_of(young, id, line->id_length, NULL)] = (uint32_t)young->count;
}

static void read_lines(struct tocsin_relayed *relayed, const char *bytes, size_t size)
{
	while (size > 0) {
		const char *end = memchr(bytes, '\n', size);
		size_t length = end ? (size_t)(end - bytes) : size;
		char *text = length < MAX_LINE ? strndup(bytes, length) : NULL;
		struct line line;
		if (text && strlen(text) == length && end && read_line(text, &line))
			remember(relayed, &line);
		else
			free(text);
		bytes += length + (end ? 1 : 0);
		size -= length + (end ? 1 : 0);
	}
}

static enum tocsin_status lock(const char *path, int *file)
{
	*file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (*file < 0)
		return TOCSIN_IO;
	if (flock(*file, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? TOCSIN_LIMIT : TOCSIN_IO;
	return TOCSIN_OK;
}

/* Half of a file that has grown too large is enough to begin with. The new file is
 * locked before the old one is let go. */
static enum tocsin_status shorten(struct tocsin_relayed *relayed, const struct tocsin_input *input)
{
	const char *end = (const char *)input->data + input->size;
	const char *middle = (const char *)input->data + input->size / 2;
	const char *line = memchr(middle, '\n', (size_t)(end - middle));
	const char *from = line ? line + 1 : end;
	enum tocsin_status status = tocsin_install(relayed->path, from, (size_t)(end - from));
	int old = relayed->file;
	if (status != TOCSIN_OK)
		return status;
	status = lock(relayed->path, &relayed->file);
	close(old);
	relayed->size = (size_t)(end - from);
	return status;
}

static enum tocsin_status read_file(struct tocsin_relayed *relayed, struct tocsin_input *input)
{
	enum tocsin_status status = tocsin_input_read(relayed->path, MAX_FOREIGN, input);
	return status == TOCSIN_LIMIT ? TOCSIN_INVALID : status;
}

static enum tocsin_status load(struct tocsin_relayed *relayed)
{
	struct tocsin_input input;
	enum tocsin_status status = lock(relayed->path, &relayed->file);
	if (status == TOCSIN_OK)
		status = read_file(relayed, &input);
	if (status != TOCSIN_OK)
		return status;
	relayed->size = input.size;
	read_lines(relayed, (const char *)input.data, input.size);
	/* A line cut short would swallow the next one. */
	if (input.size > 0 && input.data[input.size - 1] != '\n' && write(relayed->file, "\n", 1) != 1)
		status = TOCSIN_IO;
	if (status == TOCSIN_OK && input.size > MAX_FILE)
		status = shorten(relayed, &input);
	tocsin_input_finish(&input);
	return status;
}

static bool make_room(struct generation *generation)
{
	generation->lines = calloc(TOCSIN_MAX_RELAYED, sizeof(*generation->lines));
	generation->by_topic = calloc(SLOTS, sizeof(uint32_t));
	generation->by_id = calloc(SLOTS, sizeof(uint32_t));
	return generation->lines && generation->by_topic && generation->by_id;
}

enum tocsin_status tocsin_relayed_open(const char *path, struct tocsin_relayed **relayed)
{
	struct tocsin_relayed *opened = calloc(1, sizeof(*opened));
	enum tocsin_status status = TOCSIN_NO_MEMORY;
	if (!opened)
		return status;
	opened->file = -1;
	opened->path = path ? strdup(path) : NULL;
	if (make_room(&opened->generations[0]) && make_room(&opened->generations[1]) &&
		!opened->path == !path)
		status = path ? load(opened) : TOCSIN_OK;
	if (status != TOCSIN_OK) {
		int reason = errno;
		tocsin_relayed_close(opened);
		errno = reason;
		return status;
	}
	*relayed = opened;
	return TOCSIN_OK;
}

void tocsin_relayed_close(struct tocsin_relayed *relayed)
{
	if (!relayed)
		return;
	tocsin_relayed_sync(relayed);
	if (relayed->file >= 0)
		close(relayed->file);
	for (int i = 0; i < 2; i++) {
		struct generation *generation = &relayed->generations[i];
		for (size_t line = 0; line < generation->count; line++)
			free(generation->lines[line].text);
		free(generation->lines);
		free(generation->by_topic);
		free(generation->by_id);
	}
	free(relayed->path);
	free(relayed);
}

bool tocsin_relayed_has(const struct tocsin_relayed *relayed, const char *id, const char *topic)
{
	for (int i = 0; i < 2; i++) {
		const struct generation *in = &relayed->generations[i];
		if (in->by_topic[slot_of(in, id, strlen(id), topic)])
			return true;
	}
	return false;
}

const char *tocsin_relayed_reference(const struct tocsin_relayed *relayed, const char *id)
{
	for (int i = 0; i < 2; i++) {
		const struct generation *in = &relayed->generations[i];
		uint32_t found = in->by_id[slot_of(in, id, strlen(id), NULL)];
		if (found)
			return in->lines[found - 1].text;
	}
	return NULL;
}

void tocsin_relayed_each(const struct tocsin_relayed *relayed,
	void (*take)(void *ctx, const char *reference, const char *topic), void *ctx)
{
	for (int i = 1; i >= 0; i--) {
		const struct generation *in = &relayed->generations[i];
		for (size_t line = 0; line < in->count; line++)
			take(ctx, in->lines[line].text, in->lines[line].text + in->lines[line].topic);
	}
}

static enum tocsin_status write_line(
	struct tocsin_relayed *relayed, const char *text, size_t length)
{
	struct tocsin_input input;
	if (relayed->file < 0)
		return relayed->path ? TOCSIN_IO : TOCSIN_OK;
	if (write(relayed->file, text, length) != (ssize_t)length)
		return TOCSIN_IO;
	relayed->unsynced = true;
	relayed->size += length;
	if (relayed->size <= MAX_FILE)
		return TOCSIN_OK;
	enum tocsin_status status = read_file(relayed, &input);
	if (status != TOCSIN_OK)
		return status;
	status = shorten(relayed, &input);
	tocsin_input_finish(&input);
	return status;
}

enum tocsin_status tocsin_relayed_add(
	struct tocsin_relayed *relayed, const char *reference, const char *topic)
{
	struct line line;
	char *text = NULL;
	int length = asprintf(&text, "%s %s\n", reference, topic);
	if (length < 0)
		return TOCSIN_NO_MEMORY;
	char *kept = strndup(text, (size_t)length - 1);
	enum tocsin_status status = kept ? TOCSIN_INVALID : TOCSIN_NO_MEMORY;
	if (kept && length < MAX_LINE && read_line(kept, &line)) {
		remember(relayed, &line);
		status = write_line(relayed, text, (size_t)length);
	} else {
		free(kept);
	}
	free(text);
	return status;
}

void tocsin_relayed_sync(struct tocsin_relayed *relayed)
{
	if (relayed->unsynced)
		(void)fdatasync(relayed->file);
	relayed->unsynced = false;
}
