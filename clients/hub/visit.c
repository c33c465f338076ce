/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/visit.h"

#include <signal.h>
#include <string.h>

#include "clients/base/mqtt.h"
#include "clients/base/number.h"

enum { VISIT_WAIT_MS = 20000, REFUSED_CODE = 0x80 };

static void on_message(void *ctx, const struct tocsin_message *message)
{
	struct tocsin_visit *visit = ctx;
	if (visit->message)
		visit->message(visit->message_ctx, message);
}

static void on_subscribed(void *ctx, int id, bool allowed)
{
	struct tocsin_visit *visit = ctx;
	if (id != visit->asked)
		return;
	visit->answered = true;
	visit->reason = allowed ? 0 : REFUSED_CODE;
}

static void on_published(void *ctx, int id, int reason)
{
	struct tocsin_visit *visit = ctx;
	if (id != visit->asked)
		return;
	visit->answered = true;
	visit->reason = reason;
}

/* MQTT 5, since only there a refusal of a publish is said. */
static void dress(struct tocsin_visit *visit, const struct tocsin_connection *connection,
	const struct tocsin_visitor *visitor)
{
	visit->as = *connection;
	visit->as.protocol = MQTT_PROTOCOL_V5;
	visit->as.client_id = (char *)visitor->client_id;
	visit->as.session_s = 0;
	if (!visitor->other)
		return;
	visit->as.user = (char *)visitor->user;
	visit->as.password = (char *)visitor->password;
	visit->as.cert = NULL;
	visit->as.key = NULL;
}

static enum tocsin_welcome await_welcome(struct tocsin_visit *visit)
{
	const int64_t until_ms = tocsin_ticks_ms() + VISIT_WAIT_MS;
	struct tocsin_session *session = &visit->session;
	while (!session->up) {
		const int64_t left_ms = until_ms - tocsin_ticks_ms();
		if (left_ms <= 0)
			return TOCSIN_WELCOME_NO_LINE;
		const enum tocsin_step step = tocsin_session_step(session, left_ms);
		if (step == TOCSIN_STEP_SIGNAL)
			return TOCSIN_WELCOME_INTERRUPTED;
		if (session->refusal != 0 || (step == TOCSIN_STEP_LOST && !session->up))
			return TOCSIN_WELCOME_REFUSED;
	}
	return TOCSIN_WELCOME_IN;
}

/* A signal that an earlier session saw is still there. While one connects it would end the
 * command at once. */
static bool is_interrupted(void)
{
	sigset_t waiting;
	return sigpending(&waiting) == 0 &&
		(sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1 ||
			sigismember(&waiting, SIGHUP) == 1);
}

enum tocsin_welcome tocsin_visit_open(struct tocsin_visit *visit,
	const struct tocsin_connection *connection, const struct tocsin_visitor *visitor)
{
	const struct tocsin_handlers handlers = {.ctx = visit,
		.message = on_message,
		.subscribed = on_subscribed,
		.published = on_published};
	bool writes = false;
	if (is_interrupted())
		return TOCSIN_WELCOME_INTERRUPTED;
	dress(visit, connection, visitor);
	if (tocsin_session_prepare(&visit->session, &visit->as, &handlers) != TOCSIN_EXIT_OK)
		return TOCSIN_WELCOME_NO_LINE;
	if (visitor->will_topic &&
		mosquitto_will_set(visit->session.mosquitto, visitor->will_topic,
			(int)strlen(visitor->will_text), visitor->will_text, 0, false) != MOSQ_ERR_SUCCESS)
		return TOCSIN_WELCOME_NO_LINE;
	if (tocsin_session_begin(&visit->session) != TOCSIN_EXIT_OK)
		return TOCSIN_WELCOME_NO_LINE;
	tocsin_session_renew(&visit->session);
	/* A broker that wants a certificate breaks off before it says a word of MQTT. */
	if (tocsin_session_line(&visit->session, &writes) < 0)
		return visit->as.tls ? TOCSIN_WELCOME_REFUSED : TOCSIN_WELCOME_NO_LINE;
	return await_welcome(visit);
}

static enum tocsin_answer await_answer(struct tocsin_visit *visit)
{
	const int64_t until_ms = tocsin_ticks_ms() + VISIT_WAIT_MS;
	while (!visit->answered) {
		const int64_t left_ms = until_ms - tocsin_ticks_ms();
		const enum tocsin_step step =
			left_ms > 0 ? tocsin_session_step(&visit->session, left_ms) : TOCSIN_STEP_LOST;
		if (step == TOCSIN_STEP_SIGNAL)
			return TOCSIN_ANSWER_INTERRUPTED;
		if (step == TOCSIN_STEP_LOST)
			return TOCSIN_ANSWER_NONE;
	}
	return visit->reason < REFUSED_CODE ? TOCSIN_ANSWER_YES : TOCSIN_ANSWER_NO;
}

enum tocsin_answer tocsin_visit_subscribe(struct tocsin_visit *visit, const char *filter)
{
	visit->answered = false;
	visit->asked = tocsin_session_subscribe_at(&visit->session, filter, 0);
	return visit->asked < 0 ? TOCSIN_ANSWER_NONE : await_answer(visit);
}

enum tocsin_answer tocsin_visit_publish(
	struct tocsin_visit *visit, const char *topic, const char *text)
{
	const bool json = *text == '{';
	const struct tocsin_publish_form form = {
		.content_type = json ? "application/json" : "text/plain", .text = true, .expiry_s = 1};
	visit->answered = false;
	visit->asked = tocsin_session_publish_as(&visit->session, topic, text, strlen(text), &form);
	return visit->asked < 0 ? TOCSIN_ANSWER_NONE : await_answer(visit);
}

void tocsin_visit_break(struct tocsin_visit *visit)
{
	visit->session.up = false;
	tocsin_visit_close(visit);
}

void tocsin_visit_close(struct tocsin_visit *visit)
{
	tocsin_session_close(&visit->session);
}
