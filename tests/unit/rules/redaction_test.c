/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whatever a reporter may write into any text field of an incident appears only
 * where the matrix allows it: in payload, JSON twin and topics of every level. */
#include "rules/rig_render.h"

#include "proto/instant.h"

enum {
	S = 1 << RIG_SEVERE,
	H = 1 << RIG_HIGH,
	M = 1 << RIG_MODERATE,
	L = 1 << RIG_LOW,
	MARKER = 16,      /* bytes */
	MAX_MARKERS = 64, /* text fields of an incident, and room */
};

/* Every text field of Incident, and the levels that may read it. reviewed adds high
 * to those that are free text. A field that is not listed fails the test. */
static const struct {
	const char *field;
	int levels, reviewed;
} allowed[] = {
	{"id", 0, 0},
	{"references.sender", 0, 0},
	{"references.id", 0, 0},
	{"event.sub_type", S | H, 0},
	{"location.country", 0, 0},
	{"location.pcode", 0, 0},
	{"location.pcode_scheme", 0, 0},
	{"location.pcode_version", 0, 0},
	{"location.locality", S, 0},
	{"actors.name", S | H, 0},
	{"actors.attribution.statement", S, 0},
	{"actors.attribution.claimant", S, 0},
	{"casualty_claims.claimant", S, 0},
	{"displacement.pcode", S, 0},
	{"displacement.operation", S | H | M | L, 0},
	{"displacement.origin_pcode", S, 0},
	{"displacement.destination_pcode", S, 0},
	{"displacement.reason", S, 0},
	{"sources.name", S, 0},
	{"sources.url", S, 0},
	{"language", S, H},
	{"headline", S, 0},
	{"description", S, H},
	{"instruction", S, H},
	{"correlation_key", S, 0},
	{"reporter_ref", 0, 0},
	{"close.note", 0, 0},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct planted {
	char field[64];
	char marker[MARKER];
};

struct garden {
	struct rig *rig;
	struct planted planted[MAX_MARKERS];
	size_t count;
};

static void *member(ProtobufCMessage *message, size_t offset)
{
	return (char *)message + offset;
}

static void plant(struct garden *garden, ProtobufCMessage *message, const char *path);

static char *plant_marker(struct garden *garden, const char *field)
{
	struct planted *planted = &garden->planted[garden->count];
	assert_true(garden->count < MAX_MARKERS);
	(void)snprintf(planted->field, sizeof planted->field, "%s", field);
	(void)snprintf(planted->marker, sizeof planted->marker, "ZQ%02zuQZ", garden->count);
	garden->count++;
	return planted->marker;
}

static ProtobufCMessage *plant_message(
	struct garden *garden, const ProtobufCMessageDescriptor *type, const char *path)
{
	ProtobufCMessage *message = tocsin_arena_zero(garden->rig->arena, 1, type->sizeof_message);
	protobuf_c_message_init(type, message);
	plant(garden, message, path);
	return message;
}

static void plant_field(struct garden *garden, ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, const char *path)
{
	bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
	void *at = member(message, field->offset);
	if (field->type == PROTOBUF_C_TYPE_STRING) {
		assert_false(repeated);
		*(char **)at = plant_marker(garden, path);
	} else if (field->type == PROTOBUF_C_TYPE_MESSAGE &&
		field->descriptor != &google__protobuf__timestamp__descriptor) {
		ProtobufCMessage *child = plant_message(garden, field->descriptor, path);
		if (repeated) {
			ProtobufCMessage **list =
				tocsin_arena_zero(garden->rig->arena, 1, sizeof(ProtobufCMessage *));
			list[0] = child;
			*(size_t *)member(message, field->quantifier_offset) = 1;
			*(ProtobufCMessage ***)at = list;
		} else {
			*(ProtobufCMessage **)at = child;
		}
	}
}

static void plant(struct garden *garden, ProtobufCMessage *message, const char *path)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		char deeper[64];
		(void)snprintf(
			deeper, sizeof deeper, "%s%s%s", path, path[0] != '\0' ? "." : "", field->name);
		plant_field(garden, message, field, deeper);
	}
}

