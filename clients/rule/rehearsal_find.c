/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/rehearsal_find.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool tocsin_rehearsal_is_scenario(const char *path)
{
	const size_t length = strlen(path), suffix = strlen(TOCSIN_REHEARSAL_SUFFIX);
	return length > suffix && strcmp(path + length - suffix, TOCSIN_REHEARSAL_SUFFIX) == 0;
}

bool tocsin_rehearsal_is_folder(const char *path)
{
	struct stat found;
	return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

bool tocsin_rehearsal_files_add(struct tocsin_rehearsal_files *files, const char *path)
{
	char **paths = realloc(files->paths, (files->count + 1) * sizeof(*paths));
	char *copy = strdup(path);
	if (paths)
		files->paths = paths;
	if (!paths || !copy) {
		free(copy);
		return false;
	}
	paths[files->count++] = copy;
	return true;
}

static int by_path(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

bool tocsin_rehearsal_files_find(struct tocsin_rehearsal_files *files, const char *folder)
{
	DIR *open = opendir(folder);
	const size_t first = files->count;
	bool fine = open != NULL;
	while (fine) {
		errno = 0;
		const struct dirent *entry = readdir(open);
		char *path = NULL;
		if (!entry) {
			fine = errno == 0;
			break;
		}
		if (*entry->d_name == '.' || !tocsin_rehearsal_is_scenario(entry->d_name))
			continue;
		fine = asprintf(&path, "%s/%s", folder, entry->d_name) >= 0 &&
			tocsin_rehearsal_files_add(files, path);
		free(path);
	}
	if (open)
		closedir(open);
	if (files->count > first + 1)
		qsort(files->paths + first, files->count - first, sizeof(*files->paths), by_path);
	return fine;
}

bool tocsin_rehearsal_files_beside(struct tocsin_rehearsal_files *files, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, slash > path ? (size_t)(slash - path) : 1) : strdup(".");
	const bool fine = folder && tocsin_rehearsal_files_find(files, folder);
	free(folder);
	return fine;
}

void tocsin_rehearsal_files_finish(struct tocsin_rehearsal_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->paths[i]);
	free(files->paths);
	*files = (struct tocsin_rehearsal_files){.paths = NULL};
}
