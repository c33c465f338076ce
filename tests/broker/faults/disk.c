/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A disk in trouble, for a process that is started with this in LD_PRELOAD. It stands
 * before libc's calls, for files whose path begins with TOCSIN_FAULTS_ON, and does what
 * the file that TOCSIN_FAULTS names says at that moment; that file is replaced, never
 * written in place. A line each:
 *   <call> <errno's name> [<ending>]   the call fails
 *   <call> delay <ms> [<ending>]       the call takes so much longer
 *   <call> hang [<ending>]             ... until the line is gone
 * where call is sync, write, read or open, and ending how the file's path ends. No line,
 * or no file: a healthy disk. Each fault is told on standard error as
 * "fault: <line>: <path>". Nothing is kept between calls, so any thread may come. */
#undef _FORTIFY_SOURCE /* it would define inline what is defined here */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define ENTRY __attribute__((visibility("default")))

enum { CONTROL_BYTES = 512, LINK_BYTES = 32, POLL_MS = 5 };

static const struct {
	const char *name;
	int number;
} errors[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EROFS", EROFS}, {"EDQUOT", EDQUOT}};

enum { ERRORS = sizeof(errors) / sizeof(errors[0]) };

/* The next object's function of that name; a test without it is worth nothing. */
static void *next(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found) {
		abort();
	}
	return found;
}

static bool is_watched(const char *path)
{
	const char *on = getenv("TOCSIN_FAULTS_ON");

	return on && strncmp(path, on, strlen(on)) == 0;
}

static bool ends_with(const char *path, const char *ending)
{
	const size_t length = strlen(path);
	const size_t wanted = strlen(ending);

	return wanted <= length && strcmp(path + length - wanted, ending) == 0;
}

static void read_control(char text[CONTROL_BYTES])
{
	const char *name = getenv("TOCSIN_FAULTS");
	const int file = name ? openat(AT_FDCWD, name, O_RDONLY | O_CLOEXEC) : -1;
	const ssize_t size = file >= 0 ? read(file, text, CONTROL_BYTES - 1) : 0;

	text[size > 0 ? size : 0] = '\0';
	if (file >= 0) {
		close(file);
	}
}

/* The first word of rest, which moves behind it; "" where there is none. */
static const char *word(char **rest)
{
	const char *found = strsep(rest, " ");

	return found ? found : "";
}

struct fault {
	char what[16];
	long ms;
};

static bool parse(char *line, const char *call, const char *path, struct fault *fault)
{
	char *rest = line;

	if (strcmp(word(&rest), call) != 0) {
		return false;
	}
	snprintf(fault->what, sizeof(fault->what), "%s", word(&rest));
	if (strcmp(fault->what, "delay") == 0) {
		fault->ms = strtol(word(&rest), NULL, 10);
	}
	return ends_with(path, word(&rest));
}

static bool find(const char *call, const char *path, struct fault *fault)
{
	char text[CONTROL_BYTES];
	char *rest = text;
	char *line;

	read_control(text);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (parse(line, call, path, fault)) {
			return true;
		}
	}
	return false;
}

static void pass(long ms)
{
	struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (nanosleep(&left, &left) != 0 && errno == EINTR) {
	}
}

static void hang(const char *call, const char *path)
{
	struct fault fault = {.what = "hang"};

	while (strcmp(fault.what, "hang") == 0) {
		pass(POLL_MS);
		if (!find(call, path, &fault)) {
			return;
		}
	}
}

/* True, with errno set, where the call is to fail. */
static bool fails_at(const char *call, const char *path)
{
	struct fault fault = {{0}, 0};

	if (!is_watched(path) || !find(call, path, &fault)) {
		return false;
	}
	dprintf(STDERR_FILENO, "fault: %s %s: %s\n", call, fault.what, path);
	if (strcmp(fault.what, "delay") == 0) {
		pass(fault.ms);
	} else if (strcmp(fault.what, "hang") == 0) {
		hang(call, path);
	}
	for (size_t i = 0; i < ERRORS; i++) {
		if (strcmp(fault.what, errors[i].name) == 0) {
			errno = errors[i].number;
			return true;
		}
	}
	return false;
}

