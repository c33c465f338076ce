/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What `tocsin init --add` is about to do. Not for others. */
#pragma once

#include "clients/base/input.h"
#include "clients/rule/edit_apply.h"
#include "clients/setup/identity.h"
#include "clients/setup/init_add.h"
#include "clients/setup/init_hub.h"

enum { TOCSIN_INIT_REWRITES = 4 };

/* A file of the hub, and what it is to hold. */
struct tocsin_init_rewrite {
	const char *path;
	struct tocsin_input old;
	char *text;
	size_t length;
};

struct tocsin_init_addition {
	const struct tocsin_init *init;
	struct tocsin_init_plan *plan;
	struct tocsin_init_newcomer newcomer;
	struct tocsin_init_hub hub;
	bool has_role, has_account; /* the hub has them already, and they stay as they are */
	struct tocsin_edit edit;    /* the rules' new text, and what it loads as */
	const struct tocsin_ruleset *rules;
	struct tocsin_identity *authority;
	struct tocsin_init_rewrite files[TOCSIN_INIT_REWRITES];
	size_t count;
};

/* Reads a file of the hub that is to be written, in the order of these calls: it is left
 * alone where it gets no text. NULL after a message. */
struct tocsin_init_rewrite *tocsin_init_begin_rewrite(
	struct tocsin_init_addition *addition, const char *path);

/* init_add_look.c: finds out what the hub has of the person. False after a message, where
 * it has all, or where secrets/NAME lies there without an account. */
bool tocsin_init_look(struct tocsin_init_addition *addition);

/* Whether these rules, or the admins of the plan, name the person as what is wanted. */
bool tocsin_init_has_role(
	const struct tocsin_init_addition *addition, const struct tocsin_ruleset *rules);

/* init_add_write.c: secrets/NAME unless there is an account, then each file anew; or all as it was,
 * and false after a message. */
bool tocsin_init_write_addition(struct tocsin_init_addition *addition);