/* The code of a place that the gazetteer knows is told by the path. */
static int levels_of(const char *field, bool known_place, bool reviewed)
{
	if (!known_place && strcmp(field, "location.pcode") == 0) {
		return S;
	}
	for (size_t i = 0; i < COUNT(allowed); i++) {
		if (strcmp(allowed[i].field, field) == 0) {
			return allowed[i].levels | (reviewed ? allowed[i].reviewed : 0);
		}
	}
	fail_msg("no level is decided for %s", field);
	return 0;
}

static Tocsin__V1__Incident *make_incident(struct garden *garden)
{
	Tocsin__V1__Incident *incident =
		(Tocsin__V1__Incident *)plant_message(garden, &tocsin__v1__incident__descriptor, "");
	incident->status = TOCSIN__V1__STATUS__STATUS_ACTUAL;
	incident->msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT;
	incident->severity = TOCSIN__V1__SEVERITY__SEVERITY_EXTREME;
	incident->certainty = TOCSIN__V1__CERTAINTY__CERTAINTY_OBSERVED;
	incident->event->type = TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_DISPLACEMENT;
	incident->actors[0]->actor_class = TOCSIN__V1__ACTOR_CLASS__ACTOR_CLASS_REBEL;
	Tocsin__V1__CasualtyClaim *claim = incident->casualty_claims[0];
	claim->kind = TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_KILLED;
	claim->claimant_class = TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_WITNESS;
	claim->low_presence_case = TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
	claim->low = 40;
	Tocsin__V1__Displacement *entry = incident->displacement[0];
	entry->unit = TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_PERSON;
	entry->population = TOCSIN__V1__POPULATION__POPULATION_IDP;
	entry->flow_or_stock = TOCSIN__V1__FLOW_OR_STOCK__FLOW_OR_STOCK_FLOW;
	entry->figure_presence_case = TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE;
	entry->figure = 1000;
	return incident;
}

/* Bytes and topics of everything that one alert becomes, upper case, so that a
 * marker is found as a topic level too. */
struct leaving {
	char bytes[32768];
	size_t size;
};

static void leave(struct leaving *leaving, const void *bytes, size_t size)
{
	assert_true(leaving->size + size < sizeof leaving->bytes);
	for (size_t i = 0; i < size; i++) {
		char byte = ((const char *)bytes)[i];
		leaving->bytes[leaving->size++] =
			(char)(byte >= 'a' && byte <= 'z' ? byte - ('a' - 'A') : byte);
	}
}

static void leave_text(struct leaving *leaving, const char *text)
{
	assert_non_null(text);
	leave(leaving, text, strlen(text));
}

static void leave_alert(
	struct leaving *leaving, struct rig *rig, const Tocsin__V1__Alert *alert, bool figure)
{
	uint8_t packed[16384];
	assert_true(tocsin__v1__alert__get_packed_size(alert) <= sizeof packed);
	leave(leaving, packed, tocsin__v1__alert__pack(alert, packed));
	leave_text(leaving, rig_json(rig, alert));
	for (int json = 0; json <= 1; json++) {
		if (figure) {
			leave_text(leaving, tocsin_topic_figure("r", alert, json, rig->arena));
		} else {
			leave_text(leaving, tocsin_topic_alert("r", alert, json, rig->arena));
			leave_text(leaving, tocsin_topic_open("r", alert, json, rig->arena));
		}
	}
}

