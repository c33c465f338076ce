/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A clock that somebody sets, for a process that is started with this in LD_PRELOAD: the
 * time of day is ahead by the seconds in the file that TOCSIN_CLOCK names at that moment.
 * No file: the right time. What never jumps goes on as it is. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ENTRY __attribute__((visibility("default")))

static long ahead_s(void)
{
	const char *name = getenv("TOCSIN_CLOCK");
	FILE *file = name ? fopen(name, "r") : NULL;
	char text[32] = "";

	if (!file)
		return 0;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	return strtol(text, NULL, 10);
}

/* By the system call: a sanitizer asks before it can be asked for the library's own. */
ENTRY int clock_gettime(clockid_t clock, struct timespec *now)
{
	const int result = (int)syscall(SYS_clock_gettime, clock, now);

	if (result == 0 && clock == CLOCK_REALTIME)
		now->tv_sec += ahead_s();
	return result;
}
