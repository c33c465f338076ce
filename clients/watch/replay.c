/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/replay.h"

#include <stdio.h>
#include <string.h>

#include "clients/alert/past.h"
#include "clients/base/mqtt.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"
#include "proto/text.h"

enum option { AUDIENCE, AFTER, FROM, TO, FILTER, LIMIT, JSON, QUIET };

static const struct tocsin_option own_options[] = {
	[AUDIENCE] = {"audience", 'a', "NAME",
		N_("whose alerts (partners); this user must be a member")},
	[AFTER] = {"after", 0, "SEQUENCE", N_("all after this alert's sequence")},
	[FROM] = {"from", 0, "TIME", N_("accepted from then on: 2h or 7d ago, 2024-08-07T18:30Z")},
	[TO] = {"to", 0, "TIME", N_("accepted before then (now)")},
	[FILTER] = {"filter", 0, "FILTER", N_("only what went to such topics, as in MQTT")},
	[LIMIT] = {"limit", 'n', "N", N_("at most so many (all)")},
	[JSON] = {"json", 0, NULL, N_("one JSON object a line, the ReplayEnd last")},
	[QUIET] = {"quiet", 'q', NULL, N_("nothing on stderr but mistakes")},
};

/* WAIT_MS: without a word of the hub, be it for lack of a line. */
enum { WAIT_MS = 30000, LOOK_MS = 500, MAX_FILTER = 1024, MAX_ALERT_MEMORY = 16 << 20 };

struct options {
	struct tocsin_replay *replay;
	bool after_given;
};

static const char *take_audience(struct tocsin_replay *replay, const char *value)
{
	replay->wish.audience = value;
	return tocsin_text_is_level(value, strlen(value)) ? NULL : N_("is no audience's name");
}

static const char *take_filter(struct tocsin_replay *replay, const char *value)
{
	if (*value == '\0' || strlen(value) > MAX_FILTER ||
		mosquitto_sub_topic_check(value) != MOSQ_ERR_SUCCESS)
		return N_("is no MQTT topic filter");
	replay->wish.filter = value;
	return NULL;
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct options *options = ctx;
	struct tocsin_replay *replay = options->replay;
	struct tocsin_replay_wish *wish = &replay->wish;
	int64_t number;
	switch ((enum option)index) {
	case AUDIENCE:
		return take_audience(replay, value);
	case AFTER:
		options->after_given = true;
		if (!tocsin_number_read(value, &number) || number < 0)
			return N_("wants a sequence, 0 or more");
		wish->after = (uint64_t)number;
		return NULL;
	case FROM:
		wish->by_time = true;
		return tocsin_past_read(value, &wish->from_ms);
	case TO:
		return tocsin_past_read(value, &wish->to_ms);
	case FILTER:
		return take_filter(replay, value);
	case LIMIT:
		if (!tocsin_number_read(value, &number) || number < 1)
			return N_("wants a number, 1 or more");
		wish->limit = (uint64_t)number;
		return NULL;
	case JSON:
		replay->json = true;
		return NULL;
	case QUIET:
		replay->quiet = true;
		return NULL;
	}
	return N_("cannot be taken");
}

static void on_message(void *ctx, const struct tocsin_message *message)
{
	tocsin_replay_take(ctx, message);
}

static void on_published(void *ctx, int id, int reason)
{
	struct tocsin_replay *replay = ctx;
	(void)id;
	if (reason >= 0x80)
		replay->refusal = reason;
}

static bool make_topics(struct tocsin_replay *replay)
{
	const char *user = replay->connection.user;
	return tocsin_replay_box_make(
		&replay->box, replay->connection.root, user ? user : replay->session.client_id);
}

