/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/doctor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/options.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"

enum option { ADMIN, STRICT, JSON };

static const struct tocsin_option own_options[] = {
	[ADMIN] = {"admin", 0, "NAMES",
		N_("administrators to try without a password, with commas between them")},
	[STRICT] = {"strict", 0, NULL, N_("a warning is a failure")},
	[JSON] = {"json", 0, NULL, N_("print the result as one line of JSON")},
};

struct options {
	struct tocsin_connection connection;
	const char *admins;
	bool strict, json;
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct options *options = ctx;
	switch ((enum option)index) {
	case ADMIN:
		options->admins = value;
		return NULL;
	case STRICT:
		options->strict = true;
		return NULL;
	case JSON:
		options->json = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static enum tocsin_exit read_conf(struct tocsin_doctor *doctor)
{
	char *bad = NULL;
	const enum tocsin_status status = tocsin_conf_read(doctor->path, &doctor->conf, &bad);
	if (status != TOCSIN_OK)
		tocsin_input_complain(bad ? bad : doctor->path, status, TOCSIN_MAX_CONF_BYTES);
	free(bad);
	if (status != TOCSIN_OK)
		return TOCSIN_EXIT_REFUSED;
	doctor->plugged = tocsin_conf_plugin(&doctor->conf, "tocsin", 0, &doctor->plugin);
	return TOCSIN_EXIT_OK;
}

/* The configuration's root, unless the command line has another. */
static const char *root_of(const struct tocsin_doctor *doctor, const char *given)
{
	const char *configured = tocsin_doctor_option(doctor, "topic_root");
	if (given)
		return given;
	return configured ? configured : "tocsin/v1";
}

/* With a configuration there is something to look at, even where nobody answers. */
static enum tocsin_exit call(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark down = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("no connection to {0}"),
		.why = N_("nobody can report, and nobody is alerted"),
		.type = "systemctl status mosquitto"};
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	if (doctor->connection)
		code = tocsin_doctor_call(doctor);
	if (code != TOCSIN_EXIT_CONNECT || !doctor->path)
		return code;
	doctor->check = "hub";
	tocsin_doctor_say(doctor, &down, tocsin_nowhere, doctor->connection->host, NULL);
	doctor->connection = NULL;
	return TOCSIN_EXIT_OK;
}

static enum tocsin_exit run(struct tocsin_doctor *doctor, const struct options *options)
{
	const enum tocsin_exit code = call(doctor);
	if (code != TOCSIN_EXIT_OK)
		return code;
	tocsin_doctor_examine(doctor);
	if (doctor->interrupted) {
		fprintf(stderr, _("tocsin doctor: interrupted\n"));
		return TOCSIN_EXIT_TIMEOUT;
	}
	if (doctor->out_of_memory) {
		fprintf(stderr, _("tocsin doctor: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	const bool ok = doctor->marks[TOCSIN_MARK_FAIL] == 0 &&
		!(options->strict && doctor->marks[TOCSIN_MARK_WARN] > 0);
	if (options->json)
		tocsin_doctor_print_json(doctor, ok, stdout);
	else
		tocsin_doctor_print(doctor, stdout);
	return ok ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}

/* Says how to connect: that part, too. A configuration alone is looked at on this machine. */
static bool wants_line(const struct tocsin_connection *connection, const char *path)
{
	return !path || connection->host || connection->port || connection->user ||
		connection->config || connection->tls;
}

/* A certificate's name goes before the user name where the broker is known to take it so,
 * and is all there is where no user name is given. */
static void find_user(struct tocsin_doctor *doctor)
{
	const struct tocsin_connection *connection = doctor->connection;
	const bool by_certificate =
		tocsin_conf_true(tocsin_conf_find(&doctor->conf, "use_identity_as_username"));
	doctor->user = connection->user;
	if (connection->cert && (by_certificate || !connection->user) &&
		tocsin_certificate_name(connection->cert, doctor->certificate_name))
		doctor->user = doctor->certificate_name;
}

static enum tocsin_exit prepare(struct options *options, const char *path)
{
	struct tocsin_doctor doctor = {
		.path = path, .admins = options->admins, .english = options->json};
	const bool line = wants_line(&options->connection, path);
	char *root = options->connection.root ? strdup(options->connection.root) : NULL;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	if (path)
		code = read_conf(&doctor);
	if (code == TOCSIN_EXIT_OK && line && !tocsin_connection_complete(&options->connection))
		code = TOCSIN_EXIT_USAGE;
	if (line) {
		doctor.connection = &options->connection;
		find_user(&doctor);
	}
	doctor.root = root_of(&doctor, root);
	if (code == TOCSIN_EXIT_OK)
		code = run(&doctor, options);
	tocsin_doctor_finish(&doctor);
	free(root);
	return code;
}

enum tocsin_exit tocsin_run_doctor(int argc, char **argv)
{
	struct options options = {0};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&options.connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &options},
		tocsin_connection_options(&options.connection)};
	const struct tocsin_usage usage = {
		.command = "doctor",
		.synopsis = N_("[MOSQUITTO_CONF] [OPTION]..."),
		.summary = N_("Look for what is wrong with a hub, from its broker's configuration, over a\n"
					  "connection, or both, and say what to type."),
		.example = "  tocsin doctor /etc/mosquitto/mosquitto.conf\n"
				   "  tocsin doctor -h hub.example -u mopti-17 --admin chief\n"
				   "  tocsin doctor /etc/mosquitto/mosquitto.conf -h localhost -u mopti-17",
		.notes =
			N_("With the configuration it looks at what it names: access, ACL file, guard,\n"
			   "TLS, rules, files, disk. Over a connection, best as a reporter, it tries what\n"
			   "must be refused: no name, an administrator without a password, a published\n"
			   "alert, a forged will, another's box. Nothing is changed, and nothing that it\n"
			   "sends can be taken for an alert. Exit: 0 nothing fails, 1 something does (or\n"
			   "--strict and a warning), 2 usage, 3 cannot connect."),
		.sets = sets,
		.set_count = 2,
		.max_operands = 1,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = prepare(&options, operands.count ? operands.items[0] : NULL);
	tocsin_connection_finish(&options.connection);
	return code;
}
