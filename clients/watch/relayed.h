/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What was passed on: which alerts to which topics, and the reference under which later
 * versions name them. Kept in a file it outlives the process; without one it lasts as long
 * as that. Bounded: the newest TOCSIN_MAX_RELAYED at least. A relay writes
 * "sender,identifier,sent" as the reference; a watch puts other words beside the id. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proto/status.h"

enum { TOCSIN_MAX_RELAYED = 16384 };

struct tocsin_relayed;

/* Reads the file where there is one, and locks it; path NULL: memory alone. Lines that
 * are none are passed over, so a file cut short by a power loss is taken as far as it
 * goes. TOCSIN_LIMIT: another process has it; TOCSIN_INVALID: no such file, by its size;
 * TOCSIN_IO with errno. */
TOCSIN_MUST_USE enum tocsin_status tocsin_relayed_open(
	const char *path, struct tocsin_relayed **relayed);

/* Syncs, closes and frees. NULL is allowed. */
void tocsin_relayed_close(struct tocsin_relayed *relayed);

/* Whether this alert went to this topic. */
bool tocsin_relayed_has(const struct tocsin_relayed *relayed, const char *id, const char *topic);

/* "sender,identifier,sent", or NULL; valid until the next add. */
const char *tocsin_relayed_reference(const struct tocsin_relayed *relayed, const char *id);

/* Everything that is remembered, the oldest first. */
void tocsin_relayed_each(const struct tocsin_relayed *relayed,
	void (*take)(void *ctx, const char *reference, const char *topic), void *ctx);

/* Remembers, and writes it down. reference and topic hold no spaces, as references and
 * topics of the hub do not; others give TOCSIN_INVALID. TOCSIN_IO: remembered, but not
 * written down. */
TOCSIN_MUST_USE enum tocsin_status tocsin_relayed_add(
	struct tocsin_relayed *relayed, const char *reference, const char *topic);

/* What was written down survives a power loss from here on. */
void tocsin_relayed_sync(struct tocsin_relayed *relayed);
