/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/query_alerts.h"
#include "mosquitto/host.h"

enum { MOST_LOOKS = 5000 }; /* alerts looked at for one answer, whatever the filter wants */

/* One alert that was read, in one block. */
struct found {
	struct found *next;
	struct tocsin_record_alert alert;
	bool json;
};

struct tocsin_replaying {
	struct tocsin_reading reading;
	struct tocsin_replaying *next;
	struct tocsin_replay *replay;
	const char *root;
	/* What the reading thread finds. */
	struct found *first, *last;
	size_t count, looked;
	uint64_t last_sequence; /* looked at */
	uint64_t whole;         /* the last whose alerts were all looked at */
	bool partial;           /* something is there no more */
	bool full;              /* there is more than the limit */
	/* What is sent of it. */
	bool sending;
	uint32_t sent;
	uint64_t end_at; /* sequence to ask again after */
};

/* The JSON twin of a topic beneath to/{audience}/. Any thread. */
static bool twin_of(
	const struct tocsin_replaying *replaying, const char *topic, char *twin, size_t size)
{
	size_t before =
		strlen(replaying->root) + strlen("/to/") + strlen(replaying->replay->audience) + 1;
	if (strlen(topic) <= before)
		return false;
	size_t kind = before + strcspn(topic + before, "/");
	int length = snprintf(twin, size, "%.*s-json%s", (int)kind, topic, topic + kind);

	return length > 0 && (size_t)length < size;
}

static bool matches(const char *filter, const char *topic)
{
	bool result = false;

	return mosquitto_topic_matches_sub(filter, topic, &result) == MOSQ_ERR_SUCCESS && result;
}

/* In which form it is wanted, if at all. */
static bool is_wanted(
	const struct tocsin_replaying *replaying, const struct tocsin_sent_alert *sent, bool *json)
{
	const struct tocsin_replay *replay = replaying->replay;
	char twin[2048];

	*json = replay->form == TOCSIN_FORM_JSON;
	if (replay->filter[0] == '\0')
		return true;
	if (matches(replay->filter, sent->topic)) {
		*json = false;
		return true;
	}
	*json = true;
	return twin_of(replaying, sent->topic, twin, sizeof(twin)) && matches(replay->filter, twin);
}

static struct found *copy(const struct tocsin_sent_alert *sent, bool json)
{
	size_t topic = strlen(sent->topic) + 1;
	struct found *found = malloc(sizeof(*found) + topic + sent->size);

	if (!found)
		return NULL;
	char *at = (char *)(found + 1);
	*found = (struct found){.json = json};
	found->alert.topic = memcpy(at, sent->topic, topic);
	found->alert.bytes = memcpy(at + topic, sent->bytes, sent->size);
	found->alert.size = sent->size;
	found->alert.sequence = sent->sequence;
	return found;
}

/* An alert on several topics has one sequence, and is cut nowhere. */
static enum tocsin_status take(void *ctx, const struct tocsin_sent_alert *sent)
{
	struct tocsin_replaying *replaying = ctx;
	bool json;

	replaying->looked++;
	if (sent->sequence != replaying->last_sequence) {
		replaying->partial = replaying->partial || sent->sequence > replaying->last_sequence + 1;
		replaying->whole = replaying->last_sequence;
		replaying->last_sequence = sent->sequence;
	}
	if (!is_wanted(replaying, sent, &json))
		return TOCSIN_OK;
	if (!sent->bytes) {
		replaying->partial = true;
		return TOCSIN_OK;
	}
	if (replaying->count >= replaying->replay->limit) {
		replaying->full = true;
		return TOCSIN_LIMIT;
	}
	struct found *found = copy(sent, json);
	if (!found)
		return TOCSIN_NO_MEMORY;
	if (replaying->last)
		replaying->last->next = found;
	else
		replaying->first = found;
	replaying->last = found;
	replaying->count++;
	return TOCSIN_OK;
}

/* On the reading thread. */
static enum tocsin_status run(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_replaying *replaying = ctx;
	const struct tocsin_replay *replay = replaying->replay;
	struct tocsin_alert_range range =
		tocsin_alert_range_after(replay->audience, replay->after_sequence);
	enum tocsin_status status = TOCSIN_OK;
	size_t given;

	(void)quarantine;
	if (replay->by_time)
		status = tocsin_alert_range_of_time(
			journal, replay->audience, replay->from_ms, replay->to_ms, &range, error);
	replaying->last_sequence = replaying->whole = range.after;
	if (status == TOCSIN_OK && range.last > range.after)
		status = tocsin_query_alerts(journal, &range, MOST_LOOKS, take, replaying, &given, error);
	return status == TOCSIN_LIMIT ? TOCSIN_OK : status;
}

