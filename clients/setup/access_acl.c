/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The form of mosquitto.conf's acl_file. A name that may do nothing but report has no
 * lines of its own: the pattern is enough for it. */

#include "clients/base/paper.h"
#include "clients/setup/access.h"
#include "proto/enum_name.h"

static void write_head(const struct tocsin_access *access, FILE *out)
{
	const struct tocsin_paper paper = {.out = out};
	fputs("# Made by: ", out);
	tocsin_put(&paper, access->made_by);
	fprintf(out,
		"\n"
		"# from rules of version %s. Make it again when members, senders, relays or\n"
		"# admins change, and let the broker read it (kill -HUP); what was added here by hand is\n"
		"# then gone.\n"
		"\n"
		"# Everybody with an account has a box: to report from, to be answered in, to ask for a\n"
		"# replay. Which names may report, from where and how often, the plugin decides by\n"
		"# `senders`%s.\n"
		"pattern readwrite %s/from/%%u/#\n",
		access->ruleset->version,
		access->ruleset->senders_listed ? "" : "; these rules have none, so that every account may",
		access->root);
}

static void write_audiences(const struct tocsin_access *access, FILE *out)
{
	fputs("\n# The audiences, the most that each may see, and who reads it:\n", out);
	for (size_t i = 0; i < access->ruleset->audience_count; i++) {
		const struct tocsin_audience *audience = &access->ruleset->audiences[i];
		fprintf(out, "#   %s (%s): ", audience->name,
			tocsin_enum_name(&tocsin__v1__sensitivity__descriptor, (int)audience->max_sensitivity));
		if (audience->member_count == 0)
			fputs("nobody, as the rules name no members", out);
		for (size_t m = 0; m < audience->member_count; m++)
			fprintf(out, "%s%s", m ? ", " : "", audience->members[m]);
		fputc('\n', out);
	}
}

static void write_lines(FILE *out, const char *kind, const char *root, const char *const *levels)
{
	for (; *levels; levels++)
		fprintf(out, "topic %s %s%s%s\n", kind, root ? root : "", root ? "/" : "", *levels);
}

static void write_relay(
	const struct tocsin_access *access, const struct tocsin_sender *sender, FILE *out)
{
	fputs("# speaks for", out);
	for (size_t i = 0; i < sender->relay_count; i++)
		fprintf(out, "%s %s", i ? "," : "", sender->relays[i]);
	fputs(": an ACL has no pattern for part of a name, so the plugin decides\n", out);
	write_lines(out, "write", access->root, tocsin_access_relay_writes);
	write_lines(out, "read", access->root, tocsin_access_relay_reads);
}

static void write_admin(const struct tocsin_access *access, FILE *out)
{
	write_lines(out, "write", NULL, tocsin_access_admin_writes);
	write_lines(out, "read", NULL, tocsin_access_admin_reads);
	fprintf(out, "topic read %s/" TOCSIN_ACCESS_ADMIN_BRANCH "\n", access->root);
}

static void write_person(const struct tocsin_access *access, const char *name, FILE *out)
{
	const struct tocsin_sender *sender = tocsin_ruleset_sender(access->ruleset, name);
	const bool relays = sender && sender->relay_count > 0;
	const bool admin = tocsin_user_names_have(access->admins, name);
	bool begun = relays || admin;
	if (begun)
		fprintf(out, "\nuser %s\n", name);
	for (size_t i = 0; i < access->ruleset->audience_count; i++) {
		const struct tocsin_audience *audience = &access->ruleset->audiences[i];
		if (!tocsin_access_is_member(audience, name))
			continue;
		if (!begun)
			fprintf(out, "\nuser %s\n", name);
		begun = true;
		fprintf(out, "topic read %s/to/%s/#\n", access->root, audience->name);
	}
	if (relays)
		write_relay(access, sender, out);
	if (admin)
		write_admin(access, out);
}

bool tocsin_access_write_acl(const struct tocsin_access *access, FILE *out)
{
	write_head(access, out);
	write_audiences(access, out);
	for (size_t i = 0; i < access->people.count; i++)
		write_person(access, access->people.items[i], out);
	return fflush(out) == 0 && !ferror(out);
}
