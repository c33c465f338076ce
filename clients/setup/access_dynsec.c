/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The form of Mosquitto's dynamic-security plugin: commands rather than its file, for
 * that file holds the passwords, and the running broker writes it itself. Each grant is
 * a role and a group of one name, since modifyRole and modifyGroup replace what a role
 * allows and who is in a group: who is no longer named is out. 2.0 has no %u, so that
 * everybody's box is a role of its own. */
#include <stdlib.h>

#include <jansson.h>

#include "clients/base/json_out.h"
#include "clients/setup/access.h"

struct writing {
	const struct tocsin_access *access;
	json_t *commands; /* owned */
	json_t *acls;     /* of the role that is being made; owned */
	bool failed;
};

static void add(struct writing *writing, json_t *command)
{
	if (json_array_append_new(writing->commands, command) != 0)
		writing->failed = true;
}

static void allow(struct writing *writing, const char *kind, const char *topic)
{
	json_t *acl = json_pack(
		"{s:s, s:s, s:i, s:b}", "acltype", kind, "topic", topic, "priority", 0, "allow", 1);
	if (json_array_append_new(writing->acls, acl) != 0)
		writing->failed = true;
}

/* A topic beneath the root, or as it is where root is NULL. */
static void allow_at(
	struct writing *writing, const char *root, const char *levels, bool reads, bool writes)
{
	char *topic = NULL;
	if (asprintf(&topic, "%s%s%s", root ? root : "", root ? "/" : "", levels) < 0) {
		writing->failed = true;
		return;
	}
	if (writes)
		allow(writing, "publishClientSend", topic);
	if (reads) {
		allow(writing, "publishClientReceive", topic);
		allow(writing, "subscribePattern", topic);
	}
	free(topic);
}

static void allow_all(
	struct writing *writing, const char *root, const char *const *levels, bool reads, bool writes)
{
	for (; *levels; levels++)
		allow_at(writing, root, *levels, reads, writes);
}

/* What has been allowed since the last one becomes the role and the group NAME. */
static void grant(struct writing *writing, const char *name, const char *about, json_t *clients)
{
	add(writing, json_pack("{s:s, s:s}", "command", "createRole", "rolename", name));
	add(writing,
		json_pack("{s:s, s:s, s:s, s:o}", "command", "modifyRole", "rolename", name,
			"textdescription", about, "acls", writing->acls));
	add(writing, json_pack("{s:s, s:s}", "command", "createGroup", "groupname", name));
	add(writing,
		json_pack("{s:s, s:s, s:s, s:[{s:s, s:i}], s:o}", "command", "modifyGroup", "groupname",
			name, "textdescription", about, "roles", "rolename", name, "priority", 0, "clients",
			clients));
	writing->acls = json_array();
	writing->failed = writing->failed || !writing->acls;
}

static void add_client(struct writing *writing, json_t *clients, const char *name)
{
	if (json_array_append_new(clients, json_pack("{s:s, s:i}", "username", name, "priority", 0)) !=
		0)
		writing->failed = true;
}

/* The name of a grant is the prefix and the rest. */
static void grant_named(struct writing *writing, const char *prefix, const char *rest,
	const char *about, json_t *clients)
{
	char *name = NULL;
	if (asprintf(&name, "tocsin-%s%s", prefix, rest) < 0) {
		json_decref(clients);
		writing->failed = true;
		return;
	}
	grant(writing, name, about, clients);
	free(name);
}

static void grant_box(struct writing *writing, const char *name)
{
	json_t *clients = json_array();
	char *levels = NULL;
	add_client(writing, clients, name);
	if (asprintf(&levels, "from/%s/#", name) < 0) {
		json_decref(clients);
		writing->failed = true;
		return;
	}
	allow_at(writing, writing->access->root, levels, true, true);
	free(levels);
	grant_named(writing, "from-", name,
		"a box to report from, to be answered in, and to ask for a replay", clients);
}

static void grant_audience(struct writing *writing, const struct tocsin_audience *audience)
{
	json_t *clients = json_array();
	char *levels = NULL;
	for (size_t i = 0; i < audience->member_count; i++)
		add_client(writing, clients, audience->members[i]);
	if (asprintf(&levels, "to/%s/#", audience->name) < 0) {
		json_decref(clients);
		writing->failed = true;
		return;
	}
	allow_at(writing, writing->access->root, levels, true, false);
	free(levels);
	grant_named(writing, "to-", audience->name,
		audience->member_count ? "members of this audience"
							   : "nobody: the rules name no members of this audience",
		clients);
}

static void grant_relays(struct writing *writing)
{
	const struct tocsin_ruleset *ruleset = writing->access->ruleset;
	json_t *clients = json_array();
	for (size_t i = 0; i < ruleset->sender_count; i++)
		if (ruleset->senders[i].relay_count > 0)
			add_client(writing, clients, ruleset->senders[i].name);
	allow_all(writing, writing->access->root, tocsin_access_relay_writes, false, true);
	allow_all(writing, writing->access->root, tocsin_access_relay_reads, true, false);
	grant_named(writing, "relays", "",
		"speak for others: an ACL has no pattern for part of a name, so the plugin decides whose",
		clients);
}

static void grant_admins(struct writing *writing)
{
	json_t *clients = json_array();
	for (size_t i = 0; i < writing->access->admins->count; i++)
		add_client(writing, clients, writing->access->admins->items[i]);
	allow_all(writing, NULL, tocsin_access_admin_writes, false, true);
	allow_all(writing, NULL, tocsin_access_admin_reads, true, false);
	allow_at(writing, writing->access->root, TOCSIN_ACCESS_ADMIN_BRANCH, true, false);
	grant_named(writing, "admins", "", "steer the hub", clients);
}

static void write_all(struct writing *writing)
{
	const struct tocsin_access *access = writing->access;
	/* Groups name clients, so these come first. */
	for (size_t i = 0; i < access->people.count; i++)
		add(writing,
			json_pack(
				"{s:s, s:s}", "command", "createClient", "username", access->people.items[i]));
	for (size_t i = 0; i < access->people.count; i++)
		grant_box(writing, access->people.items[i]);
	for (size_t i = 0; i < access->ruleset->audience_count; i++)
		grant_audience(writing, &access->ruleset->audiences[i]);
	grant_relays(writing);
	grant_admins(writing);
}

bool tocsin_access_write_dynsec(const struct tocsin_access *access, FILE *out)
{
	struct writing writing = {.access = access, .commands = json_array(), .acls = json_array()};
	write_all(&writing);
	json_decref(writing.acls);
	/* The plugin looks at "commands" alone. */
	json_t *request = json_pack("{s:s, s:s, s:o}", "made_by", access->made_by, "rules_version",
		access->ruleset->version, "commands", writing.commands);
	if (!writing.failed)
		return tocsin_json_line_value(request, out) && fflush(out) == 0;
	json_decref(request);
	return false;
}