static enum tocsin_exit start(struct tocsin_replay *replay)
{
	const struct tocsin_handlers handlers = {
		.ctx = replay, .message = on_message, .published = on_published};
	enum tocsin_exit code =
		tocsin_session_prepare(&replay->session, &replay->connection, &handlers);
	if (code != TOCSIN_EXIT_OK)
		return code;
	replay->paper = tocsin_paper_for(stdout);
	replay->seen = tocsin_seen_create(TOCSIN_MAX_SEEN);
	replay->arena = tocsin_arena_create(MAX_ALERT_MEMORY, &tocsin_heap);
	if (!replay->seen || !replay->arena || !make_topics(replay)) {
		fprintf(stderr, _("tocsin: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	code = tocsin_session_open(&replay->session);
	replay->session.mind_reader = true;
	return code;
}

static enum tocsin_exit fail(enum tocsin_exit code, const char *why, const char *more)
{
	fprintf(stderr, _("tocsin replay: %s%s%s\n"), why, more ? ": " : "", more ? more : "");
	return code;
}

static enum tocsin_exit follow(struct tocsin_replay *replay)
{
	replay->asking.wish = replay->wish;
	replay->asking.heard_at_ms = tocsin_ticks_ms();
	while (!replay->done) {
		const int64_t now_ms = tocsin_ticks_ms();
		if (replay->refusal)
			return fail(TOCSIN_EXIT_REFUSED,
				_("the broker does not let this user ask for a replay"),
				mosquitto_reason_string(replay->refusal));
		if (now_ms - replay->asking.heard_at_ms > WAIT_MS)
			return fail(TOCSIN_EXIT_TIMEOUT, _("the hub does not answer"), NULL);
		if (replay->session.up && tocsin_replay_is_due(&replay->asking, now_ms))
			tocsin_replay_ask(replay);
		switch (tocsin_session_step(&replay->session, LOOK_MS)) {
		case TOCSIN_STEP_SIGNAL:
			return fail(TOCSIN_EXIT_TIMEOUT, _("interrupted"), NULL);
		case TOCSIN_STEP_NO_READER:
			return TOCSIN_EXIT_OK;
		case TOCSIN_STEP_LOST:
			/* What was asked for is lost with it: the rest is asked for anew. */
			replay->asking.asked = false;
			fprintf(stderr, _("tocsin replay: the line broke: trying again\n"));
			break;
		case TOCSIN_STEP_DONE:
			break;
		}
	}
	return replay->lacking ? TOCSIN_EXIT_REFUSED : TOCSIN_EXIT_OK;
}

static void finish(struct tocsin_replay *replay)
{
	tocsin_session_close(&replay->session);
	tocsin_seen_destroy(replay->seen);
	tocsin_arena_destroy(replay->arena);
	tocsin_replay_box_finish(&replay->box);
	tocsin_connection_finish(&replay->connection);
}

/* NULL, or why these do not go together. */
static const char *judge(const struct options *options)
{
	const struct tocsin_replay_wish *wish = &options->replay->wish;
	if (options->after_given == wish->by_time)
		return N_("wants --after or --from, the one or the other");
	if (wish->to_ms && !wish->by_time)
		return N_("--to goes with --from");
	if (wish->to_ms && wish->from_ms >= wish->to_ms)
		return N_("--to must be later than --from");
	return NULL;
}

static enum tocsin_exit run(const struct tocsin_usage *usage, const struct options *options)
{
	struct tocsin_replay *replay = options->replay;
	const char *wrong = judge(options);
	if (wrong)
		return tocsin_usage_fail(usage, "%s", _(wrong));
	if (!tocsin_connection_complete(&replay->connection))
		return TOCSIN_EXIT_USAGE;
	const enum tocsin_exit code = start(replay);
	return code == TOCSIN_EXIT_OK ? follow(replay) : code;
}

enum tocsin_exit tocsin_run_replay(int argc, char **argv)
{
	struct tocsin_replay replay = {.wish.audience = "partners", .session.signals = -1};
	struct options options = {.replay = &replay};
	struct tocsin_operands operands;
	enum tocsin_exit code = TOCSIN_EXIT_OK;
	tocsin_connection_init(&replay.connection);
	const struct tocsin_option_set sets[] = {
		{"Options", own_options, sizeof(own_options) / sizeof(*own_options), take, &options},
		tocsin_connection_options(&replay.connection)};
	const struct tocsin_usage usage = {
		.command = "replay",
		.synopsis = N_("--after SEQUENCE | --from TIME [OPTION]..."),
		.summary = N_("Get again from the hub what you missed: after a gap, or of a time."),
		.example = "  tocsin replay -h hub.example -u msf-duty --after 4711\n"
				   "  tocsin replay -h hub.example -u msf-duty --from 8h --json > night.jsonl",
		.notes =
			N_("The alerts come as they went out, oldest first, also those that have expired;\n"
			   "each once. The hub sends them in parts, and is asked until it has no more.\n"
			   "Exit: 0 done, 1 refused or not all of it there, 2 usage, 3 cannot connect,\n"
			   "4 no answer."),
		.sets = sets,
		.set_count = 2,
		.max_operands = 0,
	};
	if (tocsin_options_parse(&usage, argc, argv, &operands, &code))
		code = run(&usage, &options);
	finish(&replay);
	return code;
}
