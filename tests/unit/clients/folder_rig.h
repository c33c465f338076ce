/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A folder of a test's own, and whole files. */
#pragma once

#include "suite.h"

#include <dirent.h>
#include <unistd.h>

enum { RIG_PATH = 512, RIG_FILE = 1 << 16 };

static inline void rig_folder(char path[RIG_PATH])
{
	snprintf(path, RIG_PATH, "%s/tocsin-test-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(path));
}

/* Returns how many files there were. */
static inline size_t rig_folder_remove(const char *path)
{
	struct dirent *entry;
	size_t count = 0;
	DIR *folder = opendir(path);
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		char file[2 * RIG_PATH];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		assert_int_equal(unlink(file), 0);
		count++;
	}
	closedir(folder);
	assert_int_equal(rmdir(path), 0);
	return count;
}

static inline void rig_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* The whole file, freed by the caller. */
static inline char *rig_read(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t length = 0, room = 0;
	assert_non_null(file);
	do {
		if (length + RIG_FILE > room)
			text = realloc(text, room = 2 * (length + RIG_FILE));
		assert_non_null(text);
		length += fread(text + length, 1, RIG_FILE - 1, file);
	} while (!feof(file));
	text[length] = '\0';
	fclose(file);
	return text;
}
