/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/sparkline.h"

enum { BLOCKS = 8, DIGITS = 9 };

static void put_sign(FILE *out, uint64_t people, uint64_t highest, bool unicode)
{
	static const char *const blocks[BLOCKS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	int levels = unicode ? BLOCKS : DIGITS;
	if (people == 0) {
		fputc('0', out);
		return;
	}
	int level = (int)((double)people / (double)highest * levels + 0.999999);
	level = level < 1 ? 1 : level > levels ? levels : level;
	if (unicode)
		fputs(blocks[level - 1], out);
	else
		fputc('0' + level, out);
}

void tocsin_sparkline_put(FILE *out, const struct tocsin_figure_table *table,
	const struct tocsin_figure_run *run, size_t width, bool unicode)
{
	int64_t first = table->last_period - (int64_t)width + 1;
	uint64_t highest = 0;
	size_t at = 0;
	for (int64_t index = first; index <= table->last_period; index++) {
		const struct tocsin_figure_point *newest = tocsin_figure_run_at(table, run, index, &at);
		if (newest && newest->people > highest)
			highest = newest->people;
	}
	at = 0;
	for (int64_t index = first; index <= table->last_period; index++) {
		const struct tocsin_figure_point *newest = tocsin_figure_run_at(table, run, index, &at);
		if (newest)
			put_sign(out, newest->people, highest, unicode);
		else if (index == first && at > 0)
			fputs(unicode ? "‹" : "<", out);
		else
			fputs(unicode ? "·" : ".", out);
	}
}
