/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* `tocsin init`: a whole hub in a folder, from a few answers. */
#include "clients/commands.h"

#include <stdio.h>
#include <unistd.h>

#include "clients/base/tongue.h"
#include "clients/setup/init.h"
#include "clients/setup/init_add.h"

static void print_line(const char *folder, const char *name, const char *meaning)
{
	printf("  %s/%-16s %s\n", folder, name, meaning);
}

static void print_made(const struct tocsin_init_plan *plan)
{
	const char *folder = plan->folder;
	printf(_("The hub %s is made:\n"), plan->hub);
	print_line(folder, "mosquitto.conf", _("the broker"));
	print_line(folder, "rules/rules.yaml", _("who is alerted of what: yours to change"));
	print_line(folder, "acl", _("who may read and report, made from the rules"));
	if (tocsin_init_has_passwords(plan))
		print_line(folder, "passwords", _("the accounts, as hashes"));
	if (plan->login != TOCSIN_LOGIN_NO_TLS)
		print_line(folder, "tls/", _("certificates, valid for five years"));
	print_line(
		folder, "secrets/", _("a folder a person: hand it out, then take it off this machine"));
	print_line(folder, "state/", _("the journal, once it runs"));
	if (plan->login == TOCSIN_LOGIN_NO_TLS)
		puts(_("\nWithout TLS, whoever is on the line reads passwords and reports."));
	if (plan->senders.count == 0)
		puts(_("\nEvery account may report: 'senders' in the rules names those who may."));
	printf(_("\nStart it, then check it:\n"
			 "  mosquitto -c %s/mosquitto.conf\n"
			 "  tocsin doctor %s/mosquitto.conf\n"),
		folder, folder);
}

/* What stands in the way is said before the questions rather than after them. */
static bool could_be_made(const struct tocsin_init *init, const char *folder)
{
	struct tocsin_init_plan plan;
	bool fine = tocsin_init_plan(&plan, init, folder);
	tocsin_init_plan_finish(&plan);
	return fine;
}

static enum tocsin_exit add(const struct tocsin_init *init, const char *folder)
{
	struct tocsin_init_plan plan;
	bool fine = tocsin_init_add(init, folder, &plan);
	tocsin_init_plan_finish(&plan);
	return fine ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

/* NULL, or why these do not go together. */
static const char *judge(const struct tocsin_init *init, const struct tocsin_operands *operands)
{
	if (operands->count != 1)
		return N_("wants the folder to make");
	if (!init->add)
		return init->as || init->places ? N_("--as and --places go with --add") : NULL;
	if (!init->as)
		return N_("--add wants --as: sender, member:AUDIENCE or admin");
	for (size_t i = 0; i < TOCSIN_INIT_ANSWERS; i++)
		if (init->given[i] && i != TOCSIN_INIT_HOST)
			return N_("--add goes with --as, --places and --address alone: the rest the hub knows");
	return init->answers ? N_("--add goes with --as, --places and --address alone: the rest the "
							  "hub knows")
						 : NULL;
}

static enum tocsin_exit run(struct tocsin_init *init, const char *folder)
{
	struct tocsin_init_plan plan;
	if (init->add)
		return add(init, folder);
	if (!tocsin_init_read_file(init))
		return TOCSIN_EXIT_USAGE;
	if (!init->yes && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
		(!could_be_made(init, folder) || !tocsin_init_ask(init, folder)))
		return TOCSIN_EXIT_REFUSED;
	bool fine = tocsin_init_plan(&plan, init, folder) && tocsin_init_write(&plan);
	if (fine)
		print_made(&plan);
	tocsin_init_plan_finish(&plan);
	return fine ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

enum tocsin_exit tocsin_run_init(int argc, char **argv)
{
	struct tocsin_init init = {0};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {tocsin_init_options(&init)};
	const struct tocsin_usage usage = {
		.command = "init",
		.synopsis = N_("DIR [OPTION]...  |  DIR --add NAME --as ROLE [OPTION]..."),
		.summary = N_("Make a whole hub in a new folder: broker, rules, accounts, TLS."),
		.example =
			"  tocsin init /etc/tocsin\n"
			"  tocsin init /etc/tocsin --hub bamako --address hub.example.org --countries ML \\\n"
			"    --senders mopti-17,gao-3 --partners msf-duty,nrc-duty --login certificate --yes\n"
			"  tocsin init /etc/tocsin --add gao-4 --as sender --places ML07\n"
			"  tocsin init /etc/tocsin --add irc-duty --as member:partners",
		.notes = N_(
			"On a terminal it asks for what no option says. A folder that is not empty is left\n"
			"alone, but with --add: one person more in a hub that lies there, in its rules and\n"
			"permissions and with an account, all or nothing. Exit: 0 done, 1 refused, 2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = 1,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code)) {
		const char *wrong = judge(&init, &operands);
		code = wrong ? tocsin_usage_fail(&usage, "%s", _(wrong)) : run(&init, operands.items[0]);
	}
	tocsin_input_finish(&init.file);
	return code;
}