/* Everything that an audience of this level gets of the incident. */
static void leave_all(struct leaving *leaving, struct rig *rig,
	const Tocsin__V1__Incident *incident, int level, bool reviewed)
{
	struct tocsin_ruleset *ruleset = rig_ruleset(rig);
	struct tocsin_audience audience = rig_audience(level);
	struct tocsin_version version = rig_version();
	struct tocsin_facts facts = rig_facts(rig, incident, "mopti-17");
	Tocsin__V1__Close close = TOCSIN__V1__CLOSE__INIT;
	Tocsin__V1__Alert *alert, *figure, *cancel;
	version.reviewed = reviewed;
	close.note = (char *)"ZQNOTEQZ";
	close.cause = TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR;
	leaving->size = 0;
	assert_int_equal(
		tocsin_render_alert(incident, &facts, ruleset, &audience, &version, rig->arena, &alert),
		TOCSIN_OK);
	leave_alert(leaving, rig, alert, false);
	assert_int_equal(tocsin_render_figure(
						 incident, 0, &facts, ruleset, &audience, &version, rig->arena, &figure),
		TOCSIN_OK);
	if (figure != NULL) {
		leave_alert(leaving, rig, figure, true);
	}
	assert_int_equal(
		tocsin_render_cancel(alert, &close, &audience, &version, "v", rig->arena, &cancel),
		TOCSIN_OK);
	leave_alert(leaving, rig, cancel, false);
	assert_int_equal(
		memmem(leaving->bytes, leaving->size, "ZQNOTEQZ", 8) != NULL, level == RIG_SEVERE);
}

static bool left(const struct leaving *leaving, const char *text)
{
	return memmem(leaving->bytes, leaving->size, text, strlen(text)) != NULL;
}

static void check_markers(struct rig *rig, bool known_place, bool reviewed)
{
	static struct leaving leaving;
	static struct garden garden;
	garden = (struct garden){.rig = rig};
	Tocsin__V1__Incident *incident = make_incident(&garden);
	if (known_place) {
		incident->location->pcode = (char *)"ML05039901";
		incident->location->pcode_version = (char *)"";
	}
	incident->location->country = (char *)"ML";
	assert_int_equal(garden.count, COUNT(allowed));
	for (int level = RIG_LOW; level <= RIG_SEVERE; level++) {
		leave_all(&leaving, rig, incident, level, reviewed);
		for (size_t i = 0; i < garden.count; i++) {
			bool may =
				(levels_of(garden.planted[i].field, known_place, reviewed) & 1 << level) != 0;
			if (left(&leaving, garden.planted[i].marker) != may) {
				fail_msg("%s is %s at level %d", garden.planted[i].field, may ? "missing" : "shown",
					level);
			}
		}
		assert_int_equal(left(&leaving, "MOPTI-17"), level == RIG_SEVERE);
	}
}

static void markers_appear_only_where_the_matrix_allows(void **state)
{
	check_markers(*state, true, false);
	check_markers(*state, true, true);
	check_markers(*state, false, false);
}

static void names_institutions_and_nobody_else_to_high(void **state)
{
	struct rig *rig = *state;
	static const bool institution[] = {false, true, true, true, true, false, false, false};
	for (int kind = 0; kind < 8; kind++) {
		char patch[160];
		static const char *const names[] = {"", "'claimant_class':'official',",
			"'claimant_class':'un',", "'claimant_class':'ngo',", "'claimant_class':'media',",
			"'claimant_class':'armed_group',", "'claimant_class':'witness',",
			"'claimant_class':'other',"};
		(void)snprintf(patch, sizeof patch,
			"{'casualty_claims':[{'kind':'killed',%s'low':40,'claimant':'ZQ00QZ'}]}", names[kind]);
		for (int level = RIG_LOW; level <= RIG_SEVERE; level++) {
			bool shown = strstr(rig_json(rig, rig_render(rig, patch, level)), "ZQ00QZ") != NULL;
			assert_int_equal(
				shown, level == RIG_SEVERE || (level == RIG_HIGH && institution[kind]));
		}
	}
}

/* Codes and names deeper than the audience's level, and coordinates finer than it,
 * are nowhere in what leaves. */
