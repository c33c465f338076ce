/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/edit_apply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/base/editor.h"
#include "clients/base/input.h"
#include "clients/base/tongue.h"
#include "clients/hub/control.h"
#include "clients/hub/reload.h"
#include "clients/rule/rehearse.h"
#include "rules/install.h"

enum { MODE_BITS = 07777, SUFFIX_LENGTH = 5 };

/* Stands for the version of a text that does not load. */
#define NO_VERSION "0000000000000000"

static enum tocsin_exit fail(const struct tocsin_edit *edit, const char *what)
{
	fprintf(stderr, _("tocsin %s: %s: %s\n"), edit->command, what, strerror(errno));
	return TOCSIN_EXIT_REFUSED;
}

static bool read_text(const char *path, char **text, size_t *length)
{
	struct tocsin_input input;
	enum tocsin_status status = tocsin_input_read(path, TOCSIN_MAX_HISTORY_TEXT, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(path, status, TOCSIN_MAX_HISTORY_TEXT);
		return false;
	}
	free(*text);
	*text = (char *)input.data;
	*length = input.size;
	return true;
}

/* Beside the rules, so that paths in it mean the same; hidden, so that no folder that
 * is included takes it in. */
static enum tocsin_exit make_draft(struct tocsin_edit *edit)
{
	const char *slash = strrchr(edit->rules, '/');
	int folder = slash ? (int)(slash + 1 - edit->rules) : 0;
	struct stat rules;
	if (asprintf(&edit->draft, "%.*s.%s.XXXXXX.yaml", folder, edit->rules, edit->rules + folder) <
		0) {
		edit->draft = NULL;
		return fail(edit, edit->rules);
	}
	int file = mkostemps(edit->draft, SUFFIX_LENGTH, O_CLOEXEC);
	if (file < 0) {
		enum tocsin_exit code = fail(edit, _("cannot write beside the rule file"));
		free(edit->draft);
		edit->draft = NULL;
		return code;
	}
	bool fine = stat(edit->rules, &rules) == 0 && fchmod(file, rules.st_mode & MODE_BITS) == 0;
	close(file);
	return fine ? TOCSIN_EXIT_OK : fail(edit, edit->draft);
}

enum tocsin_exit tocsin_edit_start(struct tocsin_edit *edit)
{
	edit->history.lock = -1;
	if (!read_text(edit->rules, &edit->old_text, &edit->old_length))
		return TOCSIN_EXIT_REFUSED;
	enum tocsin_status status = tocsin_history_open(edit->rules, &edit->history);
	if (status == TOCSIN_LIMIT) {
		fprintf(stderr, _("tocsin %s: somebody else is editing %s\n"), edit->command, edit->rules);
		return TOCSIN_EXIT_REFUSED;
	}
	if (status != TOCSIN_OK)
		return fail(edit, edit->history.folder ? edit->history.folder : edit->rules);
	return make_draft(edit);
}

bool tocsin_edit_write_draft(struct tocsin_edit *edit, const char *text, size_t length)
{
	FILE *file = fopen(edit->draft, "we");
	if (!file)
		return false;
	bool fine = fwrite(text, 1, length, file) == length;
	return fclose(file) == 0 && fine;
}

bool tocsin_edit_read_draft(struct tocsin_edit *edit)
{
	return read_text(edit->draft, &edit->new_text, &edit->new_length);
}

/* The disk, with the new text in place of the file's own. */
static enum tocsin_status read_new(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	const struct tocsin_edit *edit = ctx;
	if (strcmp(path, edit->rules) != 0)
		return tocsin_disk.read(tocsin_disk.ctx, path, ceiling, text, length);
	if (edit->new_length > ceiling)
		return TOCSIN_LIMIT;
	char *copy = malloc(edit->new_length + 1);
	if (!copy)
		return TOCSIN_NO_MEMORY;
	memcpy(copy, edit->new_text, edit->new_length + 1);
	*text = copy;
	*length = edit->new_length;
	return TOCSIN_OK;
}

static struct tocsin_ruleset *load(
	struct tocsin_edit *edit, const struct tocsin_files *files, FILE *out)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_ruleset_load(edit->rules, files, &diagnostics, &ruleset);
	tocsin_diagnostics_sort(&diagnostics);
	if (out)
		tocsin_diagnostics_print(&diagnostics, out);
	if (out && status != TOCSIN_OK)
		fprintf(out,
			tocsin_tongue_many("%zu error: the hub would keep its old rules\n",
				"%zu errors: the hub would keep its old rules\n", diagnostics.errors),
			diagnostics.errors);
	tocsin_diagnostics_finish(&diagnostics);
	return status == TOCSIN_OK ? ruleset : NULL;
}

bool tocsin_edit_check(struct tocsin_edit *edit)
{
	const struct tocsin_files files = {.ctx = edit, .read = read_new};
	tocsin_ruleset_destroy(edit->after);
	edit->after = load(edit, &files, stderr);
	return edit->after != NULL;
}

