/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a session is before it connects. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clients/base/client_id.h"
#include "clients/base/mqtt.h"
#include "clients/base/session_inner.h"
#include "clients/base/tongue.h"

/* Where Debian keeps the certificate authorities, for mqtts:// alone. */
#define SYSTEM_AUTHORITIES "/etc/ssl/certs"

enum {
	FIRST_GAP_MS = 500,
	LONGEST_GAP_MS = 30000,
};

static void on_connect(
	struct mosquitto *mosquitto, void *ctx, int code, int flags, const mosquitto_property *props)
{
	struct tocsin_session *session = ctx;
	(void)mosquitto;
	(void)props;
	session->resumed = (flags & 1) != 0; /* session present: MQTT 5, 3.2.2.1.1 */
	session->refusal = code;
	if (code != 0)
		return;
	session->up = true;
	session->retry_gap_ms = FIRST_GAP_MS;
	if (session->handlers.connected)
		session->handlers.connected(session->handlers.ctx);
}

static void on_message(struct mosquitto *mosquitto, void *ctx,
	const struct mosquitto_message *message, const mosquitto_property *props)
{
	struct tocsin_session *session = ctx;
	(void)mosquitto;
	(void)props;
	struct tocsin_message copy = {message->topic, message->payload, (size_t)message->payloadlen,
		message->retain, message->qos};
	if (session->handlers.message)
		session->handlers.message(session->handlers.ctx, &copy);
}

static void on_subscribe(struct mosquitto *mosquitto, void *ctx, int id, int count,
	const int *granted, const mosquitto_property *props)
{
	struct tocsin_session *session = ctx;
	bool allowed = true;
	(void)mosquitto;
	(void)props;
	for (int i = 0; i < count; i++)
		allowed = allowed && granted[i] < 0x80;
	if (session->handlers.subscribed)
		session->handlers.subscribed(session->handlers.ctx, id, allowed);
}

static void on_publish(
	struct mosquitto *mosquitto, void *ctx, int id, int reason, const mosquitto_property *props)
{
	struct tocsin_session *session = ctx;
	(void)mosquitto;
	(void)props;
	if (session->handlers.published)
		session->handlers.published(session->handlers.ctx, id, reason);
}

static bool choose_id(struct tocsin_session *session)
{
	const char *own = session->connection->client_id;
	if (own) {
		int length = snprintf(session->client_id, sizeof(session->client_id), "%s", own);
		return length > 0 && (size_t)length < sizeof(session->client_id);
	}
	return tocsin_client_id_make(session->client_id);
}

static int set_up(struct tocsin_session *session)
{
	const struct tocsin_connection *to = session->connection;
	struct mosquitto *mosquitto = session->mosquitto;
	mosquitto_int_option(mosquitto, MOSQ_OPT_PROTOCOL_VERSION, to->protocol);
	mosquitto_int_option(mosquitto, MOSQ_OPT_TCP_NODELAY, 1);
	/* The library acknowledges a message before it hands it over. As if another thread did
	 * the writing, it only queues that: it leaves once we have seen the message, so that
	 * the broker of a lasting session has it still where we are killed. */
	if (to->session_s)
		mosquitto_threaded_set(mosquitto, true);
	mosquitto_connect_v5_callback_set(mosquitto, on_connect);
	mosquitto_message_v5_callback_set(mosquitto, on_message);
	mosquitto_subscribe_v5_callback_set(mosquitto, on_subscribe);
	mosquitto_publish_v5_callback_set(mosquitto, on_publish);
	int code = MOSQ_ERR_SUCCESS;
	if (to->user)
		code = mosquitto_username_pw_set(mosquitto, to->user, to->password);
	if (code == MOSQ_ERR_SUCCESS && to->tls) {
		const char *folder = to->cafile || to->capath ? to->capath : SYSTEM_AUTHORITIES;
		code = mosquitto_tls_set(mosquitto, to->cafile, folder, to->cert, to->key, NULL);
	}
	if (code == MOSQ_ERR_SUCCESS && to->tls && to->insecure)
		code = mosquitto_tls_insecure_set(mosquitto, true);
	return code;
}

enum tocsin_exit tocsin_session_prepare(struct tocsin_session *session,
	const struct tocsin_connection *connection, const struct tocsin_handlers *handlers)
{
	*session = (struct tocsin_session){
		.connection = connection, .handlers = *handlers, .signals = -1, .other = -1};
	session->retry_gap_ms = FIRST_GAP_MS;
	session->longest_gap_ms = LONGEST_GAP_MS;
	if (!choose_id(session)) {
		fprintf(stderr, _("tocsin: the client id (-i) must have 1 to 64 bytes\n"));
		return TOCSIN_EXIT_USAGE;
	}
	session->mosquitto = mosquitto_new(session->client_id, connection->session_s == 0, session);
	if (!session->mosquitto)
		return tocsin_session_fail(session, strerror(errno));
	int code = set_up(session);
	return code == MOSQ_ERR_SUCCESS ? TOCSIN_EXIT_OK
									: tocsin_session_fail(session, mosquitto_strerror(code));
}