static void destroy(struct tocsin_replaying *replaying)
{
	while (replaying->first) {
		struct found *found = replaying->first;

		replaying->first = found->next;
		free(found);
	}
	free(replaying->replay);
	free(replaying);
}

static void end(struct tocsin_host *host, const struct tocsin_replay *replay,
	const struct tocsin_replay_end *said, int64_t now_ms)
{
	struct tocsin_outcome *outcome = tocsin_engine_replay_end(host->engine, replay, said);

	if (outcome)
		tocsin_host_take(host, outcome, now_ms);
}

static const char *why_not(const struct tocsin_host *host, const struct tocsin_replay *replay)
{
	for (const struct tocsin_replaying *at = host->replays.first; at; at = at->next) {
		if (strcmp(at->replay->user, replay->user) == 0 &&
			strcmp(at->replay->client_id ? at->replay->client_id : "",
				replay->client_id ? replay->client_id : "") == 0)
			return "replay.busy";
	}
	return host->replays.count >= TOCSIN_MAX_REPLAYS ? "replay.busy" : NULL;
}

void tocsin_replays_take(struct tocsin_host *host, struct tocsin_replay *replay, int64_t now_ms)
{
	const char *reason = why_not(host, replay);
	struct tocsin_replaying *made = reason ? NULL : calloc(1, sizeof(*made));

	if (made) {
		made->replay = replay;
		made->root = host->options.topic_root;
		made->reading.job.run = run;
		made->reading.job.ctx = made;
		if (tocsin_host_read(host, &made->reading)) {
			made->next = host->replays.first;
			host->replays.first = made;
			host->replays.count++;
			return;
		}
		free(made);
	}
	const struct tocsin_replay_end said = {.reason = reason ? reason : "replay.busy"};
	end(host, replay, &said, now_ms);
	free(replay);
}

/* A sequence that the limit cut comes whole with the next answer, unless it is the only
 * one of this. */
static void cut(struct tocsin_replaying *replaying)
{
	const struct found *first = replaying->first;
	bool more = replaying->full || replaying->looked >= MOST_LOOKS;

	replaying->end_at = replaying->last_sequence;
	if (!more || (first && first->alert.sequence == replaying->last_sequence))
		return;
	replaying->end_at = replaying->whole;
	struct found **at = &replaying->first;
	while (*at && (*at)->alert.sequence <= replaying->whole)
		at = &(*at)->next;
	while (*at) {
		struct found *gone = *at;

		*at = gone->next;
		free(gone);
	}
}

static void send_some(struct tocsin_host *host, struct tocsin_replaying *replaying, int64_t now_ms)
{
	for (int i = 0; i < TOCSIN_REPLAY_TURN && replaying->first; i++) {
		struct found *found = replaying->first;
		struct tocsin_outcome *outcome = tocsin_engine_replay_alert(host->engine, replaying->replay,
			&found->alert, found->json ? TOCSIN_FORM_JSON : TOCSIN_FORM_PROTOBUF);

		replaying->first = found->next;
		free(found);
		if (outcome) {
			replaying->sent++;
			tocsin_host_take(host, outcome, now_ms);
		} else {
			replaying->partial = true;
		}
	}
}

static void say_end(
	struct tocsin_host *host, const struct tocsin_replaying *replaying, int64_t now_ms)
{
	bool failed = replaying->reading.job.status != TOCSIN_OK;
	bool more = replaying->full || replaying->looked >= MOST_LOOKS;
	const struct tocsin_replay_end said = {
		.count = replaying->sent,
		.last_sequence = replaying->end_at,
		.complete = !failed && !more,
		.reason = failed         ? "replay.unavailable"
			: replaying->partial ? "replay.partial"
								 : "",
	};

	if (failed)
		tocsin_log(
			MOSQ_LOG_WARNING, "a replay could not be read: %s", replaying->reading.job.error);
	end(host, replaying->replay, &said, now_ms);
}

/* True where it is over. */
static bool turn(struct tocsin_host *host, struct tocsin_replaying *replaying, int64_t now_ms)
{
	if (!replaying->reading.read)
		return false;
	if (!replaying->sending) {
		replaying->sending = true;
		cut(replaying);
	}
	send_some(host, replaying, now_ms);
	if (replaying->first)
		return false;
	say_end(host, replaying, now_ms);
	return true;
}

void tocsin_replays_turn(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_replaying **at = &host->replays.first;

	while (*at) {
		struct tocsin_replaying *replaying = *at;

		if (turn(host, replaying, now_ms)) {
			*at = replaying->next;
			host->replays.count--;
			destroy(replaying);
		} else {
			at = &replaying->next;
		}
	}
}

void tocsin_replays_finish(struct tocsin_replays *replays)
{
	while (replays->first) {
		struct tocsin_replaying *replaying = replays->first;

		replays->first = replaying->next;
		destroy(replaying);
	}
	replays->count = 0;
}
