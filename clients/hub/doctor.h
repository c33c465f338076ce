/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The doctor: checks by table, each of which looks at one thing and says what it found,
 * why it matters, and what to type. Nothing is changed by looking. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "clients/base/connection.h"
#include "clients/base/exit.h"
#include "clients/hub/acl_file.h"
#include "clients/hub/mosquitto_conf.h"
#include "rules/ruleset.h"

enum tocsin_mark {
	TOCSIN_MARK_OK,
	TOCSIN_MARK_WARN,
	TOCSIN_MARK_FAIL,
	TOCSIN_MARK_UNSEEN, /* could not look */
	TOCSIN_MARKS
};

enum { TOCSIN_REMARK_ARGUMENTS = 5 };

/* What can be said of one thing. In the texts {0} to {4} stand for what is given when it
 * is said; in a command, quoted where a shell needs it. */
struct tocsin_remark {
	enum tocsin_mark mark;
	const char *what;
	const char *why;  /* half a sentence; NULL: it goes without saying */
	const char *type; /* a command, or a line to write; NULL: nothing to do */
	bool line;        /* type is a line to write at the finding's place */
};

/* Where in whose file; file NULL: nowhere. line 0: anywhere in it. */
struct tocsin_spot {
	const char *file;
	unsigned line;
};

struct tocsin_doctor_finding {
	const char *check;
	enum tocsin_mark mark;
	char *what, *why, *type; /* why and type may be NULL */
	bool line;
	char *file;
	unsigned line_number;
};

enum { TOCSIN_MAX_DOCTOR_FINDINGS = 10000 };

struct tocsin_doctor {
	const char *path; /* of the broker's configuration; NULL: not looked at */
	struct tocsin_conf conf;
	bool plugged; /* conf loads our plugin: */
	struct tocsin_conf_plugin plugin;
	struct tocsin_ruleset *rules; /* of the configuration's rule file; NULL: none, or broken */
	const char *root;
	struct tocsin_acl acl; /* of acl_file: */
	bool has_acl;          /* it could be read */

	const struct tocsin_connection *connection; /* NULL: no live part */
	const char *user; /* whom the broker knows the connection as; NULL: not known */
	char certificate_name[256];
	const char *admins;  /* from the command line: names with commas */
	json_t *status;      /* what the hub tells an operator; NULL: nothing */
	json_t *heartbeat;   /* its newest; NULL: none that may be read */
	int64_t heard_at_ms; /* when status or heartbeat came */
	bool interrupted;    /* by a signal: no further checks */

	bool english;      /* for machines */
	const char *check; /* the one that is at work */
	bool said;         /* it has said something */
	struct tocsin_doctor_finding *findings;
	size_t count, marks[TOCSIN_MARKS];
	bool out_of_memory;
};

enum tocsin_doctor_need {
	TOCSIN_NEEDS_CONF = 1,   /* the broker's configuration */
	TOCSIN_NEEDS_PLUGIN = 2, /* and that it loads the plugin */
	TOCSIN_NEEDS_LINE = 4,   /* a connection */
};

struct tocsin_doctor_check {
	const char *name;
	unsigned needs;
	/* False where there is nothing of the kind to look at. */
	bool (*look)(struct tocsin_doctor *doctor);
	const char *fine; /* what is so where it has nothing to say */
};

/* All checks, in the order in which they are made. */
extern const struct tocsin_doctor_check tocsin_doctor_checks[];
extern const size_t tocsin_doctor_check_count;

/* Connects, and asks the hub how it is. Returns CONNECT after a message on stderr. */
enum tocsin_exit tocsin_doctor_call(struct tocsin_doctor *doctor);

/* The common name in a certificate's file, as the broker takes it for a user name; false
 * where it has none. */
bool tocsin_certificate_name(const char *path, char name[256]);

/* Makes the checks whose needs are met. */
void tocsin_doctor_examine(struct tocsin_doctor *doctor);

/* Frees what was found and read; what is borrowed stays. */
void tocsin_doctor_finish(struct tocsin_doctor *doctor);

/* Says a remark of the check at work; after place the texts for {0}, {1} ..., then NULL. */
void tocsin_doctor_say(struct tocsin_doctor *doctor, const struct tocsin_remark *remark,
	struct tocsin_spot place, ...) __attribute__((sentinel));

/* Says that a file is closed to whoever runs this. */
void tocsin_doctor_say_closed(struct tocsin_doctor *doctor, const char *path);

/* The line's place; without one that of the configuration as a whole. */
struct tocsin_spot tocsin_doctor_at(
	const struct tocsin_doctor *doctor, const struct tocsin_conf_line *line);

extern const struct tocsin_spot tocsin_nowhere;

/* An option of our plugin; NULL: not given. */
const char *tocsin_doctor_option(const struct tocsin_doctor *doctor, const char *name);

/* Whether somebody else than our plugin decides on access: acl_file, dynamic security. */
const struct tocsin_conf_line *tocsin_doctor_acl(const struct tocsin_doctor *doctor);
bool tocsin_doctor_dynsec(const struct tocsin_doctor *doctor, struct tocsin_conf_plugin *plugin);

/* The ACL file, which could be read, lets this user (NULL: no name) read a box that is not
 * its own. */
bool tocsin_doctor_acl_opens(const struct tocsin_doctor *doctor, const char *user);

/* It lets this user, who has a name, read something of a filter. */
bool tocsin_doctor_acl_lets_read(
	const struct tocsin_doctor *doctor, const char *user, const char *filter);

/* Text with {0} to {4} replaced, malloc'ed; NULL without memory. In a command they are
 * words of a shell. */
char *tocsin_remark_text(
	const char *text, const char *const arguments[TOCSIN_REMARK_ARGUMENTS], bool command);

/* One line a finding, and a summary. */
void tocsin_doctor_print(const struct tocsin_doctor *doctor, FILE *out);
bool tocsin_doctor_print_json(const struct tocsin_doctor *doctor, bool ok, FILE *out);
