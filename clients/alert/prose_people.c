/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/prose.h"
#include "clients/alert/prose_line.h"
#include "proto/instant.h"
#include "proto/limits.h"

static const char *value_of(
	const struct tocsin_prose *prose, const ProtobufCEnumDescriptor *type, int value)
{
	return tocsin_prose_value(type, value, prose->language);
}

/* number is finished text such as "21 to 40". */
static void put_qualified(
	const struct tocsin_prose *prose, Tocsin__V1__Qualifier qualifier, const char *number)
{
	switch (qualifier) {
	case TOCSIN__V1__QUALIFIER__QUALIFIER_MORE_THAN:
	case TOCSIN__V1__QUALIFIER__QUALIFIER_LESS_THAN:
	case TOCSIN__V1__QUALIFIER__QUALIFIER_APPROXIMATELY:
		fprintf(prose->out, value_of(prose, &tocsin__v1__qualifier__descriptor, (int)qualifier),
			number);
		break;
	default:
		fputs(number, prose->out);
	}
}

/* "Nothing was reported", no figure, and a true 0 are three different things. */
static void put_toll(const struct tocsin_prose *prose, const Tocsin__V1__CasualtyClaim *claim)
{
	bool low = claim->low_presence_case == TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
	bool high = claim->high_presence_case == TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;
	char least[TOCSIN_PROSE_NUMBER], most[TOCSIN_PROSE_NUMBER], range[3 * TOCSIN_PROSE_NUMBER];
	tocsin_prose_number(prose, low ? claim->low : claim->high, least);
	tocsin_prose_number(prose, high ? claim->high : claim->low, most);
	if (claim->not_reported) {
		tocsin_prose_say(prose, TOCSIN_PROSE_NOT_REPORTED);
	} else if (!low && !high) {
		tocsin_prose_say(prose, TOCSIN_PROSE_NO_FIGURE);
	} else if (low && high && claim->low != claim->high) {
		snprintf(range, sizeof(range), tocsin_prose_word(TOCSIN_PROSE_TOLL_RANGE, prose->language),
			least, most);
		put_qualified(prose, claim->qualifier, range);
	} else if (claim->qualifier == TOCSIN__V1__QUALIFIER__QUALIFIER_UNSPECIFIED && low != high) {
		tocsin_prose_say(prose, low ? TOCSIN_PROSE_AT_LEAST : TOCSIN_PROSE_AT_MOST, least);
	} else {
		put_qualified(prose, claim->qualifier, least);
	}
}

static void put_claimant(const struct tocsin_prose *prose, const Tocsin__V1__CasualtyClaim *claim)
{
	const char *class = claim->claimant_class
		? value_of(prose, &tocsin__v1__source_kind__descriptor, (int)claim->claimant_class)
		: NULL;
	if (*claim->claimant || class || claim->official) {
		tocsin_prose_say(prose, TOCSIN_PROSE_SAYS);
		if (*claim->claimant)
			tocsin_prose_put(prose, claim->claimant);
		else if (class)
			fputs(class, prose->out);
		else
			tocsin_prose_say(prose, TOCSIN_PROSE_THE_STATE);
		if (*claim->claimant && class)
			fprintf(prose->out, " (%s)", class);
		if (claim->official &&
			claim->claimant_class != TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_OFFICIAL &&
			(*claim->claimant || class))
			tocsin_prose_say(prose, TOCSIN_PROSE_OFFICIAL);
	}
	if (claim->verified)
		tocsin_prose_say(prose, TOCSIN_PROSE_VERIFIED);
}

void tocsin_prose_claims(const struct tocsin_prose *prose, const Tocsin__V1__Alert *alert)
{
	for (size_t i = 0; i < alert->n_casualty_claims; i++) {
		const Tocsin__V1__CasualtyClaim *claim = alert->casualty_claims[i];
		if (claim->kind)
			fputs(
				value_of(prose, &tocsin__v1__claim_kind__descriptor, (int)claim->kind), prose->out);
		else
			tocsin_prose_say(prose, TOCSIN_PROSE_CASUALTIES);
		if (claim->group)
			fprintf(prose->out, " (%s)",
				value_of(prose, &tocsin__v1__claim_group__descriptor, (int)claim->group));
		tocsin_prose_say(prose, TOCSIN_PROSE_COLON);
		put_toll(prose, claim);
		put_claimant(prose, claim);
		fputs(".\n", prose->out);
	}
}

