/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who may read and write what at the broker, as rules and admins say it. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "clients/setup/user_names.h"
#include "rules/ruleset.h"

struct tocsin_access {
	const struct tocsin_ruleset *ruleset;   /* borrowed */
	const struct tocsin_user_names *admins; /* borrowed, sorted */
	const char *root;                       /* of the topics, borrowed */
	const char *made_by;                    /* the command that makes this again, borrowed */
	struct tocsin_user_names people;        /* everybody who is named anywhere */
};

/* Collects the people. False without memory; nothing is then to be finished. */
bool tocsin_access_init(struct tocsin_access *access, const struct tocsin_ruleset *ruleset,
	const struct tocsin_user_names *admins, const char *root, const char *made_by);
void tocsin_access_finish(struct tocsin_access *access);

bool tocsin_access_is_member(const struct tocsin_audience *audience, const char *name);

/* What a sender speaks for others with, write only, and what it reads the answers on:
 * levels after the root, ended by NULL. MQTT has no pattern for part of a name. */
extern const char *const tocsin_access_relay_writes[];
extern const char *const tocsin_access_relay_reads[];

/* What steers a hub, and what an operator looks at: whole topics, and levels after the
 * root, ended by NULL. */
extern const char *const tocsin_access_admin_writes[];
extern const char *const tocsin_access_admin_reads[];
#define TOCSIN_ACCESS_ADMIN_BRANCH "ops/#"

/* As a file for the broker's acl_file. False where it cannot be written. */
bool tocsin_access_write_acl(const struct tocsin_access *access, FILE *out);

/* As one request to the broker's dynamic-security plugin, which can be given again and
 * again: roles and groups become what they are here, passwords stay. False where it
 * cannot be written, or without memory. */
bool tocsin_access_write_dynsec(const struct tocsin_access *access, FILE *out);
