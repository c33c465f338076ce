/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Tolls, each with who says so, and people who have moved. */
#include <stdio.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/base/words.h"
#include "clients/report/guide.h"
#include "tocsin/v1/enums.pb-c.h"

enum { OPTION_BYTES = 32 };

/* "killed 21-40", "injured 5", "killed not reported". */
static bool give_toll(struct tocsin_incident_flags *scratch, char *text)
{
	char option[OPTION_BYTES];
	size_t length = strcspn(text, " ");
	const char *kind = tocsin_word_find(&tocsin__v1__claim_kind__descriptor, text, length);
	if (!kind) {
		puts(_("Begin with killed, injured, missing or abducted."));
		return false;
	}
	text += length + strspn(text + length, " ");
	if (strcmp(text, "not reported") == 0)
		return tocsin_guide_give(scratch, "--not-reported", kind);
	snprintf(option, sizeof(option), "--%s", kind);
	return tocsin_guide_give(scratch, option, text);
}

static enum tocsin_guide_step ask_claimant(
	struct tocsin_guide *guide, struct tocsin_incident_flags *scratch)
{
	static const struct tocsin_guide_choice classes[] = {
		{"not stated", NULL},
		{"official", N_("the state or its forces")},
		{"un", NULL},
		{"ngo", NULL},
		{"media", NULL},
		{"armed group", NULL},
		{"witness", N_("someone who saw it")},
		{"other", NULL},
	};
	static const struct tocsin_guide_choice groups[] = {
		{"not stated", NULL},
		{"civilian", NULL},
		{"security force", NULL},
		{"armed group", NULL},
		{"foreign force", NULL},
		{"aid worker", NULL},
		{"mixed", NULL},
	};
	char text[TOCSIN_MAX_LINE];
	size_t chosen;
	enum tocsin_guide_step step = tocsin_guide_ask(
		guide, _("Who says so (RFI, the army, ...; Enter: not stated) > "), NULL, text);
	if (step == TOCSIN_GUIDE_NEXT && *text && !tocsin_guide_give(scratch, "--claimant", text))
		step = TOCSIN_GUIDE_BACK;
	if (step == TOCSIN_GUIDE_NEXT)
		step = tocsin_guide_choose(guide, N_("What kind of source is that?"), classes,
			sizeof(classes) / sizeof(*classes), 0, &chosen);
	if (step == TOCSIN_GUIDE_NEXT && chosen > 0 &&
		!tocsin_guide_give(scratch, "--claimant-class", classes[chosen].word))
		step = TOCSIN_GUIDE_BACK;
	if (step == TOCSIN_GUIDE_NEXT)
		step = tocsin_guide_choose(guide, N_("Who are these people?"), groups,
			sizeof(groups) / sizeof(*groups), 0, &chosen);
	if (step == TOCSIN_GUIDE_NEXT && chosen > 0 &&
		!tocsin_guide_give(scratch, "--group", groups[chosen].word))
		step = TOCSIN_GUIDE_BACK;
	return step;
}

/* One claim into claims; *any is false where there is none to give. */
static enum tocsin_guide_step ask_claim(struct tocsin_guide *guide, json_t *claims, bool *any)
{
	struct tocsin_incident_flags scratch;
	char text[TOCSIN_MAX_LINE];
	enum tocsin_guide_step step = tocsin_guide_ask(guide, "> ", NULL, text);
	*any = *text != '\0';
	if (step != TOCSIN_GUIDE_NEXT || !*any)
		return step;
	if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
		return TOCSIN_GUIDE_STOP;
	if (give_toll(&scratch, text)) {
		step = ask_claimant(guide, &scratch);
		if (step == TOCSIN_GUIDE_NEXT &&
			json_array_extend(claims, json_object_get(scratch.incident, "casualty_claims")) != 0)
			step = TOCSIN_GUIDE_STOP;
		/* Back from a claimant is back to this claim. */
		if (step == TOCSIN_GUIDE_BACK)
			step = TOCSIN_GUIDE_NEXT;
	}
	tocsin_incident_flags_finish(&scratch);
	return step;
}

