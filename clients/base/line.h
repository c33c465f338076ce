/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Lines typed on a terminal, with completion by Tab. A dumb terminal edits its lines
 * itself, without completion. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum { TOCSIN_MAX_LINE = 4096, TOCSIN_MAX_MATCHES = 12 };

struct tocsin_line {
	int signals;           /* descriptor; -1: none */
	bool changed;          /* the terminal's mode is ours: we edit */
	struct termios before; /* to put back */
};

/* What a beginning may go on to be. Fills matches, whole texts that live until the next
 * call, and returns how many there are. */
struct tocsin_completion {
	void *ctx;
	size_t (*find)(void *ctx, const char *beginning, const char *matches[TOCSIN_MAX_MATCHES]);
};

enum tocsin_line_end {
	TOCSIN_LINE_READ,
	TOCSIN_LINE_OVER, /* end of input */
	TOCSIN_LINE_INTERRUPTED,
};

/* Takes standard input, a terminal. From here on Ctrl-C and the like come as
 * TOCSIN_LINE_INTERRUPTED. False where it cannot. */
bool tocsin_line_open(struct tocsin_line *line);

/* Puts everything back. Also after a failed open. */
void tocsin_line_close(struct tocsin_line *line);

/* Prints the prompt and reads one line, without blanks around it. completion may be
 * NULL. */
enum tocsin_line_end tocsin_line_read(struct tocsin_line *line, const char *prompt,
	const struct tocsin_completion *completion, char text[TOCSIN_MAX_LINE]);
