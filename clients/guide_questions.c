/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What happened, how bad it was, how sure it is, and who may know. Definitions: CAP 1.2,
 * ACLED event types, OCHA Data Responsibility Guidelines. */
#include <stdio.h>
#include <string.h>

#include "clients/guide.h"

#define COUNT(choices) (sizeof(choices) / sizeof(*(choices)))

/* One choice to one option of one member. */
static enum tocsin_guide_step ask_word(struct tocsin_guide *guide, const char *title,
	const struct tocsin_guide_choice *choices, size_t count, const char *option, const char *member)
{
	const char *const members[] = {member, NULL};
	struct tocsin_incident_flags scratch;
	size_t chosen;
	enum tocsin_guide_step step = tocsin_guide_choose(guide, title, choices, count, -1, &chosen);
	if (step != TOCSIN_GUIDE_NEXT)
		return step;
	if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
		return TOCSIN_GUIDE_STOP;
	bool fine = tocsin_guide_give(&scratch, option, choices[chosen].word);
	return tocsin_guide_answer(guide, &scratch, members) && fine ? TOCSIN_GUIDE_NEXT
																 : TOCSIN_GUIDE_STOP;
}

enum tocsin_guide_step tocsin_guide_event(struct tocsin_guide *guide)
{
	static const struct tocsin_guide_choice choices[] = {
		{"battles", "armed groups or forces fight each other"},
		{"explosions remote violence", "bombs, mines, shelling, strikes"},
		{"violence against civilians", "attacks, abductions, sexual violence"},
		{"protests", "demonstrations, peaceful on the protesters' side"},
		{"riots", "violent demonstrations, mobs"},
		{"strategic developments", "arrests, agreements, looting, bases"},
		{"displacement", "people have left, or have arrived"},
		{"disaster", "flood, storm, drought, fire"},
		{"food", "hunger, food shortage"},
		{"health", "outbreak, health services"},
		{"access", "roads, checkpoints, aid kept out"},
		{"other", "none of these"},
	};
	return ask_word(guide, "What happened?", choices, COUNT(choices), "--event", "event");
}

enum tocsin_guide_step tocsin_guide_severity(struct tocsin_guide *guide)
{
	static const struct tocsin_guide_choice choices[] = {
		{"extreme", "extraordinary threat to life or property"},
		{"severe", "significant threat to life or property"},
		{"moderate", "possible threat to life or property"},
		{"minor", "minimal to no known threat"},
		{"unknown", "that cannot be said"},
	};
	return ask_word(guide, "How severe is it?", choices, COUNT(choices), "--severity", "severity");
}

enum tocsin_guide_step tocsin_guide_certainty(struct tocsin_guide *guide)
{
	static const struct tocsin_guide_choice choices[] = {
		{"observed", "it has occurred, or is ongoing"},
		{"likely", "more likely than not (above about 50 %)"},
		{"possible", "possible but not likely (about 50 % or below)"},
		{"unlikely", "not expected (about 0 %)"},
		{"unknown", "that cannot be said"},
	};
	return ask_word(guide, "How sure is it that it happened?", choices, COUNT(choices),
		"--certainty", "certainty");
}

enum tocsin_guide_step tocsin_guide_sensitivity(struct tocsin_guide *guide)
{
	static const struct tocsin_guide_choice choices[] = {
		{"low", "harms nobody: may become public, without names"},
		{"moderate", "partners may know, places to the second level"},
		{"high", "partners may know, it could harm people if it spread"},
		{"severe", "could cost lives: coordination alone"},
	};
	return ask_word(guide, "How sensitive is it? Think of who told you.", choices, COUNT(choices),
		"--sensitivity", "sensitivity");
}

enum tocsin_guide_step tocsin_guide_needs(struct tocsin_guide *guide)
{
	static const char *const members[] = {"needs", NULL};
	char text[TOCSIN_MAX_LINE];
	puts("\nWhat do people lack? food, water, shelter, health, protection, education, cash,\n"
		 "nfi; several with commas. Enter: not known.");
	for (;;) {
		struct tocsin_incident_flags scratch;
		enum tocsin_guide_step step = tocsin_guide_ask(guide, "> ", NULL, text);
		if (step != TOCSIN_GUIDE_NEXT)
			return step;
		size_t kept = 0;
		for (size_t i = 0; text[i]; i++)
			if (text[i] != ' ')
				text[kept++] = text[i];
		text[kept] = '\0';
		if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
			return TOCSIN_GUIDE_STOP;
		bool fine = !*text || tocsin_guide_give(&scratch, "--need", text);
		if (fine)
			return tocsin_guide_answer(guide, &scratch, members) ? TOCSIN_GUIDE_NEXT
																 : TOCSIN_GUIDE_STOP;
		tocsin_incident_flags_finish(&scratch);
	}
}

/* A text for an option; Enter leaves it out. */
static enum tocsin_guide_step ask_text(struct tocsin_guide *guide, const char *prompt,
	const char *option, struct tocsin_incident_flags *scratch)
{
	char text[TOCSIN_MAX_LINE];
	for (;;) {
		enum tocsin_guide_step step = tocsin_guide_ask(guide, prompt, NULL, text);
		if (step != TOCSIN_GUIDE_NEXT || !*text || tocsin_guide_give(scratch, option, text))
			return step;
	}
}

enum tocsin_guide_step tocsin_guide_texts(struct tocsin_guide *guide)
{
	static const char *const members[] = {"headline", "description", "language", NULL};
	struct tocsin_incident_flags scratch;
	puts("\nIn your words; no names of who told you. Enter: nothing.");
	if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
		return TOCSIN_GUIDE_STOP;
	enum tocsin_guide_step step =
		ask_text(guide, "Headline, at most 160 letters > ", "--headline", &scratch);
	if (step == TOCSIN_GUIDE_NEXT)
		step = ask_text(guide, "What happened > ", "--description", &scratch);
	if (step == TOCSIN_GUIDE_NEXT && json_object_size(scratch.incident))
		step = ask_text(guide, "Language of these words, such as fr > ", "--language", &scratch);
	if (step != TOCSIN_GUIDE_NEXT) {
		tocsin_incident_flags_finish(&scratch);
		return step;
	}
	return tocsin_guide_answer(guide, &scratch, members) ? TOCSIN_GUIDE_NEXT : TOCSIN_GUIDE_STOP;
}
