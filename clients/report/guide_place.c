/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where it was: by village, region or P-code, and never without being asked back. */
#include <stdio.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/report/guide.h"
#include "proto/country.h"

enum { SHOWN = TOCSIN_MAX_PLACES_FOUND };

struct asked {
	struct tocsin_guide *guide;
	bool regions_only;
	struct tocsin_place_found found[SHOWN];
};

static size_t find_places(void *ctx, const char *beginning, const char *matches[TOCSIN_MAX_MATCHES])
{
	struct asked *asked = ctx;
	size_t count = *beginning
		? tocsin_place_search(&asked->guide->lists, beginning, asked->regions_only, asked->found)
		: 0;
	for (size_t i = 0; i < count; i++) {
		const struct tocsin_place_found *found = &asked->found[i];
		matches[i] = found->locality
			? found->locality->name
			: tocsin_gazetteer_region(asked->guide->lists.gazetteer, found->region)->name;
	}
	return count;
}

/* One of those found, or none of them: *chosen is count. */
static enum tocsin_guide_step pick(struct tocsin_guide *guide,
	const struct tocsin_place_found *found, size_t count, size_t *chosen)
{
	char question[TOCSIN_PLACE_LABEL + 32];
	if (count == 1) {
		bool yes;
		snprintf(question, sizeof(question), _("%s. Right?"), found[0].label);
		enum tocsin_guide_step step = tocsin_guide_confirm(guide, question, &yes);
		*chosen = yes ? 0 : 1;
		return step;
	}
	struct tocsin_guide_choice choices[SHOWN + 1];
	for (size_t i = 0; i < count; i++)
		choices[i] = (struct tocsin_guide_choice){found[i].label, NULL};
	choices[count] = (struct tocsin_guide_choice){_("none of these"), NULL};
	return tocsin_guide_choose(guide, N_("Which?"), choices, count + 1, -1, chosen);
}

static bool give_number(struct tocsin_incident_flags *scratch, const char *option, double degrees)
{
	char text[32];
	snprintf(text, sizeof(text), "%.5f", degrees);
	return tocsin_guide_give(scratch, option, text);
}

static bool give_region(
	struct tocsin_guide *guide, struct tocsin_incident_flags *scratch, uint32_t region)
{
	const struct tocsin_gazetteer *gazetteer = guide->lists.gazetteer;
	const struct tocsin_region *row = tocsin_gazetteer_region(gazetteer, region);
	uint32_t rows[2];
	if (!tocsin_guide_give(scratch, "--country", row->country))
		return false;
	if (row->level == 0)
		return true;
	/* A code of several rows says by its date which is meant. */
	bool several = tocsin_gazetteer_rows(gazetteer, row->code, rows, 2) > 1;
	return tocsin_guide_give(scratch, "--pcode", row->code) &&
		(!several || tocsin_guide_give(scratch, "--pcode-version", row->valid_from));
}

static bool give_place(struct tocsin_guide *guide, struct tocsin_incident_flags *scratch,
	const struct tocsin_place_found *place, const char *locality)
{
	const struct tocsin_locality *known = place->locality;
	bool fine = place->region != TOCSIN_NO_REGION
		? give_region(guide, scratch, place->region)
		: !known || tocsin_guide_give(scratch, "--pcode", known->code);
	if (fine && known)
		fine = tocsin_guide_give(scratch, "--locality", known->name);
	if (fine && known && known->has_point)
		fine = give_number(scratch, "--lat", known->latitude) &&
			give_number(scratch, "--lon", known->longitude) &&
			tocsin_guide_give(scratch, "--geo-precision", "town");
	if (fine && !known && locality && *locality)
		fine = tocsin_guide_give(scratch, "--locality", locality);
	return fine;
}

static enum tocsin_guide_step take(
	struct tocsin_guide *guide, const struct tocsin_place_found *place, const char *locality)
{
	static const char *const members[] = {"location", NULL};
	struct tocsin_incident_flags scratch;
	if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
		return TOCSIN_GUIDE_STOP;
	if (!give_place(guide, &scratch, place, locality)) {
		tocsin_incident_flags_finish(&scratch);
		return TOCSIN_GUIDE_BACK;
	}
	return tocsin_guide_answer(guide, &scratch, members) ? TOCSIN_GUIDE_NEXT : TOCSIN_GUIDE_STOP;
}

