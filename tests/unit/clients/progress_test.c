/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/progress.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct screen {
	int master;
	FILE *out;
};

static struct screen screen_open(void)
{
	struct screen screen = {.master = posix_openpt(O_RDWR | O_NOCTTY)};
	assert_true(screen.master >= 0);
	assert_int_equal(grantpt(screen.master), 0);
	assert_int_equal(unlockpt(screen.master), 0);
	screen.out = fopen(ptsname(screen.master), "w");
	assert_non_null(screen.out);
	setenv("TERM", "xterm", 1);
	return screen;
}

static void screen_close(struct screen *screen)
{
	fclose(screen->out);
	close(screen->master);
}

static void assert_shown(const struct screen *screen, const char *wanted)
{
	char text[256];
	fflush(screen->out);
	const ssize_t size = read(screen->master, text, sizeof(text) - 1);
	assert_true(size >= 0);
	text[size] = '\0';
	assert_string_equal(text, wanted);
}

static void a_bar_comes_late_and_goes(void **state)
{
	(void)state;
	struct screen screen = screen_open();
	struct tocsin_progress progress;
	tocsin_progress_begin(&progress, screen.out, "reading", 200);
	tocsin_progress_at(&progress, 50);
	assert_false(progress.shown);
	progress.next_ms = 0;
	tocsin_progress_at(&progress, 50);
	assert_shown(&screen, "\033[Kreading [#####---------------] 25 %\r");
	/* Not with each step. */
	tocsin_progress_at(&progress, 60);
	progress.next_ms = 0;
	tocsin_progress_at(&progress, 300);
	assert_shown(&screen, "\033[Kreading [####################] 100 %\r");
	tocsin_progress_end(&progress);
	assert_shown(&screen, "\033[K");
	screen_close(&screen);
}

static void assert_silent(FILE *out)
{
	struct tocsin_progress progress;
	tocsin_progress_begin(&progress, out, "reading", 10);
	progress.next_ms = 0;
	tocsin_progress_at(&progress, 5);
	tocsin_progress_end(&progress);
	assert_false(progress.shown);
}

static void nothing_is_shown_elsewhere(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size = 0;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	FILE *out = fdopen(ends[1], "w");
	assert_silent(out);
	fclose(out);
	close(ends[0]);
	struct screen screen = screen_open();
	setenv("TERM", "dumb", 1);
	assert_silent(screen.out);
	unsetenv("TERM");
	assert_silent(screen.out);
	screen_close(&screen);
	out = open_memstream(&text, &size);
	assert_silent(out);
	fclose(out);
	assert_int_equal(size, 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bar_comes_late_and_goes),
		cmocka_unit_test(nothing_is_shown_elsewhere),
	};
	return cmocka_run_group_tests_name("clients/progress", tests, NULL, NULL);
}
