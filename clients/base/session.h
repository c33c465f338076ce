/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One connection to the broker, driven step by step: nothing happens between two
 * calls of tocsin_session_step, and signals arrive as its result. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/base/connection.h"

struct mosquitto;

struct tocsin_message {
	const char *topic;
	const uint8_t *payload; /* NULL where size is 0 */
	size_t size;
	bool retained;
	int qos;
};

struct tocsin_handlers {
	void *ctx;
	/* The broker let us in, also again after a lost connection. */
	void (*connected)(void *ctx);
	void (*message)(void *ctx, const struct tocsin_message *message);
	/* Answer to a subscription; allowed says whether all of it was granted. */
	void (*subscribed)(void *ctx, int id, bool allowed);
	/* Answer to a publish; reason is the MQTT 5 code, 0 in MQTT 3.1.1. */
	void (*published)(void *ctx, int id, int reason);
};

struct tocsin_session {
	const struct tocsin_connection *connection;
	struct tocsin_handlers handlers;
	struct mosquitto *mosquitto;
	int signals;          /* descriptor */
	bool mind_reader;     /* end when nobody reads standard output any more */
	bool up;              /* the broker let us in, and the line stands */
	bool dead;            /* it broke, and the library has not noticed */
	bool resumed;         /* and had kept the session: what came meanwhile follows */
	int other;            /* a descriptor whose input ends a step's wait, too; -1: none */
	int refusal;          /* CONNACK's code when it did not let us in */
	int64_t retry_at_ms;  /* ticks; when to try again */
	int64_t retry_gap_ms; /* grows with each failure, to at most: */
	int64_t longest_gap_ms;
	bool begun; /* it has been tried to connect */
	char client_id[65];
};

enum tocsin_step {
	TOCSIN_STEP_DONE,     /* something may have happened: look and go on */
	TOCSIN_STEP_LOST,     /* the line broke just now; it is tried again by itself */
	TOCSIN_STEP_SIGNAL,   /* interrupted: end */
	TOCSIN_STEP_NO_READER /* nobody reads standard output any more, and that is minded: end */
};

/* Chooses the client id and sets everything up, without a word to the broker yet.
 * connection and handlers' ctx are borrowed. Failures are said on stderr. */
enum tocsin_exit tocsin_session_prepare(struct tocsin_session *session,
	const struct tocsin_connection *connection, const struct tocsin_handlers *handlers);

/* Connects and waits for the broker's answer. On failure says on stderr what is
 * wrong and returns CONNECT. */
enum tocsin_exit tocsin_session_open(struct tocsin_session *session);

/* In place of open, for who can wait: the steps connect, again and again. */
enum tocsin_exit tocsin_session_begin(struct tocsin_session *session);

/* Gives up the line and connects anew, for who knows better that it is dead. */
void tocsin_session_renew(struct tocsin_session *session);

/* Says on stderr how the broker turned us away. Returns CONNECT. */
enum tocsin_exit tocsin_session_refused(const struct tocsin_session *session);

/* Waits for at most wait_ms for something to happen and handles it. */
enum tocsin_step tocsin_session_step(struct tocsin_session *session, int64_t wait_ms);

/* The socket, for whoever polls several sessions before stepping them without a wait;
 * -1 while the line is down. *writes: something waits to be written. */
int tocsin_session_line(const struct tocsin_session *session, bool *writes);

/* Returns the packet id, or -1 while the line is down. The first with QoS 1. */
int tocsin_session_subscribe(struct tocsin_session *session, const char *filter);
int tocsin_session_subscribe_at(struct tocsin_session *session, const char *filter, int qos);

/* Returns the packet id, or -1 for what this broker can never be sent. A line that
 * breaks meanwhile is no failure: it leaves with the next one. */
int tocsin_session_publish(
	struct tocsin_session *session, const char *topic, const void *payload, size_t size, bool json);

/* What MQTT 5 says beside a message. */
struct tocsin_publish_form {
	const char *content_type;
	bool text;                       /* the payload is UTF-8 */
	uint32_t expiry_s;               /* 0: never */
	const char *severity, *msg_type; /* user properties; NULL: not said */
};

/* The same with all that; of MQTT 3.1.1 it is topic and bytes. */
int tocsin_session_publish_as(struct tocsin_session *session, const char *topic,
	const void *payload, size_t size, const struct tocsin_publish_form *form);

/* Disconnects in good order and frees. NULL and half-built are allowed. */
void tocsin_session_close(struct tocsin_session *session);
