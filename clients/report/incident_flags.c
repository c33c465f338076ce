/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/incident_flags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/base/words.h"
#include "proto/instant.h"
#include "proto/text.h"
#include "tocsin/v1/enums.pb-c.h"

enum kind {
	TEXT,
	ENUM,
	ENUMS,   /* a list of values, comma separated or given again */
	COUNT,   /* whole, not negative */
	DECIMAL, /* degrees, people in a household */
	TIME,    /* a moment, or a day with its precision */
	EXPIRY,  /* a moment, or a span from now */
	YES,
	VALUE,     /* no value of its own: sets the enum value that meaning names */
	REFERENCE, /* id of an earlier version; meaning is the msg_type */
	TOLL,      /* begins a casualty claim; meaning is its kind */
	NO_TOLL,   /* begins one that says nothing was reported */
	FIGURE,    /* begins a displacement entry; meaning is its unit */
	ENTRY,     /* begins another list entry with a text */
	GRADE,     /* Admiralty code, such as B2 */
};

/* Where an option goes: path inside the incident, or inside the newest entry of
 * the list. */
struct target {
	enum kind kind;
	const char *list;
	const char *path;
	const ProtobufCEnumDescriptor *type;
	const char *meaning;
};

static const struct tocsin_option options[] = {
#define FLAG(name, value, help, kind, list, path, type, meaning) {name, 0, value, help},
#include "clients/report/incident_flags.inc"
#undef FLAG
};

static const struct target targets[] = {
#define FLAG(name, value, help, kind, list, path, type, meaning) {kind, list, path, type, meaning},
#include "clients/report/incident_flags.inc"
#undef FLAG
};

bool tocsin_incident_flags_init(struct tocsin_incident_flags *flags, int64_t now_ms)
{
	*flags = (struct tocsin_incident_flags){.incident = json_object(), .now_ms = now_ms};
	return flags->incident != NULL;
}

void tocsin_incident_flags_finish(struct tocsin_incident_flags *flags)
{
	if (!flags)
		return;
	json_decref(flags->incident);
	flags->incident = NULL;
}

static const char *const no_memory = N_("out of memory");

/* The newest entry of a list, made where begin says so. NULL where there is none. */
static json_t *newest(json_t *incident, const char *list, bool begin)
{
	json_t *entries = json_object_get(incident, list);
	if (begin) {
		if (!entries) {
			entries = json_array();
			if (json_object_set_new(incident, list, entries) != 0)
				return NULL;
		}
		if (json_array_append_new(entries, json_object()) != 0)
			return NULL;
	}
	size_t count = json_array_size(entries);
	return count ? json_array_get(entries, count - 1) : NULL;
}

/* Follows a dotted path, making objects on the way. *last is its final name. */
static json_t *follow(json_t *object, const char *path, const char **last)
{
	const char *dot;
	while (object && (dot = strchr(path, '.'))) {
		char name[40];
		snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
		json_t *next = json_object_get(object, name);
		if (!next) {
			next = json_object();
			if (json_object_set_new(object, name, next) != 0)
				return NULL;
		}
		object = next;
		path = dot + 1;
	}
	*last = path;
	return object;
}

/* Takes value. */
static const char *put(json_t *object, const char *path, json_t *value)
{
	const char *name;
	object = follow(object, path, &name);
	if (!object || !value) {
		json_decref(value);
		return no_memory;
	}
	if (json_object_get(object, name)) {
		json_decref(value);
		return N_("is given twice");
	}
	return json_object_set_new(object, name, value) == 0 ? NULL : no_memory;
}

static const char *refuse_name(
	struct tocsin_incident_flags *flags, const ProtobufCEnumDescriptor *type, const char *text)
{
	tocsin_word_complain(type, text, flags->why);
	return flags->why;
}

static const char *put_name(struct tocsin_incident_flags *flags, json_t *object, const char *path,
	const ProtobufCEnumDescriptor *type, const char *text)
{
	const char *name = tocsin_word_find(type, text, strlen(text));
	return name ? put(object, path, json_string(name)) : refuse_name(flags, type, text);
}

