/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/input.h"
#include "clients/base/mqtt.h"
#include "clients/base/tongue.h"

enum { MAX_CONFIG = 64 * 1024, MAX_PATH = 4096 };

/* Moves a text over where the command line did not say. */
static void inherit(char **own, char **file)
{
	if (*own)
		return;
	*own = *file;
	*file = NULL;
}

static void inherit_all(struct tocsin_connection *own, struct tocsin_connection *file)
{
	inherit(&own->host, &file->host);
	inherit(&own->user, &file->user);
	inherit(&own->password, &file->password);
	inherit(&own->client_id, &file->client_id);
	inherit(&own->cafile, &file->cafile);
	inherit(&own->capath, &file->capath);
	inherit(&own->cert, &file->cert);
	inherit(&own->key, &file->key);
	inherit(&own->root, &file->root);
	own->port = own->port ? own->port : file->port;
	own->keepalive_s = own->keepalive_s ? own->keepalive_s : file->keepalive_s;
	own->protocol = own->protocol ? own->protocol : file->protocol;
	own->insecure = own->insecure || file->insecure;
	own->tls = own->tls || file->tls;
}

bool tocsin_connection_read(
	struct tocsin_connection *connection, const char *name, char *text, FILE *err)
{
	struct tocsin_connection file;
	tocsin_connection_init(&file);
	struct tocsin_option_set set = tocsin_connection_options(&file);
	bool fine = tocsin_options_read(&set, "--config", name, text, err);
	if (fine)
		inherit_all(connection, &file);
	tocsin_connection_finish(&file);
	return fine;
}

static bool default_path(char path[MAX_PATH])
{
	const char *folder = getenv("XDG_CONFIG_HOME");
	const char *below = "";
	if (!folder || *folder != '/') {
		folder = getenv("HOME");
		below = "/.config";
	}
	if (!folder || *folder != '/')
		return false;
	int length = snprintf(path, MAX_PATH, "%s%s/tocsin", folder, below);
	return length > 0 && length < MAX_PATH;
}

static bool read_file(struct tocsin_connection *connection)
{
	char standard[MAX_PATH];
	const char *path = connection->config;
	if (!path && !default_path(standard))
		return true;
	if (!path)
		path = standard;
	struct tocsin_input input;
	enum tocsin_status status = tocsin_input_read(path, MAX_CONFIG, &input);
	if (status != TOCSIN_OK) {
		if (!connection->config && status == TOCSIN_IO &&
			(errno == ENOENT || errno == ENOTDIR || errno == EISDIR))
			return true;
		tocsin_input_complain(path, status, MAX_CONFIG);
		return false;
	}
	bool fine = tocsin_connection_read(connection, path, (char *)input.data, stderr);
	explicit_bzero(input.data, input.size);
	tocsin_input_finish(&input);
	return fine;
}

static char *or_default(char *text, const char *standard)
{
	return text ? text : strdup(standard);
}

bool tocsin_connection_complete(struct tocsin_connection *connection)
{
	if (!read_file(connection))
		return false;
	connection->named = connection->host || connection->port;
	connection->host = or_default(connection->host, "localhost");
	connection->root = or_default(connection->root, "tocsin/v1");
	if (!connection->host || !connection->root) {
		fprintf(stderr, _("tocsin: out of memory\n"));
		return false;
	}
	if (connection->port == 0)
		connection->port = connection->tls ? 8883 : 1883;
	if (connection->keepalive_s == 0)
		connection->keepalive_s = 60;
	if (connection->protocol == 0)
		connection->protocol = MQTT_PROTOCOL_V5;
	if (connection->password && !connection->user) {
		fprintf(stderr, _("tocsin: a password needs a user name (-u)\n"));
		return false;
	}
	if (!connection->cert != !connection->key) {
		fprintf(stderr, _("tocsin: --cert and --key go together\n"));
		return false;
	}
	return true;
}