/* A village that no list knows is named as it is, within a region that one does. */
static enum tocsin_guide_step place_unlisted(struct tocsin_guide *guide, const char *locality)
{
	struct asked asked = {.guide = guide, .regions_only = true};
	const struct tocsin_completion completion = {&asked, find_places};
	char text[TOCSIN_MAX_LINE];
	printf(_("%s is in no list here. It is taken as you wrote it, within a region:\n"), locality);
	for (;;) {
		size_t chosen = 0;
		enum tocsin_guide_step step =
			tocsin_guide_ask(guide, _("Region, P-code or country > "), &completion, text);
		if (step != TOCSIN_GUIDE_NEXT)
			return step;
		size_t count = tocsin_place_search(&guide->lists, text, true, asked.found);
		if (count == 0) {
			puts(_("No list here has that."));
			continue;
		}
		step = pick(guide, asked.found, count, &chosen);
		if (step != TOCSIN_GUIDE_NEXT)
			return step;
		if (chosen < count)
			return take(guide, &asked.found[chosen], locality);
	}
}

static enum tocsin_guide_step place_listed(struct tocsin_guide *guide)
{
	struct asked asked = {.guide = guide};
	const struct tocsin_completion completion = {&asked, find_places};
	char text[TOCSIN_MAX_LINE];
	puts(_("\nWhere? A village, a region or a P-code (Tab completes)."));
	for (;;) {
		size_t chosen = 0;
		enum tocsin_guide_step step = tocsin_guide_ask(guide, "> ", &completion, text);
		if (step != TOCSIN_GUIDE_NEXT)
			return step;
		if (!*text)
			continue;
		size_t count = tocsin_place_search(&guide->lists, text, false, asked.found);
		if (count > 0) {
			step = pick(guide, asked.found, count, &chosen);
			if (step == TOCSIN_GUIDE_STOP)
				return step;
			if (step == TOCSIN_GUIDE_NEXT && chosen < count)
				return take(guide, &asked.found[chosen], NULL);
		}
		if (step == TOCSIN_GUIDE_NEXT) {
			step = place_unlisted(guide, text);
			if (step != TOCSIN_GUIDE_BACK)
				return step;
		}
		puts(_("Where, then?"));
	}
}

/* Without lists the officer knows best, and the hub decides. */
static enum tocsin_guide_step place_by_hand(struct tocsin_guide *guide)
{
	static const char *const members[] = {"location", NULL};
	static const char *const questions[][2] = {
		{"--country", N_("\nWhere? Country by its two letters, such as ML > ")},
		{"--pcode", N_("P-code, such as ML0503 (Enter: not known) > ")},
		{"--locality", N_("Village, site or quarter (Enter: none) > ")},
	};
	struct tocsin_incident_flags scratch;
	char text[TOCSIN_MAX_LINE];
	if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
		return TOCSIN_GUIDE_STOP;
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		enum tocsin_guide_step step = tocsin_guide_ask(guide, _(questions[i][1]), NULL, text);
		if (step != TOCSIN_GUIDE_NEXT) {
			tocsin_incident_flags_finish(&scratch);
			return step;
		}
		for (char *at = text; i < 2 && *at; at++)
			*at = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
		bool wrong = i == 0 && !tocsin_country_by_alpha2(text);
		if (wrong)
			puts(_("No country has these letters."));
		if (wrong || (*text && !tocsin_guide_give(&scratch, questions[i][0], text)))
			i--;
	}
	return tocsin_guide_answer(guide, &scratch, members) ? TOCSIN_GUIDE_NEXT : TOCSIN_GUIDE_STOP;
}

enum tocsin_guide_step tocsin_guide_place(struct tocsin_guide *guide)
{
	return guide->lists.gazetteer ? place_listed(guide) : place_by_hand(guide);
}
