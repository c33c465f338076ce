/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/state_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folders of a path, from the one that ends at slash on. */
static void make_folders(const char *path, char *slash)
{
	for (; slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
}

char *tocsin_state_path(const char *name)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	bool own = state && *state == '/';
	char *path = NULL;
	if (strchr(name, '/') || (!own && (!home || *home != '/')))
		return NULL;
	if (asprintf(&path, "%s%s/tocsin/%s", own ? state : home, own ? "" : "/.local/state", name) < 0)
		return NULL;
	/* A home that is not there is nobody's to make. */
	make_folders(path, own ? path + strlen(state) : strchr(path + strlen(home) + 1, '/'));
	return path;
}
