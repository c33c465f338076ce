/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a hub has already of the person that `tocsin init --add` names. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "clients/base/tongue.h"
#include "clients/setup/access.h"
#include "clients/setup/init_addition.h"

bool tocsin_init_has_role(
	const struct tocsin_init_addition *addition, const struct tocsin_ruleset *rules)
{
	const struct tocsin_init_newcomer *newcomer = &addition->newcomer;
	if (newcomer->role == TOCSIN_INIT_ADMIN)
		return tocsin_user_names_have(&addition->plan->admins, newcomer->name);
	if (newcomer->role == TOCSIN_INIT_SENDER)
		return !rules->senders_listed || tocsin_ruleset_sender(rules, newcomer->name) != NULL;
	for (size_t i = 0; i < rules->audience_count; i++)
		if (strcmp(rules->audiences[i].name, newcomer->audience) == 0)
			return tocsin_access_is_member(&rules->audiences[i], newcomer->name);
	return false;
}

static bool has_password(const struct tocsin_input *passwords, const char *name)
{
	const size_t length = strlen(name);
	for (const char *at = (const char *)passwords->data; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, name, length) == 0 && at[length] == ':')
			return true;
	}
	return false;
}

static bool find_password(struct tocsin_init_addition *addition)
{
	if (!addition->hub.has_passwords)
		return true;
	const struct tocsin_init_rewrite *passwords =
		tocsin_init_begin_rewrite(addition, addition->hub.passwords_path);
	addition->has_account = passwords && has_password(&passwords->old, addition->newcomer.name);
	return passwords != NULL;
}

/* The key is the last that is written of a certificate, and then an admin's password for
 * this machine. Whoever is named without a folder here has been handed it: another would
 * let somebody else in under that name. */
static bool find_certificate(struct tocsin_init_addition *addition)
{
	const char *name = addition->newcomer.name;
	struct tocsin_access access;
	struct stat about;
	char key[TOCSIN_MAX_INIT_TEXT];
	if (addition->plan->login != TOCSIN_LOGIN_CERTIFICATE)
		return true;
	if (!tocsin_access_init(&access, addition->hub.rules, &addition->plan->admins, "", "")) {
		fprintf(stderr, "tocsin init: %s: %s\n", name, _("out of memory"));
		return false;
	}
	snprintf(key, sizeof(key), "secrets/%s/%s.key", name, name);
	if (tocsin_user_names_have(&access.people, name) ||
		((addition->newcomer.role != TOCSIN_INIT_ADMIN || !addition->hub.has_passwords) &&
			fstatat(addition->plan->tree.folder, key, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
			about.st_size > 0))
		addition->has_account = true;
	tocsin_access_finish(&access);
	return true;
}

static const char *role_stands_in(const struct tocsin_init_addition *addition)
{
	const struct tocsin_init_hub *hub = &addition->hub;
	if (addition->newcomer.role == TOCSIN_INIT_ADMIN)
		return hub->conf_path;
	return addition->newcomer.role == TOCSIN_INIT_SENDER && !hub->rules->senders_listed
		? addition->plan->folder
		: hub->rules_path;
}

bool tocsin_init_look(struct tocsin_init_addition *addition)
{
	char secrets[TOCSIN_MAX_INIT_TEXT];
	struct stat about;
	if (!find_password(addition) || !find_certificate(addition))
		return false;
	addition->has_role = tocsin_init_has_role(addition, addition->hub.rules);
	if (addition->has_role && addition->has_account) {
		fprintf(stderr,
			_("tocsin init: %s is there already, in %s: change it by hand, as man tocsin-init "
			  "says\n"),
			addition->newcomer.name, role_stands_in(addition));
		return false;
	}
	snprintf(secrets, sizeof(secrets), "secrets/%s", addition->newcomer.name);
	if (addition->has_account ||
		fstatat(addition->plan->tree.folder, secrets, &about, AT_SYMLINK_NOFOLLOW) != 0)
		return true;
	/* A kill left it, or it is of somebody who was shut out: not ours to throw away. */
	fprintf(stderr,
		_("tocsin init: %s/%s is there without an account: take it away, and type this again\n"),
		addition->plan->folder, secrets);
	return false;
}
