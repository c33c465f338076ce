/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A hub that init made, read back from its folder. */
#pragma once

#include <stdbool.h>

#include "clients/hub/mosquitto_conf.h"
#include "clients/setup/init.h"
#include "rules/ruleset.h"

struct tocsin_init_hub {
	char *conf_path, *rules_path, *acl_path, *passwords_path;
	struct tocsin_conf conf;
	const struct tocsin_conf_line *admins; /* the line that names them, or NULL */
	const struct tocsin_conf_line *hub;    /* the line that names it */
	bool has_passwords;
	struct tocsin_ruleset *rules;
	char host[256]; /* as in its certificate; "" where it has none */
};

/* Fills of plan what making one person more wants. False after a message: the folder is
 * none of init's, or its files were moved, or the rules do not load. */
bool tocsin_init_hub_read(
	struct tocsin_init_hub *hub, const char *folder, struct tocsin_init_plan *plan);
void tocsin_init_hub_finish(struct tocsin_init_hub *hub);
