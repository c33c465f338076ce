/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/editor.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/hub/reload.h"
#include "clients/rule/edit_apply.h"

/* First what edit alone takes, last what undo alone does. */
enum option { EDITOR, RESUME, YES, FORCE, AGAINST, PID, PID_FILE, LIST, TO };

static const struct tocsin_option edit_options[] = {
	[EDITOR] = {"editor", 0, "COMMAND", N_("instead of $VISUAL, $EDITOR or vi")},
	[RESUME] = {"resume", 0, NULL, N_("begin with RULES.draft, what was kept of an earlier try")},
	[YES] = {"yes", 'y', NULL, N_("install without asking")},
	[FORCE] = {"force", 0, NULL, N_("also where an extreme would reach fewer people")},
	[AGAINST] = {"against", 0, "FILE",
		N_("show the impact on these incidents; again for more (one of each kind and place)")},
	[PID] = {"pid", 0, "PID", N_("the broker on this machine then reads the file again")},
	[PID_FILE] = {"pid-file", 0, "FILE", N_("the same, its process id being in FILE")},
	[LIST] = {"list", 'l', NULL, N_("only print the history")},
	[TO] = {"to", 0, "NUMBER", N_("to this state of the history (the one before the latest)")},
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct tocsin_edit *edit = ctx;
	switch ((enum option)index) {
	case EDITOR:
		edit->editor = value;
		return NULL;
	case YES:
		edit->yes = true;
		return NULL;
	case FORCE:
		edit->force = true;
		return NULL;
	case AGAINST:
		if (edit->against_count == TOCSIN_MAX_AGAINST)
			return N_("too many files");
		edit->against[edit->against_count++] = value;
		return NULL;
	case PID:
		return tocsin_pid_read(value, &edit->pid);
	case PID_FILE:
		return tocsin_pid_read_file(value, &edit->pid);
	case RESUME:
		edit->resume = true;
		return NULL;
	case LIST:
		edit->list = true;
		return NULL;
	case TO:
		edit->to = value;
		return NULL;
	}
	return N_("cannot be taken");
}

static const char *take_undo(void *ctx, size_t index, char *value)
{
	return take(ctx, YES + index, value);
}

struct tocsin_option_set tocsin_undo_options(struct tocsin_edit *edit)
{
	return (struct tocsin_option_set){"Options", edit_options + YES, TO + 1 - YES, take_undo, edit};
}

/* An operator's work is not thrown away. */
static void keep_draft(struct tocsin_edit *edit)
{
	char *kept = NULL;
	if (asprintf(&kept, "%s.draft", edit->rules) < 0)
		return;
	if (rename(edit->draft, kept) == 0) {
		fprintf(stderr, _("tocsin edit: your text is kept in %s (--resume)\n"), kept);
		free(edit->draft);
		edit->draft = NULL;
	}
	free(kept);
}

static bool begin_draft(struct tocsin_edit *edit)
{
	char *kept = NULL;
	if (!edit->resume)
		return tocsin_edit_write_draft(edit, edit->old_text, edit->old_length);
	if (asprintf(&kept, "%s.draft", edit->rules) < 0)
		return false;
	bool fine = rename(kept, edit->draft) == 0;
	free(kept);
	return fine;
}

static enum tocsin_exit edit_until_good(struct tocsin_edit *edit)
{
	do {
		if (!tocsin_editor_run(edit->editor, edit->draft)) {
			fprintf(stderr, _("tocsin edit: the editor failed: nothing is changed\n"));
			return TOCSIN_EXIT_REFUSED;
		}
		if (!tocsin_edit_read_draft(edit))
			return TOCSIN_EXIT_REFUSED;
		if (tocsin_edit_check(edit))
			return TOCSIN_EXIT_OK;
	} while (!edit->yes && tocsin_ask(_("Edit again, or leave? [e/L]"), 'e'));
	return TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit run_edit(struct tocsin_edit *edit)
{
	enum tocsin_exit code = tocsin_edit_start(edit);
	if (code != TOCSIN_EXIT_OK)
		return code;
	if (!begin_draft(edit)) {
		fprintf(stderr, _("tocsin edit: %s: %s\n"), edit->resume ? _("the draft") : edit->draft,
			strerror(errno));
		return TOCSIN_EXIT_REFUSED;
	}
	code = edit_until_good(edit);
	bool changed = edit->new_text &&
		(edit->new_length != edit->old_length ||
			memcmp(edit->new_text, edit->old_text, edit->old_length) != 0);
	if (code == TOCSIN_EXIT_OK && !changed) {
		puts(_("Nothing is changed."));
		return TOCSIN_EXIT_OK;
	}
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_edit_apply(edit, "edit");
	/* What was installed is in the history; anything else would be lost. */
	if (code == TOCSIN_EXIT_REFUSED && changed && edit->draft)
		keep_draft(edit);
	return code;
}

enum tocsin_exit tocsin_run_edit(int argc, char **argv)
{
	struct tocsin_edit edit = {.command = "edit", .history.lock = -1};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&edit.connection);
	const struct tocsin_option_set sets[] = {
		{"Options", edit_options, LIST, take, &edit}, tocsin_connection_options(&edit.connection)};
	const struct tocsin_usage usage = {
		.command = "edit",
		.synopsis = N_("[RULES] [OPTION]..."),
		.summary = N_("Edit the rules as visudo does: nothing broken is installed."),
		.example = "  tocsin edit /etc/mosquitto/tocsin/sahel.yaml --pid-file "
				   "/run/mosquitto/mosquitto.pid",
		.notes =
			N_("Opens a copy, checks it, rehearses the scenarios beside it, shows what changes,\n"
			   "asks, installs it whole and keeps every state in RULES.history. With --pid, or\n"
			   "-h and -u, the hub then loads it. RULES is $TOCSIN_RULES where it is not given.\n"
			   "Exit: 0 installed (or nothing to do), 1 refused, 2 usage, 3 cannot connect,\n"
			   "4 no answer."),
		.sets = sets,
		.set_count = 2,
		.max_operands = 1,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code)) {
		edit.rules = operands.count == 1 ? operands.items[0] : getenv("TOCSIN_RULES");
		code = edit.rules ? run_edit(&edit) : tocsin_usage_fail(&usage, _("wants the rule file"));
	}
	tocsin_edit_finish(&edit);
	return code;
}
