/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The plugin_opt_… lines of mosquitto.conf. The broker reads them once, at its
 * start. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/guard.h"
#include "proto/status.h"

struct mosquitto_opt;

enum {
	TOCSIN_MAX_ADMINS = 64,
	TOCSIN_MAX_ROOT = 128,            /* bytes of topic_root */
	TOCSIN_MAX_HUB = 64,              /* code points of hub */
	TOCSIN_MAX_PATH = 4000,           /* bytes, with room for an ending */
	TOCSIN_LEAST_PAYLOAD = 256,       /* bytes of max_payload_bytes */
	TOCSIN_MOST_PAYLOAD = 512 * 1024, /* well beneath the memory that decoding may take */
	TOCSIN_KEEP_BYTES_DAYS = 30,
	TOCSIN_KEEP_DECISIONS_DAYS = 730,
	TOCSIN_MOST_DAYS = 36500,
	TOCSIN_LEAST_JOURNAL_MIB = 16,
	TOCSIN_MOST_JOURNAL_MIB = 16 * 1024 * 1024,
};

struct tocsin_options {
	char *rules_file;   /* absolute */
	char *journal_file; /* absolute; NULL: none */
	char *id_key_file;  /* absolute; NULL: random, in memory */
	char *good_rules;   /* absolute, beside the journal; NULL: none */
	char *hub;          /* NULL: the rules say */
	char *topic_root;   /* no slash at its end */
	char **admins;      /* user names */
	size_t admin_count;
	enum tocsin_guard guard;
	size_t max_payload; /* bytes */
	int64_t keep_bytes_days, keep_decisions_days;
	int64_t max_journal_mib; /* 0: any */
};

/* Reads and checks all options, logs every mistake with what was meant, and fills
 * *options with copies. TOCSIN_INVALID or TOCSIN_NO_MEMORY leave it finished. */
TOCSIN_MUST_USE enum tocsin_status tocsin_options_read(
	const struct mosquitto_opt *list, int count, struct tocsin_options *options);

/* The user, who may be NULL, may steer the hub. */
bool tocsin_options_is_admin(const struct tocsin_options *options, const char *user);

/* As mosquitto.conf spells it. */
const char *tocsin_guard_name(enum tocsin_guard guard);

/* Zeroed and half-read ones are allowed. */
void tocsin_options_finish(struct tocsin_options *options);
