/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/own_path.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void tocsin_own_path(char path[PATH_MAX], const char *rest)
{
	char own[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	path[0] = '\0';
	if (length <= 0)
		return;
	own[length] = '\0';
	char *slash = strrchr(own, '/');
	if (!slash)
		return;
	*slash = '\0';
	int written = snprintf(path, PATH_MAX, "%s/%s", own, rest);
	if (written < 0 || written >= PATH_MAX)
		path[0] = '\0';
}
