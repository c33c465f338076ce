/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One incident on its way out: from flags, a file or standard input to the bytes
 * that will be published, and judged here first. */
#pragma once

#include "clients/report/incident_flags.h"
#include "proto/arena.h"
#include "proto/decode.h"
#include "proto/place.h"
#include "tocsin/v1/receipt.pb-c.h"

struct tocsin_draft {
	struct tocsin_arena *arena; /* holds all the rest */
	enum tocsin_form form;      /* of bytes */
	const uint8_t *bytes;
	size_t size;
	const char *id;               /* "" where the bytes have none */
	bool made_id;                 /* it is new: the source had none */
	Tocsin__V1__Receipt *verdict; /* what the hub would say of the bytes alone */
	bool pass;                    /* nothing blocks it */
};

struct tocsin_draft_source {
	const char *json_path;     /* "-" is standard input; or NULL */
	const char *protobuf_path; /* likewise */
	const struct tocsin_incident_flags *flags;
	enum tocsin_form form;              /* to publish in */
	const struct tocsin_places *places; /* NULL: no gazetteer here, codes are believed */
	int64_t now_ms;
	bool no_validate; /* what cannot be understood is sent as it is */
};

/* Reads, fills in id and sent where they are missing, packs and judges. On
 * failure says on stderr what is wrong. */
enum tocsin_exit tocsin_draft_make(
	struct tocsin_draft *draft, const struct tocsin_draft_source *source);
void tocsin_draft_finish(struct tocsin_draft *draft);
