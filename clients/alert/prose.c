/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/prose.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clients/alert/prose_line.h"
#include "clients/base/number.h"
#include "proto/country.h"
#include "proto/instant.h"
#include "rules/line.h"

void tocsin_prose_say(const struct tocsin_prose *prose, enum tocsin_prose_word word, ...)
{
	va_list args;
	va_start(args, word);
	vfprintf(prose->out, tocsin_prose_word(word, prose->language), args);
	va_end(args);
}

void tocsin_prose_put(const struct tocsin_prose *prose, const char *text)
{
	for (; *text; text++)
		fputc(*text == '\n' || *text == '\t' ? ' ' : *text, prose->out);
}

void tocsin_prose_number(
	const struct tocsin_prose *prose, uint64_t number, char text[TOCSIN_PROSE_NUMBER])
{
	static const char space[] = "\xE2\x80\xAF"; /* U+202F, as French typography has it */
	char grouped[TOCSIN_COUNT_TEXT];
	size_t length = 0;
	tocsin_count_write(number, grouped);
	for (const char *at = grouped; *at && length + sizeof(space) < TOCSIN_PROSE_NUMBER; at++) {
		if (*at == ',' && prose->language == TOCSIN_FRENCH) {
			memcpy(text + length, space, sizeof(space) - 1);
			length += sizeof(space) - 1;
		} else {
			text[length++] = *at;
		}
	}
	text[length] = '\0';
}

static int event_of(const Tocsin__V1__Alert *alert)
{
	return alert->event && alert->event->type ? (int)alert->event->type
											  : (int)TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_OTHER;
}

static const char *event_name(const Tocsin__V1__Alert *alert, enum tocsin_language language)
{
	return tocsin_prose_value(&tocsin__v1__event_type__descriptor, event_of(alert), language);
}

char *tocsin_prose_place(
	const Tocsin__V1__Alert *alert, enum tocsin_language language, struct tocsin_arena *arena)
{
	const Tocsin__V1__Area *area = alert->area;
	const struct tocsin_country *country = area ? tocsin_country_by_alpha2(area->country) : NULL;
	const char *last = country && !strstr(area->name, country->name) ? country->name
		: area && !country && !*area->name                           ? area->country
																	 : "";
	if (!area || (!*area->locality && !*area->name && !*last))
		return tocsin_arena_format(arena, "%s", tocsin_prose_word(TOCSIN_PROSE_NO_PLACE, language));
	return tocsin_arena_format(arena, "%s%s%s%s%s", area->locality,
		*area->locality && (*area->name || *last) ? ", " : "", area->name,
		*area->name && *last ? ", " : "", last);
}

/* English has its template in the rules already; French says the same. */
static void add_words(
	struct tocsin_line *line, const Tocsin__V1__Alert *alert, struct tocsin_arena *arena)
{
	const Tocsin__V1__Area *area = alert->area;
	int severity = alert->severity ? (int)alert->severity : 1;
	const char *level =
		tocsin_arena_format(arena, tocsin_prose_word(TOCSIN_PROSE_HEADLINE_SEVERITY, TOCSIN_FRENCH),
			tocsin_prose_value(&tocsin__v1__severity__descriptor, severity, TOCSIN_FRENCH));
	tocsin_line_cut(line, tocsin_prose_word(TOCSIN_PROSE_COLON, TOCSIN_FRENCH),
		event_name(alert, TOCSIN_FRENCH));
	tocsin_line_add(line, ", ", level ? level : "");
	if (area && *area->name)
		tocsin_line_cut(line, ", ", area->name);
}

static void add_kind(
	struct tocsin_line *line, const Tocsin__V1__Alert *alert, enum tocsin_language language)
{
	if (alert->status == TOCSIN__V1__STATUS__STATUS_EXERCISE)
		tocsin_line_add(line, "", tocsin_prose_word(TOCSIN_PROSE_EXERCISE, language));
	else if (alert->status == TOCSIN__V1__STATUS__STATUS_TEST)
		tocsin_line_add(line, "", tocsin_prose_word(TOCSIN_PROSE_TEST, language));
	if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE)
		tocsin_line_add(line, ", ", tocsin_prose_word(TOCSIN_PROSE_UPDATE, language));
	else if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL)
		tocsin_line_add(line, ", ", tocsin_prose_word(TOCSIN_PROSE_CANCELLED, language));
}

char *tocsin_prose_headline(const Tocsin__V1__Alert *alert, const char *words,
	enum tocsin_language language, struct tocsin_arena *arena)
{
	struct tocsin_line line;
	tocsin_line_start(&line);
	add_kind(&line, alert, language);
	if (!words && language == TOCSIN_ENGLISH) {
		words = tocsin_template_headline(alert, arena);
		if (!words)
			return NULL;
	}
	if (words)
		tocsin_line_cut(&line, tocsin_prose_word(TOCSIN_PROSE_COLON, language), words);
	else
		add_words(&line, alert, arena);
	for (size_t i = 0; i < line.length; i++)
		if (line.bytes[i] == '\n' || line.bytes[i] == '\t')
			line.bytes[i] = ' ';
	return tocsin_arena_text(arena, line.bytes, line.length);
}

