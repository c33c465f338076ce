/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Every ceiling on what a message may hold. Beyond one the message is refused
 * and says so; nothing is truncated. Texts count Unicode code points. */
#pragma once

enum {
	TOCSIN_MAX_PAYLOAD = 64 * 1024,       /* bytes of one published incident, unless told */
	TOCSIN_HARD_MAX_PAYLOAD = 512 * 1024, /* whatever is told */
	TOCSIN_MAX_INCIDENT_MEMORY = 1 << 20, /* bytes that decoding one may take */
	TOCSIN_MAX_DEPTH = 8,                 /* messages within messages */
	TOCSIN_MAX_FIELDS = 64,               /* fields that a message type has */
	TOCSIN_MAX_UNKNOWN_FIELDS = 32,
	TOCSIN_MAX_VIOLATIONS = 32,
	TOCSIN_MAX_FIELD_PATH = 128, /* bytes of a path such as displacement[0].figure */

	TOCSIN_MAX_HEADLINE = 160,
	TOCSIN_MAX_DESCRIPTION = 4000,
	TOCSIN_MAX_INSTRUCTION = 4000,
	TOCSIN_MAX_URL = 2000,
	TOCSIN_MAX_STATEMENT = 1000,
	TOCSIN_MAX_NOTE = 1000,
	TOCSIN_MAX_TEXT = 200,

	TOCSIN_MAX_DISPLACEMENT = 256,
	TOCSIN_MAX_CLAIMS = 64,
	TOCSIN_MAX_ACTORS = 64,
	TOCSIN_MAX_SOURCES = 64,
	TOCSIN_MAX_REPEATED = 16, /* every other repeated field */

	TOCSIN_MAX_PCODE = 20,        /* bytes, COD-AB */
	TOCSIN_MAX_LEVEL_NAME = 64,   /* bytes of a topic level that Tocsin fills */
	TOCSIN_MAX_CORRELATION = 256, /* bytes of MQTT 5 correlation data echoed */
	TOCSIN_MAX_JSON_DEPTH = 16,
};

#define TOCSIN_MIN_HOUSEHOLD 1.0 /* people, on average */
#define TOCSIN_MAX_HOUSEHOLD 50.0
#define TOCSIN_CLOCK_AHEAD_MS (5LL * 60 * 1000)
#define TOCSIN_CLOCK_BEHIND_MS (30LL * 24 * 60 * 60 * 1000)
