/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* mosquitto.conf, each line with its reason. */
#include <stdio.h>

#include "clients/setup/init.h"

static void write_listeners(const struct tocsin_init_plan *plan, FILE *out)
{
	if (plan->login == TOCSIN_LOGIN_NO_TLS) {
		fprintf(out,
			"# Without TLS: whoever is on the line reads passwords and reports.\n"
			"listener %d\n\n",
			plan->port);
		return;
	}
	fprintf(out,
		"listener %d\n"
		"certfile %s/tls/server.crt\n"
		"keyfile %s/tls/server.key\n"
		"tls_version tlsv1.2\n",
		plan->port, plan->folder, plan->folder);
	if (plan->login == TOCSIN_LOGIN_CERTIFICATE)
		fprintf(out,
			"# The user name is the name in the client's certificate.\n"
			"cafile %s/tls/ca.crt\n"
			"require_certificate true\n"
			"use_identity_as_username true\n",
			plan->folder);
	fputc('\n', out);
	if (tocsin_init_has_passwords(plan))
		fprintf(out,
			"# For this machine alone, by password%s.\n"
			"listener %d 127.0.0.1\n\n",
			plan->login == TOCSIN_LOGIN_CERTIFICATE ? ", which admins alone have" : "",
			plan->local_port);
}

static void write_access(const struct tocsin_init_plan *plan, FILE *out)
{
	fputs("# Who reports is who the broker says it is: without this anybody could claim any name.\n"
		  "allow_anonymous false\n",
		out);
	if (tocsin_init_has_passwords(plan))
		fprintf(out,
			"# One more person: tocsin init %s --add NAME --as sender, member:AUDIENCE or admin\n"
			"password_file %s/passwords\n",
			plan->folder, plan->folder);
	fprintf(out,
		"# Made from the rules; its first line says how.\n"
		"acl_file %s/acl\n"
		"# One device a user? Then nobody can take over another's session by its client id:\n"
		"# use_username_as_clientid true\n"
		"\n",
		plan->folder);
}

static void write_broker(const struct tocsin_init_plan *plan, FILE *out)
{
	fprintf(out,
		"# A receipt follows the broker's acknowledgement on the same connection: without this\n"
		"# it waits 40 ms for the network's sake.\n"
		"set_tcp_nodelay true\n"
		"\n"
		"# Alerts wait here for a subscriber that is away. Never 0: Debian's 2.0.11 then closes\n"
		"# a client whose message is refused.\n"
		"max_queued_messages 100000\n"
		"max_packet_size 4194304\n"
		"\n"
		"# Subscriptions, retained alerts and queues outlive a restart.\n"
		"persistence true\n"
		"persistence_location %s/state/\n"
		"autosave_on_changes true\n"
		"autosave_interval 1000\n"
		"\n"
		"log_dest stderr\n"
		"log_type error\n"
		"log_type warning\n"
		"log_type notice\n"
		"log_type information\n"
		"connection_messages true\n"
		"\n",
		plan->folder);
}

static void write_plugin(const struct tocsin_init_plan *plan, FILE *out)
{
	fprintf(out,
		"plugin %s\n"
		"plugin_opt_rules_file %s/rules/rules.yaml\n"
		"plugin_opt_journal_file %s/state/journal.sqlite\n"
		"# The key behind alert ids: made at the first start. Keep it secret, and back it up.\n"
		"plugin_opt_id_key_file %s/state/id.key\n"
		"plugin_opt_hub %s\n",
		plan->plugin, plan->folder, plan->folder, plan->folder, plan->hub);
	if (plan->admins.count > 0)
		fputs("# User names that may steer it by $CONTROL.\nplugin_opt_admins ", out);
	for (size_t i = 0; i < plan->admins.count; i++)
		fprintf(out, "%s%s", i ? "," : "", plan->admins.items[i]);
	if (plan->admins.count > 0)
		fputc('\n', out);
	fputs("# Wills skip what the plugin looks at: this denies them, beside acl_file.\n"
		  "plugin_opt_guard beside\n",
		out);
}

bool tocsin_init_write_conf(struct tocsin_init_plan *plan)
{
	/* The broker reads it once more, as its own user, on SIGHUP. */
	FILE *out = tocsin_tree_create(&plan->tree, "mosquitto.conf", 0600, TOCSIN_TREE_READ);
	if (!out)
		return false;
	fprintf(out,
		TOCSIN_INIT_CONF_HEAD
		" Rules, accounts and permissions\n"
		"# stand in files of their own and are read again on SIGHUP; of this file the plugin's\n"
		"# lines only at start.\n"
		"\n"
		"# Where root starts it, it goes on as this user.\n"
		"user %s\n"
		"# true would leave Mosquitto up to 2.0.14 without ticks, and bridges without the plugin.\n"
		"per_listener_settings false\n"
		"\n",
		plan->broker_user);
	write_listeners(plan, out);
	write_access(plan, out);
	write_broker(plan, out);
	write_plugin(plan, out);
	return tocsin_tree_end(out);
}
