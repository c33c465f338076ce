/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/setup/init_add.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/base/tongue.h"
#include "clients/setup/access.h"
#include "clients/setup/init_addition.h"

enum { MAX_FILE = 16 * 1024 * 1024 };

static bool complain(const char *path, const char *why)
{
	fprintf(stderr, "tocsin init: %s: %s\n", path, why);
	return false;
}

struct tocsin_init_rewrite *tocsin_init_begin_rewrite(
	struct tocsin_init_addition *addition, const char *path)
{
	struct tocsin_init_rewrite *file = &addition->files[addition->count++];
	file->path = path;
	errno = 0;
	const enum tocsin_status status = tocsin_input_read(path, MAX_FILE, &file->old);
	if (status == TOCSIN_OK)
		return file;
	complain(path, status == TOCSIN_IO ? strerror(errno) : _("too large"));
	return NULL;
}

static bool knows_audience(const struct tocsin_init_addition *addition)
{
	const struct tocsin_ruleset *rules = addition->hub.rules;
	const char *wanted = addition->newcomer.audience;
	for (size_t i = 0; i < rules->audience_count; i++)
		if (strcmp(rules->audiences[i].name, wanted) == 0)
			return true;
	fprintf(stderr, _("tocsin init: the rules have no audience %s; they have "), wanted);
	for (size_t i = 0; i < rules->audience_count; i++)
		fprintf(stderr, "%s%s", i ? ", " : "", rules->audiences[i].name);
	fputc('\n', stderr);
	return false;
}

/* NULL, or what does not go together. */
static const char *judge(const struct tocsin_init_addition *addition)
{
	const struct tocsin_init_newcomer *newcomer = &addition->newcomer;
	const bool listed = addition->hub.rules->senders_listed;
	if (newcomer->role != TOCSIN_INIT_SENDER)
		return newcomer->places ? N_("--places is for a sender") : NULL;
	if (listed && !newcomer->places && !addition->has_role)
		return N_("--places says from which regions a sender may report, such as ML05,ML0701");
	if (!listed && newcomer->places)
		return N_("every account may report here, from everywhere: leave --places out, or list "
				  "senders in the rules first");
	return NULL;
}

static bool change_rules(struct tocsin_init_addition *addition)
{
	const struct tocsin_init_newcomer *newcomer = &addition->newcomer;
	struct tocsin_edit *edit = &addition->edit;
	addition->rules = addition->hub.rules;
	if (newcomer->role == TOCSIN_INIT_ADMIN || addition->has_role)
		return true;
	struct tocsin_init_rewrite *file =
		tocsin_init_begin_rewrite(addition, addition->hub.rules_path);
	if (!file)
		return false;
	edit->rules = file->path;
	enum tocsin_status status = tocsin_init_add_to_rules(
		file->path, (const char *)file->old.data, file->old.size, newcomer, &edit->new_text);
	if (status == TOCSIN_NO_MEMORY)
		return complain(file->path, _("out of memory"));
	if (status == TOCSIN_OK) {
		edit->new_length = strlen(edit->new_text);
		if (!tocsin_edit_check(edit))
			return false;
	}
	/* What the rules say now is what was wanted, whatever the file looked like. */
	if (status != TOCSIN_OK || !tocsin_init_has_role(addition, edit->after))
		return complain(file->path,
			_("the place for this name is not found in it: add it by hand, as man tocsin-init "
			  "says"));
	addition->rules = edit->after;
	file->text = strdup(edit->new_text);
	file->length = edit->new_length;
	return file->text || complain(file->path, _("out of memory"));
}

static bool change_acl(struct tocsin_init_addition *addition, struct tocsin_init_rewrite *file)
{
	struct tocsin_access access;
	char *made_by = tocsin_init_acl_command(addition->plan);
	FILE *out = made_by ? open_memstream(&file->text, &file->length) : NULL;
	bool fine = out &&
		tocsin_access_init(&access, addition->rules, &addition->plan->admins, "tocsin/v1", made_by);
	if (fine) {
		fine = tocsin_access_write_acl(&access, out);
		tocsin_access_finish(&access);
	}
	if (out)
		fine = fclose(out) == 0 && fine;
	free(made_by);
	return fine || complain(file->path, _("out of memory"));
}

/* Behind the line of the admins, or a line of its own behind that of the hub. */
static bool change_conf(struct tocsin_init_addition *addition)
{
	if (addition->newcomer.role != TOCSIN_INIT_ADMIN || addition->has_role)
		return true;
	const struct tocsin_conf_line *admins = addition->hub.admins;
	struct tocsin_init_rewrite *file = tocsin_init_begin_rewrite(addition, addition->hub.conf_path);
	if (!file)
		return false;
	const char *text = (const char *)file->old.data, *end = text;
	for (unsigned line = 0; line < (admins ? admins : addition->hub.hub)->line; line++) {
		end += line > 0 && *end == '\n';
		end += strcspn(end, "\n");
	}
	while (end > text && strchr(" \t\r", end[-1]))
		end--;
	const int length = asprintf(&file->text, "%.*s%s%s%s", (int)(end - text), text,
		admins ? "," : "\n# User names that may steer it by $CONTROL.\nplugin_opt_admins ",
		addition->newcomer.name, end);
	if (length < 0) {
		file->text = NULL;
		return complain(file->path, _("out of memory"));
	}
	file->length = (size_t)length;
	return true;
}

