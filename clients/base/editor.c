/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/editor.h"
#include "clients/base/tongue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_BYTES = 64 };

static const char *editor_command(const char *given)
{
	const char *names[] = {"VISUAL", "EDITOR"};
	if (given && *given)
		return given;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *command = getenv(names[i]);
		if (command && *command)
			return command;
	}
	return "vi";
}

/* By the shell, as an editor is often a command with options. */
bool tocsin_editor_run(const char *command, const char *path)
{
	char *line = NULL;
	int status = 0;
	if (asprintf(&line, "%s \"$1\"", editor_command(command)) < 0)
		return false;
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", line, "sh", path, (char *)NULL);
		_exit(127);
	}
	free(line);
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool tocsin_ask(const char *question, char yes)
{
	char answer[ANSWER_BYTES];
	printf("%s ", question);
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	int given = answer[0] | 0x20;
	return given == yes ||
		(yes == 'y' && given == 'o' && tocsin_tongue_language() == TOCSIN_FRENCH); /* oui */
}
