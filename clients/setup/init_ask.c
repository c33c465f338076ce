/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The questions; Enter takes what stands in brackets, "<" goes back. */
#include <stdio.h>
#include <string.h>

#include "clients/base/line.h"
#include "clients/base/tongue.h"
#include "clients/setup/init.h"

struct question {
	enum tocsin_init_answer answer;
	const char *text;
	const char *more; /* or NULL */
};

static const struct question questions[] = {
	{TOCSIN_INIT_HUB, N_("What is the hub called?"), NULL},
	{TOCSIN_INIT_HOST, N_("By which name or address do people reach it?"), NULL},
	{TOCSIN_INIT_COUNTRIES, N_("Which countries is it for?"),
		N_("ISO codes, with commas between them.")},
	{TOCSIN_INIT_SENDERS, N_("Who reports?"),
		N_("User names, with commas; - lets every account report.")},
	{TOCSIN_INIT_COORDINATION, N_("Who sees everything, exact places and free text included?"),
		NULL},
	{TOCSIN_INIT_PARTNERS,
		N_("Which relief agencies are alerted, to admin-3 and without free text?"),
		N_("User names, with commas; - for none.")},
	{TOCSIN_INIT_PUBLIC, N_("Who is told what may be told to everyone?"),
		N_("User names, with commas; - for none.")},
	{TOCSIN_INIT_ADMINS, N_("Who steers the hub: rules, silences, withdrawals?"),
		N_("User names, with commas; - for none.")},
	{TOCSIN_INIT_LOGIN, N_("How do they log in?"),
		N_("password, or certificate: both over TLS; no-tls: passwords on an open line.")},
};

enum { QUESTIONS = sizeof(questions) / sizeof(*questions) };

enum step { NEXT, BACK, STOP };

static enum step ask_one(
	struct tocsin_line *line, struct tocsin_init *init, const struct question *question)
{
	char standard[TOCSIN_MAX_INIT_TEXT], prompt[TOCSIN_MAX_INIT_TEXT + 8], text[TOCSIN_MAX_LINE];
	const char *usual = *init->typed[question->answer]
		? init->typed[question->answer]
		: tocsin_init_standard(question->answer, standard);
	printf("\n%s\n", _(question->text));
	if (question->more)
		printf("  %s\n", _(question->more));
	snprintf(prompt, sizeof(prompt), "[%s] > ", usual);
	for (;;) {
		if (tocsin_line_read(line, prompt, NULL, text) != TOCSIN_LINE_READ)
			return STOP;
		if (strcmp(text, "<") == 0)
			return BACK;
		if (!*text)
			snprintf(text, sizeof(text), "%s", usual);
		const char *wrong = strlen(text) < TOCSIN_MAX_INIT_TEXT
			? tocsin_init_judge(question->answer, text)
			: N_("too long: give the rest in the rule file later");
		if (!wrong)
			break;
		printf("%s\n", _(wrong));
	}
	snprintf(init->typed[question->answer], TOCSIN_MAX_INIT_TEXT, "%.*s", TOCSIN_MAX_INIT_TEXT - 1,
		text);
	return NEXT;
}

static enum step confirm(struct tocsin_line *line, const char *folder)
{
	char prompt[TOCSIN_MAX_LINE], text[TOCSIN_MAX_LINE];
	bool french = tocsin_tongue_language() == TOCSIN_FRENCH;
	putchar('\n');
	snprintf(prompt, sizeof(prompt), _("Make this hub in %.3000s? [y/n] "), folder);
	for (;;) {
		if (tocsin_line_read(line, prompt, NULL, text) != TOCSIN_LINE_READ)
			return STOP;
		if (strcmp(text, "<") == 0)
			return BACK;
		if (*text && strchr(french ? "oOyYnN" : "yYnN", *text))
			return (*text | 0x20) == 'n' ? STOP : NEXT;
	}
}

static bool ask_all(struct tocsin_line *line, struct tocsin_init *init, const char *folder)
{
	const struct question *open[QUESTIONS];
	size_t count = 0, at = 0;
	for (size_t i = 0; i < QUESTIONS; i++)
		if (!init->given[questions[i].answer])
			open[count++] = &questions[i];
	while (at <= count) {
		enum step step = at < count ? ask_one(line, init, open[at]) : confirm(line, folder);
		if (step == STOP)
			return false;
		if (step == NEXT)
			at++;
		else if (at > 0)
			at--;
	}
	for (size_t i = 0; i < count; i++)
		init->given[open[i]->answer] = init->typed[open[i]->answer];
	return true;
}

bool tocsin_init_ask(struct tocsin_init *init, const char *folder)
{
	struct tocsin_line line = {.signals = -1};
	bool fine = false;
	if (tocsin_line_open(&line)) {
		puts(_("A new hub. Enter takes what stands in brackets, < goes back a question, Ctrl-C\n"
			   "leaves; nothing is written before the end."));
		fine = ask_all(&line, init, folder);
	}
	tocsin_line_close(&line);
	if (!fine)
		puts(_("\nNothing is written."));
	return fine;
}
