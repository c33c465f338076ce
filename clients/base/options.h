/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Command lines by table: the same rows parse, suggest and print the help. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "clients/base/exit.h"

enum { TOCSIN_MAX_OPERANDS = 1024, TOCSIN_MAX_OPTION_SETS = 4 };

struct tocsin_option {
	const char *name;  /* long form, without the dashes */
	char letter;       /* short form, or 0 */
	const char *value; /* what its value is called in the help; NULL: takes none */
	const char *help;  /* NULL: an alias, left out of the help */
};

/* Options that one part of the program understands. */
struct tocsin_option_set {
	const char *title; /* heading in the help */
	const struct tocsin_option *options;
	size_t count;
	/* Takes option index; value is NULL where it has none, borrowed from argv
	 * and changeable there. Returns NULL, or what is wrong with the value as a
	 * text that outlives the call. */
	const char *(*take)(void *ctx, size_t index, char *value);
	void *ctx;
};

struct tocsin_usage {
	const char *command;  /* "report" */
	const char *synopsis; /* after "tocsin report" */
	const char *summary;
	const char *example; /* one or more lines, shown first */
	const char *notes;   /* after the options, or NULL */
	const char *screen;  /* what --help prints; NULL: all but the last of several sets */
	const struct tocsin_option_set *sets; /* the connection's comes last */
	size_t set_count;
	size_t max_operands;
};

struct tocsin_operands {
	char *items[TOCSIN_MAX_OPERANDS];
	size_t count;
};

/* Parses argv[1] onwards: "--name value", "--name=value", "-n value", "-nvalue",
 * "--" ends the options. False when the command must end at once with *code:
 * OK after --help or --help-all (written to stdout), USAGE after a mistake (to stderr). */
bool tocsin_options_parse(const struct tocsin_usage *usage, int argc, char **argv,
	struct tocsin_operands *operands, enum tocsin_exit *code);

/* Gives one option, by name or letter, with its value: a line of a
 * configuration file. Returns NULL, or what is wrong as a static text; *near is
 * then the name that was meant, or NULL. */
const char *tocsin_options_give(
	const struct tocsin_option_set *set, const char *option, char *value, const char **near);

/* Gives the options of a configuration file: one a line, as on a command line, with
 * comments after "#". barred is the option that names such a file. text is cut into
 * lines and borrowed as values are; name is for messages. False after a message for each
 * line that is wrong. */
bool tocsin_options_read(const struct tocsin_option_set *set, const char *barred, const char *name,
	char *text, FILE *err);

void tocsin_usage_print(const struct tocsin_usage *usage, FILE *out);

/* "tocsin report: <message>" and where the help is, to stderr. Returns USAGE. */
enum tocsin_exit tocsin_usage_fail(const struct tocsin_usage *usage, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The word nearest to text by edits, or NULL where none is near. words ends with
 * NULL. */
const char *tocsin_nearest(const char *text, const char *const *words);
