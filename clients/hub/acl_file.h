/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The broker's acl_file, and what may be reached by it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "clients/base/input.h"

enum { TOCSIN_MAX_ACL_BYTES = 16 * 1024 * 1024, TOCSIN_ACL_READ = 1, TOCSIN_ACL_WRITE = 2 };

struct tocsin_acl_entry {
	const char *user;   /* NULL: of clients without a name; of a pattern: of everybody */
	bool pattern;       /* %u and %c stand for user name and client id */
	unsigned access;    /* TOCSIN_ACL_*; 0: denied */
	const char *filter; /* as in MQTT */
	unsigned line;
};

struct tocsin_acl {
	struct tocsin_input text;
	struct tocsin_acl_entry *entries;
	size_t count, capacity;
	unsigned bad_line; /* the first that the broker would refuse; 0: none */
};

/* As for tocsin_input_read. acl is to be finished all the same. */
TOCSIN_MUST_USE enum tocsin_status tocsin_acl_read(const char *path, struct tocsin_acl *acl);
void tocsin_acl_finish(struct tocsin_acl *acl);

/* Whether there is a topic that both filters match. In a, %u matches itself alone and %c
 * any level, since a client chooses its id. */
bool tocsin_filters_meet(const char *a, const char *b);

/* The entry gives this access to something beneath filter, and none of the user's (or
 * everybody's) denials takes it back. */
bool tocsin_acl_gives(const struct tocsin_acl *acl, const struct tocsin_acl_entry *entry,
	unsigned access, const char *filter);
