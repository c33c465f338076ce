/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clients/base/tongue.h"
#include "clients/report/guide.h"

enum tocsin_guide_step tocsin_guide_ask(struct tocsin_guide *guide, const char *prompt,
	const struct tocsin_completion *completion, char text[TOCSIN_MAX_LINE])
{
	if (tocsin_line_read(&guide->line, prompt, completion, text) != TOCSIN_LINE_READ)
		return TOCSIN_GUIDE_STOP;
	return strcmp(text, "<") == 0 ? TOCSIN_GUIDE_BACK : TOCSIN_GUIDE_NEXT;
}

struct choosing {
	const struct tocsin_guide_choice *choices;
	size_t count;
};

static size_t find_words(void *ctx, const char *beginning, const char *matches[TOCSIN_MAX_MATCHES])
{
	const struct choosing *choosing = ctx;
	size_t found = 0;
	for (size_t i = 0; i < choosing->count && found < TOCSIN_MAX_MATCHES; i++)
		if (strncasecmp(choosing->choices[i].word, beginning, strlen(beginning)) == 0)
			matches[found++] = choosing->choices[i].word;
	return found;
}

/* The index meant, or count. */
static size_t read_choice(const struct choosing *choosing, const char *text)
{
	size_t found = choosing->count;
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	if (*text >= '1' && *text <= '9' && !*end && number <= choosing->count)
		return number - 1;
	for (size_t i = 0; *text && i < choosing->count; i++) {
		const char *word = choosing->choices[i].word;
		if (strncasecmp(word, text, strlen(text)) != 0)
			continue;
		if (strlen(word) == strlen(text))
			return i;
		/* The beginning of two is none of them. */
		if (found < choosing->count)
			return choosing->count;
		found = i;
	}
	return found;
}

static void print_choices(
	const char *title, const struct tocsin_guide_choice *choices, size_t count)
{
	printf("\n%s\n", _(title));
	for (size_t i = 0; i < count; i++) {
		if (choices[i].meaning)
			printf("  %2zu %-12s %s\n", i + 1, choices[i].word, _(choices[i].meaning));
		else
			printf("  %2zu %s\n", i + 1, choices[i].word);
	}
}

enum tocsin_guide_step tocsin_guide_choose(struct tocsin_guide *guide, const char *title,
	const struct tocsin_guide_choice *choices, size_t count, int usual, size_t *chosen)
{
	struct choosing choosing = {choices, count};
	const struct tocsin_completion completion = {&choosing, find_words};
	char text[TOCSIN_MAX_LINE], prompt[64];
	snprintf(
		prompt, sizeof(prompt), usual < 0 ? "> " : "[%s] > ", usual < 0 ? "" : choices[usual].word);
	print_choices(title, choices, count);
	for (;;) {
		enum tocsin_guide_step step = tocsin_guide_ask(guide, prompt, &completion, text);
		if (step != TOCSIN_GUIDE_NEXT)
			return step;
		size_t read = !*text && usual >= 0 ? (size_t)usual : read_choice(&choosing, text);
		if (read < count) {
			*chosen = read;
			return TOCSIN_GUIDE_NEXT;
		}
		if (*text)
			puts(_("One of these, by its number or its word (Tab completes, < goes back)."));
	}
}

enum tocsin_guide_step tocsin_guide_confirm(
	struct tocsin_guide *guide, const char *question, bool *yes)
{
	char text[TOCSIN_MAX_LINE], prompt[TOCSIN_MAX_LINE];
	snprintf(prompt, sizeof(prompt), _("%.4000s [y/n] "), question);
	for (;;) {
		enum tocsin_guide_step step = tocsin_guide_ask(guide, prompt, NULL, text);
		if (step != TOCSIN_GUIDE_NEXT)
			return step;
		bool french = tocsin_tongue_language() == TOCSIN_FRENCH;
		if (strchr(french ? "oOyYnN" : "yYnN", *text) && *text) {
			*yes = (*text | 0x20) != 'n';
			return TOCSIN_GUIDE_NEXT;
		}
	}
}

bool tocsin_guide_give(struct tocsin_incident_flags *scratch, const char *option, const char *value)
{
	const struct tocsin_option_set set = tocsin_incident_options(scratch);
	const char *near;
	char *copy = value ? strdup(value) : NULL;
	const char *wrong =
		value && !copy ? N_("out of memory") : tocsin_options_give(&set, option, copy, &near);
	free(copy);
	if (wrong)
		printf(_("That %s.\n"), _(wrong));
	return !wrong;
}

bool tocsin_guide_answer(
	struct tocsin_guide *guide, struct tocsin_incident_flags *scratch, const char *const *members)
{
	bool fine = true;
	for (; *members; members++) {
		json_t *value = json_object_get(scratch->incident, *members);
		json_object_del(guide->incident, *members);
		fine = fine && (!value || json_object_set(guide->incident, *members, value) == 0);
	}
	tocsin_incident_flags_finish(scratch);
	return fine;
}