enum tocsin_guide_step tocsin_guide_claims(struct tocsin_guide *guide)
{
	json_t *claims = json_array();
	bool any = true;
	enum tocsin_guide_step step = claims ? TOCSIN_GUIDE_NEXT : TOCSIN_GUIDE_STOP;
	while (step == TOCSIN_GUIDE_NEXT && any) {
		if (json_array_size(claims))
			puts(_("\nAnother claim of people harmed? Such as 'killed 21-40', 'injured 5', "
				   "'killed 10+' or\n'killed not reported', which is not 0. Enter: no more."));
		else
			puts(_("\nAny claim of people harmed? Such as 'killed 21-40', 'injured 5', "
				   "'killed 10+' or\n'killed not reported', which is not 0. Enter: no claim."));
		step = ask_claim(guide, claims, &any);
	}
	if (step == TOCSIN_GUIDE_NEXT) {
		json_object_del(guide->incident, "casualty_claims");
		if (json_array_size(claims) &&
			json_object_set(guide->incident, "casualty_claims", claims) != 0)
			step = TOCSIN_GUIDE_STOP;
	}
	json_decref(claims);
	return step;
}

static enum tocsin_guide_step ask_moved(
	struct tocsin_guide *guide, struct tocsin_incident_flags *scratch, bool households)
{
	static const struct tocsin_guide_choice kinds[] = {
		{"moved", N_("they have been displaced now")},
		{"present", N_("they are there, whenever they came")},
	};
	char text[TOCSIN_MAX_LINE];
	size_t chosen;
	enum tocsin_guide_step step =
		tocsin_guide_choose(guide, N_("What is counted?"), kinds, 2, 0, &chosen);
	if (step == TOCSIN_GUIDE_NEXT && chosen == 1 && !tocsin_guide_give(scratch, "--stock", NULL))
		return TOCSIN_GUIDE_STOP;
	while (step == TOCSIN_GUIDE_NEXT && households) {
		step =
			tocsin_guide_ask(guide, _("People in a household (Enter: not known) > "), NULL, text);
		if (step == TOCSIN_GUIDE_NEXT &&
			(!*text || tocsin_guide_give(scratch, "--household-size", text)))
			break;
	}
	return step;
}

enum tocsin_guide_step tocsin_guide_figure(struct tocsin_guide *guide)
{
	static const char *const members[] = {"displacement", NULL};
	char text[TOCSIN_MAX_LINE];
	puts(_("\nHave people left or arrived? A number, or such as '120 households'. Enter: no, or\n"
		   "not known."));
	for (;;) {
		struct tocsin_incident_flags scratch;
		enum tocsin_guide_step step = tocsin_guide_ask(guide, "> ", NULL, text);
		if (step != TOCSIN_GUIDE_NEXT)
			return step;
		if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
			return TOCSIN_GUIDE_STOP;
		char *unit = text + strcspn(text, " ");
		bool households = *unit && strncmp(unit + strspn(unit, " "), "household", 9) == 0;
		if (households)
			*unit = '\0';
		if (!*text)
			return tocsin_guide_answer(guide, &scratch, members) ? TOCSIN_GUIDE_NEXT
																 : TOCSIN_GUIDE_STOP;
		if (tocsin_guide_give(&scratch, households ? "--households" : "--displaced", text)) {
			step = ask_moved(guide, &scratch, households);
			if (step == TOCSIN_GUIDE_NEXT)
				return tocsin_guide_answer(guide, &scratch, members) ? step : TOCSIN_GUIDE_STOP;
		}
		tocsin_incident_flags_finish(&scratch);
		if (step == TOCSIN_GUIDE_STOP)
			return step;
		puts(_("How many, then?"));
	}
}
