/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An alert as a CAP 1.2 document (OASIS Standard, 1 July 2010). It is made from the
 * alert alone, so it shows no more than the audience may see.
 *
 * - scope follows the redaction: low is Public; moderate and high are Restricted, the
 *   restriction saying to whom; severe is Private, the audience being its address.
 *   What is not Actual is never Public.
 * - Texts as written stand in an info block of their own language ("und" where the
 *   alert does not say which); English and French blocks tell what the alert says in
 *   words of our own. Codes and parameters are the same in all of them.
 * - An area is the union of its shapes, so the deepest P-code alone is its geocode (a
 *   country beside it would warn the country). The circle is as wide as the position
 *   is vague, and there is none where the point only stands for a region.
 * - What CAP has no element for is a parameter "tocsin:" and the alert's field name,
 *   in Tocsin JSON where it is more than a word. */
#pragma once

#include <stdbool.h>

#include "proto/arena.h"
#include "tocsin/v1/alert.pb-c.h"

#define TOCSIN_CAP_TYPE "application/cap+xml"

struct tocsin_cap_options {
	const char *sender;      /* globally unique; NULL: the alert's hub */
	const char *sender_name; /* for people; NULL: the alert's hub */
	const char *web;         /* absolute URI of a page about the alerts; NULL: none */
	const char *contact;     /* NULL: none */
	/* The reference "sender,identifier,sent" of an alert that went to the same readers
	 * as CAP before; NULL where that is not known. Borrowed until the next call. The
	 * function itself may be NULL: nothing went before. */
	const char *(*find)(void *ctx, const char *alert_id);
	void *ctx;
};

/* A name without spaces, commas, '<' or '&' that may stand as sender: printable ASCII
 * without quotes, 1 to 200 bytes. */
bool tocsin_cap_is_sender(const char *text);

/* An absolute http or https URI. */
bool tocsin_cap_is_web(const char *text);

/* Writes the document. Only versions that find knows are referred to:
 * - an Update of which none is known goes out as Alert, since to its readers it is the
 *   first they hear;
 * - a Cancel of which none is known gives TOCSIN_NOT_FOUND and no document, since its
 *   readers have seen nothing that could end.
 * TOCSIN_INVALID where the alert lacks what CAP cannot do without (an id and audience
 * of the contract's form, sent, status, msg_type). text lives in arena, with a NUL. */
TOCSIN_MUST_USE enum tocsin_status tocsin_cap_write(const Tocsin__V1__Alert *alert,
	const struct tocsin_cap_options *options, struct tocsin_arena *arena, char **text,
	size_t *length);

/* The reference under which later versions name this one. TOCSIN_INVALID as above. */
TOCSIN_MUST_USE enum tocsin_status tocsin_cap_reference(const Tocsin__V1__Alert *alert,
	const struct tocsin_cap_options *options, struct tocsin_arena *arena, char **reference);
