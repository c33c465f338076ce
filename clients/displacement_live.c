/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Figures from a hub: those that it keeps first, then each as it comes. */
#include "clients/displacement.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/alert_read.h"
#include "clients/number.h"
#include "clients/paper.h"

enum {
	MAX_FILTER = 512,
	MAX_ALERT_MEMORY = 16 << 20,
	SETTLE_MS = 300,    /* news that come together are shown together */
	REDRAW_MS = 60000,  /* the present moves on, even without news */
	LOADING_MS = 10000, /* without a word from the broker while it sends what it keeps */
	MAX_COUNTRIES = 64,
};

/* How far the broker has come with what it keeps. It sends a client's messages in
 * order: when one that was here already, asked for once more at the end, comes again,
 * all before it have come. */
enum loading {
	LOADING_ASKED,  /* for everything */
	LOADING_WAITED, /* nothing came with the answers: one more round trip */
	LOADING_MARKED, /* for the mark once more */
	LOADING_DONE,
};

struct live {
	struct tocsin_displacement *displacement;
	struct tocsin_session session;
	struct tocsin_arena *arena; /* for one alert */
	struct tocsin_heartbeat heartbeat;
	enum loading loading;
	char *mark;       /* topic of the mark, or NULL */
	int mark_id;      /* packet id of the question that WAITED or MARKED asks */
	int64_t heard_ms; /* ticks; last message */
	int64_t shown_ms; /* ticks; last table */
	size_t asked, answered, refused;
	bool connected_before, news, failed;
};

