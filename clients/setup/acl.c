/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* `tocsin acl`: the broker's permissions, from the rules. */
#include "clients/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "clients/rule/rule_file.h"
#include "clients/setup/access.h"
#include "rules/install.h"

enum option { FORMAT, ADMINS, ROOT, OUTPUT };

static const struct tocsin_option own_options[] = {
	[FORMAT] = {"format", 'f', "FORM",
		N_("acl: a file for acl_file; dynsec: commands for the "
		   "dynamic-security plugin (acl)")},
	[ADMINS] = {"admins", 0, "NAMES",
		N_("user names that may steer the hub, as in plugin_opt_admins, with commas (none)")},
	[ROOT] = {"topic-root", 0, "TOPIC", N_("root of the hub's topics (tocsin/v1)")},
	[OUTPUT] = {"output", 'o', "FILE",
		N_("into a file, replaced as a whole and only where the rules load")},
};

struct acl {
	bool dynsec;
	struct tocsin_user_names admins;
	const char *root;
	const char *output; /* NULL: standard output */
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct acl *acl = ctx;
	switch ((enum option)index) {
	case FORMAT:
		acl->dynsec = strcmp(value, "dynsec") == 0;
		return acl->dynsec || strcmp(value, "acl") == 0 ? NULL : N_("wants acl or dynsec");
	case ADMINS:
		return tocsin_user_names_read(&acl->admins, value);
	case ROOT:
		acl->root = value;
		/* In a line of a file, and in a filter. */
		return *value && !strpbrk(value, "+#\r\n") && *value != '/' && *value != '$'
			? NULL
			: N_("must be a topic without wildcards, such as tocsin/v1");
	case OUTPUT:
		acl->output = value;
		return NULL;
	}
	return N_("cannot be taken");
}

/* The command as it was typed; the caller's to free, NULL without memory. */
static char *join(int argc, char **argv)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		return NULL;
	fputs("tocsin", out);
	for (int i = 0; i < argc; i++)
		fprintf(out, " %s", argv[i]);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* All of it or nothing, lest a broker read half of its permissions. */
static bool make(const struct acl *acl, const struct tocsin_ruleset *ruleset, const char *made_by,
	char **text, size_t *length)
{
	struct tocsin_access access;
	FILE *out = open_memstream(text, length);
	if (!out)
		return false;
	bool fine = tocsin_access_init(&access, ruleset, &acl->admins, acl->root, made_by);
	if (fine) {
		fine = acl->dynsec ? tocsin_access_write_dynsec(&access, out)
						   : tocsin_access_write_acl(&access, out);
		tocsin_access_finish(&access);
	}
	return fclose(out) == 0 && fine;
}

static bool put(const struct acl *acl, const char *text, size_t length)
{
	if (acl->output)
		return tocsin_install(acl->output, text, length) == TOCSIN_OK;
	return fwrite(text, 1, length, stdout) == length && fflush(stdout) == 0;
}

static enum tocsin_exit write_all(
	const struct acl *acl, const struct tocsin_ruleset *ruleset, const char *made_by)
{
	char *text = NULL;
	size_t length = 0;
	errno = 0;
	bool fine = make(acl, ruleset, made_by, &text, &length) && put(acl, text, length);
	if (!fine)
		fprintf(stderr, _("tocsin acl: cannot be written: %s\n"), strerror(errno ? errno : ENOMEM));
	free(text);
	return fine ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

static enum tocsin_exit run(const struct acl *acl, char *path, int argc, char **argv)
{
	struct tocsin_ruleset *ruleset = tocsin_rule_file_load(path);
	if (!ruleset)
		return TOCSIN_EXIT_REFUSED;
	char *made_by = join(argc, argv);
	enum tocsin_exit code = write_all(acl, ruleset, made_by ? made_by : "tocsin acl");
	free(made_by);
	tocsin_ruleset_destroy(ruleset);
	return code;
}

enum tocsin_exit tocsin_run_acl(int argc, char **argv)
{
	struct acl acl = {.root = "tocsin/v1"};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &acl}};
	const struct tocsin_usage usage = {
		.command = "acl",
		.synopsis = N_("RULES [OPTION]..."),
		.summary = N_("Write who may read and report, for the broker, from members and senders."),
		.example = "  tocsin acl rules.yaml --admins operator -o /etc/mosquitto/acl\n"
				   "  tocsin acl rules.yaml -f dynsec | mosquitto_pub -h hub.example.org -u admin "
				   "-q 1 -t '$CONTROL/dynamic-security/v1' -s",
		.notes = N_(
			"Make it again when members, senders, relays or admins change. Each member reads its\n"
			"audiences, everybody has a box to report from, and nothing else is allowed. dynsec\n"
			"makes accounts without passwords, which cannot log in before 'mosquitto_ctrl dynsec\n"
			"setClientPassword NAME'. The administrator's -P stands in ~/.config/mosquitto_pub.\n"
			"Exit: 0 done, 1 the rules do not load, 2 usage."),
		.sets = sets,
		.set_count = 1,
		.max_operands = 1,
	};
	if (!tocsin_options_parse(&usage, argc, argv, &operands, &code))
		;
	else if (operands.count != 1)
		code = tocsin_usage_fail(&usage, _("wants the rule file"));
	else
		code = run(&acl, operands.items[0], argc, argv);
	tocsin_user_names_finish(&acl.admins);
	return code;
}