static const char *put_names(
	struct tocsin_incident_flags *flags, const struct target *target, const char *text)
{
	const char *last;
	json_t *object = follow(flags->incident, target->path, &last);
	if (!object)
		return no_memory;
	json_t *list = json_object_get(object, last);
	if (!list) {
		list = json_array();
		if (json_object_set_new(object, last, list) != 0)
			return no_memory;
	}
	while (*text) {
		size_t length = strcspn(text, ",");
		const char *name = tocsin_word_find(target->type, text, length);
		if (!name)
			return refuse_name(flags, target->type, text);
		if (json_array_append_new(list, json_string(name)) != 0)
			return no_memory;
		text += length + (text[length] == ',');
	}
	return NULL;
}

static const char *put_time(struct tocsin_incident_flags *flags, json_t *object,
	const struct target *target, const char *text)
{
	int64_t time_ms;
	enum tocsin_time_form form = TOCSIN_TIME_MOMENT;
	int64_t span_ms;
	if (target->kind == EXPIRY && tocsin_duration_read(text, &span_ms))
		time_ms = flags->now_ms + span_ms;
	else
		form = tocsin_time_read(text, flags->now_ms, &time_ms);
	if (form == TOCSIN_TIME_WRONG)
		return N_("wants a time such as 2024-08-07T18:30Z, a date, now or -2h");
	if (form == TOCSIN_TIME_NO_ZONE)
		return N_("must say its zone: end it with Z for UTC, or with an offset such as +02:00");
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char written[TOCSIN_INSTANT_TEXT];
	tocsin_instant_set(&time, time_ms);
	tocsin_instant_write(&time, written);
	const char *wrong = put(object, target->path, json_string(written));
	json_t *occurred = json_object_get(flags->incident, "occurred");
	if (!wrong && form == TOCSIN_TIME_DAY && strncmp(target->path, "occurred.", 9) == 0 &&
		!json_object_get(occurred, "precision"))
		return put(flags->incident, "occurred.precision", json_string("day"));
	return wrong;
}

static const char *put_count(json_t *object, const char *path, const char *text)
{
	int64_t number;
	if (!tocsin_number_read(text, &number) || number < 0 || number > UINT32_MAX)
		return N_("wants a whole number, 0 or more");
	return put(object, path, json_integer(number));
}

static const char *put_decimal(json_t *object, const char *path, const char *text)
{
	double number;
	if (!tocsin_decimal_read(text, &number))
		return N_("wants a number, with a point for decimals");
	return put(object, path, json_real(number));
}

/* "21" is both bounds, "21-40" a range, "40+" a lower bound alone. */
static const char *put_toll(json_t *claim, const char *kind, char *text)
{
	const char *wrong = put(claim, "kind", json_string(kind));
	size_t digits = strspn(text, "0123456789");
	bool open_end = digits > 0 && strcmp(text + digits, "+") == 0;
	bool range = digits > 0 && text[digits] == '-';
	char *high = range ? text + digits + 1 : text;
	if (range || open_end)
		text[digits] = '\0';
	if (!wrong)
		wrong = put_count(claim, "low", text);
	if (!wrong && open_end)
		wrong = put(claim, "qualifier", json_string("more_than"));
	else if (!wrong)
		wrong = put_count(claim, "high", high);
	return wrong ? N_("wants a number such as 21, a range such as 21-40, or 40+") : NULL;
}

/* What a figure needs to be counted, where nothing else is said. */
static const char *put_figure(json_t *entry, const char *unit, const char *text)
{
	const char *wrong = put_count(entry, "figure", text);
	if (!wrong)
		wrong = put(entry, "unit", json_string(unit));
	return wrong;
}

static const char *put_grade(json_t *source, const char *text)
{
	if (strlen(text) != 2 || !strchr("ABCDEFabcdef", text[0]) || !strchr("123456", text[1]))
		return N_("wants a letter A to F and a digit 1 to 6, such as B2");
	const char reliability[] = {(char)(text[0] | 0x20), '\0'};
	const char credibility[] = {text[1], '\0'};
	const char *wrong = put(source, "reliability", json_string(reliability));
	return wrong ? wrong : put(source, "credibility", json_string(credibility));
}

