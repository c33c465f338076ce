/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/commands.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/options.h"
#include "clients/base/tongue.h"

struct command {
	const char *name;
	const char *group; /* first of its group: the group's heading */
	const char *summary;
	enum tocsin_exit (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{"report", N_("Field"), N_("report an incident and wait until it is recorded"),
		tocsin_run_report},
	{"watch", N_("Agency"), N_("see alerts of a region as they come, what is open first"),
		tocsin_run_watch},
	{"replay", NULL, N_("get again what you missed, after a gap or of a time"), tocsin_run_replay},
	{"displacement", NULL, N_("displacement figures by place over time, none counted twice"),
		tocsin_run_displacement},
	{"relay", NULL, N_("pass alerts on as CAP 1.2 or GeoJSON, to topics of their own"),
		tocsin_run_relay},
	{"topics", NULL, N_("print the exact MQTT filters for a region and severity"),
		tocsin_run_topics},
	{"decode", NULL, N_("protobuf from the hub to JSON"), tocsin_run_decode},
	{"encode", NULL, N_("JSON to protobuf for the hub"), tocsin_run_encode},
	{"check", N_("Operator"), N_("check a rule file"), tocsin_run_check},
	{"explain", NULL, N_("which rules an incident meets, why not others, who gets what"),
		tocsin_run_explain},
	{"rehearse", NULL, N_("run scenarios on a rule file, with a clock of their own"),
		tocsin_run_rehearse},
	{"diff", NULL, N_("what a change of the rules does: who would get what no more"),
		tocsin_run_diff},
	{"edit", NULL, N_("edit the rules: nothing broken is installed"), tocsin_run_edit},
	{"undo", NULL, N_("go back to the rules of before"), tocsin_run_undo},
	{"reload", NULL, N_("give the hub new rules without stopping it"), tocsin_run_reload},
	{"silence", NULL, N_("hold alerts back for a while"), tocsin_run_silence},
	{"journal", NULL, N_("what came in and what became of it; forget a sender"),
		tocsin_run_journal},
	{"review", NULL, N_("read what an incident says in free text, and release it"),
		tocsin_run_review},
	{"quarantine", NULL, N_("what was refused and why; try it again"), tocsin_run_quarantine},
	{"init", NULL, N_("make a whole hub in a new folder, from a few answers"), tocsin_run_init},
	{"acl", NULL, N_("who may read and report, for the broker, from the rules"), tocsin_run_acl},
	{"status", NULL, N_("how the hub is: rules, journal, ledger"), tocsin_run_status},
	{"doctor", NULL, N_("what is wrong with a hub, and what to type"), tocsin_run_doctor},
};

enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static void print_help(FILE *out)
{
	fputs(_("Tocsin: incidents in, alerts out, over MQTT.\n\n"
			"  tocsin watch -h hub.example -u msf-duty --region ML05 --min-severity severe\n\n"
			"Usage: tocsin COMMAND [OPTION]...\n"),
		out);
	for (size_t i = 0; i < COMMANDS; i++) {
		if (commands[i].group)
			fprintf(out, "\n%s\n", _(commands[i].group));
		fprintf(out, "  %-12s  %s\n", commands[i].name, _(commands[i].summary));
	}
	fputs(_("\n'tocsin COMMAND --help' tells more; 'tocsin --version' which one this is.\n"
			"Exit: 0 done, 1 refused or not met, 2 usage, 3 cannot connect, 4 timed out.\n"),
		out);
}

static enum tocsin_exit fail_unknown(const char *name)
{
	const char *names[COMMANDS + 1];
	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	names[COMMANDS] = NULL;
	const char *near = tocsin_nearest(name, names);
	if (near)
		fprintf(stderr, _("tocsin: unknown command %.64s; did you mean %s?\n"), name, near);
	else
		fprintf(stderr, _("tocsin: unknown command %.64s\n"), name);
	fputs(_("Try 'tocsin --help'.\n"), stderr);
	return TOCSIN_EXIT_USAGE;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static enum tocsin_exit help(int argc, char **argv)
{
	if (argc < 3) {
		print_help(stdout);
		return TOCSIN_EXIT_OK;
	}
	const struct command *command = find(argv[2]);
	char option[] = "--help";
	char *rest[] = {argv[2], option, NULL};
	return command ? command->run(2, rest) : fail_unknown(argv[2]);
}

enum tocsin_exit tocsin_run(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return TOCSIN_EXIT_USAGE;
	}
	const char *name = argv[1];
	if (strcmp(name, "--version") == 0) {
		puts("tocsin " TOCSIN_VERSION);
		return TOCSIN_EXIT_OK;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0 || strcmp(name, "-?") == 0)
		return help(name[0] == 'h' ? argc : 1, argv);
	const struct command *command = find(name);
	return command ? command->run(argc - 1, argv + 1) : fail_unknown(name);
}
