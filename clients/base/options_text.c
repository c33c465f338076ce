/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "clients/base/options.h"
#include "clients/base/tongue.h"

static bool read_line(const struct tocsin_option_set *set, const char *barred, const char *name,
	unsigned number, char *line, FILE *err)
{
	line += strspn(line, " \t");
	size_t length = strlen(line);
	while (length > 0 && strchr(" \t\r", line[length - 1]))
		line[--length] = '\0';
	if (*line == '\0' || *line == '#')
		return true;
	char *value = line + strcspn(line, " \t");
	if (*value) {
		*value++ = '\0';
		value += strspn(value, " \t");
	} else {
		value = NULL;
	}
	const char *near;
	/* A file that names another would hide where an option comes from. */
	const char *wrong = strcmp(line, barred) == 0 ? N_("cannot stand in a configuration file")
												  : tocsin_options_give(set, line, value, &near);
	if (!wrong)
		return true;
	fprintf(err, "%s:%u: %.64s: %s", name, number, line, _(wrong));
	if (strcmp(wrong, "unknown option") == 0 && near)
		fprintf(err, _("; did you mean --%s?"), near);
	fputc('\n', err);
	return false;
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
