/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What happened, how bad it was, how sure it is, and who may know. Definitions: CAP 1.2,
 * ACLED event types, OCHA Data Responsibility Guidelines. */
#include <stdio.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/report/guide.h"

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
		{"battles", N_("armed groups or forces fight each other")},
		{"explosions remote violence", N_("bombs, mines, shelling, strikes")},
		{"violence against civilians", N_("attacks, abductions, sexual violence")},
		{"protests", N_("demonstrations, peaceful on the protesters' side")},
		{"riots", N_("violent demonstrations, mobs")},
		{"strategic developments", N_("arrests, agreements, looting, bases")},
		{"displacement", N_("people have left, or have arrived")},
		{"disaster", N_("flood, storm, drought, fire")},
		{"food", N_("hunger, food shortage")},
		{"health", N_("outbreak, health services")},
		{"access", N_("roads, checkpoints, aid kept out")},
		{"other", N_("none of these")},
	};
	return ask_word(guide, N_("What happened?"), choices, COUNT(choices), "--event", "event");
}

enum tocsin_guide_step tocsin_guide_severity(struct tocsin_guide *guide)
{
	static const struct tocsin_guide_choice choices[] = {
		{"extreme", N_("extraordinary threat to life or property")},
		{"severe", N_("significant threat to life or property")},
		{"moderate", N_("possible threat to life or property")},
		{"minor", N_("minimal to no known threat")},
		{"unknown", N_("that cannot be said")},
	};
	return ask_word(
		guide, N_("How severe is it?"), choices, COUNT(choices), "--severity", "severity");
}

enum tocsin_guide_step tocsin_guide_certainty(struct tocsin_guide *guide)
{
	static const struct tocsin_guide_choice choices[] = {
		{"observed", N_("it has occurred, or is ongoing")},
		{"likely", N_("more likely than not (above about 50 %)")},
		/* xgettext:no-c-format */
		{"possible", N_("possible but not likely (about 50 % or below)")},
		{"unlikely", N_("not expected (about 0 %)")},
		{"unknown", N_("that cannot be said")},
	};
	return ask_word(guide, N_("How sure is it that it happened?"), choices, COUNT(choices),
		"--certainty", "certainty");
}

enum tocsin_guide_step tocsin_guide_sensitivity(struct tocsin_guide *guide)
{
	static const struct tocsin_guide_choice choices[] = {
		{"low", N_("harms nobody: may become public, without names")},
		{"moderate", N_("partners may know, places to the second level")},
		{"high", N_("partners may know, it could harm people if it spread")},
		{"severe", N_("could cost lives: coordination alone")},
	};
	return ask_word(guide, N_("How sensitive is it? Think of who told you."), choices,
		COUNT(choices), "--sensitivity", "sensitivity");
}

enum tocsin_guide_step tocsin_guide_needs(struct tocsin_guide *guide)
{
	static const char *const members[] = {"needs", NULL};
	char text[TOCSIN_MAX_LINE];
	puts(_("\nWhat do people lack? food, water, shelter, health, protection, education, cash,\n"
		   "nfi; several with commas. Enter: not known."));
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
	puts(_("\nIn your words; no names of who told you. Enter: nothing."));
	if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
		return TOCSIN_GUIDE_STOP;
	enum tocsin_guide_step step =
		ask_text(guide, _("Headline, at most 160 letters > "), "--headline", &scratch);
	if (step == TOCSIN_GUIDE_NEXT)
		step = ask_text(guide, _("What happened > "), "--description", &scratch);
	if (step == TOCSIN_GUIDE_NEXT && json_object_size(scratch.incident))
		step = ask_text(guide, _("Language of these words, such as fr > "), "--language", &scratch);
	if (step != TOCSIN_GUIDE_NEXT) {
		tocsin_incident_flags_finish(&scratch);
		return step;
	}
	return tocsin_guide_answer(guide, &scratch, members) ? TOCSIN_GUIDE_NEXT : TOCSIN_GUIDE_STOP;
}
