/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* `tocsin init`: answers, given as options, in a file or on a terminal; the plan that
 * they make; and the files of the plan. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "clients/base/input.h"
#include "clients/base/options.h"
#include "clients/setup/tree.h"
#include "clients/setup/user_names.h"
#include "proto/country.h"

enum tocsin_init_answer {
	TOCSIN_INIT_HUB,
	TOCSIN_INIT_COUNTRIES,
	TOCSIN_INIT_HOST,
	TOCSIN_INIT_SENDERS,
	TOCSIN_INIT_COORDINATION,
	TOCSIN_INIT_PARTNERS,
	TOCSIN_INIT_PUBLIC,
	TOCSIN_INIT_ADMINS,
	TOCSIN_INIT_LOGIN,
	TOCSIN_INIT_PORT,
	TOCSIN_INIT_LOCAL_PORT,
	TOCSIN_INIT_PLUGIN,
	TOCSIN_INIT_REGIONS,
	TOCSIN_INIT_BROKER_USER,
	TOCSIN_INIT_ANSWERS, /* how many */
};

enum { TOCSIN_MAX_INIT_COUNTRIES = 64, TOCSIN_MAX_INIT_TEXT = 256 };

struct tocsin_init {
	const char *given[TOCSIN_INIT_ANSWERS];                /* as typed, and judged; NULL: not yet */
	bool yes;                                              /* no questions */
	const char *answers;                                   /* a file of options, or NULL */
	const char *add, *as, *places;                         /* one person more; NULL: a new hub */
	struct tocsin_input file;                              /* its text, which given may borrow */
	char typed[TOCSIN_INIT_ANSWERS][TOCSIN_MAX_INIT_TEXT]; /* on the terminal */
};

/* How its mosquitto.conf begins: a hub that init made is known by it. */
#define TOCSIN_INIT_CONF_HEAD "# The broker of a Tocsin hub, made by `tocsin init`."

/* The options of answers; init is their context. */
struct tocsin_option_set tocsin_init_options(struct tocsin_init *init);

/* Takes the answers of the file for what is not given. False after a message. */
bool tocsin_init_read_file(struct tocsin_init *init);

/* What is taken where nothing is answered: a text, or NULL where the plan finds it. */
const char *tocsin_init_standard(enum tocsin_init_answer answer, char text[TOCSIN_MAX_INIT_TEXT]);

/* What is wrong with an answer, as a static text, or NULL. */
const char *tocsin_init_judge(enum tocsin_init_answer answer, const char *text);

/* Asks on the terminal for what is not given. False where the person broke off. */
bool tocsin_init_ask(struct tocsin_init *init, const char *folder);

enum tocsin_init_login {
	TOCSIN_LOGIN_PASSWORD,    /* over TLS */
	TOCSIN_LOGIN_CERTIFICATE, /* over TLS, the user name is the certificate's */
	TOCSIN_LOGIN_NO_TLS,      /* passwords on an open line */
};

enum { TOCSIN_INIT_AUDIENCES = 3 };

/* False where it is none of them. */
bool tocsin_init_login_read(const char *text, enum tocsin_init_login *login);

/* Codes with commas or blanks between them; each country once. Returns NULL, or what is
 * wrong as a static text. */
const char *tocsin_init_countries(const char *text,
	const struct tocsin_country *countries[TOCSIN_MAX_INIT_COUNTRIES], size_t *count);

struct tocsin_init_plan {
	char *folder; /* absolute */
	const char *hub, *host;
	const struct tocsin_country *countries[TOCSIN_MAX_INIT_COUNTRIES];
	size_t country_count;
	struct tocsin_user_names senders;
	struct tocsin_user_names members[TOCSIN_INIT_AUDIENCES]; /* coordination, partners, public */
	struct tocsin_user_names admins, people;                 /* people: all of these */
	enum tocsin_init_login login;
	int port, local_port;
	char *plugin, *regions; /* absolute */
	char *broker_user;
	struct tocsin_tree tree;
	int64_t now_s;
	char texts[TOCSIN_INIT_ANSWERS][TOCSIN_MAX_INIT_TEXT]; /* of the standards */
};

/* False after a message; to be finished all the same. */
bool tocsin_init_plan(
	struct tocsin_init_plan *plan, const struct tocsin_init *init, const char *folder);
void tocsin_init_plan_finish(struct tocsin_init_plan *plan);

/* Whether a password is asked of anybody; with certificates of admins on this machine. */
bool tocsin_init_has_passwords(const struct tocsin_init_plan *plan);

/* Where the plugin lies, and the lists of places: beside this command's build, or where
 * they are installed. The caller's to free, NULL where there is none. */
char *tocsin_init_find_plugin(void);
char *tocsin_init_find_regions(void);

/* The parts, each a file or more. False with errno. */
bool tocsin_init_write_conf(struct tocsin_init_plan *plan);
bool tocsin_init_write_rules(struct tocsin_init_plan *plan);
bool tocsin_init_write_people(struct tocsin_init_plan *plan);

/* secrets/NAME of one person, and the line for the password file of who has a password.
 * authority may be NULL without TLS, and have no key where nobody logs in by certificate. */
struct tocsin_identity;
bool tocsin_init_write_person(struct tocsin_init_plan *plan, struct tocsin_identity *authority,
	const char *name, FILE *passwords);

/* The command that makes acl again, as its first line says; the caller's, or NULL. */
char *tocsin_init_acl_command(const struct tocsin_init_plan *plan);

/* All of it, or nothing. False after a message. */
bool tocsin_init_write(struct tocsin_init_plan *plan);
