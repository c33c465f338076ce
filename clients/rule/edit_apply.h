/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* From a text that an operator wrote, or goes back to, to the rules that run: checked,
 * rehearsed, its impact shown, asked, installed, kept in the history, reloaded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

#include "clients/base/connection.h"
#include "clients/base/options.h"
#include "clients/rule/edit_history.h"
#include "rules/ruleset.h"

enum { TOCSIN_MAX_AGAINST = 64 };

/* What edit and undo have in common. */
struct tocsin_edit {
	const char *command; /* "edit", for messages */
	const char *rules;   /* the file */
	const char *editor;
	bool yes, force, resume, list;
	const char *to; /* a state of the history */
	char *against[TOCSIN_MAX_AGAINST];
	size_t against_count;
	pid_t pid;
	struct tocsin_connection connection;

	struct tocsin_history history;
	char *old_text; /* what the file holds; NUL-terminated */
	size_t old_length;
	char *draft; /* path of the file that holds the new text, beside the rules */
	char *new_text;
	size_t new_length;
	struct tocsin_ruleset *before, *after;
};

/* What undo takes of the options of edit, and its own. */
struct tocsin_option_set tocsin_undo_options(struct tocsin_edit *edit);

/* Reads the rule file, opens its history, makes the draft with the file's mode. Says
 * on stderr why it cannot. */
enum tocsin_exit tocsin_edit_start(struct tocsin_edit *edit);

/* Writes text into the draft, or reads it back as the new text. */
bool tocsin_edit_write_draft(struct tocsin_edit *edit, const char *text, size_t length);
bool tocsin_edit_read_draft(struct tocsin_edit *edit);

/* Loads the new text as if it were in the file; what is wrong goes to stderr. */
bool tocsin_edit_check(struct tocsin_edit *edit);

/* Everything after the check. why is for the history. */
enum tocsin_exit tocsin_edit_apply(struct tocsin_edit *edit, const char *why);

/* Removes the draft unless it was moved away. NULL-safe on half-started ones. */
void tocsin_edit_finish(struct tocsin_edit *edit);

/* Shows what changes for incidents; *loses tells whether an extreme would reach fewer
 * people. False without memory, or where an incident cannot be read (said on
 * stderr). */
bool tocsin_edit_impact(const struct tocsin_edit *edit, bool *loses);
