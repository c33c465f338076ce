/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Reports on disk until the hub has them on its own: frozen as the exact bytes before
 * anything is sent, and deleted only once recorded. A folder of mode 0700 with
 *
 *   0000000012.mopti-17.<id>@hub.example:8883.pb
 *                 the bytes (.json where they are Tocsin JSON), numbered in the order of
 *                 writing, with the sender they are of and the broker they are for; without
 *                 the latter where none was named
 *   ….sent        empty: they may have left; older than any try
 *   ….answer      the hub's last answer, a Receipt as Tocsin JSON
 *   recorded      what has arrived (recorded.h)
 *   client-id     the name of a sender without a user name
 *   lock          who sends
 *
 * Whoever writes a report holds the folder's own lock for that moment; whoever sends,
 * mends or wipes holds `lock` for as long as that takes. Reading needs neither. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "clients/base/input.h"
#include "clients/report/draft.h"
#include "clients/report/keep.h"
#include "clients/report/recorded.h"
#include "proto/sha256.h"

enum {
	TOCSIN_MAX_OUTBOX = 10000,
	TOCSIN_OUTBOX_ID = 37,
	TOCSIN_OUTBOX_PLACE = 192,
	TOCSIN_OUTBOX_HOST = 128
};

enum tocsin_parcel_state {
	TOCSIN_PARCEL_WAITING, /* never left, or put off by the hub */
	TOCSIN_PARCEL_SENT,    /* may have left; nobody has answered */
	TOCSIN_PARCEL_REFUSED,
	TOCSIN_PARCEL_ACCEPTED, /* by a hub that keeps no journal */
};

/* One report in the outbox. */
struct tocsin_parcel {
	char *stem; /* name without its ending; NULL where it could not be kept */
	unsigned number;
	char *sender;
	char host[TOCSIN_OUTBOX_HOST]; /* of the broker it is for, with port; "": of any */
	enum tocsin_form form;
	char id[TOCSIN_OUTBOX_ID]; /* "" where the bytes have none */
	char sha256[TOCSIN_SHA256_TEXT];
	char likeness[TOCSIN_SHA256_TEXT]; /* of all but id and sent; "" where unreadable */
	uint8_t *bytes;                    /* of one that could not be kept, else NULL */
	size_t size;

	enum tocsin_parcel_state state;
	bool put_off;        /* WAITING, and the hub said so */
	bool answered;       /* and the answer lies beside it on disk */
	int64_t written_ms;  /* this machine's clock, ms since 1970 */
	int64_t since_ms;    /* of the state: sent, answered; of WAITING as written_ms */
	int64_t retry_at_ms; /* not before; 0: at once */

	/* Read from the bytes. */
	Tocsin__V1__Status status;
	Tocsin__V1__MsgType msg_type;
	Tocsin__V1__EventType event;
	Tocsin__V1__Severity severity;
	int64_t sent_ms; /* its `sent` */
	char place[TOCSIN_OUTBOX_PLACE];
	char (*references)[TOCSIN_OUTBOX_ID];
	size_t reference_count;

	/* Of a run that sends. */
	bool in_flight; /* published, not answered */
	bool taken;     /* and the broker has it */
	bool stuck;     /* cannot be published in this run */
	bool tried;     /* in this run */
	bool first_try; /* and never before: until it is published it cannot have left */
	int packet;
	int denial;        /* the broker's no */
	int64_t denied_ms; /* ticks */
};

struct tocsin_outbox {
	char *path;
	struct tocsin_keep keep;        /* folder -1: nothing can be kept, parcels live in memory */
	int lock;                       /* -1: not held */
	struct tocsin_parcel **parcels; /* in the order of writing */
	size_t count, room;
	unsigned last; /* highest number met */
	struct tocsin_recorded recorded;
};

/* $XDG_STATE_HOME/tocsin/outbox, else ~/.local/state/tocsin/outbox; malloc'ed. NULL
 * without a home or memory. */
char *tocsin_outbox_path(void);

