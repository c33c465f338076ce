/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/template.h"

#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/reading.h"
#include "rules/line.h"

static const char dot[] = " · ";

/* An enum value as a person would write it. */
static void spell(struct tocsin_part *part, const ProtobufCEnumDescriptor *type, int value)
{
	const char *name = tocsin_enum_name(type, value);
	size_t from = part->length;
	tocsin_part_text(part, name != NULL ? name : "");
	for (size_t i = from; i < part->length; i++) {
		if (part->bytes[i] == '_') {
			part->bytes[i] = ' ';
		}
	}
}

static void raise_letters(struct tocsin_part *part, size_t count)
{
	for (size_t i = 0; i < count && i < part->length; i++) {
		if (part->bytes[i] >= 'a' && part->bytes[i] <= 'z') {
			part->bytes[i] = (char)(part->bytes[i] - ('a' - 'A'));
		}
	}
}

/* "Severe battles", "SEVERE battles"; nothing is as severe as "unknown" sounds. */
static void add_event(struct tocsin_line *line, const Tocsin__V1__Alert *alert, bool upper)
{
	struct tocsin_part part;
	part.length = 0;
	if (alert->severity > TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN) {
		spell(&part, &tocsin__v1__severity__descriptor, (int)alert->severity);
		raise_letters(&part, upper ? part.length : 1);
	} else {
		tocsin_part_text(&part, upper ? "SEVERITY UNKNOWN:" : "Unknown-severity");
	}
	tocsin_part_text(&part, " ");
	spell(&part, &tocsin__v1__event_type__descriptor,
		alert->event != NULL ? (int)alert->event->type : 0);
	tocsin_line_add_part(line, dot, &part);
}

static void add_area(
	struct tocsin_line *line, const Tocsin__V1__Alert *alert, const char *separator)
{
	if (alert->area != NULL && alert->area->name[0] != '\0') {
		tocsin_line_cut(line, separator, alert->area->name);
	}
}

/* With the village, where the alert shows it. */
static void add_place(struct tocsin_line *line, const Tocsin__V1__Alert *alert)
{
	bool village = alert->area != NULL && alert->area->locality[0] != '\0';
	if (village) {
		tocsin_line_cut(line, dot, alert->area->locality);
	}
	add_area(line, alert, village ? ", " : dot);
}

static void add_kind(struct tocsin_line *line, const Tocsin__V1__Alert *alert)
{
	if (alert->status == TOCSIN__V1__STATUS__STATUS_EXERCISE) {
		tocsin_line_add(line, dot, "EXERCISE");
	} else if (alert->status == TOCSIN__V1__STATUS__STATUS_TEST) {
		tocsin_line_add(line, dot, "TEST");
	}
	if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE) {
		tocsin_line_add(line, dot, "UPDATE");
	} else if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		tocsin_line_add(line, dot, "CANCELLED");
	}
}

static void add_close(struct tocsin_line *line, const Tocsin__V1__Alert *alert)
{
	if (alert->close == NULL) {
		return;
	}
	switch (alert->close->cause) {
	case TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_RESOLVED:
		tocsin_line_add(line, dot, "resolved");
		break;
	case TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR:
		tocsin_line_add(line, dot, "reported in error");
		break;
	case TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_MERGED:
		tocsin_line_add(line, dot, "merged with another incident");
		break;
	default:
		break;
	}
}

static void add_clock(
	struct tocsin_part *part, Tocsin__V1__TimePrecision precision, const char *clock)
{
	if (precision == TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_HOUR) {
		tocsin_part_text(part, " about ");
		tocsin_part_word(part, clock, 2);
		tocsin_part_text(part, ":00 UTC");
	} else if (precision < TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_HOUR) {
		tocsin_part_text(part, " ");
		tocsin_part_word(part, clock, 5);
		tocsin_part_text(part, " UTC");
	}
}

/* As exact as the alert says that it knows: what is cut to the day has no clock. */
static void add_time(struct tocsin_line *line, const Tocsin__V1__Alert *alert)
{
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const Tocsin__V1__Period *period = alert->occurred;
	char time[TOCSIN_INSTANT_TEXT]; /* 2024-08-07T18:30:00Z */
	struct tocsin_part part;
	part.length = 0;
	if (period == NULL || period->start == NULL || !tocsin_instant_valid(period->start)) {
		return;
	}
	tocsin_instant_write(period->start, time);
	if (period->precision == TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_WEEK) {
		tocsin_part_text(&part, "about ");
	}
	if (period->precision != TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_MONTH) {
		tocsin_part_number(&part, (uint32_t)((time[8] - '0') * 10 + time[9] - '0'));
		tocsin_part_text(&part, " ");
	}
	tocsin_part_text(&part, months[((time[5] - '0') * 10 + time[6] - '1') % 12]);
	tocsin_part_text(&part, " ");
	tocsin_part_word(&part, time, 4);
	add_clock(&part, period->precision, time + 11);
	tocsin_line_add_part(line, dot, &part);
}

