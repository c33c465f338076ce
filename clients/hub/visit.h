/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A short connection that asks one thing of the broker, and says nothing on stderr: what
 * it is refused is what it wants to know. */
#pragma once

#include "clients/base/session.h"

/* Whom it says to be, other than the connection it is made after. */
struct tocsin_visitor {
	bool other;             /* the next two instead of the connection's; no certificate */
	const char *user;       /* NULL: none */
	const char *password;   /* NULL: none */
	const char *client_id;  /* NULL: a random one */
	const char *will_topic; /* NULL: no will; it is QoS 0 and not retained */
	const char *will_text;
};

enum tocsin_welcome {
	TOCSIN_WELCOME_IN,
	TOCSIN_WELCOME_REFUSED,     /* by the broker's word, or it closed the line */
	TOCSIN_WELCOME_NO_LINE,     /* not reached, or no answer */
	TOCSIN_WELCOME_INTERRUPTED, /* by a signal: end */
};

struct tocsin_visit {
	struct tocsin_session session;
	struct tocsin_connection as;
	/* Messages; NULL: they are dropped. */
	void (*message)(void *ctx, const struct tocsin_message *message);
	void *message_ctx;
	int asked; /* packet id that waits for its answer */
	bool answered;
	int reason; /* in it: 0x80 and above is a refusal */
};

/* message and message_ctx are set before; connection and visitor's texts are borrowed
 * until the end. Close or leave it, whatever comes. */
enum tocsin_welcome tocsin_visit_open(struct tocsin_visit *visit,
	const struct tocsin_connection *connection, const struct tocsin_visitor *visitor);

enum tocsin_answer {
	TOCSIN_ANSWER_YES,
	TOCSIN_ANSWER_NO,          /* refused */
	TOCSIN_ANSWER_NONE,        /* the line broke, or nothing came in time */
	TOCSIN_ANSWER_INTERRUPTED, /* by a signal: end */
};

/* Subscribes with QoS 0. What the broker sent before its answer has been handed over
 * when this returns; so a second one is a mark behind all that the first brought. */
enum tocsin_answer tocsin_visit_subscribe(struct tocsin_visit *visit, const char *filter);

/* Publishes with QoS 1, to expire within a second for who is away. */
enum tocsin_answer tocsin_visit_publish(
	struct tocsin_visit *visit, const char *topic, const char *text);

/* Closes the line without a goodbye: the broker publishes the will. */
void tocsin_visit_break(struct tocsin_visit *visit);

void tocsin_visit_close(struct tocsin_visit *visit);
