/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clients/base/client_id.h"
#include "clients/base/mqtt.h"
#include "clients/base/number.h"
#include "clients/base/pipe_signal.h"
#include "clients/base/tongue.h"

/* Where Debian keeps the certificate authorities, for mqtts:// alone. */
#define SYSTEM_AUTHORITIES "/etc/ssl/certs"

enum {
	ANSWER_WAIT_MS = 30000,
	FIRST_GAP_MS = 500,
	LONGEST_GAP_MS = 30000,
	GOODBYE_MS = 500,
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

/* Turned away for who it is, in MQTT 3.1.1 or 5. */
static bool is_stranger(int refusal)
{
	return refusal == CONNACK_REFUSED_BAD_USERNAME_PASSWORD ||
		refusal == CONNACK_REFUSED_NOT_AUTHORIZED || refusal == MQTT_RC_BAD_USERNAME_OR_PASSWORD ||
		refusal == MQTT_RC_NOT_AUTHORIZED;
}

static enum tocsin_exit fail_connect(const struct tocsin_session *session, const char *why)
{
	const struct tocsin_connection *to = session->connection;
	fprintf(stderr, _("tocsin: cannot connect to %s port %d: %s\n"), to->host, to->port, why);
	if (is_stranger(session->refusal) && !to->password && !to->cert)
		fputs(_("tocsin: no password was given: put '-u NAME' and '-P PASSWORD' into "
				"~/.config/tocsin, one a line\n"),
			stderr);
	return TOCSIN_EXIT_CONNECT;
}

static const char *refusal_text(const struct tocsin_session *session)
{
	return session->connection->protocol == MQTT_PROTOCOL_V5
		? mosquitto_reason_string(session->refusal)
		: mosquitto_connack_string(session->refusal);
}

static void ending_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

static bool catch_signals(struct tocsin_session *session)
{
	sigset_t set;
	ending_signals(&set);
	session->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return session->signals >= 0 && sigprocmask(SIG_BLOCK, &set, NULL) == 0;
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
		return fail_connect(session, strerror(errno));
	int code = set_up(session);
	return code == MOSQ_ERR_SUCCESS ? TOCSIN_EXIT_OK
									: fail_connect(session, mosquitto_strerror(code));
}

static enum tocsin_exit end_connecting(const struct tocsin_session *session)
{
	fprintf(stderr, _("tocsin: interrupted before %s port %d answered\n"),
		session->connection->host, session->connection->port);
	return TOCSIN_EXIT_CONNECT;
}

static enum tocsin_exit await_answer(struct tocsin_session *session)
{
	int64_t until = tocsin_ticks_ms() + ANSWER_WAIT_MS;
	while (!session->up) {
		int64_t left = until - tocsin_ticks_ms();
		if (left <= 0)
			return fail_connect(session, _("the broker does not answer"));
		enum tocsin_step step = tocsin_session_step(session, left);
		if (session->refusal != 0)
			return fail_connect(session, refusal_text(session));
		if (step == TOCSIN_STEP_LOST && !session->up)
			return fail_connect(session, _("the broker closed the line at once"));
		if (step == TOCSIN_STEP_SIGNAL)
			return end_connecting(session);
	}
	return TOCSIN_EXIT_OK;
}

static int connect_first(const struct tocsin_session *session)
{
	const struct tocsin_connection *to = session->connection;
	mosquitto_property *properties = NULL;
	if (to->session_s && to->protocol == MQTT_PROTOCOL_V5) {
		int code = mosquitto_property_add_int32(
			&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, to->session_s);
		if (code != MOSQ_ERR_SUCCESS)
			return code;
	}
	int code = mosquitto_connect_bind_v5(
		session->mosquitto, to->host, to->port, to->keepalive_s, NULL, properties);
	int reason = errno;
	mosquitto_property_free_all(&properties);
	errno = reason;
	return code;
}

static enum tocsin_step lose(struct tocsin_session *session)
{
	session->up = false;
	session->retry_at_ms = tocsin_ticks_ms() + session->retry_gap_ms;
	session->retry_gap_ms *= 2;
	if (session->retry_gap_ms > session->longest_gap_ms)
		session->retry_gap_ms = session->longest_gap_ms;
	return TOCSIN_STEP_LOST;
}

/* Connecting can take minutes on a dead link, and must still end at Ctrl-C. */
static int connect_interruptibly(struct tocsin_session *session)
{
	sigset_t set;
	struct tocsin_pipe_signal held;
	ending_signals(&set);
	tocsin_pipe_signal_hold(&held);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	int code = session->begun ? mosquitto_reconnect(session->mosquitto) : connect_first(session);
	int reason = errno;
	tocsin_pipe_signal_drop(&held);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* The library knows the host from the first call on, whatever came of it. */
	session->begun = true;
	errno = reason;
	return code;
}

enum tocsin_exit tocsin_session_open(struct tocsin_session *session)
{
	if (!catch_signals(session))
		return fail_connect(session, strerror(errno));
	int code = connect_interruptibly(session);
	if (code != MOSQ_ERR_SUCCESS)
		return fail_connect(
			session, code == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(code));
	return await_answer(session);
}

enum tocsin_exit tocsin_session_begin(struct tocsin_session *session)
{
	return catch_signals(session) ? TOCSIN_EXIT_OK : fail_connect(session, strerror(errno));
}

void tocsin_session_renew(struct tocsin_session *session)
{
	session->up = false;
	session->dead = false;
	session->refusal = 0;
	if (connect_interruptibly(session) != MOSQ_ERR_SUCCESS)
		(void)lose(session);
}

enum tocsin_exit tocsin_session_refused(const struct tocsin_session *session)
{
	return fail_connect(session, refusal_text(session));
}

static void try_again(struct tocsin_session *session)
{
	if (tocsin_ticks_ms() >= session->retry_at_ms)
		tocsin_session_renew(session);
}

/* A reader that went away shows as an error on the pipe, before any write. */
static bool reader_gone(const struct pollfd *output)
{
	return (output->revents & POLLERR) != 0;
}

/* The library's socket, -1 while the line is down. */
static int line_of(const struct tocsin_session *session)
{
	return session->dead ? -1 : mosquitto_socket(session->mosquitto);
}

/* Reads and writes what can be; the callbacks run in here. False where the line broke. */
static bool run_line(struct tocsin_session *session, short events)
{
	struct tocsin_pipe_signal held;
	tocsin_pipe_signal_hold(&held);
	/* This also reads what TLS has already taken off the socket, and keeps the
	 * line alive. */
	bool fine = mosquitto_loop(session->mosquitto, 0, 1) == MOSQ_ERR_SUCCESS;
	/* Broken in the middle of TLS's greeting, it would be tried for ever. */
	session->dead = fine && !session->up && (events & (POLLHUP | POLLERR));
	fine = fine && !session->dead;
	if (fine)
		tocsin_pipe_signal_let(&held);
	else
		tocsin_pipe_signal_drop(&held);
	return fine;
}

enum tocsin_step tocsin_session_step(struct tocsin_session *session, int64_t wait_ms)
{
	int line = line_of(session);
	int64_t longest = 1000;
	if (line < 0) {
		try_again(session);
		line = line_of(session);
		longest = 200;
	}
	struct pollfd watched[] = {
		{.fd = session->signals, .events = POLLIN},
		{.fd = session->mind_reader ? STDOUT_FILENO : -1},
		{.fd = line, .events = POLLIN},
		{.fd = session->other, .events = POLLIN},
	};
	if (line >= 0 && mosquitto_want_write(session->mosquitto))
		watched[2].events |= POLLOUT;
	int64_t wait = wait_ms < 0 ? 0 : wait_ms;
	if (wait > longest)
		wait = longest;
	int ready = poll(watched, 4, (int)wait);
	if (ready > 0 && (watched[0].revents & POLLIN))
		return TOCSIN_STEP_SIGNAL;
	if (ready > 0 && reader_gone(&watched[1]))
		return TOCSIN_STEP_NO_READER;
	if (line < 0)
		return TOCSIN_STEP_DONE;
	return run_line(session, watched[2].revents) ? TOCSIN_STEP_DONE : lose(session);
}

int tocsin_session_line(const struct tocsin_session *session, bool *writes)
{
	*writes = mosquitto_want_write(session->mosquitto);
	return line_of(session);
}

int tocsin_session_subscribe(struct tocsin_session *session, const char *filter)
{
	return tocsin_session_subscribe_at(session, filter, 1);
}

int tocsin_session_subscribe_at(struct tocsin_session *session, const char *filter, int qos)
{
	struct tocsin_pipe_signal held;
	int id = -1;
	tocsin_pipe_signal_hold(&held);
	int code = mosquitto_subscribe(session->mosquitto, &id, filter, qos);
	tocsin_pipe_signal_drop(&held);
	return code == MOSQ_ERR_SUCCESS ? id : -1;
}

static int add_user_property(mosquitto_property **properties, const char *name, const char *value)
{
	return value
		? mosquitto_property_add_string_pair(properties, MQTT_PROP_USER_PROPERTY, name, value)
		: MOSQ_ERR_SUCCESS;
}

static int add_properties(mosquitto_property **properties, const struct tocsin_publish_form *form)
{
	int code =
		mosquitto_property_add_string(properties, MQTT_PROP_CONTENT_TYPE, form->content_type);
	if (code == MOSQ_ERR_SUCCESS)
		code = mosquitto_property_add_byte(
			properties, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, form->text ? 1 : 0);
	if (code == MOSQ_ERR_SUCCESS && form->expiry_s)
		code = mosquitto_property_add_int32(
			properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, form->expiry_s);
	if (code == MOSQ_ERR_SUCCESS)
		code = add_user_property(properties, "severity", form->severity);
	if (code == MOSQ_ERR_SUCCESS)
		code = add_user_property(properties, "msg-type", form->msg_type);
	return code;
}

int tocsin_session_publish_as(struct tocsin_session *session, const char *topic,
	const void *payload, size_t size, const struct tocsin_publish_form *form)
{
	mosquitto_property *properties = NULL;
	struct tocsin_pipe_signal held;
	int id = -1, code = MOSQ_ERR_SUCCESS;
	if (session->connection->protocol == MQTT_PROTOCOL_V5)
		code = add_properties(&properties, form);
	tocsin_pipe_signal_hold(&held);
	if (code == MOSQ_ERR_SUCCESS)
		code = mosquitto_publish_v5(
			session->mosquitto, &id, topic, (int)size, payload, 1, false, properties);
	tocsin_pipe_signal_drop(&held);
	mosquitto_property_free_all(&properties);
	/* Once it has an id the library keeps it, and sends it with the next connection
	 * where this one has just broken. */
	return code == MOSQ_ERR_NOMEM ? -1 : id;
}

int tocsin_session_publish(
	struct tocsin_session *session, const char *topic, const void *payload, size_t size, bool json)
{
	const struct tocsin_publish_form form = {
		.content_type = json ? "application/json" : "application/protobuf", .text = json};
	return tocsin_session_publish_as(session, topic, payload, size, &form);
}

/* A DISCONNECT that stays in the buffer is none: give it a moment to leave. */
static void say_goodbye(struct tocsin_session *session)
{
	if (mosquitto_disconnect(session->mosquitto) != MOSQ_ERR_SUCCESS)
		return;
	int64_t until = tocsin_ticks_ms() + GOODBYE_MS;
	while (mosquitto_want_write(session->mosquitto) && tocsin_ticks_ms() < until)
		if (mosquitto_loop(session->mosquitto, 50, 1) != MOSQ_ERR_SUCCESS)
			break;
}

void tocsin_session_close(struct tocsin_session *session)
{
	struct tocsin_pipe_signal held;
	if (!session)
		return;
	tocsin_pipe_signal_hold(&held);
	if (session->mosquitto && session->up)
		say_goodbye(session);
	mosquitto_destroy(session->mosquitto);
	tocsin_pipe_signal_drop(&held);
	if (session->signals >= 0)
		close(session->signals);
	session->mosquitto = NULL;
	session->signals = -1;
}