static bool rehearse(const struct tocsin_edit *edit)
{
	struct tocsin_rehearsal_files scenarios = {0};
	const struct tocsin_rehearse_want want = {.rules = edit->draft,
		.rules_name = edit->rules,
		.scenarios = &scenarios,
		.skip_others = true};
	bool fine = tocsin_rehearsal_files_beside(&scenarios, edit->rules);
	if (!fine) {
		fail(edit, _("the scenarios beside the rules"));
	} else if (scenarios.count == 0) {
		puts(_("Rehearsal: there are no scenarios (*.rehearsal.yaml) beside the rules."));
	} else {
		json_t *result = tocsin_rehearse(&want);
		fine = json_is_true(json_object_get(result, "ok"));
		if (result)
			tocsin_rehearse_print(result);
		json_decref(result);
	}
	tocsin_rehearsal_files_finish(&scenarios);
	return fine;
}

static bool file_is_as_read(const struct tocsin_edit *edit)
{
	char *text = NULL;
	size_t length;
	bool same = read_text(edit->rules, &text, &length) && length == edit->old_length &&
		memcmp(text, edit->old_text, length) == 0;
	free(text);
	return same;
}

/* Whoever edited by hand loses nothing either: what the file holds comes first. */
static enum tocsin_status keep_old(struct tocsin_edit *edit)
{
	char *latest = NULL;
	size_t length = 0;
	if (edit->history.last > 0 &&
		tocsin_history_read(&edit->history, edit->history.last, &latest, &length) == TOCSIN_OK) {
		bool same = length == edit->old_length && memcmp(latest, edit->old_text, length) == 0;
		free(latest);
		if (same)
			return TOCSIN_OK;
	}
	return tocsin_history_add(&edit->history, edit->before ? edit->before->version : NO_VERSION,
		edit->old_text, edit->old_length, "as found");
}

static enum tocsin_exit install(struct tocsin_edit *edit, const char *why)
{
	if (!file_is_as_read(edit)) {
		fprintf(stderr, _("tocsin %s: %s was changed meanwhile: nothing is installed\n"),
			edit->command, edit->rules);
		return TOCSIN_EXIT_REFUSED;
	}
	if (keep_old(edit) != TOCSIN_OK)
		return fail(edit, edit->history.folder);
	if (tocsin_install(edit->rules, edit->new_text, edit->new_length) != TOCSIN_OK)
		return fail(edit, edit->rules);
	if (tocsin_history_add(&edit->history, edit->after->version, edit->new_text, edit->new_length,
			why) != TOCSIN_OK)
		(void)fail(edit, _("installed, but not kept in the history"));
	printf(_("Installed: version %s, state %04u of its history.\n"), edit->after->version,
		edit->history.last);
	return TOCSIN_EXIT_OK;
}

static bool connection_given(const struct tocsin_connection *connection)
{
	return connection->host || connection->user || connection->port || connection->config;
}

static enum tocsin_exit reload(struct tocsin_edit *edit)
{
	struct tocsin_control control = {.session.signals = -1};
	if (edit->pid) {
		enum tocsin_exit code = tocsin_reload_process(edit->pid);
		if (code == TOCSIN_EXIT_OK)
			puts(_("The broker was asked to read it; 'tocsin status' says what came of it."));
		return code;
	}
	if (!connection_given(&edit->connection)) {
		puts(_("Not loaded by any hub yet: give --pid, or -h and -u, or see 'tocsin reload'."));
		return TOCSIN_EXIT_OK;
	}
	if (!tocsin_connection_complete(&edit->connection))
		return TOCSIN_EXIT_USAGE;
	enum tocsin_exit code = tocsin_control_open(&control, &edit->connection);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_control_send_rules(
			&control, edit->new_text, edit->new_length, NULL, false, false);
	tocsin_control_close(&control);
	return code;
}

enum tocsin_exit tocsin_edit_apply(struct tocsin_edit *edit, const char *why)
{
	bool loses = false;
	edit->before = load(edit, &tocsin_disk, NULL);
	if (!rehearse(edit)) {
		fprintf(stderr, _("tocsin %s: the rehearsal is not met\n"), edit->command);
		if (!edit->force)
			return TOCSIN_EXIT_REFUSED;
	}
	if (!tocsin_edit_impact(edit, &loses))
		return TOCSIN_EXIT_REFUSED;
	if (loses && !edit->force) {
		fprintf(stderr,
			_("tocsin %s: an extreme incident would reach fewer people: only with --force\n"),
			edit->command);
		return TOCSIN_EXIT_REFUSED;
	}
	if (!edit->yes && !tocsin_ask(_("Install? [y/N]"), 'y')) {
		fprintf(stderr, _("tocsin %s: nothing is installed\n"), edit->command);
		return TOCSIN_EXIT_REFUSED;
	}
	enum tocsin_exit code = install(edit, why);
	return code == TOCSIN_EXIT_OK ? reload(edit) : code;
}

void tocsin_edit_finish(struct tocsin_edit *edit)
{
	if (edit->draft)
		(void)unlink(edit->draft);
	tocsin_ruleset_destroy(edit->before);
	tocsin_ruleset_destroy(edit->after);
	tocsin_history_close(&edit->history);
	tocsin_connection_finish(&edit->connection);
	free(edit->old_text);
	free(edit->new_text);
	free(edit->draft);
}
