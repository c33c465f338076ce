/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Disks that fail, that end the process, and that lose power. */
#pragma once

#include "outbox_bench.h"

#include <signal.h>

/* Calls that count, and then do something else at one of them. */
struct trap {
	unsigned calls, at;
	int error;  /* errno of a call that fails */
	bool kill;  /* ends the process before the call */
	bool stays; /* all later calls fail, too */
};

static inline bool springs(void *ctx)
{
	struct trap *trap = ctx;
	unsigned call = ++trap->calls;
	bool sprung = trap->stays ? call >= trap->at : call == trap->at;
	if (sprung && trap->kill)
		kill(getpid(), SIGKILL);
	errno = trap->error;
	return sprung;
}

static inline int trap_open(void *ctx, int folder, const char *name, int flags)
{
	return springs(ctx) ? -1 : tocsin_keep_disk.open(NULL, folder, name, flags);
}

/* A disk that fills up takes a part first. */
static inline ssize_t trap_write(void *ctx, int file, const void *data, size_t size)
{
	const struct trap *trap = ctx;
	if (!springs(ctx))
		return tocsin_keep_disk.write(NULL, file, data, size);
	if (size > 1)
		(void)!tocsin_keep_disk.write(NULL, file, data, size / 2);
	errno = trap->error;
	return -1;
}

static inline int trap_sync(void *ctx, int file)
{
	return springs(ctx) ? -1 : tocsin_keep_disk.sync(NULL, file);
}

static inline int trap_close(void *ctx, int file)
{
	bool sprung = springs(ctx);
	int code = tocsin_keep_disk.close(NULL, file);
	errno = ((const struct trap *)ctx)->error;
	return sprung ? -1 : code;
}

static inline int trap_rename(void *ctx, int folder, const char *from, const char *to)
{
	return springs(ctx) ? -1 : tocsin_keep_disk.rename(NULL, folder, from, to);
}

static inline int trap_remove(void *ctx, int folder, const char *name)
{
	return springs(ctx) ? -1 : tocsin_keep_disk.remove(NULL, folder, name);
}

static inline struct tocsin_keep_calls calls_of(struct trap *trap)
{
	return (struct tocsin_keep_calls){
		trap, trap_open, trap_write, trap_sync, trap_close, trap_rename, trap_remove};
}

/* What power loss leaves: of each file what was synced, of the folder what was synced,
 * and of what came after none, all, the removals alone, or all but these. */
enum { MAX_OPERATIONS = 400, MAX_FILES = 64, MAX_CONTENT = 8192, MAX_DESCRIPTOR = 256 };

struct content {
	char bytes[MAX_CONTENT], synced[MAX_CONTENT];
	size_t size, synced_size;
};

enum kind { MAKE, RENAME, REMOVE };

struct operation {
	enum kind kind;
	char name[160], to[160];
	size_t file; /* of MAKE */
};

struct disk {
	struct trap trap;
	struct content *files;
	size_t file_count;
	struct operation operations[MAX_OPERATIONS];
	size_t count, synced;        /* operations of the folder */
	size_t open[MAX_DESCRIPTOR]; /* file + 1 of a descriptor */
};

/* The file that a name leads to after the first count operations, or -1. */
static inline long look_up(const struct disk *disk, const char *name, size_t count)
{
	for (size_t i = count; i > 0; i--) {
		const struct operation *operation = &disk->operations[i - 1];
		if (operation->kind == RENAME && strcmp(operation->to, name) == 0)
			return look_up(disk, operation->name, i - 1);
		if (strcmp(operation->name, name) == 0)
			return operation->kind == MAKE ? (long)operation->file : -1;
	}
	return -1;
}

static inline struct operation *operate(struct disk *disk, enum kind kind, const char *name)
{
	assert_true(disk->count < MAX_OPERATIONS);
	struct operation *operation = &disk->operations[disk->count++];
	operation->kind = kind;
	snprintf(operation->name, sizeof(operation->name), "%s", name);
	return operation;
}

static inline int disk_open(void *ctx, int folder, const char *name, int flags)
{
	struct disk *disk = ctx;
	int file = springs(&disk->trap) ? -1 : tocsin_keep_disk.open(NULL, folder, name, flags);
	if (file < 0)
		return file;
	assert_true(file < MAX_DESCRIPTOR);
	long known = look_up(disk, name, disk->count);
	if (known < 0) {
		assert_true(disk->file_count < MAX_FILES);
		known = (long)disk->file_count++;
		operate(disk, MAKE, name)->file = (size_t)known;
	} else if (flags & O_TRUNC) {
		disk->files[known].size = 0;
	}
	disk->open[file] = (size_t)known + 1;
	return file;
}

static inline ssize_t disk_write(void *ctx, int file, const void *data, size_t size)
{
	struct disk *disk = ctx;
	ssize_t written = springs(&disk->trap) ? -1 : tocsin_keep_disk.write(NULL, file, data, size);
	struct content *content = &disk->files[disk->open[file] - 1];
	if (written > 0) {
		assert_true(content->size + (size_t)written <= MAX_CONTENT);
		memcpy(content->bytes + content->size, data, (size_t)written);
		content->size += (size_t)written;
	}
	return written;
}

static inline int disk_sync(void *ctx, int file)
{
	struct disk *disk = ctx;
	if (springs(&disk->trap))
		return -1;
	if (disk->open[file] == 0) {
		disk->synced = disk->count;
		return 0;
	}
	struct content *content = &disk->files[disk->open[file] - 1];
	memcpy(content->synced, content->bytes, content->size);
	content->synced_size = content->size;
	return 0;
}

static inline int disk_close(void *ctx, int file)
{
	struct disk *disk = ctx;
	disk->open[file] = 0;
	return trap_close(&disk->trap, file);
}

static inline int disk_rename(void *ctx, int folder, const char *from, const char *to)
{
	struct disk *disk = ctx;
	int code = trap_rename(&disk->trap, folder, from, to);
	if (code == 0)
		snprintf(operate(disk, RENAME, from)->to, sizeof(disk->operations[0].to), "%s", to);
	return code;
}

static inline int disk_remove(void *ctx, int folder, const char *name)
{
	struct disk *disk = ctx;
	int code = trap_remove(&disk->trap, folder, name);
	if (code == 0)
		operate(disk, REMOVE, name);
	return code;
}

enum loss { LATER_NAMES, DATA, LATER_BUT_REMOVALS, REMOVALS, LOSSES };

static inline void leave_file(int folder, const char *name, const struct content *content)
{
	int file = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(file >= 0);
	assert_int_equal(write(file, content->synced, content->synced_size), content->synced_size);
	close(file);
}

/* Makes the folder as it comes up again. */
static inline char *lose_power(const struct disk *disk, enum loss loss)
{
	char *path = make_folder();
	int folder = open(path, O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < disk->count; i++) {
		const struct operation *operation = &disk->operations[i];
		bool lost = i >= disk->synced &&
			(loss == LATER_NAMES || (loss == LATER_BUT_REMOVALS && operation->kind != REMOVE) ||
				(loss == REMOVALS && operation->kind == REMOVE));
		if (lost)
			continue;
		if (operation->kind == MAKE)
			leave_file(folder, operation->name, &disk->files[operation->file]);
		else if (operation->kind == RENAME)
			renameat(folder, operation->name, folder, operation->to);
		else
			unlinkat(folder, operation->name, 0);
	}
	close(folder);
	return path;
}
