/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/alert_print.h"

#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "proto/instant.h"

static const char indent[] = TOCSIN_ALERT_INDENT;

static void put_count(const struct tocsin_paper *paper, uint32_t count)
{
	char text[TOCSIN_COUNT_TEXT];
	tocsin_count_say(count, text);
	fputs(text, paper->out);
}

static void put_qualifier(const struct tocsin_paper *paper, Tocsin__V1__Qualifier qualifier)
{
	if (!qualifier || qualifier == TOCSIN__V1__QUALIFIER__QUALIFIER_EXACT)
		return;
	tocsin_put_name(paper, &tocsin__v1__qualifier__descriptor, (int)qualifier);
	fputc(' ', paper->out);
}

/* "Nothing was reported", no figure, and a true 0 are three different things. */
static void put_toll(const struct tocsin_paper *paper, const Tocsin__V1__CasualtyClaim *claim)
{
	bool low = claim->low_presence_case == TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
	bool high = claim->high_presence_case == TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;
	if (claim->not_reported) {
		fputs(_("not reported"), paper->out);
		return;
	}
	if (!low && !high) {
		fputs(_("no figure given"), paper->out);
		return;
	}
	put_qualifier(paper, claim->qualifier);
	if (low && high && claim->low != claim->high) {
		put_count(paper, claim->low);
		fputs(_(" to "), paper->out);
		put_count(paper, claim->high);
	} else if (!claim->qualifier && low != high) {
		fputs(low ? _("at least ") : _("at most "), paper->out);
		put_count(paper, low ? claim->low : claim->high);
	} else {
		put_count(paper, low ? claim->low : claim->high);
	}
}

static void put_claimant(const struct tocsin_paper *paper, const Tocsin__V1__CasualtyClaim *claim)
{
	bool class = claim->claimant_class != TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_UNSPECIFIED;
	bool class_says_it = claim->claimant_class == TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_OFFICIAL;
	if (!*claim->claimant && !class && !claim->official && !claim->verified)
		return;
	fputs(_(", says "), paper->out);
	if (*claim->claimant)
		tocsin_put(paper, claim->claimant);
	else if (!class)
		fputs(claim->official ? _("the state") : _("someone"), paper->out);
	if (class) {
		fputs(*claim->claimant ? " (" : "", paper->out);
		tocsin_put_name(paper, &tocsin__v1__source_kind__descriptor, (int)claim->claimant_class);
		fputs(*claim->claimant ? ")" : "", paper->out);
	}
	if (claim->official && !class_says_it)
		fputs(_(", official"), paper->out);
	if (claim->verified)
		fputs(_(", verified"), paper->out);
}

void tocsin_claims_print(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert)
{
	for (size_t i = 0; i < alert->n_casualty_claims; i++) {
		const Tocsin__V1__CasualtyClaim *claim = alert->casualty_claims[i];
		fputs(indent, paper->out);
		if (claim->kind)
			tocsin_put_name(paper, &tocsin__v1__claim_kind__descriptor, (int)claim->kind);
		else
			fputs(_("casualties"), paper->out);
		if (claim->group) {
			fputs(" (", paper->out);
			tocsin_put_name(paper, &tocsin__v1__claim_group__descriptor, (int)claim->group);
			fputc(')', paper->out);
		}
		fputs(_(": "), paper->out);
		put_toll(paper, claim);
		put_claimant(paper, claim);
		fputc('\n', paper->out);
	}
}

static void put_figure(const struct tocsin_paper *paper, const Tocsin__V1__Displacement *entry)
{
	bool household = entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_HOUSEHOLD;
	bool size = entry->household_size_presence_case ==
		TOCSIN__V1__DISPLACEMENT__HOUSEHOLD_SIZE_PRESENCE_HOUSEHOLD_SIZE;
	if (entry->figure_presence_case != TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE) {
		fputs(_("no figure"), paper->out);
		return;
	}
	put_qualifier(paper, entry->qualifier);
	put_count(paper, entry->figure);
	if (household)
		fputs(tocsin_tongue_many(" household", " households", entry->figure), paper->out);
	else if (entry->unit)
		fputs(tocsin_tongue_many(" person", " people", entry->figure), paper->out);
	else
		fputs(_(" of no stated unit"), paper->out);
	if (household && size)
		tocsin_say(paper, _(" (about %.0f people, at %g each)"),
			(double)entry->figure * entry->household_size, entry->household_size);
}

static void put_text(const struct tocsin_paper *paper, const char *before, const char *text)
{
	if (!*text)
		return;
	fputs(before, paper->out);
	tocsin_put(paper, text);
}

static void put_date(
	const struct tocsin_paper *paper, const char *before, const Google__Protobuf__Timestamp *time)
{
	char text[TOCSIN_TIME_TEXT];
	if (!time)
		return;
	tocsin_time_write(tocsin_instant_ms(time), TOCSIN_TIME_DAY, text);
	tocsin_say(paper, "%s%s", before, text);
}

static void put_group(const struct tocsin_paper *paper, const Tocsin__V1__Displacement *entry)
{
	const char *before = " (";
	if (entry->population) {
		fputs(before, paper->out);
		tocsin_put_name(paper, &tocsin__v1__population__descriptor, (int)entry->population);
		before = ", ";
	}
	if (entry->flow_or_stock) {
		bool flow = entry->flow_or_stock == TOCSIN__V1__FLOW_OR_STOCK__FLOW_OR_STOCK_FLOW;
		tocsin_say(paper, "%s%s", before, flow ? _("moved") : _("present"));
		before = ", ";
	}
	if (entry->term) {
		fputs(before, paper->out);
		tocsin_put_name(paper, &tocsin__v1__term__descriptor, (int)entry->term);
		before = ", ";
	}
	fputs(*before == ',' ? ")" : "", paper->out);
}

void tocsin_figures_print(const struct tocsin_paper *paper, const Tocsin__V1__Alert *alert)
{
	for (size_t i = 0; i < alert->n_displacement; i++) {
		const Tocsin__V1__Displacement *entry = alert->displacement[i];
		tocsin_say(paper, _("%sdisplacement: "), indent);
		put_figure(paper, entry);
		put_group(paper, entry);
		put_text(paper, _(" in "), entry->pcode);
		put_text(paper, _(" from "), entry->origin_pcode);
		put_text(paper, _(" to "), entry->destination_pcode);
		put_date(paper, _(", as of "), entry->as_of);
		put_date(paper, _(", adding up since "), entry->cumulative_since);
		put_text(paper, ", ", entry->operation);
		if (entry->round)
			tocsin_say(paper, _(" round %u"), (unsigned)entry->round);
		if (entry->role == TOCSIN__V1__FIGURE_ROLE__FIGURE_ROLE_TRIANGULATION)
			fputs(_(", evidence only"), paper->out);
		fputc('\n', paper->out);
	}
}
