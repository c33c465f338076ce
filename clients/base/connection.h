/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How to reach the broker: the options of mosquitto_pub and mosquitto_sub, on the
 * command line or one a line in a file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/base/options.h"
#include "proto/status.h"

struct tocsin_connection {
	char *host;     /* NULL: localhost */
	int port;       /* 0: 1883, with TLS 8883 */
	bool named;     /* once complete: host or port were said, and are no defaults */
	char *user;     /* NULL: none */
	char *password; /* NULL: none; never printed */
	char *client_id;
	char *cafile, *capath, *cert, *key;
	bool insecure;   /* the certificate's host name is not checked */
	bool tls;        /* by mqtts:// or by a certificate option */
	int keepalive_s; /* 0: 60 */
	int protocol;    /* MQTT_PROTOCOL_V311 or _V5; 0: V5 */
	char *root;      /* NULL: tocsin/v1 */
	char *config;    /* file of --config, NULL: the default one */
	/* How long the broker keeps subscriptions and what comes for them while we are
	 * away, in seconds (MQTT 3.1.1: for good); no option. 0: not at all. */
	uint32_t session_s;
};

void tocsin_connection_init(struct tocsin_connection *connection);

/* Frees the texts; the password is overwritten first. */
void tocsin_connection_finish(struct tocsin_connection *connection);

/* The option set; connection is its context. A password in argv is blanked once
 * taken, so that it does not stay in the process list. */
struct tocsin_option_set tocsin_connection_options(struct tocsin_connection *connection);

/* Reads the file of --config, else ~/.config/tocsin where there is one, for
 * everything that the command line did not say, and fills in the defaults. False
 * after a message on stderr. */
bool tocsin_connection_complete(struct tocsin_connection *connection);

/* The same from a text; name is for messages. Returns false after a message. */
bool tocsin_connection_read(
	struct tocsin_connection *connection, const char *name, char *text, FILE *err);
