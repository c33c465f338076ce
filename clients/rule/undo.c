/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/rule/edit_apply.h"

enum { MAX_WHY = 64 };

/* The state before the one that the file holds: where it was edited by hand since, that
 * is the latest, else the one before it. */
static bool choose(const struct tocsin_edit *edit, unsigned *number)
{
	char *text = NULL;
	size_t length = 0;
	int64_t given;
	if (edit->to) {
		if (!tocsin_number_read(edit->to, &given) || given < 1 || given > edit->history.last)
			return false;
		*number = (unsigned)given;
		return true;
	}
	if (edit->history.last == 0 ||
		tocsin_history_read(&edit->history, edit->history.last, &text, &length) != TOCSIN_OK)
		return false;
	bool same = length == edit->old_length && memcmp(text, edit->old_text, length) == 0;
	free(text);
	*number = edit->history.last - (same ? 1 : 0);
	return *number > 0;
}

static enum tocsin_exit run_undo(struct tocsin_edit *edit)
{
	char why[MAX_WHY];
	unsigned number = 0;
	enum tocsin_exit code = tocsin_edit_start(edit);
	if (code != TOCSIN_EXIT_OK)
		return code;
	if (edit->list) {
		tocsin_history_print(&edit->history);
		return TOCSIN_EXIT_OK;
	}
	if (!choose(edit, &number) ||
		tocsin_history_read(&edit->history, number, &edit->new_text, &edit->new_length) !=
			TOCSIN_OK) {
		fprintf(stderr, _("tocsin undo: the history has no such state (--list shows it)\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	if (edit->new_length == edit->old_length &&
		memcmp(edit->new_text, edit->old_text, edit->old_length) == 0) {
		printf(_("The file already holds state %04u.\n"), number);
		return TOCSIN_EXIT_OK;
	}
	printf(_("Going back to state %04u.\n"), number);
	if (!tocsin_edit_write_draft(edit, edit->new_text, edit->new_length) ||
		!tocsin_edit_check(edit))
		return TOCSIN_EXIT_REFUSED;
	snprintf(why, sizeof(why), "undo: as %04u", number);
	return tocsin_edit_apply(edit, why);
}

enum tocsin_exit tocsin_run_undo(int argc, char **argv)
{
	struct tocsin_edit edit = {.command = "undo", .history.lock = -1};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&edit.connection);
	const struct tocsin_option_set sets[] = {
		tocsin_undo_options(&edit), tocsin_connection_options(&edit.connection)};
	const struct tocsin_usage usage = {
		.command = "undo",
		.synopsis = N_("[RULES] [OPTION]..."),
		.summary = N_("Go back to what the rule file held before its last change."),
		.example = "  tocsin undo /etc/mosquitto/tocsin/sahel.yaml --pid-file "
				   "/run/mosquitto/mosquitto.pid\n"
				   "  tocsin undo sahel.yaml --list",
		.notes =
			N_("Checked, rehearsed and asked like an edit, and itself a state of the history:\n"
			   "a second undo undoes the first; --to goes further back. A change by hand is\n"
			   "kept before it is undone. Exit: 0 done, 1 refused, 2 usage, 3 cannot connect,\n"
			   "4 no answer."),
		.sets = sets,
		.set_count = 2,
		.max_operands = 1,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code)) {
		edit.rules = operands.count == 1 ? operands.items[0] : getenv("TOCSIN_RULES");
		code = edit.rules ? run_undo(&edit) : tocsin_usage_fail(&usage, _("wants the rule file"));
	}
	tocsin_edit_finish(&edit);
	return code;
}
