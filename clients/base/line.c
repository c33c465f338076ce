/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/line.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void ending_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

bool tocsin_line_open(struct tocsin_line *line)
{
	sigset_t set;
	*line = (struct tocsin_line){.signals = -1};
	ending_signals(&set);
	line->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (line->signals < 0 || sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
		tcgetattr(STDIN_FILENO, &line->before) != 0)
		return false;
	const char *kind = getenv("TERM");
	if (!kind || strcmp(kind, "dumb") == 0)
		return true;
	/* Ctrl-C and the like stay signals. */
	struct termios mode = line->before;
	mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	mode.c_lflag |= ISIG;
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	line->changed = tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) == 0;
	return true;
}

void tocsin_line_close(struct tocsin_line *line)
{
	sigset_t set;
	if (line->changed)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &line->before);
	if (line->signals < 0)
		return;
	close(line->signals);
	ending_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	*line = (struct tocsin_line){.signals = -1};
}

static enum tocsin_line_end wait_for_input(const struct tocsin_line *line)
{
	struct pollfd watched[] = {
		{.fd = line->signals, .events = POLLIN},
		{.fd = STDIN_FILENO, .events = POLLIN},
	};
	for (;;) {
		int ready = poll(watched, 2, -1);
		if (ready < 0 && errno != EINTR)
			return TOCSIN_LINE_OVER;
		if (ready > 0 && (watched[0].revents & POLLIN)) {
			struct signalfd_siginfo ignored;
			(void)!read(line->signals, &ignored, sizeof(ignored));
			tcflush(STDIN_FILENO, TCIFLUSH);
			return TOCSIN_LINE_INTERRUPTED;
		}
		if (ready > 0 && watched[1].revents)
			return TOCSIN_LINE_READ;
	}
}

/* Bytes that all matches have in common, from the start. */
static size_t common_length(const char *const *matches, size_t count)
{
	size_t length = strlen(matches[0]);
	for (size_t i = 1; i < count; i++) {
		size_t same = 0;
		while (same < length && matches[0][same] == matches[i][same])
			same++;
		length = same;
	}
	/* Not in the middle of a letter. */
	while (length > 0 && ((unsigned char)matches[0][length] & 0xC0) == 0x80)
		length--;
	return length;
}

/* A line in the making. */
struct typed {
	const char *prompt;
	const struct tocsin_completion *completion;
	char *text;
	size_t length;
};

static void show(const struct typed *typed)
{
	printf("%s%s", typed->prompt, typed->text);
}

/* Replaces the beginning by what it can only mean, and lists what it may. */
static void complete(struct typed *typed)
{
	const char *matches[TOCSIN_MAX_MATCHES];
	const struct tocsin_completion *completion = typed->completion;
	size_t count = completion ? completion->find(completion->ctx, typed->text, matches) : 0;
	size_t common = count ? common_length(matches, count) : 0;
	if (count == 0)
		return;
	putchar('\n');
	if (common >= typed->length && common < TOCSIN_MAX_LINE) {
		memcpy(typed->text, matches[0], common);
		typed->text[common] = '\0';
		typed->length = common;
	}
	for (size_t i = 0; count > 1 && i < count; i++)
		printf("  %s\n", matches[i]);
	show(typed);
}

static void erase_letter(struct typed *typed)
{
	if (typed->length == 0)
		return;
	while (typed->length > 0 && ((unsigned char)typed->text[--typed->length] & 0xC0) == 0x80)
		;
	typed->text[typed->length] = '\0';
	fputs("\b \b", stdout);
}

enum { END_OF_INPUT = 0x04, BACKSPACE = 0x08, ESCAPE = 0x1B, KILL_LINE = 0x15, DELETE = 0x7F };

/* Arrows and the like: ESC [ ... letter. */
static void skip_sequence(void)
{
	char letter = '[';
	if (read(STDIN_FILENO, &letter, 1) != 1 || letter != '[')
		return;
	while (read(STDIN_FILENO, &letter, 1) == 1 && (letter < '@' || letter > '~'))
		;
}

static enum tocsin_line_end edit(struct tocsin_line *line, struct typed *typed)
{
	for (;;) {
		char letter;
		fflush(stdout);
		enum tocsin_line_end end = wait_for_input(line);
		if (end != TOCSIN_LINE_READ)
			return end;
		if (read(STDIN_FILENO, &letter, 1) != 1)
			return TOCSIN_LINE_OVER;
		if (letter == '\n' || letter == '\r') {
			putchar('\n');
			return TOCSIN_LINE_READ;
		}
		if (letter == END_OF_INPUT && typed->length == 0)
			return TOCSIN_LINE_OVER;
		if (letter == '\t') {
			complete(typed);
		} else if (letter == BACKSPACE || letter == DELETE) {
			erase_letter(typed);
		} else if (letter == KILL_LINE) {
			while (typed->length > 0)
				erase_letter(typed);
		} else if (letter == ESCAPE) {
			skip_sequence();
		} else if ((unsigned char)letter >= ' ' && typed->length < TOCSIN_MAX_LINE - 1) {
			typed->text[typed->length++] = letter;
			typed->text[typed->length] = '\0';
			putchar(letter);
		}
	}
}

/* The terminal hands over whole lines. */
static enum tocsin_line_end take(struct tocsin_line *line, struct typed *typed)
{
	while (typed->length < TOCSIN_MAX_LINE - 1) {
		enum tocsin_line_end end = wait_for_input(line);
		if (end != TOCSIN_LINE_READ)
			return end;
		ssize_t got =
			read(STDIN_FILENO, typed->text + typed->length, TOCSIN_MAX_LINE - 1 - typed->length);
		if (got <= 0)
			return TOCSIN_LINE_OVER;
		typed->length += (size_t)got;
		typed->text[typed->length] = '\0';
		if (typed->text[typed->length - 1] == '\n')
			break;
	}
	return TOCSIN_LINE_READ;
}

static void trim(char *text)
{
	size_t length = strlen(text), blanks = strspn(text, " \t");
	memmove(text, text + blanks, length - blanks + 1);
	length -= blanks;
	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		text[--length] = '\0';
}

enum tocsin_line_end tocsin_line_read(struct tocsin_line *line, const char *prompt,
	const struct tocsin_completion *completion, char text[TOCSIN_MAX_LINE])
{
	struct typed typed = {prompt, completion, text, 0};
	text[0] = '\0';
	show(&typed);
	fflush(stdout);
	enum tocsin_line_end end = line->changed ? edit(line, &typed) : take(line, &typed);
	if (end == TOCSIN_LINE_READ)
		trim(text);
	return end;
}
