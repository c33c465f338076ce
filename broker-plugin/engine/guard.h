/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a client may not do beneath the root, whatever the broker's own access control
 * says. The message event denies what is published; this also stops what passes it by: a
 * last will, and whoever reads another's box. Asked for each subscriber of each message:
 * allocates nothing. */
#pragma once

#include <stdbool.h>

#include "engine/engine.h"

enum tocsin_guard {
	TOCSIN_GUARD_OFF,
	TOCSIN_GUARD_BESIDE, /* others decide on what it does not deny */
	TOCSIN_GUARD_ALONE,  /* nobody else does: it also says who reads what */
};

enum tocsin_access_kind { TOCSIN_ACCESS_READ, TOCSIN_ACCESS_WRITE, TOCSIN_ACCESS_SUBSCRIBE };

struct tocsin_access {
	enum tocsin_access_kind kind;
	const char *topic;     /* of SUBSCRIBE: the filter, without a share's name */
	const char *user;      /* MQTT user name, or NULL */
	const char *client_id; /* or NULL */
	bool admin;            /* its user may steer the hub */
};

/* True where it is denied. Always:
 *   writing anything but incidents and replay requests in the client's own box;
 *   reading another's box, such as an incident that came as a will.
 * With TOCSIN_GUARD_ALONE also reading an audience's topics by others than its members,
 * ops/ by others than admins, and the rest beneath the root. A subscription is denied
 * where what it names is denied by name; what a wildcard matches is judged at each
 * delivery. */
bool tocsin_guard_denies(const struct tocsin_engine *engine, enum tocsin_guard guard,
	const struct tocsin_access *access);
