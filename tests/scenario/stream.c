/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One engine, one stream: JSON lines in, what happened out, for holds_test.py.
 *   {"at_ms": 0, "sender": "a", "incident": {...}}
 *   {"at_ms": 0, "silence": {...}}
 *   {"at_ms": 0}                        time passes
 * Usage: stream RULES */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "clients/rule/rehearsal_run.h"
#include "engine/silences.h"

enum { MAX_TICKS = 100000, ARENA_BYTES = 16 << 20 };

static void take(struct tocsin_engine *engine, struct tocsin_arena *arena,
	struct tocsin_outcome *outcome, json_t *happened)
{
	if (!outcome || !tocsin_rehearsal_collect(arena, outcome, happened)) {
		abort();
	}
	tocsin_engine_settle(engine, outcome);
	tocsin_outcome_destroy(engine, outcome);
}

static void tick(
	struct tocsin_engine *engine, struct tocsin_arena *arena, int64_t now_ms, json_t *happened)
{
	for (int i = 0; i < MAX_TICKS; i++) {
		struct tocsin_outcome *outcome = tocsin_engine_tick(engine, now_ms);
		if (!outcome) {
			return;
		}
		take(engine, arena, outcome, happened);
	}
}

static void silence(struct tocsin_engine *engine, const json_t *form, int64_t now_ms)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_silence *read = NULL;
	const char *id;
	char *text = json_dumps(form, JSON_COMPACT);

	tocsin_diagnostics_init(&diagnostics);
	if (tocsin_silence_read(tocsin_engine_rules(engine), "silence", text, strlen(text), now_ms,
			&diagnostics, &read) != TOCSIN_OK ||
		tocsin_engine_silence_add(engine, read, now_ms, &id) != TOCSIN_OK) {
		tocsin_diagnostics_print(&diagnostics, stderr);
		abort();
	}
	tocsin_diagnostics_finish(&diagnostics);
	free(text);
}

static void submit(struct tocsin_engine *engine, struct tocsin_arena *arena, const json_t *line,
	int64_t now_ms, json_t *happened)
{
	const char *sender = json_string_value(json_object_get(line, "sender"));
	char *text = json_dumps(json_object_get(line, "incident"), JSON_COMPACT);
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = sender,
		.client_id = sender,
		.form = TOCSIN_FORM_JSON,
		.payload = (const uint8_t *)text,
		.payload_size = strlen(text),
	};

	take(engine, arena, tocsin_engine_submit(engine, &submission, now_ms), happened);
	free(text);
}

static void one_line(struct tocsin_engine *engine, struct tocsin_arena *arena, const json_t *line)
{
	const int64_t now_ms = json_integer_value(json_object_get(line, "at_ms"));
	json_t *happened =
		json_pack("{s:[], s:[], s:[], s:[]}", "alerts", "digests", "cleared", "figures");

	tocsin_arena_reset(arena);
	tick(engine, arena, now_ms, happened);
	if (json_object_get(line, "silence")) {
		silence(engine, json_object_get(line, "silence"), now_ms);
	}
	if (json_object_get(line, "incident")) {
		submit(engine, arena, line, now_ms, happened);
	}
	json_dumpf(happened, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(happened);
}

int main(int count, char **words)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;
	const struct tocsin_engine_config config = {.root = "tocsin/v1", .hub = "stream"};
	struct tocsin_arena *arena = tocsin_arena_create(ARENA_BYTES, &tocsin_heap);
	json_t *line;

	tocsin_diagnostics_init(&diagnostics);
	if (count != 2 ||
		tocsin_ruleset_load(words[1], &tocsin_disk, &diagnostics, &ruleset) != TOCSIN_OK) {
		tocsin_diagnostics_print(&diagnostics, stderr);
		return 2;
	}
	tocsin_diagnostics_finish(&diagnostics);
	struct tocsin_engine *engine = tocsin_engine_create(&config, ruleset);
	while ((line = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL))) {
		one_line(engine, arena, line);
		json_decref(line);
	}
	const bool adds_up = tocsin_ledger_adds_up(tocsin_engine_ledger(engine));
	tocsin_engine_destroy(engine);
	tocsin_arena_destroy(arena);
	return adds_up ? 0 : 1;
}
