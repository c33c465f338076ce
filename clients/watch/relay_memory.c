/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/state_file.h"
#include "clients/base/tongue.h"
#include "clients/watch/relay.h"

enum tocsin_exit tocsin_relay_open_memory(struct tocsin_relay *relay)
{
	char *usual = relay->memory ? NULL : tocsin_state_path(relay->in.client_id);
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
