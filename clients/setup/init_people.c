/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who gets in, and how: certificates, the password file, and in secrets/ a folder a
 * person to be handed out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/setup/identity.h"
#include "clients/setup/init.h"
#include "clients/setup/password.h"
#include "proto/text.h"

struct issuing {
	struct tocsin_init_plan *plan;
	struct tocsin_identity *authority; /* NULL without TLS */
	FILE *passwords;                   /* NULL where nobody has one */
};

/* Makes FOLDER/NAME for one file of a kind. NULL with errno. */
static FILE *create(struct tocsin_init_plan *plan, const char *folder, const char *name,
	mode_t mode, enum tocsin_tree_owner owner)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return NULL;
	FILE *out = tocsin_tree_create(&plan->tree, path, mode, owner);
	free(path);
	return out;
}

static bool write_certificate(struct tocsin_init_plan *plan, const char *folder, const char *name,
	const struct tocsin_identity *identity)
{
	FILE *out = create(plan, folder, name, 0644, TOCSIN_TREE_OURS);
	bool fine = out && tocsin_identity_write_certificate(identity, out);
	return out && tocsin_tree_end(out) && fine;
}

static bool write_key(struct tocsin_init_plan *plan, const char *folder, const char *name,
	enum tocsin_tree_owner owner, const struct tocsin_identity *identity)
{
	FILE *out = create(plan, folder, name, 0600, owner);
	bool fine = out && tocsin_identity_write_key(identity, out);
	return out && tocsin_tree_end(out) && fine;
}

/* The authority's key stays with whoever made the hub; the broker has no use for it. */
static bool write_authority(struct issuing *issuing)
{
	struct tocsin_init_plan *plan = issuing->plan;
	char name[TOCSIN_MAX_INIT_TEXT];
	size_t most = tocsin_text_prefix(plan->hub, strlen(plan->hub), TOCSIN_MAX_COMMON_NAME / 2);
	snprintf(name, sizeof(name), "Tocsin %.*s", (int)most, plan->hub);
	issuing->authority = tocsin_identity_authority(name, plan->now_s);
	struct tocsin_identity *server = issuing->authority
		? tocsin_identity_server(issuing->authority, plan->host, plan->now_s)
		: NULL;
	bool fine = server && tocsin_tree_folder(&plan->tree, "tls", 0755, TOCSIN_TREE_OURS) &&
		write_certificate(plan, "tls", "ca.crt", issuing->authority) &&
		write_certificate(plan, "tls", "server.crt", server) &&
		write_key(plan, "tls", "server.key", TOCSIN_TREE_READ, server) &&
		write_key(plan, "secrets", "ca.key", TOCSIN_TREE_OURS, issuing->authority);
	tocsin_identity_destroy(server);
	return fine;
}

/* Gives name a password: a line for the broker, one of options for the person. */
static bool give_password(struct issuing *issuing, const char *name, FILE *out)
{
	char password[TOCSIN_PASSWORD_TEXT], hash[TOCSIN_PASSWORD_HASH];
	bool fine = tocsin_password_make(password) && tocsin_password_hash(password, hash);
	if (fine) {
		fprintf(issuing->passwords, "%s:%s\n", name, hash);
		fprintf(out, "-P %s\n", password);
	}
	explicit_bzero(password, sizeof(password));
	return fine;
}

static void write_head(const struct tocsin_init_plan *plan, const char *name, FILE *out)
{
	fprintf(out, "# %s at the hub %s: `tocsin watch --config FILE`, or as ~/.config/tocsin.\n",
		name, plan->hub);
	if (plan->login != TOCSIN_LOGIN_NO_TLS)
		fputs("# On another machine the files of this folder have other paths.\n", out);
}

static bool write_config(
	struct issuing *issuing, const char *name, const char *folder, const char *leaf)
{
	const struct tocsin_init_plan *plan = issuing->plan;
	bool local = strcmp(leaf, "local") == 0;
	FILE *out = create(issuing->plan, folder, leaf, 0600, TOCSIN_TREE_OURS);
	if (!out)
		return false;
	write_head(plan, name, out);
	fprintf(out, "-h %s\n-p %d\n-u %s\n", local ? "127.0.0.1" : plan->host,
		local ? plan->local_port : plan->port, name);
	if (!local && plan->login != TOCSIN_LOGIN_NO_TLS)
		fprintf(out, "--cafile %s/%s/ca.crt\n", plan->folder, folder);
	bool fine = true;
	if (local || plan->login != TOCSIN_LOGIN_CERTIFICATE)
		fine = give_password(issuing, name, out);
	else
		fprintf(out, "--cert %s/%s/%s.crt\n--key %s/%s/%s.key\n", plan->folder, folder, name,
			plan->folder, folder, name);
	return tocsin_tree_end(out) && fine;
}

static bool write_client_certificate(struct issuing *issuing, const char *name, const char *folder)
{
	struct tocsin_init_plan *plan = issuing->plan;
	char certificate[TOCSIN_MAX_INIT_TEXT], key[TOCSIN_MAX_INIT_TEXT];
	struct tocsin_identity *client = tocsin_identity_client(issuing->authority, name, plan->now_s);
	snprintf(certificate, sizeof(certificate), "%s.crt", name);
	snprintf(key, sizeof(key), "%s.key", name);
	bool fine = client && write_certificate(plan, folder, certificate, client) &&
		write_key(plan, folder, key, TOCSIN_TREE_OURS, client);
	tocsin_identity_destroy(client);
	return fine;
}

static bool write_person(struct issuing *issuing, const char *name)
{
	struct tocsin_init_plan *plan = issuing->plan;
	char folder[TOCSIN_MAX_INIT_TEXT];
	snprintf(folder, sizeof(folder), "secrets/%s", name);
	if (!tocsin_tree_folder(&plan->tree, folder, 0700, TOCSIN_TREE_OURS) ||
		!write_config(issuing, name, folder, "tocsin") ||
		(issuing->authority && !write_certificate(plan, folder, "ca.crt", issuing->authority)))
		return false;
	if (plan->login != TOCSIN_LOGIN_CERTIFICATE)
		return true;
	return write_client_certificate(issuing, name, folder) &&
		(!tocsin_user_names_have(&plan->admins, name) || !issuing->passwords ||
			write_config(issuing, name, folder, "local"));
}

static bool write_all(struct issuing *issuing)
{
	struct tocsin_init_plan *plan = issuing->plan;
	if (!tocsin_tree_folder(&plan->tree, "secrets", 0700, TOCSIN_TREE_OURS) ||
		(plan->login != TOCSIN_LOGIN_NO_TLS && !write_authority(issuing)))
		return false;
	if (tocsin_init_has_passwords(plan)) {
		issuing->passwords = tocsin_tree_create(&plan->tree, "passwords", 0600, TOCSIN_TREE_READ);
		if (!issuing->passwords)
			return false;
	}
	for (size_t i = 0; i < plan->people.count; i++)
		if (!write_person(issuing, plan->people.items[i]))
			return false;
	return true;
}

bool tocsin_init_write_people(struct tocsin_init_plan *plan)
{
	struct issuing issuing = {.plan = plan};
	bool fine = write_all(&issuing);
	if (issuing.passwords)
		fine = tocsin_tree_end(issuing.passwords) && fine;
	tocsin_identity_destroy(issuing.authority);
	return fine;
}

bool tocsin_init_write_person(struct tocsin_init_plan *plan, struct tocsin_identity *authority,
	const char *name, FILE *passwords)
{
	struct issuing issuing = {.plan = plan, .authority = authority, .passwords = passwords};
	return write_person(&issuing, name);
}
