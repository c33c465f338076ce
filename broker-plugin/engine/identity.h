/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whose box beneath from/ is whose: the one place that decides for whom a client may
 * speak. */
#pragma once

#include "rules/ruleset.h"

enum tocsin_identity {
	TOCSIN_IDENTITY_OTHERS,
	TOCSIN_IDENTITY_OWN,     /* the client's own box, all of it */
	TOCSIN_IDENTITY_RELAYED, /* a box that it may publish incidents to, and nothing else */
};

/* What the topic level after from/ is to a client with this user name and client id (each
 * may be NULL). Without a user name the client id stands for it, but never as a relay's:
 * anybody may take any client id. An own box need not be that of a sender whom the rules
 * admit. Any thread. */
enum tocsin_identity tocsin_identity_of(const struct tocsin_ruleset *ruleset, const char *user,
	const char *client_id, const char *level, size_t length);

/* Whether a client id may stand for the user name that is missing: with open_senders, and
 * where the rules give that name to no sender, to none whom a relay may speak for, and to
 * no member of an audience. Any thread. */
bool tocsin_identity_unnamed(const struct tocsin_ruleset *ruleset, const char *client_id);
