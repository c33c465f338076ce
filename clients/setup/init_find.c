/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <unistd.h>

#include "clients/base/own_path.h"
#include "clients/setup/init.h"

/* The first of the candidates that can be read, as its real path. */
static char *first(const char *const *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (access(candidates[i], R_OK) == 0)
			return realpath(candidates[i], NULL);
	return NULL;
}

char *tocsin_init_find_plugin(void)
{
	char built[PATH_MAX], installed[PATH_MAX];
	tocsin_own_path(built, "../broker-plugin/mosquitto_tocsin.so");
	tocsin_own_path(installed, "../lib/tocsin/mosquitto_tocsin.so");
	const char *const candidates[] = {built, installed, "/usr/lib/tocsin/mosquitto_tocsin.so",
		"/usr/local/lib/tocsin/mosquitto_tocsin.so"};
	return first(candidates, sizeof(candidates) / sizeof(*candidates));
}

char *tocsin_init_find_regions(void)
{
	char source[PATH_MAX], preset[PATH_MAX], installed[PATH_MAX];
	/* build/clients/tocsin, and build/PRESET/clients/tocsin. */
	tocsin_own_path(source, "../../rules/regions");
	tocsin_own_path(preset, "../../../rules/regions");
	tocsin_own_path(installed, "../share/tocsin/regions");
	const char *const candidates[] = {source, preset, installed, "/usr/share/tocsin/regions",
		"/etc/mosquitto/tocsin/regions", "/etc/tocsin/rules/regions"};
	return first(candidates, sizeof(candidates) / sizeof(*candidates));
}
