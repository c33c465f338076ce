/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct task {
	char *label, *input;
	size_t length;
	struct tocsin_hook_about about;
	uint64_t number;
	struct task *next;
};

struct tocsin_hook {
	const char *command;
	void (*ended)(void *ctx, const struct tocsin_hook_end *end);
	void *ctx;
	struct task *first, **end; /* the first may be running */
	size_t count, bytes;
	uint64_t added, done;
	pid_t child;    /* 0: none runs */
	int descriptor; /* of the child, -1: none */
};

struct tocsin_hook *tocsin_hook_create(
	const char *command, void (*ended)(void *ctx, const struct tocsin_hook_end *end), void *ctx)
{
	struct tocsin_hook *hook = calloc(1, sizeof(*hook));
	if (!hook)
		return NULL;
	*hook = (struct tocsin_hook){.command = command, .ended = ended, .ctx = ctx, .descriptor = -1};
	hook->end = &hook->first;
	return hook;
}

static void free_task(struct task *task)
{
	if (!task)
		return;
	for (size_t i = 0; i < TOCSIN_MAX_HOOK_NAMES; i++)
		free(task->about.names[i]);
	free(task->label);
	free(task->input);
	free(task);
}

static void drop_first(struct tocsin_hook *hook)
{
	struct task *task = hook->first;
	hook->first = task->next;
	if (!hook->first)
		hook->end = &hook->first;
	hook->count--;
	hook->bytes -= task->length;
	hook->done = task->number;
	free_task(task);
}

static struct task *make_task(
	const char *label, const char *input, size_t length, const struct tocsin_hook_about *about)
{
	struct task *task = calloc(1, sizeof(*task));
	if (!task)
		return NULL;
	task->label = strdup(label);
	task->input = malloc(length + 1);
	bool fine = task->label && task->input;
	if (fine)
		memcpy(task->input, input, length);
	task->length = length;
	for (size_t i = 0; i < TOCSIN_MAX_HOOK_NAMES && about->names[i]; i++) {
		task->about.names[i] = strdup(about->names[i]);
		fine = fine && task->about.names[i];
	}
	if (fine)
		return task;
	free_task(task);
	return NULL;
}

uint64_t tocsin_hook_add(struct tocsin_hook *hook, const char *label, const char *input,
	size_t length, const struct tocsin_hook_about *about)
{
	if (hook->count >= TOCSIN_MAX_HOOK_QUEUE || length > TOCSIN_MAX_HOOK_BYTES - hook->bytes)
		return 0;
	struct task *task = make_task(label, input, length, about);
	if (!task)
		return 0;
	task->number = ++hook->added;
	*hook->end = task;
	hook->end = &task->next;
	hook->count++;
	hook->bytes += length;
	return task->number;
}

/* A file in memory takes all of it at once, however slowly it is read, or not at all. */
static int input_of(const struct task *task)
{
	int file = memfd_create("tocsin-alert", MFD_CLOEXEC);
	size_t written = 0;
	while (file >= 0 && written < task->length) {
		ssize_t now = write(file, task->input + written, task->length - written);
		if (now <= 0) {
			int reason = errno;
			close(file);
			errno = reason;
			return -1;
		}
		written += (size_t)now;
	}
	if (file >= 0)
		(void)lseek(file, 0, SEEK_SET);
	return file;
}

static bool is_ours(const char *name, const struct tocsin_hook_about *about)
{
	size_t length = strcspn(name, "=") + 1;
	for (size_t i = 0; about->names[i]; i++)
		if (strncmp(name, about->names[i], length) == 0)
			return true;
	return false;
}

/* Our environment with the names of the task in place of its own of that name; the caller's
 * to free, the texts are borrowed. NULL without memory. */
static char **environment_of(const struct task *task)
{
	size_t count = 0, ours = 0;
	while (environ[count])
		count++;
	char **names = calloc(count + TOCSIN_MAX_HOOK_NAMES + 1, sizeof(*names));
	if (!names)
		return NULL;
	for (; task->about.names[ours]; ours++)
		names[ours] = task->about.names[ours];
	for (size_t i = 0; i < count; i++)
		if (!is_ours(environ[i], &task->about))
			names[ours++] = environ[i];
	return names;
}

/* In the child. A group of its own, so that Ctrl-C is ours to answer; no signal blocked and no
 * descriptor of ours left to it. */
static void become(const struct tocsin_hook *hook, char *const *environment, int input)
{
	sigset_t none;
	(void)setpgid(0, 0);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (dup2(input, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(126);
	(void)syscall(SYS_close_range, 3U, ~0U, 0U);
	char *const words[] = {
		(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c", (char *)(uintptr_t)hook->command, NULL};
	execve("/bin/sh", words, environment);
	_exit(127);
}

static void start(struct tocsin_hook *hook)
{
	const struct task *task = hook->first;
	char **environment = environment_of(task);
	int input = environment ? input_of(task) : -1;
	pid_t child = input < 0 ? -1 : fork();
	int reason = errno;
	if (child == 0)
		become(hook, environment, input);
	free(environment);
	if (input >= 0)
		close(input);
	if (child < 0) {
		hook->ended(hook->ctx, &(struct tocsin_hook_end){.label = task->label, .error = reason});
		drop_first(hook);
		return;
	}
	(void)setpgid(child, child);
	hook->child = child;
	/* Without pidfd (Linux before 5.3) its end is seen when one looks now and then. */
	hook->descriptor = (int)syscall(SYS_pidfd_open, child, 0);
}

static void reap(struct tocsin_hook *hook)
{
	int status = 0;
	pid_t gone = waitpid(hook->child, &status, WNOHANG);
	if (gone == 0 || (gone < 0 && errno == EINTR))
		return;
	if (hook->descriptor >= 0)
		close(hook->descriptor);
	hook->descriptor = -1;
	hook->child = 0;
	const struct tocsin_hook_end end = {.label = hook->first->label,
		.status = gone > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 0,
		.signal = gone > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		.error = gone < 0 ? errno : 0};
	hook->ended(hook->ctx, &end);
	drop_first(hook);
}

void tocsin_hook_turn(struct tocsin_hook *hook)
{
	if (hook->child)
		reap(hook);
	while (!hook->child && hook->first)
		start(hook);
}

int tocsin_hook_descriptor(const struct tocsin_hook *hook)
{
	return hook->descriptor;
}

uint64_t tocsin_hook_done(const struct tocsin_hook *hook)
{
	return hook->done;
}

size_t tocsin_hook_count(const struct tocsin_hook *hook)
{
	return hook->count;
}

size_t tocsin_hook_cut(struct tocsin_hook *hook)
{
	struct task **from = hook->child ? &hook->first->next : &hook->first;
	size_t cut = 0;
	while (*from) {
		struct task *task = *from;
		*from = task->next;
		hook->count--;
		hook->bytes -= task->length;
		free_task(task);
		cut++;
	}
	hook->end = from;
	return cut;
}

void tocsin_hook_kill(struct tocsin_hook *hook)
{
	if (hook->child)
		(void)kill(-hook->child, SIGKILL);
}

void tocsin_hook_destroy(struct tocsin_hook *hook)
{
	if (!hook)
		return;
	while (hook->first)
		drop_first(hook);
	if (hook->descriptor >= 0)
		close(hook->descriptor);
	free(hook);
}