static void put_figure(const struct tocsin_prose *prose, const Tocsin__V1__Displacement *entry)
{
	bool household = entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_HOUSEHOLD;
	bool person = entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_PERSON;
	bool one = entry->figure <= 1;
	char number[TOCSIN_PROSE_NUMBER], counted[3 * TOCSIN_PROSE_NUMBER];
	if (entry->figure_presence_case != TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE) {
		tocsin_prose_say(prose, TOCSIN_PROSE_NO_FIGURE);
		return;
	}
	tocsin_prose_number(prose, entry->figure, number);
	enum tocsin_prose_word word = household
		? (one ? TOCSIN_PROSE_ONE_HOUSEHOLD : TOCSIN_PROSE_HOUSEHOLDS)
		: person ? (one ? TOCSIN_PROSE_ONE_PERSON : TOCSIN_PROSE_PEOPLE)
				 : TOCSIN_PROSE_NO_UNIT;
	snprintf(counted, sizeof(counted), tocsin_prose_word(word, prose->language), number);
	put_qualified(prose, entry->qualifier, counted);
	if (household &&
		entry->household_size_presence_case ==
			TOCSIN__V1__DISPLACEMENT__HOUSEHOLD_SIZE_PRESENCE_HOUSEHOLD_SIZE &&
		entry->household_size >= TOCSIN_MIN_HOUSEHOLD &&
		entry->household_size <= TOCSIN_MAX_HOUSEHOLD) {
		double people = (double)entry->figure * entry->household_size;
		tocsin_prose_number(prose, (uint64_t)(people + 0.5), number);
		tocsin_prose_say(prose, TOCSIN_PROSE_ABOUT_PEOPLE, number, entry->household_size);
	}
}

static void put_group(const struct tocsin_prose *prose, const Tocsin__V1__Displacement *entry)
{
	const char *parts[3];
	size_t count = 0;
	bool flow = entry->flow_or_stock == TOCSIN__V1__FLOW_OR_STOCK__FLOW_OR_STOCK_FLOW;
	if (entry->population)
		parts[count++] =
			value_of(prose, &tocsin__v1__population__descriptor, (int)entry->population);
	if (entry->flow_or_stock)
		parts[count++] =
			tocsin_prose_word(flow ? TOCSIN_PROSE_MOVED : TOCSIN_PROSE_PRESENT, prose->language);
	if (entry->term)
		parts[count++] = value_of(prose, &tocsin__v1__term__descriptor, (int)entry->term);
	for (size_t i = 0; i < count; i++)
		fprintf(prose->out, "%s%s", i ? ", " : " (", parts[i]);
	if (count)
		fputc(')', prose->out);
}

static void put_code(
	const struct tocsin_prose *prose, enum tocsin_prose_word before, const char *code)
{
	if (!*code)
		return;
	tocsin_prose_say(prose, before);
	tocsin_prose_put(prose, code);
}

static void put_date(const struct tocsin_prose *prose, enum tocsin_prose_word word,
	const Google__Protobuf__Timestamp *time)
{
	char text[TOCSIN_INSTANT_TEXT];
	if (!time || !tocsin_instant_valid(time))
		return;
	tocsin_instant_write(time, text);
	text[10] = '\0'; /* the date */
	tocsin_prose_say(prose, word, text);
}

static void put_entry(const struct tocsin_prose *prose, const Tocsin__V1__Displacement *entry)
{
	tocsin_prose_say(prose, TOCSIN_PROSE_DISPLACEMENT);
	put_figure(prose, entry);
	put_group(prose, entry);
	put_code(prose, TOCSIN_PROSE_AT_PLACE, entry->pcode);
	put_code(prose, TOCSIN_PROSE_FROM_PLACE, entry->origin_pcode);
	put_code(prose, TOCSIN_PROSE_TO_PLACE, entry->destination_pcode);
	put_date(prose, TOCSIN_PROSE_AS_OF, entry->as_of);
	put_date(prose, TOCSIN_PROSE_SINCE, entry->cumulative_since);
	if (*entry->operation) {
		fputs(", ", prose->out);
		tocsin_prose_put(prose, entry->operation);
	}
	if (entry->round)
		tocsin_prose_say(prose, TOCSIN_PROSE_ROUND, (unsigned)entry->round);
	if (entry->role == TOCSIN__V1__FIGURE_ROLE__FIGURE_ROLE_TRIANGULATION)
		tocsin_prose_say(prose, TOCSIN_PROSE_EVIDENCE);
	fputs(".\n", prose->out);
}

void tocsin_prose_figures(const struct tocsin_prose *prose, const Tocsin__V1__Alert *alert)
{
	size_t told = alert->n_displacement;
	if (told > TOCSIN_MAX_PROSE_FIGURES)
		told = TOCSIN_MAX_PROSE_FIGURES;
	for (size_t i = 0; i < told; i++)
		put_entry(prose, alert->displacement[i]);
	if (told < alert->n_displacement) {
		tocsin_prose_say(prose, TOCSIN_PROSE_MORE_FIGURES, alert->n_displacement - told);
		fputc('\n', prose->out);
	}
}