static void no_place_is_finer_than_its_level(void **state)
{
	static const struct {
		const char *text;
		int levels;
	} places[] = {
		{"ML05039901", S}, {"KOUAKOUROU QUARTIER", S}, {"ML050399", S | H}, {"KéWA", S | H},
		{"ML0503", S | H | M}, {"DJENNé", S | H | M}, {"ML0506", S | H | M}, /* destination */
		{"SD02114", S | H | M}, {"AL FASHER", S | H | M}, {"ML05", S | H | M | L}, {"14.222", S},
		{"4.493", S}, {"14.22", S | H}, {"13.906083", M}, /* the admin-2's own point */
		{"18:30", S}, {"2024-08-07T18", S | H}, {"19:59", S}, {"2024-07-31T11", S | H},
		{"2024-08-08T18:46", S},  /* expires */
		{"2024-08-08T19", H},     /* the end of its hour */
		{"2024-08-09T00", M | L}, /* of its day */
		{"2024-08-07T18:46", S},  /* sent */
	};
	static struct leaving leaving;
	struct rig *rig = *state;
	const Tocsin__V1__Incident *incident = rig_incident(rig,
		"{'occurred':{'start':'2024-08-07T18:30:45Z','end':'2024-08-07T19:59:59Z',"
		"'precision':'minute'},"
		"'location':{'pcode':'ML05039901','point':{'latitude':14.222156,'longitude':-4.493387}},"
		"'displacement':[{'pcode':'SD02114','origin_pcode':'ML05039901',"
		"'destination_pcode':'ML0506','unit':'person','figure':700,'population':'idp',"
		"'flow_or_stock':'stock','operation':'Al Fasher','as_of':'2024-07-31T11:12:13Z',"
		"'cumulative_since':'2024-07-31T11:12:13Z'}]}");
	for (int level = RIG_LOW; level <= RIG_SEVERE; level++) {
		leave_all(&leaving, rig, incident, level, true);
		for (size_t i = 0; i < COUNT(places); i++) {
			bool may = (places[i].levels & 1 << level) != 0;
			if (left(&leaving, places[i].text) != may) {
				fail_msg("%s is %s at level %d", places[i].text, may ? "missing" : "shown", level);
			}
		}
	}
}

static void unknown_fields_are_never_forwarded(void **state)
{
	static struct leaving leaving;
	static uint8_t stray[] = "ZQSTRAYQZ";
	ProtobufCMessageUnknownField unknown = {
		.tag = 99, .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, .len = 9, .data = stray};
	struct rig *rig = *state;
	Tocsin__V1__Incident *incident = rig_incident(rig,
		"{'event':{'type':'battles'},'occurred':{'start':'2024-08-07T18:30:45Z'},"
		"'location':{'point':{'latitude':14,'longitude':-4}},"
		"'actors':[{'name':'x','attribution':{'claimant':'y'}}],"
		"'casualty_claims':[{'kind':'killed','low':40}],"
		"'sources':[{'name':'z','published':'2024-08-07T18:30:45Z'}],"
		"'displacement':[{'unit':'person','figure':700,'population':'idp',"
		"'flow_or_stock':'stock','as_of':'2024-07-31T11:12:13Z'}]}");
	ProtobufCMessage *all[] = {&incident->base, &incident->event->base, &incident->occurred->base,
		&incident->occurred->start->base, &incident->location->base,
		&incident->location->point->base, &incident->actors[0]->base,
		&incident->actors[0]->attribution->base, &incident->casualty_claims[0]->base,
		&incident->sources[0]->base, &incident->sources[0]->published->base,
		&incident->displacement[0]->base, &incident->displacement[0]->as_of->base};
	for (size_t i = 0; i < COUNT(all); i++) {
		all[i]->n_unknown_fields = 1;
		all[i]->unknown_fields = &unknown;
	}
	for (int level = RIG_LOW; level <= RIG_SEVERE; level++) {
		leave_all(&leaving, rig, incident, level, true);
		assert_false(left(&leaving, "ZQSTRAYQZ"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markers_appear_only_where_the_matrix_allows),
		cmocka_unit_test(names_institutions_and_nobody_else_to_high),
		cmocka_unit_test(no_place_is_finer_than_its_level),
		cmocka_unit_test(unknown_fields_are_never_forwarded),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