/* Opens (and makes) the folder and reads it. path and calls are borrowed; calls NULL is
 * the disk. TOCSIN_IO with errno; EPERM where the folder is another's or others may
 * read it. After a failure the outbox is one that keeps nothing. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_open(
	struct tocsin_outbox *outbox, const char *path, const struct tocsin_keep_calls *calls);

/* NULL and half-opened ones are allowed. Gives the lock back. */
void tocsin_outbox_close(struct tocsin_outbox *outbox);

/* Turns it into one that keeps nothing: what it had stays on disk. */
void tocsin_outbox_abandon(struct tocsin_outbox *outbox);

/* Takes the sender's lock, reads anew and ends what a crash left half done. TOCSIN_LIMIT
 * where another process has it. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_hold(struct tocsin_outbox *outbox);
void tocsin_outbox_release(struct tocsin_outbox *outbox);

/* Takes in what others have written since, and what they want to be sent again. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_refresh(struct tocsin_outbox *outbox);

/* The client id by which a sender without a user name is known, made at first use. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_client_id(struct tocsin_outbox *outbox, char **id);

/* Whose a report is, and the broker it is for: tocsin_parcel_host_write, "" any. */
struct tocsin_outbox_way {
	const char *sender, *host;
};

/* Freezes a draft's bytes. On return they are on disk. The same bytes of the same sender
 * for the same broker are kept once, and wait again where they had an answer. TOCSIN_LIMIT
 * where the outbox is full; TOCSIN_INVALID where other bytes of this id may be on their
 * way. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_add(struct tocsin_outbox *outbox,
	const struct tocsin_draft *draft, const struct tocsin_outbox_way *way,
	struct tocsin_parcel **parcel);

/* The same in the place of one that is not on its way, which is destroyed; of its sender. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_replace(struct tocsin_outbox *outbox,
	struct tocsin_parcel *old, const struct tocsin_draft *draft, const char *host,
	struct tocsin_parcel **parcel);

/* The same in memory alone, where the disk refuses: it can still be sent. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_carry(struct tocsin_outbox *outbox,
	const struct tocsin_draft *draft, const struct tocsin_outbox_way *way,
	struct tocsin_parcel **parcel);

/* The frozen bytes; the caller's. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_read(const struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel, struct tocsin_input *bytes);

/* The answer that is kept with a parcel, NULL where there is none; lives in arena. */
Tocsin__V1__Receipt *tocsin_outbox_answer(const struct tocsin_outbox *outbox,
	const struct tocsin_parcel *parcel, struct tocsin_arena *arena);

/* Notes on disk that these are about to leave. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_leaving(
	struct tocsin_outbox *outbox, struct tocsin_parcel *const *parcels, size_t count);

/* Notes that it did not leave after all; one that was tried before may have. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_stayed(
	struct tocsin_outbox *outbox, struct tocsin_parcel *parcel);

/* Sets the state that an answer gives; the disk is left alone. */
void tocsin_parcel_answered(
	struct tocsin_parcel *parcel, const Tocsin__V1__Receipt *receipt, int64_t at_ms);

/* Takes the hub's answer. Recorded (durable, or accept_undurable): it goes into the
 * history, then from the folder, and the parcel is destroyed; *gone says so. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_settle(struct tocsin_outbox *outbox,
	struct tocsin_parcel *parcel, const Tocsin__V1__Receipt *receipt, bool accept_undurable,
	int64_t now_ms, bool *gone);

/* Deletes one that is not to be sent any more; the parcel is destroyed. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_drop(
	struct tocsin_outbox *outbox, struct tocsin_parcel *parcel);

/* Overwrites and deletes all, the folder too where nothing else is in it. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_wipe(struct tocsin_outbox *outbox);

/* By id or the beginning of one (4 characters or more), or #number. NULL where there is none;
 * *several where more than one begin so. */
struct tocsin_parcel *tocsin_outbox_find(
	const struct tocsin_outbox *outbox, const char *id, bool *several);
