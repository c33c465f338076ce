/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Scenario files in a folder. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define TOCSIN_REHEARSAL_SUFFIX ".rehearsal.yaml"

struct tocsin_rehearsal_files {
	char **paths; /* sorted */
	size_t count;
};

bool tocsin_rehearsal_is_scenario(const char *path);
bool tocsin_rehearsal_is_folder(const char *path);

/* Adds one path. False without memory. */
bool tocsin_rehearsal_files_add(struct tocsin_rehearsal_files *files, const char *path);

/* Adds all *.rehearsal.yaml of a folder, by name. False with errno. */
bool tocsin_rehearsal_files_find(struct tocsin_rehearsal_files *files, const char *folder);

/* Adds those beside a file. */
bool tocsin_rehearsal_files_beside(struct tocsin_rehearsal_files *files, const char *path);

void tocsin_rehearsal_files_finish(struct tocsin_rehearsal_files *files);
