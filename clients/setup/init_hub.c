/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/setup/init_hub.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor.h"
#include "clients/rule/rule_file.h"

static bool complain(const char *path, const char *why)
{
	fprintf(stderr, "tocsin init: %s: %s\n", path, why);
	return false;
}

static bool plan_paths(struct tocsin_init_hub *hub, const char *folder)
{
	const struct {
		char **path;
		const char *name;
	} paths[] = {
		{&hub->conf_path, "mosquitto.conf"},
		{&hub->rules_path, "rules/rules.yaml"},
		{&hub->acl_path, "acl"},
		{&hub->passwords_path, "passwords"},
	};
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (asprintf(paths[i].path, "%s/%s", folder, paths[i].name) < 0) {
			*paths[i].path = NULL;
			return complain(folder, _("out of memory"));
		}
	return true;
}

static bool read_conf(struct tocsin_init_hub *hub)
{
	char *bad = NULL;
	errno = 0;
	enum tocsin_status status = tocsin_conf_read(hub->conf_path, &hub->conf, &bad);
	const char *why = status == TOCSIN_IO ? strerror(errno) : _("too large");
	bool fine = status == TOCSIN_OK || complain(bad ? bad : hub->conf_path, why);
	free(bad);
	if (!fine)
		return false;
	/* The first line is a comment, and was left whole. */
	const char *head = (const char *)hub->conf.files[0].text.data;
	return strncmp(head, TOCSIN_INIT_CONF_HEAD, strlen(TOCSIN_INIT_CONF_HEAD)) == 0 ||
		complain(hub->conf_path,
			_("was not made by 'tocsin init': add the person by hand, as man tocsin-init says"));
}

/* A line that says otherwise than init wrote, or stands in another file. */
static bool strange(const struct tocsin_init_hub *hub, const struct tocsin_conf_line *line)
{
	if (line)
		fprintf(stderr,
			_("tocsin init: %s:%u: %s is no longer as 'tocsin init' wrote it: add the person by "
			  "hand, as man tocsin-init says\n"),
			line->file, line->line, line->key);
	else
		complain(hub->conf_path,
			_("lacks lines that 'tocsin init' wrote: add the person by hand, as man tocsin-init "
			  "says"));
	return false;
}

static bool is_own(const struct tocsin_init_hub *hub, const struct tocsin_conf_line *line)
{
	return strcmp(line->file, hub->conf_path) == 0;
}

static bool names(
	const struct tocsin_init_hub *hub, const struct tocsin_conf_line *line, const char *path)
{
	return (line && is_own(hub, line) && strcmp(line->value, path) == 0) || strange(hub, line);
}

static bool find_lines(struct tocsin_init_hub *hub)
{
	struct tocsin_conf_plugin plugin;
	if (!tocsin_conf_plugin(&hub->conf, "mosquitto_tocsin", 0, &plugin))
		return strange(hub, NULL);
	const struct tocsin_conf_line *passwords = tocsin_conf_find(&hub->conf, "password_file");
	const struct tocsin_conf_line *root =
		tocsin_conf_plugin_option(&hub->conf, &plugin, "topic_root");
	hub->has_passwords = passwords != NULL;
	hub->admins = tocsin_conf_plugin_option(&hub->conf, &plugin, "admins");
	hub->hub = tocsin_conf_plugin_option(&hub->conf, &plugin, "hub");
	if (root || !hub->hub || !is_own(hub, hub->hub))
		return strange(hub, root ? root : hub->hub);
	if (hub->admins && !is_own(hub, hub->admins))
		return strange(hub, hub->admins);
	return names(hub, tocsin_conf_find(&hub->conf, "acl_file"), hub->acl_path) &&
		names(hub, tocsin_conf_plugin_option(&hub->conf, &plugin, "rules_file"), hub->rules_path) &&
		(!passwords || names(hub, passwords, hub->passwords_path));
}

/* The port of this machine alone, and that of everybody, with how they log in there. */
static bool find_listeners(struct tocsin_init_hub *hub, struct tocsin_init_plan *plan)
{
	struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS];
	const size_t count = tocsin_conf_listeners(&hub->conf, listeners);
	for (size_t i = 0; i < count; i++) {
		const struct tocsin_conf_line *line = listeners[i].line;
		int port = line ? (int)strtol(line->value, NULL, 10) : 0;
		if (port > 0 && listeners[i].local && plan->local_port == 0) {
			plan->local_port = port;
		} else if (port > 0 && plan->port == 0) {
			plan->port = port;
			plan->login = !tocsin_conf_of(&hub->conf, &listeners[i], "certfile")
				? TOCSIN_LOGIN_NO_TLS
				: tocsin_conf_true(
					  tocsin_conf_of(&hub->conf, &listeners[i], "use_identity_as_username"))
				? TOCSIN_LOGIN_CERTIFICATE
				: TOCSIN_LOGIN_PASSWORD;
		}
	}
	return plan->port > 0 || strange(hub, NULL);
}

static bool find_host(struct tocsin_init_hub *hub, const struct tocsin_init_plan *plan)
{
	char *path = NULL;
	if (plan->login == TOCSIN_LOGIN_NO_TLS)
		return true;
	if (asprintf(&path, "%s/tls/server.crt", plan->folder) < 0)
		return complain(plan->folder, _("out of memory"));
	bool fine = tocsin_certificate_name(path, hub->host) ||
		complain(path, _("no certificate that can be read"));
	free(path);
	return fine;
}

static bool find_admins(const struct tocsin_init_hub *hub, struct tocsin_init_plan *plan)
{
	return !hub->admins || !tocsin_user_names_read(&plan->admins, hub->admins->value) ||
		strange(hub, hub->admins);
}

bool tocsin_init_hub_read(
	struct tocsin_init_hub *hub, const char *folder, struct tocsin_init_plan *plan)
{
	*hub = (struct tocsin_init_hub){0};
	plan->folder = realpath(folder, NULL);
	plan->tree.folder = plan->folder ? open(plan->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (plan->tree.folder < 0)
		return complain(folder, strerror(errno));
	plan->tree.path = plan->folder;
	if (!plan_paths(hub, plan->folder) || !read_conf(hub) || !find_lines(hub) ||
		!find_listeners(hub, plan) || !find_host(hub, plan) || !find_admins(hub, plan))
		return false;
	plan->hub = hub->hub->value;
	hub->rules = tocsin_rule_file_load(hub->rules_path);
	return hub->rules != NULL;
}

void tocsin_init_hub_finish(struct tocsin_init_hub *hub)
{
	tocsin_conf_finish(&hub->conf);
	tocsin_ruleset_destroy(hub->rules);
	free(hub->conf_path);
	free(hub->rules_path);
	free(hub->acl_path);
	free(hub->passwords_path);
}
