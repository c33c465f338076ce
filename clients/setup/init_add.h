/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* `tocsin init DIR --add NAME --as ROLE`: one person more in a hub that init made. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proto/status.h"

struct tocsin_init;
struct tocsin_init_plan;

enum tocsin_init_role { TOCSIN_INIT_SENDER, TOCSIN_INIT_MEMBER, TOCSIN_INIT_ADMIN };

struct tocsin_init_newcomer {
	const char *name;
	enum tocsin_init_role role;
	const char *audience; /* of a member, else NULL */
	const char *places;   /* of a sender: as typed, or NULL */
};

/* "sender", "member:AUDIENCE" or "admin"; audience is borrowed. False where it is none. */
bool tocsin_init_role_read(const char *text, struct tocsin_init_newcomer *newcomer);

/* What is wrong with places, as a static text, or NULL: codes, or codes with the names of
 * their places, with commas between them. */
const char *tocsin_init_places_judge(const char *text);

/* The rules' text with the newcomer in it, and every other byte as it was: a sender among
 * those that are listed, a member among those of its audience. The caller's, with a NUL
 * behind its end. TOCSIN_NOT_FOUND where that list, or audience, does not stand in this
 * text; file is its name. */
TOCSIN_MUST_USE enum tocsin_status tocsin_init_add_to_rules(const char *file, const char *text,
	size_t length, const struct tocsin_init_newcomer *newcomer, char **made);

/* All of it, or nothing. False after a message. plan is what was found of the hub, to be
 * finished all the same. */
bool tocsin_init_add(
	const struct tocsin_init *init, const char *folder, struct tocsin_init_plan *plan);
