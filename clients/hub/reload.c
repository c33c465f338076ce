/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/reload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/input.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "clients/hub/control.h"

enum { MAX_RULES = 4 * 1024 * 1024, MAX_PID_FILE = 64, NAME_BYTES = 64 };

const char *tocsin_pid_read(const char *text, pid_t *pid)
{
	int64_t number;
	if (!tocsin_number_read(text, &number) || number < 2 || number > INT32_MAX)
		return N_("wants a process id");
	*pid = (pid_t)number;
	return NULL;
}

const char *tocsin_pid_read_file(const char *path, pid_t *pid)
{
	struct tocsin_input input;
	if (tocsin_input_read(path, MAX_PID_FILE, &input) != TOCSIN_OK)
		return N_("cannot be read");
	char *text = (char *)input.data;
	text[strcspn(text, "\r\n")] = '\0';
	const char *wrong = tocsin_pid_read(text, pid) ? N_("holds no process id") : NULL;
	tocsin_input_finish(&input);
	return wrong;
}

/* SIGHUP ends most programs, and the number in an old file may be anybody's. */
static bool is_broker(pid_t pid)
{
	char path[NAME_BYTES], name[NAME_BYTES] = "";
	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	bool fine = fgets(name, sizeof(name), file) && strncmp(name, "mosquitto", 9) == 0;
	fclose(file);
	return fine;
}

enum tocsin_exit tocsin_reload_process(pid_t pid)
{
	if (!is_broker(pid)) {
		fprintf(stderr, _("tocsin: process %ld is no Mosquitto broker\n"), (long)pid);
		return TOCSIN_EXIT_REFUSED;
	}
	if (kill(pid, SIGHUP) != 0) {
		fprintf(stderr, _("tocsin: process %ld: %s\n"), (long)pid, strerror(errno));
		return TOCSIN_EXIT_REFUSED;
	}
	return TOCSIN_EXIT_OK;
}

enum option { PID, PID_FILE, EXPECT, DRY_RUN, JSON };

static const struct tocsin_option own_options[] = {
	[PID] = {"pid", 0, "PID", N_("the broker on this machine reads its own file again")},
	[PID_FILE] = {"pid-file", 0, "FILE", N_("the same, its process id being in FILE")},
	[EXPECT] = {"expect", 0, "VERSION", N_("only over these rules (those that run now)")},
	[DRY_RUN] = {"dry-run", 'n', NULL, N_("only check them at the hub, and show what changes")},
	[JSON] = {"json", 0, NULL, N_("print the hub's answer as one line of JSON")},
};

struct reload {
	pid_t pid;
	const char *expect;
	bool dry, json;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct reload *reload = ctx;
	switch ((enum option)index) {
	case PID:
		return tocsin_pid_read(value, &reload->pid);
	case PID_FILE:
		return tocsin_pid_read_file(value, &reload->pid);
	case EXPECT:
		reload->expect = value;
		return NULL;
	case DRY_RUN:
		reload->dry = true;
		return NULL;
	case JSON:
		reload->json = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static enum tocsin_exit send_file(
	const struct reload *reload, const struct tocsin_connection *connection, const char *path)
{
	struct tocsin_input input;
	struct tocsin_control control = {0};
	enum tocsin_status status = tocsin_input_read(path, MAX_RULES, &input);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(path, status, MAX_RULES);
		return TOCSIN_EXIT_REFUSED;
	}
	control.session.signals = -1;
	enum tocsin_exit code = tocsin_control_open(&control, connection);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_control_send_rules(&control, (const char *)input.data, input.size,
			reload->expect, reload->dry, reload->json);
	tocsin_control_close(&control);
	tocsin_input_finish(&input);
	return code;
}

static enum tocsin_exit run(const struct tocsin_usage *usage, const struct reload *reload,
	struct tocsin_connection *connection, const struct tocsin_operands *operands)
{
	if (reload->pid) {
		if (operands->count > 0 || reload->dry || reload->expect)
			return tocsin_usage_fail(usage, _("with --pid the broker reads its own file"));
		enum tocsin_exit code = tocsin_reload_process(reload->pid);
		if (code == TOCSIN_EXIT_OK)
			puts(_("Asked. 'tocsin status' and the broker's log say what came of it."));
		return code;
	}
	if (operands->count != 1)
		return tocsin_usage_fail(usage, _("wants a rule file, or --pid"));
	if (!tocsin_connection_complete(connection))
		return TOCSIN_EXIT_USAGE;
	return send_file(reload, connection, operands->items[0]);
}

enum tocsin_exit tocsin_run_reload(int argc, char **argv)
{
	struct reload reload = {0};
	struct tocsin_connection connection;
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &reload},
		tocsin_connection_options(&connection)};
	const struct tocsin_usage usage = {
		.command = "reload",
		.synopsis = N_("RULES [OPTION]...  or  --pid PID"),
		.summary = N_("Give the hub new rules without stopping it."),
		.example = "  tocsin reload rules.yaml -h hub.example -u admin\n"
				   "  tocsin reload --pid-file /run/mosquitto/mosquitto.pid",
		.notes = N_("RULES is sent over $CONTROL, checked there and takes the place of the hub's\n"
					"file; it may name only the files that the running rules name. The old rules\n"
					"stay where anything is wrong. Exit: 0 they run, 1 refused, 2 usage,\n"
					"3 cannot connect, 4 no answer."),
		.sets = sets,
		.set_count = 2,
		.max_operands = 1,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = run(&usage, &reload, &connection, &operands);
	tocsin_connection_finish(&connection);
	return code;
}