static FILE *open_in(const struct tocsin_init_addition *addition, const char *name, const char *why)
{
	int file = openat(addition->plan->tree.folder, name, O_RDONLY | O_CLOEXEC);
	FILE *in = file < 0 ? NULL : fdopen(file, "r");
	if (!in)
		fprintf(stderr, "tocsin init: %s/%s: %s%s\n", addition->plan->folder, name, strerror(errno),
			why);
	return in;
}

/* A key that signs is needed only where people have certificates. */
static bool read_authority(struct tocsin_init_addition *addition)
{
	const bool signs = addition->plan->login == TOCSIN_LOGIN_CERTIFICATE;
	if (addition->plan->login == TOCSIN_LOGIN_NO_TLS || addition->has_account)
		return true;
	FILE *certificate = open_in(addition, "tls/ca.crt", "");
	FILE *key = certificate && signs
		? open_in(addition, "secrets/ca.key",
			  _(": it signs the certificate; bring it back for as long as this takes"))
		: NULL;
	const bool open = certificate && (key || !signs);
	if (open)
		addition->authority = tocsin_identity_read(certificate, key);
	if (open && !addition->authority)
		complain(addition->plan->folder,
			signs ? _("tls/ca.crt and secrets/ca.key are no certificate and its key")
				  : _("tls/ca.crt is no certificate"));
	if (certificate)
		fclose(certificate);
	if (key)
		fclose(key);
	return addition->authority != NULL;
}

static bool prepare(struct tocsin_init_addition *addition, const char *folder)
{
	struct tocsin_init_plan *plan = addition->plan;
	const char *host = addition->init->given[TOCSIN_INIT_HOST];
	if (!tocsin_init_hub_read(&addition->hub, folder, plan))
		return false;
	plan->host = host ? host
		: *addition->hub.host
		? addition->hub.host
		: tocsin_init_standard(TOCSIN_INIT_HOST, plan->texts[TOCSIN_INIT_HOST]);
	if (addition->newcomer.role == TOCSIN_INIT_MEMBER && !knows_audience(addition))
		return false;
	if (!tocsin_init_look(addition))
		return false;
	const char *wrong = judge(addition);
	if (wrong)
		return complain(addition->newcomer.name, _(wrong));
	if (addition->newcomer.role == TOCSIN_INIT_ADMIN && !addition->has_role) {
		if (!tocsin_user_names_add(&plan->admins, addition->newcomer.name))
			return complain(addition->newcomer.name, _("out of memory"));
		tocsin_user_names_sort(&plan->admins);
	}
	/* What says that somebody has a role is written last: until then, the same command does
	 * what a kill left undone. */
	struct tocsin_init_rewrite *acl = tocsin_init_begin_rewrite(addition, addition->hub.acl_path);
	return acl && read_authority(addition) && change_rules(addition) && change_acl(addition, acl) &&
		change_conf(addition);
}

static void finish(struct tocsin_init_addition *addition)
{
	for (size_t i = 0; i < addition->count; i++) {
		tocsin_input_finish(&addition->files[i].old);
		free(addition->files[i].text);
	}
	tocsin_identity_destroy(addition->authority);
	tocsin_edit_finish(&addition->edit);
	tocsin_init_hub_finish(&addition->hub);
}

static void print_added(const struct tocsin_init_addition *addition)
{
	const struct tocsin_init_plan *plan = addition->plan;
	const char *name = addition->newcomer.name;
	printf(_("%s is added to the hub %s.\n"), name, plan->hub);
	if (addition->has_account)
		puts(_("It logs in as before: no new secret is made."));
	else
		printf("  %s/secrets/%s  %s\n", plan->folder, name,
			_("what it takes to log in: hand it out, then take it off this machine"));
	if (addition->has_role &&
		(addition->newcomer.role != TOCSIN_INIT_SENDER || addition->rules->senders_listed))
		puts(_("It had this role before, without an account: that stays as it is."));
	if (addition->newcomer.role == TOCSIN_INIT_ADMIN)
		puts(_("\nStart the broker again: it reads who its admins are at its start alone."));
	else
		puts(_("\nThen let the broker read it all: kill -HUP its process."));
}

bool tocsin_init_add(
	const struct tocsin_init *init, const char *folder, struct tocsin_init_plan *plan)
{
	struct tocsin_init_addition addition = {
		.init = init, .plan = plan, .edit = {.command = "init", .history.lock = -1}};
	*plan = (struct tocsin_init_plan){.tree.folder = -1, .now_s = time(NULL)};
	tocsin_connection_init(&addition.edit.connection);
	addition.newcomer = (struct tocsin_init_newcomer){.name = init->add, .places = init->places};
	/* Judged when it was given. */
	(void)tocsin_init_role_read(init->as, &addition.newcomer);
	bool fine = prepare(&addition, folder) && tocsin_init_write_addition(&addition);
	if (fine)
		print_added(&addition);
	finish(&addition);
	tocsin_tree_close(&plan->tree);
	return fine;
}
