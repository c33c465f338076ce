/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "clients/base/options.h"
#include "clients/base/tongue.h"

enum { MAX_NAME = 64, LETTER_LENGTH = 2 };

/* Copies the name that a line begins with, which ends as on a command line or at a blank.
 * Returns the value behind it, or NULL. */
static char *split(char *line, char name[MAX_NAME + 1])
{
	const bool letter = line[0] == '-' && line[1] != '-' && line[1] != '\0';
	const size_t length = letter ? LETTER_LENGTH : strcspn(line, "= \t");
	char *value = line + length;
	snprintf(name, MAX_NAME + 1, "%.*s", (int)length, line);
	if (*value == '\0')
		return NULL;
	return !letter && *value == '=' ? value + 1 : value + strspn(value, " \t");
}

/* Never more of the line than its option: the rest may be a password. */
static void complain(const char *file, unsigned number, const char *option, const char *wrong,
	const char *near, FILE *err)
{
	fprintf(err, "%s:%u: ", file, number);
	if (*option == '-')
		fprintf(err, "%s: ", option);
	fputs(_(wrong), err);
	if (near)
		fprintf(err, _("; did you mean --%s?"), near);
	fputc('\n', err);
}

static bool read_line(const struct tocsin_option_set *set, const char *barred, const char *name,
	unsigned number, char *line, FILE *err)
{
	line += strspn(line, " \t");
	size_t length = strlen(line);
	while (length > 0 && strchr(" \t\r", line[length - 1]))
		line[--length] = '\0';
	if (*line == '\0' || *line == '#')
		return true;
	char option[MAX_NAME + 1];
	char *value = split(line, option);
	const char *near = NULL;
	/* A file that names another would hide where an option comes from. */
	const char *wrong = strcmp(option, barred) == 0
		? N_("cannot stand in a configuration file")
		: tocsin_options_give(set, option, value, &near);
	if (wrong)
		complain(name, number, option, wrong, near, err);
	return !wrong;
}

bool tocsin_options_read(const struct tocsin_option_set *set, const char *barred, const char *name,
	char *text, FILE *err)
{
	bool fine = true;
	unsigned number = 1;
	for (char *line = text; line; number++) {
		char *next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		fine = read_line(set, barred, name, number, line, err) && fine;
		line = next;
	}
	return fine;
}