static void put_kind(const struct tocsin_prose *prose, const Tocsin__V1__Alert *alert)
{
	static const enum tocsin_prose_word causes[] = {TOCSIN_PROSE_ENDED, TOCSIN_PROSE_RESOLVED,
		TOCSIN_PROSE_REPORTED_IN_ERROR, TOCSIN_PROSE_MERGED};
	bool exercise = alert->status == TOCSIN__V1__STATUS__STATUS_EXERCISE;
	if (exercise || alert->status == TOCSIN__V1__STATUS__STATUS_TEST) {
		tocsin_prose_say(prose, exercise ? TOCSIN_PROSE_EXERCISE_LINE : TOCSIN_PROSE_TEST_LINE);
		fputc('\n', prose->out);
	}
	if (alert->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		size_t cause = alert->close ? (size_t)alert->close->cause : 0;
		tocsin_prose_say(prose, causes[cause < sizeof(causes) / sizeof(*causes) ? cause : 0]);
		fputc('\n', prose->out);
	}
}

static void put_what(
	const struct tocsin_prose *prose, const Tocsin__V1__Alert *alert, const char *place)
{
	fputs(event_name(alert, prose->language), prose->out);
	if (alert->event && *alert->event->sub_type) {
		fputs(" (", prose->out);
		tocsin_prose_put(prose, alert->event->sub_type);
		fputc(')', prose->out);
	}
	fputs(", ", prose->out);
	tocsin_prose_put(prose, place);
	fputs(".\n", prose->out);
}

/* As exact as the alert says that it knows: "2024-08-07", "2024-08-07 18:30 UTC". */
static void write_time(const Google__Protobuf__Timestamp *time, Tocsin__V1__TimePrecision precision,
	char text[TOCSIN_PROSE_TIME])
{
	char whole[TOCSIN_INSTANT_TEXT];
	tocsin_instant_write(time, whole);
	if (precision >= TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_DAY)
		snprintf(text, TOCSIN_PROSE_TIME, "%.10s", whole);
	else
		snprintf(text, TOCSIN_PROSE_TIME, "%.10s %.5s UTC", whole, whole + 11);
}

static void put_time(const struct tocsin_prose *prose, const Tocsin__V1__Period *period)
{
	char text[TOCSIN_PROSE_TIME];
	if (!period || !period->start || !tocsin_instant_valid(period->start))
		return;
	write_time(period->start, period->precision, text);
	tocsin_prose_say(prose, TOCSIN_PROSE_OCCURRED, text);
	if (period->end && tocsin_instant_valid(period->end)) {
		write_time(period->end, period->precision, text);
		tocsin_prose_say(prose, TOCSIN_PROSE_TO, text);
	}
	if (period->precision > TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_MINUTE &&
		period->precision <= TOCSIN__V1__TIME_PRECISION__TIME_PRECISION_MONTH)
		tocsin_prose_say(prose, TOCSIN_PROSE_KNOWN_TO,
			tocsin_prose_value(
				&tocsin__v1__time_precision__descriptor, (int)period->precision, prose->language));
	fputs(".\n", prose->out);
}

static void put_list(const struct tocsin_prose *prose, enum tocsin_prose_word title,
	const ProtobufCEnumDescriptor *type, const int *values, size_t count)
{
	if (count == 0)
		return;
	tocsin_prose_say(prose, title);
	for (size_t i = 0; i < count; i++)
		fprintf(prose->out, "%s%s", i ? ", " : "",
			tocsin_prose_value(type, values[i], prose->language));
	fputs(".\n", prose->out);
}

static void put_trust(const struct tocsin_prose *prose, const Tocsin__V1__Alert *alert)
{
	if (alert->disputed) {
		tocsin_prose_say(prose, TOCSIN_PROSE_DISPUTED);
		fputc('\n', prose->out);
	}
	if (alert->certainty) {
		tocsin_prose_say(prose, TOCSIN_PROSE_CERTAINTY,
			tocsin_prose_value(
				&tocsin__v1__certainty__descriptor, (int)alert->certainty, prose->language));
		fputc('\n', prose->out);
	}
	if (*alert->source_grade) {
		tocsin_prose_say(prose, TOCSIN_PROSE_GRADE, alert->source_grade);
		fputc('\n', prose->out);
	}
	if (alert->reports) {
		tocsin_prose_say(prose, TOCSIN_PROSE_REPORTS, (unsigned)alert->reports);
		fputc('\n', prose->out);
	}
}

static void put_all(
	const struct tocsin_prose *prose, const Tocsin__V1__Alert *alert, const char *place)
{
	put_kind(prose, alert);
	put_what(prose, alert, place);
	put_time(prose, alert->occurred);
	tocsin_prose_claims(prose, alert);
	tocsin_prose_figures(prose, alert);
	put_list(prose, TOCSIN_PROSE_NEEDS, &tocsin__v1__need__descriptor, (const int *)alert->needs,
		alert->n_needs);
	put_list(prose, TOCSIN_PROSE_IMPACTS, &tocsin__v1__impact__descriptor,
		(const int *)alert->impacts, alert->n_impacts);
	put_trust(prose, alert);
}

char *tocsin_prose_text(
	const Tocsin__V1__Alert *alert, enum tocsin_language language, struct tocsin_arena *arena)
{
	char *text = NULL, *copy = NULL;
	size_t length = 0;
	const char *place = tocsin_prose_place(alert, language, arena);
	FILE *out = place ? open_memstream(&text, &length) : NULL;
	if (!out)
		return NULL;
	const struct tocsin_prose prose = {out, language};
	put_all(&prose, alert, place);
	bool fine = !ferror(out);
	if (fclose(out) == 0 && fine) {
		/* Without the last line feed. */
		copy = tocsin_arena_text(arena, text, length - 1);
	}
	free(text);
	return copy;
}