static const char *put_reference(json_t *incident, const char *msg_type, const char *id)
{
	json_t *references = json_object_get(incident, "references");
	json_t *before = json_object_get(incident, "msg_type");
	if (before && strcmp(json_string_value(before), msg_type) != 0)
		return N_("contradicts an option before it");
	if (!before && put(incident, "msg_type", json_string(msg_type)))
		return no_memory;
	if (!references) {
		references = json_array();
		if (json_object_set_new(incident, "references", references) != 0)
			return no_memory;
	}
	return json_array_append_new(references, json_pack("{s:s}", "id", id)) == 0 ? NULL : no_memory;
}

static const char *lacks_entry(struct tocsin_incident_flags *flags, const struct target *target)
{
	const char *opener = strcmp(target->list, "casualty_claims") == 0 ? _("--killed (or the like)")
		: strcmp(target->list, "displacement") == 0 ? _("--displaced or --households")
		: strcmp(target->list, "sources") == 0      ? "--source"
													: "--actor";
	snprintf(flags->why, sizeof(flags->why), _("comes after %s, and is about that"), opener);
	return flags->why;
}

static const char *put_value(
	struct tocsin_incident_flags *flags, json_t *object, const struct target *target, char *value)
{
	switch (target->kind) {
	case TEXT:
	case ENTRY:
		return put(object, target->path, json_string(value));
	case ENUM:
		return put_name(flags, object, target->path, target->type, value);
	case ENUMS:
		return put_names(flags, target, value);
	case COUNT:
		return put_count(object, target->path, value);
	case DECIMAL:
		return put_decimal(object, target->path, value);
	case TIME:
	case EXPIRY:
		return put_time(flags, object, target, value);
	case YES:
		return put(object, target->path, json_true());
	case VALUE:
		return put(object, target->path, json_string(target->meaning));
	case REFERENCE:
		return put_reference(object, target->meaning, value);
	case TOLL:
		return put_toll(object, target->meaning, value);
	case NO_TOLL:
		if (put(object, "not_reported", json_true()))
			return no_memory;
		return put_name(flags, object, target->path, target->type, value);
	case FIGURE:
		return put_figure(object, target->meaning, value);
	case GRADE:
		return put_grade(object, value);
	}
	return N_("cannot be taken");
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct tocsin_incident_flags *flags = ctx;
	const struct target *target = &targets[index];
	json_t *object = flags->incident;
	flags->given++;
	if (target->list) {
		bool begin = target->kind == TOLL || target->kind == NO_TOLL || target->kind == FIGURE ||
			target->kind == ENTRY;
		object = newest(flags->incident, target->list, begin);
		if (!object)
			return begin ? no_memory : lacks_entry(flags, target);
	}
	const char *wrong = put_value(flags, object, target, value);
	size_t ignored;
	if (wrong == no_memory && value &&
		tocsin_text_check(value, strlen(value), &ignored) == TOCSIN_TEXT_BAD_UTF8)
		return N_("is not valid UTF-8");
	return wrong;
}

struct tocsin_option_set tocsin_incident_options(struct tocsin_incident_flags *flags)
{
	return (struct tocsin_option_set){
		N_("The incident"), options, sizeof(options) / sizeof(*options), take, flags};
}

bool tocsin_incident_option_feeds(const char *option, const char *field)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (strcmp(option + strspn(option, "-"), options[i].name) != 0 || !targets[i].path)
			continue;
		const char *list = targets[i].list;
		if (list) {
			size_t length = strlen(list);
			const char *dot = strchr(field, '.');
			if (strncmp(field, list, length) != 0 || field[length] != '[' || !dot)
				return false;
			field = dot + 1;
		}
		size_t length = strlen(targets[i].path);
		return strncmp(field, targets[i].path, length) == 0 &&
			(field[length] == '\0' || field[length] == '[');
	}
	return false;
}