static bool fails(const char *call, int file)
{
	char link[LINK_BYTES];
	char path[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	const ssize_t length = readlink(link, path, sizeof(path) - 1);
	if (length < 0) {
		return false;
	}
	path[length] = '\0';
	return fails_at(call, path);
}

ENTRY int fsync(int file)
{
	int (*const real)(int) = (int (*)(int))next("fsync");

	return fails("sync", file) ? -1 : real(file);
}

ENTRY int fdatasync(int file)
{
	int (*const real)(int) = (int (*)(int))next("fdatasync");

	return fails("sync", file) ? -1 : real(file);
}

ENTRY ssize_t pwrite(int file, const void *bytes, size_t size, off_t at)
{
	ssize_t (*const real)(int, const void *, size_t, off_t) =
		(ssize_t(*)(int, const void *, size_t, off_t))next("pwrite");

	return fails("write", file) ? -1 : real(file, bytes, size, at);
}

ENTRY ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at)
{
	ssize_t (*const real)(int, const void *, size_t, off64_t) =
		(ssize_t(*)(int, const void *, size_t, off64_t))next("pwrite64");

	return fails("write", file) ? -1 : real(file, bytes, size, at);
}

ENTRY ssize_t pread(int file, void *bytes, size_t size, off_t at)
{
	ssize_t (*const real)(int, void *, size_t, off_t) =
		(ssize_t(*)(int, void *, size_t, off_t))next("pread");

	return fails("read", file) ? -1 : real(file, bytes, size, at);
}

ENTRY ssize_t pread64(int file, void *bytes, size_t size, off64_t at)
{
	ssize_t (*const real)(int, void *, size_t, off64_t) =
		(ssize_t(*)(int, void *, size_t, off64_t))next("pread64");

	return fails("read", file) ? -1 : real(file, bytes, size, at);
}

ENTRY int ftruncate(int file, off_t size)
{
	int (*const real)(int, off_t) = (int (*)(int, off_t))next("ftruncate");

	return fails("write", file) ? -1 : real(file, size);
}

ENTRY int ftruncate64(int file, off64_t size)
{
	int (*const real)(int, off64_t) = (int (*)(int, off64_t))next("ftruncate64");

	return fails("write", file) ? -1 : real(file, size);
}

/* A file that is only read is let through; one that is there and must not be is told
 * before anything else, as the kernel does. */
static bool open_fails(const char *path, int flags)
{
	const bool must_be_new = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0;

	if (must_be_new && access(path, F_OK) == 0) {
		return false;
	}
	return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0 && fails_at("open", path);
}

/* The mode stands behind the flags where a file may be made. clang-tidy 14 takes a
 * va_list that is read by va_arg for uninitialized. */
static mode_t mode_of(int flags, va_list more)
{
	const bool given = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;

	return given ? va_arg(more, mode_t) : 0; /* NOLINT(clang-analyzer-valist.Uninitialized) */
}

ENTRY int open(const char *path, int flags, ...)
{
	int (*const real)(const char *, int, ...) = (int (*)(const char *, int, ...))next("open");
	va_list more;

	va_start(more, flags);
	const mode_t mode = mode_of(flags, more);
	va_end(more);
	return open_fails(path, flags) ? -1 : real(path, flags, mode);
}

ENTRY int open64(const char *path, int flags, ...)
{
	int (*const real)(const char *, int, ...) = (int (*)(const char *, int, ...))next("open64");
	va_list more;

	va_start(more, flags);
	const mode_t mode = mode_of(flags, more);
	va_end(more);
	return open_fails(path, flags) ? -1 : real(path, flags, mode);
}
