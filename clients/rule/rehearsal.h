/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A scenario file (*.rehearsal.yaml), read whole and strictly, before anything of it
 * is run. Its form is in clients/README.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "proto/arena.h"
#include "rules/diagnostics.h"

enum {
	TOCSIN_MAX_REHEARSAL_FILE = 4 << 20, /* bytes */
	TOCSIN_MAX_REHEARSAL_STEPS = 10000,
};

enum tocsin_rehearsal_kind {
	TOCSIN_REHEARSAL_NOTHING, /* a broken step; the file is refused */
	TOCSIN_REHEARSAL_PUBLISH,
	TOCSIN_REHEARSAL_ADVANCE,
	TOCSIN_REHEARSAL_SILENCE,
	TOCSIN_REHEARSAL_END_SILENCE,
	TOCSIN_REHEARSAL_RELOAD,
};

struct tocsin_rehearsal_at {
	uint32_t line, column;
};

/* An alert or a digest that must come. */
struct tocsin_rehearsal_message {
	struct tocsin_rehearsal_at at;
	const char *audience; /* NULL: any */
	const char *topic;    /* may hold + and #; NULL: any */
	json_t *fields;       /* value by path; null: must be absent */
	int open, qos;        /* -1: not asked */
};

struct tocsin_rehearsal_expect {
	json_t *receipt; /* value by path; "violations": check ids. NULL: not asked */
	struct tocsin_rehearsal_at receipt_at, alerts_at, digests_at, cleared_at, no_alerts_at;
	struct tocsin_rehearsal_message *alerts, *digests;
	size_t alert_count, digest_count;
	const char **no_alerts, **cleared;
	size_t no_alert_count, cleared_count;
	bool alerts_given, digests_given, cleared_given;
	bool others;         /* "only: false": more may come than is listed */
	bool reload_refused; /* the reload must be refused */
};

struct tocsin_rehearsal_step {
	enum tocsin_rehearsal_kind kind;
	struct tocsin_rehearsal_at at;
	const char *name;   /* of a publish or silence, or NULL */
	const char *sender; /* of a publish */
	const char *again;  /* name of the publish whose bytes are sent once more */
	json_t *incident;   /* of a publish; its references may hold {"name": ...} */
	const void *bytes;  /* of a publish: a file that is not JSON */
	size_t size;
	bool filled;       /* id, sent, status and msg_type are made up where missing */
	int64_t span_ms;   /* of an advance, or of a silence's "for" */
	json_t *silence;   /* as tocsin_silence_read takes it, but for "until" */
	const char *path;  /* of a reload */
	const char *ended; /* name or id of a silence */
	struct tocsin_rehearsal_expect expect;
};

struct tocsin_rehearsal {
	const char *file;
	const char *rules; /* path, or NULL */
	int64_t start_ms;
	struct tocsin_rehearsal_step *steps;
	size_t step_count;
	struct tocsin_arena *arena; /* holds all texts and arrays */
	json_t *kept;               /* holds all JSON */
};

/* Reads a scenario. All that is wrong is added to diagnostics; TOCSIN_INVALID.
 * Finish it in any case. */
TOCSIN_MUST_USE enum tocsin_status tocsin_rehearsal_read(
	const char *path, struct tocsin_diagnostics *diagnostics, struct tocsin_rehearsal *rehearsal);
void tocsin_rehearsal_finish(struct tocsin_rehearsal *rehearsal);