/* The span of all claims of people killed; competing tolls stay a span. */
static void add_toll(struct tocsin_line *line, const Tocsin__V1__Alert *alert)
{
	bool low = false, high = false, not_reported = false;
	uint32_t least = UINT32_MAX, most = 0;
	struct tocsin_part part;
	part.length = 0;
	for (size_t i = 0; i < alert->n_casualty_claims; i++) {
		const Tocsin__V1__CasualtyClaim *claim = alert->casualty_claims[i];
		if (claim->kind != TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_KILLED) {
			continue;
		}
		not_reported |= claim->not_reported != 0;
		if (claim->low_presence_case == TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW) {
			low = true;
			least = claim->low < least ? claim->low : least;
			most = claim->low > most ? claim->low : most;
		}
		if (claim->high_presence_case == TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH) {
			high = true;
			least = claim->high < least ? claim->high : least;
			most = claim->high > most ? claim->high : most;
		}
	}
	if (!low && !high) {
		if (not_reported) {
			tocsin_line_add(line, dot, "toll not reported");
		}
		return;
	}
	if (!low) {
		tocsin_part_text(&part, "up to ");
	} else if (least < most) {
		tocsin_part_number(&part, least);
		tocsin_part_text(&part, "-");
	} else if (!high) {
		tocsin_part_text(&part, "at least ");
	}
	tocsin_part_number(&part, most);
	tocsin_part_text(&part, " reported killed");
	tocsin_line_add_part(line, dot, &part);
}

static const char *population_name(Tocsin__V1__Population population)
{
	switch (population) {
	case TOCSIN__V1__POPULATION__POPULATION_IDP:
		return "IDPs";
	case TOCSIN__V1__POPULATION__POPULATION_RETURNEE:
		return "returnees";
	case TOCSIN__V1__POPULATION__POPULATION_REFUGEE:
		return "refugees";
	case TOCSIN__V1__POPULATION__POPULATION_MIGRANT:
		return "migrants";
	default:
		return "people affected";
	}
}

static const char *qualifier_name(Tocsin__V1__Qualifier qualifier)
{
	switch (qualifier) {
	case TOCSIN__V1__QUALIFIER__QUALIFIER_MORE_THAN:
		return "more than ";
	case TOCSIN__V1__QUALIFIER__QUALIFIER_LESS_THAN:
		return "less than ";
	case TOCSIN__V1__QUALIFIER__QUALIFIER_APPROXIMATELY:
		return "about ";
	default:
		return "";
	}
}

/* The largest figure that is counted. */
static const Tocsin__V1__Displacement *main_figure(const Tocsin__V1__Alert *alert)
{
	const Tocsin__V1__Displacement *main = NULL;
	for (size_t i = 0; i < alert->n_displacement; i++) {
		const Tocsin__V1__Displacement *entry = alert->displacement[i];
		if (tocsin_displacement_counted(entry) && (main == NULL || entry->figure > main->figure)) {
			main = entry;
		}
	}
	return main;
}

static void add_figure(struct tocsin_line *line, const Tocsin__V1__Alert *alert)
{
	const Tocsin__V1__Displacement *entry = main_figure(alert);
	struct tocsin_part part;
	part.length = 0;
	if (entry == NULL) {
		return;
	}
	tocsin_part_text(&part, qualifier_name(entry->qualifier));
	tocsin_part_number(&part, entry->figure);
	bool households = entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_HOUSEHOLD;
	tocsin_part_text(&part, households ? " households of " : " ");
	tocsin_part_text(&part, population_name(entry->population));
	tocsin_line_add_part(line, dot, &part);
}

static char *keep(const struct tocsin_line *line, struct tocsin_arena *arena)
{
	return tocsin_arena_text(arena, line->bytes, line->length);
}

char *tocsin_template_headline(const Tocsin__V1__Alert *alert, struct tocsin_arena *arena)
{
	struct tocsin_line line;
	tocsin_line_start(&line);
	add_event(&line, alert, false);
	add_area(&line, alert, ", ");
	return keep(&line, arena);
}

char *tocsin_template_line(const Tocsin__V1__Alert *alert, struct tocsin_arena *arena)
{
	struct tocsin_line line;
	tocsin_line_start(&line);
	add_kind(&line, alert);
	add_event(&line, alert, true);
	add_place(&line, alert);
	add_close(&line, alert);
	add_time(&line, alert);
	add_toll(&line, alert);
	add_figure(&line, alert);
	if (alert->disputed) {
		tocsin_line_add(&line, dot, "disputed");
	}
	return keep(&line, arena);
}
