/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Every ceiling on what the engine remembers. At a ceiling the oldest that may go
 * goes; where nothing may go (all of it waits for a commit) the sender is told to
 * keep its copy: DEFERRED, "overload". A series of figures without a room in figure/ is
 * counted, and stands in its alert alone. */
#pragma once

#include <stdint.h>

enum {
	TOCSIN_MAX_KNOWN = 1000000,       /* incident ids */
	TOCSIN_MAX_CHAINS = 250000,       /* incidents with their versions */
	TOCSIN_MAX_TOPICS = 500000,       /* alert topics with their sequence */
	TOCSIN_MAX_FIGURES = 100000,      /* series in figure/ */
	TOCSIN_MAX_AWAITED = 100000,      /* ids referenced before they came */
	TOCSIN_MAX_NEARBY = 8192,         /* kinds of event by place, for possible duplicates */
	TOCSIN_MAX_NEARBY_RECENT = 32,    /* incidents remembered for each */
	TOCSIN_MAX_EXPIRIES = 1000000,    /* open/ topics that will be cleared */
	TOCSIN_MAX_CHAIN_VERSIONS = 256,  /* earlier alert ids that an alert names */
	TOCSIN_MAX_CHAIN_TOPICS = 256,    /* alert topics of one chain and audience */
	TOCSIN_MAX_CHAIN_FIGURES = 512,   /* figures of one chain and audience that stand */
	TOCSIN_MAX_POSSIBLE = 16,         /* possible duplicates that an alert names */
	TOCSIN_MAX_WINDOWS = 50000,       /* windows of throttles */
	TOCSIN_MAX_RATED = 100000,        /* senders whose rate is counted */
	TOCSIN_MAX_PASSES = 4000000,      /* times that windows and rates remember, together */
	TOCSIN_MAX_GROUPS = 20000,        /* groups of reports that corroborate each other */
	TOCSIN_MAX_GROUP_SENDERS = 1024,  /* counted in one of them */
	TOCSIN_MAX_TALLY_PLACES = 1024,   /* of one digest; beyond it by country */
	TOCSIN_MAX_TALLIES = 100000,      /* untold; beyond half of them the oldest are told early */
	TOCSIN_MAX_SILENCES = 256,        /* in force or to come */
	TOCSIN_MAX_EVICTION_LOOK = 4096,  /* oldest entries looked at for one that may go */
	TOCSIN_MAX_CLOSED_LOOK = 32,      /* oldest chains looked at for a closed one */
	TOCSIN_MAX_TICK = 256,            /* open/ topics cleared in one tick */
	TOCSIN_MAX_IDLE_ARENAS = 1024,    /* kept for the next outcomes */
	TOCSIN_MAX_OUTCOME = 64 << 20,    /* bytes of one outcome, payloads apart */
	TOCSIN_MAX_RENDERING = 32 << 20,  /* bytes while one alert is made */
	TOCSIN_MAX_USER_IN_TOPIC = 256,   /* bytes of a user name echoed in a topic */
	TOCSIN_MAX_RESPONSE_TOPIC = 1024, /* bytes */
	TOCSIN_MAX_REPLAY_REQUEST = 4096, /* bytes */
};

/* What a sender is told to wait, in seconds. */
enum {
	TOCSIN_RETRY_DISK_S = 30,
	TOCSIN_RETRY_SHUTDOWN_S = 15,
	TOCSIN_RETRY_OVERLOAD_S = 10,
};

#define TOCSIN_NEARBY_MS (24LL * 60 * 60 * 1000)
