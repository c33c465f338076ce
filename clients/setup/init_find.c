/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/setup/init.h"

/* The first of the candidates that can be read, as its real path. */
static char *first(const char *const *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (access(candidates[i], R_OK) == 0)
			return realpath(candidates[i], NULL);
	return NULL;
}

/* A path from the folder of this command's own file; "" where it cannot be told. */
static void beside(char path[PATH_MAX], const char *rest)
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

char *tocsin_init_find_plugin(void)
{
	char built[PATH_MAX];
	beside(built, "../broker-plugin/mosquitto_tocsin.so");
	const char *const candidates[] = {
		built, "/usr/lib/tocsin/mosquitto_tocsin.so", "/usr/local/lib/tocsin/mosquitto_tocsin.so"};
	return first(candidates, sizeof(candidates) / sizeof(*candidates));
}

char *tocsin_init_find_regions(void)
{
	char source[PATH_MAX], preset[PATH_MAX];
	/* build/clients/tocsin, and build/PRESET/clients/tocsin. */
	beside(source, "../../rules/regions");
	beside(preset, "../../../rules/regions");
	const char *const candidates[] = {source, preset, "/usr/share/tocsin/regions",
		"/etc/mosquitto/tocsin/regions", "/etc/tocsin/rules/regions"};
	return first(candidates, sizeof(candidates) / sizeof(*candidates));
}