static void note(const struct live *live, bool urgent, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void note(const struct live *live, bool urgent, const char *format, ...)
{
	va_list args;
	/* On a terminal the table tells, and a line between would only spoil it. */
	if (!urgent && (live->displacement->quiet || isatty(STDERR_FILENO) == 1))
		return;
	fputs("tocsin displacement: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static void subscribe(struct live *live, const char *kind, const char *rest)
{
	static const char *const twins[] = {"", "-json"};
	char filter[MAX_FILTER];
	for (size_t i = 0; i < sizeof(twins) / sizeof(*twins); i++) {
		int length = snprintf(filter, sizeof(filter), "%s/to/%s/%s%s/%s",
			live->displacement->connection.root, live->displacement->audience, kind, twins[i],
			rest);
		if (length > 0 && (size_t)length < sizeof(filter) &&
			tocsin_session_subscribe(&live->session, filter) >= 0)
			live->asked++;
	}
}

static void subscribe_country(struct live *live, const char *country)
{
	char rest[64];
	snprintf(rest, sizeof(rest), "%s%s#", country, *country ? "/" : "");
	subscribe(live, "figure", rest);
	subscribe(live, "open", rest);
	snprintf(rest, sizeof(rest), "+/+/%s%s#", country, *country ? "/" : "");
	subscribe(live, "alert", rest);
}

/* An alert tells of figures in other places than its own: of what is asked for the
 * whole country is heard, and the payload decides. A code alone can be anywhere. */
static void subscribe_all(struct live *live)
{
	const struct tocsin_figure_want *want = &live->displacement->want;
	const char *countries[MAX_COUNTRIES] = {""};
	size_t count = 0;
	for (size_t i = 0; i < want->region_count; i++) {
		const char *country = want->regions[i].levels[0];
		size_t at = 0;
		if (strlen(country) != 2 || count == MAX_COUNTRIES) {
			count = 0;
			break;
		}
		while (at < count && strcmp(countries[at], country) != 0)
			at++;
		if (at == count)
			countries[count++] = country;
	}
	if (count == 0)
		subscribe_country(live, "");
	for (size_t i = 0; i < count; i++)
		subscribe_country(live, countries[i]);
}

static int subscribe_heartbeat(struct live *live)
{
	char filter[MAX_FILTER];
	int length = snprintf(filter, sizeof(filter), "%s/to/%s/heartbeat",
		live->displacement->connection.root, live->displacement->audience);
	bool fits = length > 0 && (size_t)length < sizeof(filter);
	return fits ? tocsin_session_subscribe(&live->session, filter) : -1;
}

static void on_connected(void *ctx)
{
	struct live *live = ctx;
	if (live->connected_before)
		note(live, true, "connected again");
	live->connected_before = true;
	live->asked = live->answered = live->refused = 0;
	live->heard_ms = tocsin_ticks_ms();
	if (live->loading != LOADING_DONE)
		live->loading = LOADING_ASKED;
	free(live->mark);
	live->mark = NULL;
	tocsin_heartbeat_start(&live->heartbeat, live->heard_ms);
	if (subscribe_heartbeat(live) >= 0)
		live->asked++;
	subscribe_all(live);
}

static void finish_loading(struct live *live)
{
	live->loading = LOADING_DONE;
	live->news = true;
	if (live->refused)
		note(live, true,
			"the broker refused %zu of %zu subscriptions: this account may not read all that you "
			"asked for",
			live->refused, live->asked);
	else
		note(live, false, "all that the hub keeps is here");
}

static void go_on_loading(struct live *live)
{
	if (live->mark) {
		live->loading = LOADING_MARKED;
		live->mark_id = tocsin_session_subscribe(&live->session, live->mark);
	} else if (live->loading == LOADING_ASKED) {
		live->loading = LOADING_WAITED;
		live->mark_id = subscribe_heartbeat(live);
	} else {
		finish_loading(live);
	}
}

static void on_subscribed(void *ctx, int id, bool allowed)
{
	struct live *live = ctx;
	if (live->loading == LOADING_DONE || live->loading == LOADING_MARKED)
		return;
	if (live->loading == LOADING_WAITED) {
		if (id == live->mark_id)
			go_on_loading(live);
		return;
	}
	live->answered++;
	live->refused += allowed ? 0 : 1;
	if (live->answered == live->asked)
		go_on_loading(live);
}

/* The parts of root/to/{audience}/{kind}[-json]/... */
struct origin {
	bool heartbeat, figure, json;
};

static bool is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

static bool read_origin(const struct live *live, const char *topic, struct origin *origin)
{
	char prefix[MAX_FILTER];
	int size = snprintf(prefix, sizeof(prefix), "%s/to/%s/", live->displacement->connection.root,
		live->displacement->audience);
	if (size < 0 || strncmp(topic, prefix, (size_t)size) != 0)
		return false;
	const char *kind = topic + size;
	size_t length = strcspn(kind, "/");
	origin->heartbeat = is_word(kind, length, "heartbeat");
	origin->json = length > 5 && memcmp(kind + length - 5, "-json", 5) == 0;
	length -= origin->json ? 5 : 0;
	origin->figure = is_word(kind, length, "figure");
	return origin->heartbeat || origin->figure || is_word(kind, length, "open") ||
		is_word(kind, length, "alert");
}

/* The first message that the broker keeps and that waits its turn behind others. */
static void watch_mark(struct live *live, const struct tocsin_message *message)
{
	if (!message->retained || message->qos == 0 || message->size == 0)
		return;
	if (live->loading == LOADING_MARKED && live->mark && strcmp(live->mark, message->topic) == 0)
		finish_loading(live);
	else if (live->loading < LOADING_MARKED && !live->mark)
		live->mark = strdup(message->topic);
}

static void take_alert(
	struct live *live, const struct tocsin_message *message, const struct origin *origin)
{
	struct tocsin_figure_book *book = live->displacement->book;
	if (message->size == 0) {
		/* An open incident that closes keeps its figures; a figure that is taken away is
		 * none any more. */
		if (origin->figure)
			tocsin_figure_book_clear(book, message->topic);
		live->news |= origin->figure;
		return;
	}
	Tocsin__V1__Alert *alert = tocsin_alert_read(live->arena, message, origin->json);
	if (!alert) {
		struct tocsin_paper paper = {stderr, false};
		fputs("tocsin displacement: cannot read the alert on ", stderr);
		tocsin_put(&paper, message->topic);
		fputc('\n', stderr);
		return;
	}
	enum tocsin_status status = origin->figure
		? tocsin_figure_book_stand(book, message->topic, alert)
		: tocsin_figure_book_alert(book, alert);
	live->failed |= status != TOCSIN_OK;
	live->news = true;
}

static void tell(struct live *live, enum tocsin_heartbeat_news news)
{
	if (news == TOCSIN_HEARTBEAT_NOTHING)
		return;
	live->news = true;
	if (news == TOCSIN_HEARTBEAT_SILENT)
		note(live, true, "NO SIGN OF LIFE from the hub: figures may not be coming");
	else
		note(live, true, "the hub is back: signs of life again");
}

static void on_message(void *ctx, const struct tocsin_message *message)
{
	struct live *live = ctx;
	struct origin origin;
	if (!read_origin(live, message->topic, &origin))
		return;
	live->heard_ms = tocsin_ticks_ms();
	if (origin.heartbeat) {
		tell(live,
			tocsin_heartbeat_hear(&live->heartbeat, message->payload, message->size,
				message->retained, live->heard_ms, tocsin_now_ms()));
		return;
	}
	take_alert(live, message, &origin);
	watch_mark(live, message);
}

static bool show(struct live *live)
{
	char head[320], now[TOCSIN_TIME_TEXT], sign[TOCSIN_TIME_TEXT];
	tocsin_time_write(tocsin_now_ms(), TOCSIN_TIME_MOMENT, now);
	tocsin_time_write(live->heartbeat.sign_ms, TOCSIN_TIME_MOMENT, sign);
	if (!live->session.up)
		snprintf(head, sizeof(head), "Displacement, %s, %s: NOT CONNECTED, trying again",
			live->displacement->audience, now);
	else if (live->heartbeat.silent || !live->heartbeat.sign_ms)
		snprintf(head, sizeof(head), "Displacement, %s, %s: NO SIGN OF LIFE from the hub%s%s",
			live->displacement->audience, now, live->heartbeat.sign_ms ? " since " : "",
			live->heartbeat.sign_ms ? sign : "");
	else
		snprintf(head, sizeof(head), "Displacement, %s, %s", live->displacement->audience, now);
	live->news = false;
	live->shown_ms = tocsin_ticks_ms();
	return tocsin_displacement_show(live->displacement, tocsin_now_ms(), head);
}

static bool is_due(const struct live *live)
{
	int64_t now_ms = tocsin_ticks_ms();
	bool settled = now_ms - live->heard_ms >= SETTLE_MS || now_ms - live->shown_ms >= 1000;
	bool moved_on = isatty(STDOUT_FILENO) == 1 && now_ms - live->shown_ms >= REDRAW_MS;
	return live->loading == LOADING_DONE && ((live->news && settled) || moved_on);
}

/* The mark was taken away meanwhile, or the broker keeps less than it should. */
static void give_up_waiting(struct live *live)
{
	if (live->loading == LOADING_DONE || tocsin_ticks_ms() - live->heard_ms < LOADING_MS)
		return;
	note(
		live, true, "the broker has said nothing for %d s: this may not be all", LOADING_MS / 1000);
	finish_loading(live);
}

static bool all_refused(const struct live *live)
{
	return live->loading == LOADING_DONE && live->asked && live->refused == live->asked;
}

static enum tocsin_exit loop(struct live *live)
{
	struct tocsin_displacement *displacement = live->displacement;
	int64_t until_ms = tocsin_ticks_ms() + displacement->for_ms;
	while (!all_refused(live)) {
		int64_t left_ms = displacement->for_ms ? until_ms - tocsin_ticks_ms() : 1000;
		if (left_ms <= 0)
			return displacement->once ? TOCSIN_EXIT_TIMEOUT : TOCSIN_EXIT_OK;
		enum tocsin_step step =
			tocsin_session_step(&live->session, left_ms < SETTLE_MS ? left_ms : SETTLE_MS);
		if (step == TOCSIN_STEP_SIGNAL || step == TOCSIN_STEP_NO_READER)
			return TOCSIN_EXIT_OK;
		if (step == TOCSIN_STEP_LOST) {
			note(live, true, "the line broke: trying again");
			live->news = true;
		}
		give_up_waiting(live);
		tell(live, tocsin_heartbeat_check(&live->heartbeat, tocsin_ticks_ms()));
		if (live->failed) {
			fprintf(stderr, "tocsin displacement: out of memory\n");
			return TOCSIN_EXIT_REFUSED;
		}
		if (displacement->once ? live->loading == LOADING_DONE : is_due(live)) {
			if (all_refused(live))
				break;
			if (!show(live))
				return TOCSIN_EXIT_REFUSED;
			if (displacement->once || ferror(stdout))
				return TOCSIN_EXIT_OK;
		}
	}
	return TOCSIN_EXIT_REFUSED;
}

enum tocsin_exit tocsin_displacement_follow(struct tocsin_displacement *displacement)
{
	struct live live = {.displacement = displacement, .session.signals = -1};
	const struct tocsin_handlers handlers = {.ctx = &live,
		.connected = on_connected,
		.message = on_message,
		.subscribed = on_subscribed};
	live.arena = tocsin_arena_create(MAX_ALERT_MEMORY, &tocsin_heap);
	if (!live.arena) {
		fprintf(stderr, "tocsin displacement: out of memory\n");
		return TOCSIN_EXIT_REFUSED;
	}
	enum tocsin_exit code =
		tocsin_session_prepare(&live.session, &displacement->connection, &handlers);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_session_open(&live.session);
	live.session.mind_reader = true;
	if (code == TOCSIN_EXIT_OK)
		code = loop(&live);
	tocsin_session_close(&live.session);
	tocsin_arena_destroy(live.arena);
	free(live.mark);
	return code;
}
