/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a client publish beneath the root is: an incident for the engine, a replay
 * request, or something that only the plugin may write. */
#pragma once

#include <stddef.h>

#include "proto/decode.h"
#include "proto/limits.h"

enum tocsin_intake {
	TOCSIN_INTAKE_FOREIGN,  /* not beneath the root: none of our business */
	TOCSIN_INTAKE_INCIDENT, /* from/{sender}/incident or incident-json */
	TOCSIN_INTAKE_REPLAY,   /* from/{user}/replay */
	TOCSIN_INTAKE_RESERVED, /* everything else beneath the root */
};

struct tocsin_intake_topic {
	enum tocsin_intake kind;
	enum tocsin_form form; /* of an incident */
	const char *sender;    /* into the topic: the level after from/ */
	size_t sender_length;
};

/* What of a topic or filter stands after root and a slash, "" for the root itself, or NULL
 * where it is not beneath the root. */
const char *tocsin_intake_rest(const char *root, const char *topic);

/* Reads a topic. root has no slash at its end; a root itself may have several
 * levels. Allocates nothing. */
struct tocsin_intake_topic tocsin_intake_read(const char *root, const char *topic);
