/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clients/relay.h"
#include "clients/tongue.h"

/* The folders of a path, from the one that ends at slash on. */
static void make_folders(const char *path, char *slash)
{
	for (; slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
}

/* The usual place, by the XDG base directories; NULL where there is none. */
static char *usual_memory(const char *client_id)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	bool own = state && *state == '/';
	char *path = NULL;
	if (strchr(client_id, '/') || (!own && (!home || *home != '/')))
		return NULL;
	if (asprintf(
			&path, "%s%s/tocsin/%s", own ? state : home, own ? "" : "/.local/state", client_id) < 0)
		return NULL;
	/* A home that is not there is nobody's to make. */
	make_folders(path, own ? path + strlen(state) : strchr(path + strlen(home) + 1, '/'));
	return path;
}

enum tocsin_exit tocsin_relay_open_memory(struct tocsin_relay *relay)
{
	char *usual = relay->memory ? NULL : usual_memory(relay->in.client_id);
	const char *path = relay->memory ? relay->memory : usual;
	enum tocsin_status status = tocsin_relayed_open(path, &relay->relayed);
	const char *why = status == TOCSIN_LIMIT ? _("another relay is using it")
		: status == TOCSIN_INVALID           ? _("is no memory of a relay")
											 : strerror(errno);
	if (status == TOCSIN_IO && usual) {
		tocsin_relay_note(relay, true,
			_("%s: %s; nothing is remembered over a restart (see --memory)"), usual, why);
		status = tocsin_relayed_open(NULL, &relay->relayed);
	} else if (status == TOCSIN_OK && !path) {
		tocsin_relay_note(relay, true, _("nothing is remembered over a restart (see --memory)"));
	} else if (status != TOCSIN_OK) {
		tocsin_relay_note(relay, true, _("%s: %s"), path ? path : "memory", why);
	}
	free(usual);
	return status == TOCSIN_OK ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}
