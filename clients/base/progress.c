/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/number.h"

enum { FIRST_MS = 500, GAP_MS = 100, CELLS = 20 };

/* A terminal that can take a line back. */
static bool can_redraw(FILE *out)
{
	const char *kind = getenv("TERM");
	return kind && *kind && strcmp(kind, "dumb") != 0 && isatty(fileno(out)) == 1;
}

void tocsin_progress_begin(
	struct tocsin_progress *progress, FILE *out, const char *what, uint64_t whole)
{
	*progress = (struct tocsin_progress){
		.out = whole > 0 && can_redraw(out) ? out : NULL,
		.what = what,
		.whole = whole,
		.next_ms = tocsin_ticks_ms() + FIRST_MS,
	};
}

void tocsin_progress_at(struct tocsin_progress *progress, uint64_t done)
{
	static const char full[] = "####################", empty[] = "--------------------";
	if (!progress->out || tocsin_ticks_ms() < progress->next_ms)
		return;
	const double share = done < progress->whole ? (double)done / (double)progress->whole : 1.0;
	const int cells = (int)(share * CELLS);
	/* The cursor stays at the beginning, so that a message writes over it. */
	fprintf(progress->out, "\033[K%s [%.*s%.*s] %d %%\r", progress->what, cells, full,
		CELLS - cells, empty, (int)(share * 100));
	fflush(progress->out);
	progress->shown = true;
	progress->next_ms = tocsin_ticks_ms() + GAP_MS;
}

void tocsin_progress_end(struct tocsin_progress *progress)
{
	if (progress->shown)
		fputs("\033[K", progress->out);
	progress->shown = false;
}
