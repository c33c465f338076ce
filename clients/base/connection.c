/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/connection.h"

#include <stdlib.h>
#include <string.h>

#include "clients/base/mqtt.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"

enum option {
	HOST,
	PORT,
	USER,
	PASSWORD,
	ID,
	URL,
	CAFILE,
	CAPATH,
	CERT,
	KEY,
	INSECURE,
	KEEPALIVE,
	PROTOCOL,
	ROOT,
	CONFIG,
};

static const struct tocsin_option options[] = {
	[HOST] = {"host", 'h', "HOST", N_("broker to talk to (localhost)")},
	[PORT] = {"port", 'p', "PORT", N_("its port (1883, with TLS 8883)")},
	[USER] = {"username", 'u', "NAME", N_("user name")},
	[PASSWORD] = {"pw", 'P', "PASSWORD", N_("password; better one line in the configuration file")},
	[ID] = {"id", 'i', "ID", N_("client id (random)")},
	[URL] = {"url", 'L', "URL", N_("mqtt(s)://[user[:password]@]host[:port]")},
	[CAFILE] = {"cafile", 0, "FILE", N_("certificate authorities to trust; switches TLS on")},
	[CAPATH] = {"capath", 0, "DIR", N_("the same, as a folder")},
	[CERT] = {"cert", 0, "FILE", N_("client certificate")},
	[KEY] = {"key", 0, "FILE", N_("its private key")},
	[INSECURE] = {"insecure", 0, NULL, N_("do not check the broker's host name (tests only)")},
	[KEEPALIVE] = {"keepalive", 'k', "SECONDS", N_("keep-alive (60)")},
	[PROTOCOL] = {"protocol-version", 'V', "VERSION", N_("mqttv311 or mqttv5 (mqttv5)")},
	[ROOT] = {"topic-root", 0, "TOPIC", N_("root of the hub's topics (tocsin/v1)")},
	[CONFIG] = {"config", 0, "FILE", N_("options, one a line (~/.config/tocsin)")},
};

void tocsin_connection_init(struct tocsin_connection *connection)
{
	*connection = (struct tocsin_connection){0};
}

static void forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

void tocsin_connection_finish(struct tocsin_connection *connection)
{
	if (!connection)
		return;
	forget(connection->password);
	char *texts[] = {connection->host, connection->user, connection->client_id, connection->cafile,
		connection->capath, connection->cert, connection->key, connection->root,
		connection->config};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		free(texts[i]);
	*connection = (struct tocsin_connection){0};
}

static const char *keep(char **slot, const char *value)
{
	char *copy = strdup(value);
	if (!copy)
		return N_("out of memory");
	free(*slot);
	*slot = copy;
	return NULL;
}

static const char *keep_password(struct tocsin_connection *connection, char *value)
{
	const char *wrong = keep(&connection->password, value);
	memset(value, '*', strlen(value));
	return wrong;
}

static const char *keep_number(int *slot, const char *value, int64_t least, int64_t most)
{
	int64_t number;
	if (!tocsin_number_read(value, &number) || number < least || number > most)
		return least == 1 ? N_("wants a number from 1 to 65535")
						  : N_("wants a number of seconds, 5 or more");
	*slot = (int)number;
	return NULL;
}

static const char *keep_protocol(struct tocsin_connection *connection, const char *value)
{
	if (strcmp(value, "mqttv311") == 0 || strcmp(value, "311") == 0)
		connection->protocol = MQTT_PROTOCOL_V311;
	else if (strcmp(value, "mqttv5") == 0 || strcmp(value, "5") == 0)
		connection->protocol = MQTT_PROTOCOL_V5;
	else
		return N_("knows mqttv311 (or 311) and mqttv5 (or 5)");
	return NULL;
}

static const char *keep_user_part(struct tocsin_connection *connection, char *part)
{
	char *colon = strchr(part, ':');
	if (colon) {
		*colon = '\0';
		const char *wrong = keep_password(connection, colon + 1);
		if (wrong)
			return wrong;
	}
	return keep(&connection->user, part);
}

static const char *keep_url(struct tocsin_connection *connection, char *url)
{
	bool tls = strncmp(url, "mqtts://", 8) == 0;
	if (!tls && strncmp(url, "mqtt://", 7) != 0)
		return N_("must begin with mqtt:// or mqtts://");
	char *rest = url + (tls ? 8 : 7);
	connection->tls = tls || connection->tls;
	char *at = strrchr(rest, '@');
	if (at) {
		*at = '\0';
		const char *wrong = keep_user_part(connection, rest);
		if (wrong)
			return wrong;
		rest = at + 1;
	}
	rest[strcspn(rest, "/")] = '\0';
	char *port = *rest == '[' ? strstr(rest, "]:") : strrchr(rest, ':');
	if (port) {
		char *number = port + (*port == ']' ? 2 : 1);
		const char *wrong = keep_number(&connection->port, number, 1, 65535);
		if (wrong)
			return wrong;
		*port = '\0';
	}
	if (*rest == '[')
		rest++;
	rest[strcspn(rest, "]")] = '\0';
	return *rest ? keep(&connection->host, rest) : N_("names no host");
}

static const char *keep_root(struct tocsin_connection *connection, const char *value)
{
	size_t length = strlen(value);
	if (length == 0 || mosquitto_pub_topic_check(value) != MOSQ_ERR_SUCCESS ||
		value[length - 1] == '/' || value[0] == '/' || value[0] == '$')
		return N_("must be a topic without wildcards, such as tocsin/v1");
	return keep(&connection->root, value);
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct tocsin_connection *connection = ctx;
	switch ((enum option)index) {
	case HOST:
		return keep(&connection->host, value);
	case PORT:
		return keep_number(&connection->port, value, 1, 65535);
	case USER:
		return keep(&connection->user, value);
	case PASSWORD:
		return keep_password(connection, value);
	case ID:
		return keep(&connection->client_id, value);
	case URL:
		return keep_url(connection, value);
	case CAFILE:
		connection->tls = true;
		return keep(&connection->cafile, value);
	case CAPATH:
		connection->tls = true;
		return keep(&connection->capath, value);
	case CERT:
		return keep(&connection->cert, value);
	case KEY:
		return keep(&connection->key, value);
	case INSECURE:
		connection->insecure = true;
		return NULL;
	case KEEPALIVE:
		return keep_number(&connection->keepalive_s, value, 5, 65535);
	case PROTOCOL:
		return keep_protocol(connection, value);
	case ROOT:
		return keep_root(connection, value);
	case CONFIG:
		return keep(&connection->config, value);
	}
	return N_("cannot be taken");
}

struct tocsin_option_set tocsin_connection_options(struct tocsin_connection *connection)
{
	return (struct tocsin_option_set){N_("Connection (as mosquitto_pub and mosquitto_sub)"),
		options, sizeof(options) / sizeof(*options), take, connection};
}
