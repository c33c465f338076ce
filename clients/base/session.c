/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clients/base/mqtt.h"
#include "clients/base/number.h"
#include "clients/base/pipe_signal.h"
#include "clients/base/session_inner.h"
#include "clients/base/tongue.h"

enum {
	ANSWER_WAIT_MS = 30000,
	GOODBYE_MS = 500,
};

/* Turned away for who it is, in MQTT 3.1.1 or 5. */
static bool is_stranger(int refusal)
{
	return refusal == CONNACK_REFUSED_BAD_USERNAME_PASSWORD ||
		refusal == CONNACK_REFUSED_NOT_AUTHORIZED || refusal == MQTT_RC_BAD_USERNAME_OR_PASSWORD ||
		refusal == MQTT_RC_NOT_AUTHORIZED;
}

enum tocsin_exit tocsin_session_fail(const struct tocsin_session *session, const char *why)
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
			return tocsin_session_fail(session, _("the broker does not answer"));
		enum tocsin_step step = tocsin_session_step(session, left);
		if (session->refusal != 0)
			return tocsin_session_fail(session, refusal_text(session));
		if (step == TOCSIN_STEP_LOST && !session->up)
			return tocsin_session_fail(session, _("the broker closed the line at once"));
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
		return tocsin_session_fail(session, strerror(errno));
	int code = connect_interruptibly(session);
	if (code != MOSQ_ERR_SUCCESS)
		return tocsin_session_fail(
			session, code == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(code));
	return await_answer(session);
}

enum tocsin_exit tocsin_session_begin(struct tocsin_session *session)
{
	return catch_signals(session) ? TOCSIN_EXIT_OK : tocsin_session_fail(session, strerror(errno));
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
	return tocsin_session_fail(session, refusal_text(session));
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
