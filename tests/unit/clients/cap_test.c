/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"

#include <math.h>

#include "clients/alert/cap.h"

/* All that CAP cannot do without. */
#define LEAST                                                                                      \
	"'id':'a-1','audience':'partners','status':'actual','sent':'2024-08-07T18:30:59.999Z',"

static const struct tocsin_cap_options no_options = {0};

static const char *write_alert(struct tocsin_arena *arena, const Tocsin__V1__Alert *alert,
	const struct tocsin_cap_options *options)
{
	char *text = NULL;
	size_t length = 0;
	assert_int_equal(tocsin_cap_write(alert, options, arena, &text, &length), TOCSIN_OK);
	assert_int_equal(strlen(text), length);
	return text;
}

static const char *write_json(struct tocsin_arena *arena, const char *json)
{
	return write_alert(arena, rig_alert(arena, json), &no_options);
}

/* What an alert of LEAST and these fields must hold, and what not. */
static void check(const char *fields, const char *part, const char *absent)
{
	struct tocsin_arena *arena = rig_arena();
	char *json =
		tocsin_arena_format(arena, "{" LEAST "'msg_type':'alert'%s%s}", *fields ? "," : "", fields);
	const char *text = write_json(arena, json);
	if (part)
		assert_has(text, part);
	if (absent)
		assert_lacks(text, absent);
	tocsin_arena_destroy(arena);
}

static size_t count(const char *text, const char *part)
{
	size_t found = 0;
	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		found++;
	return found;
}

static void one_whole_document(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	const struct tocsin_cap_options options = {.sender = "hub@example.org",
		.sender_name = "Cellule <de> veille",
		.web = "https://example.org/a?b=1&c=2",
		.contact = "+223 00"};
	(void)state;
	const char *text = write_alert(arena,
		rig_alert(arena,
			"{" LEAST "'msg_type':'alert','hub':'bamako','incident_id':'i-1','revision':1,"
			"'expires':'2024-08-08T18:30:00Z','language':'fr','headline':'Poste attaqué',"
			"'description':'Deux lignes\\n& plus.','instruction':'Éviter la zone','urgency':'past',"
			"'severity':'severe','certainty':'observed','redaction':'severe','sender':'mopti-17',"
			"'event':{'type':'battles','sub_type':'armed CLASH','category':['security']},"
			"'occurred':{'start':'2024-08-07T18:30:00Z'},"
			"'area':{'country':'ML','pcodes':['ML05','ML0503'],'name':'Djenné, Mopti, Mali',"
			"'point':{'latitude':14.2222,'longitude':-4.4933},'geo_precision':'town'}}"),
		&options);
	const char *second = strstr(text, "  <info>\n    <language>en</language>");
	assert_non_null(second);
	char *first = tocsin_arena_text(arena, text, (size_t)(second - text));
	assert_string_equal(first,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n"
		"  <identifier>a-1</identifier>\n"
		"  <sender>hub@example.org</sender>\n"
		"  <sent>2024-08-07T18:30:59-00:00</sent>\n"
		"  <status>Actual</status>\n"
		"  <msgType>Alert</msgType>\n"
		"  <source>mopti-17</source>\n"
		"  <scope>Private</scope>\n"
		"  <addresses>partners</addresses>\n"
		"  <incidents>i-1</incidents>\n"
		"  <info>\n"
		"    <language>fr</language>\n"
		"    <category>Security</category>\n"
		"    <event>Combats</event>\n"
		"    <urgency>Past</urgency>\n"
		"    <severity>Severe</severity>\n"
		"    <certainty>Observed</certainty>\n"
		"    <audience>partners</audience>\n"
		"    <eventCode>\n"
		"      <valueName>tocsin:event</valueName>\n"
		"      <value>battles</value>\n"
		"    </eventCode>\n"
		"    <eventCode>\n"
		"      <valueName>ACLED:event_type</valueName>\n"
		"      <value>Battles</value>\n"
		"    </eventCode>\n"
		"    <eventCode>\n"
		"      <valueName>ACLED:sub_event_type</valueName>\n"
		"      <value>Armed clash</value>\n"
		"    </eventCode>\n"
		"    <effective>2024-08-07T18:30:59-00:00</effective>\n"
		"    <onset>2024-08-07T18:30:00-00:00</onset>\n"
		"    <expires>2024-08-08T18:30:00-00:00</expires>\n"
		"    <senderName>Cellule &lt;de&gt; veille</senderName>\n"
		"    <headline>Poste attaqué</headline>\n"
		"    <description>Deux lignes\n"
		"&amp; plus.\n"
		"\n"
		"Combats (armed CLASH), Djenné, Mopti, Mali.\n"
		"Survenu le 2024-08-07 18:30 UTC.\n"
		"Certitude : constatée.</description>\n"
		"    <instruction>Éviter la zone</instruction>\n"
		"    <web>https://example.org/a?b=1&amp;c=2</web>\n"
		"    <contact>+223 00</contact>\n"
		"    <parameter>\n"
		"      <valueName>tocsin:revision</valueName>\n"
		"      <value>1</value>\n"
		"    </parameter>\n"
		"    <parameter>\n"
		"      <valueName>tocsin:hub</valueName>\n"
		"      <value>bamako</value>\n"
		"    </parameter>\n"
		"    <parameter>\n"
		"      <valueName>tocsin:occurred</valueName>\n"
		"      <value>{\"start\":\"2024-08-07T18:30:00Z\"}</value>\n"
		"    </parameter>\n"
		"    <parameter>\n"
		"      <valueName>tocsin:event</valueName>\n"
		"      <value>{\"type\":\"battles\",\"sub_type\":\"armed CLASH\",\"category\":"
		"[\"security\"]}</value>\n"
		"    </parameter>\n"
		"    <parameter>\n"
		"      <valueName>tocsin:area</valueName>\n"
		"      <value>{\"country\":\"ML\",\"pcodes\":[\"ML05\",\"ML0503\"],\"name\":\"Djenné, "
		"Mopti, "
		"Mali\",\"point\":{\"latitude\":14.2222,\"longitude\":-4.4933},\"geo_precision\":\"town\"}"
		"</value>\n"
		"    </parameter>\n"
		"    <parameter>\n"
		"      <valueName>tocsin:redaction</valueName>\n"
		"      <value>severe</value>\n"
		"    </parameter>\n"
		"    <area>\n"
		"      <areaDesc>Djenné, Mopti, Mali</areaDesc>\n"
		"      <circle>14.2222,-4.4933 5</circle>\n"
		"      <geocode>\n"
		"        <valueName>P-code</valueName>\n"
		"        <value>ML0503</value>\n"
		"      </geocode>\n"
		"    </area>\n"
		"  </info>\n");
	/* The other block: words of ours, none as written. */
	assert_has(second, "<headline>Severe battles, Djenné, Mopti, Mali</headline>");
	assert_lacks(second, "<instruction>");
	assert_lacks(second, "Deux lignes");
	assert_int_equal(count(text, "<info>"), 2);
	tocsin_arena_destroy(arena);
}

static void an_alert_with_nothing_but_what_must_be(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	(void)state;
	const char *text = write_json(arena, "{" LEAST "'msg_type':'alert'}");
	assert_has(text, "<sender>tocsin</sender>");
	assert_has(text, "<scope>Private</scope>\n  <addresses>partners</addresses>");
	assert_has(text, "<category>Other</category>\n    <event>Other event</event>");
	assert_has(text,
		"<urgency>Unknown</urgency>\n    <severity>Unknown</severity>\n"
		"    <certainty>Unknown</certainty>");
	assert_has(text, "<areaDesc>Place not stated</areaDesc>");
	assert_has(text, "<areaDesc>Lieu non précisé</areaDesc>");
	static const char *const absent[] = {"<source>", "<note>", "<references>", "<incidents>",
		"<eventCode>", "<onset>", "<expires>", "<senderName>", "<instruction>", "<web>",
		"<contact>", "<parameter>", "<circle>", "<geocode>", "<restriction>"};
	for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
		assert_lacks(text, absent[i]);
	assert_int_equal(count(text, "<info>"), 2);
	assert_int_equal(count(text, "<effective>2024-08-07T18:30:59-00:00</effective>"), 2);
	tocsin_arena_destroy(arena);
}

static void what_cannot_be_cap_is_refused(void **state)
{
	static const char *const refused[] = {
		"{'audience':'a','status':'actual','msg_type':'alert','sent':'2024-08-07T18:30:00Z'}",
		"{'id':'a','status':'actual','msg_type':'alert','sent':'2024-08-07T18:30:00Z'}",
		"{'id':'a','audience':'a','msg_type':'alert','sent':'2024-08-07T18:30:00Z'}",
		"{'id':'a','audience':'a','status':'actual','sent':'2024-08-07T18:30:00Z'}",
		"{'id':'a','audience':'a','status':'actual','msg_type':'alert'}",
		"{'id':'a "
		"b','audience':'a','status':'actual','msg_type':'alert','sent':'2024-08-07T18:30:00Z'}",
		"{'id':'a,b','audience':'a','status':'actual','msg_type':'alert','sent':'2024-08-07T18:30:"
		"00Z'}",
		"{'id':'a<b','audience':'a','status':'actual','msg_type':'alert','sent':'2024-08-07T18:30:"
		"00Z'}",
		"{'id':'../"
		"b','audience':'a','status':'actual','msg_type':'alert','sent':'2024-08-07T18:30:00Z'}",
		"{'id':'a','audience':'a "
		"b','status':'actual','msg_type':'alert','sent':'2024-08-07T18:30:00Z'}",
	};
	struct tocsin_arena *arena = rig_arena();
	char untouched[] = "x", *text = untouched, *reference = untouched;
	size_t length = 7;
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		const Tocsin__V1__Alert *alert = rig_alert(arena, refused[i]);
		if (tocsin_cap_write(alert, &no_options, arena, &text, &length) != TOCSIN_INVALID ||
			tocsin_cap_reference(alert, &no_options, arena, &reference) != TOCSIN_INVALID)
			fail_msg("taken: %s", refused[i]);
	}
	Tocsin__V1__Alert *alert = rig_alert(arena, "{" LEAST "'msg_type':'alert'}");
	alert->status = (Tocsin__V1__Status)99;
	assert_int_equal(tocsin_cap_write(alert, &no_options, arena, &text, &length), TOCSIN_INVALID);
	alert->status = TOCSIN__V1__STATUS__STATUS_ACTUAL;
	alert->msg_type = (Tocsin__V1__MsgType)99;
	assert_int_equal(tocsin_cap_write(alert, &no_options, arena, &text, &length), TOCSIN_INVALID);
	alert->msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT;
	alert->sent->seconds = INT64_MAX;
	assert_int_equal(tocsin_cap_write(alert, &no_options, arena, &text, &length), TOCSIN_INVALID);
	assert_ptr_equal(text, untouched);
	assert_ptr_equal(reference, untouched);
	assert_int_equal(length, 7);
	tocsin_arena_destroy(arena);
}

static void scope_follows_redaction_and_status(void **state)
{
	static const struct {
		const char *redaction, *status, *expected;
	} rows[] = {
		{"low", "actual", "<scope>Public</scope>\n  <info>"},
		{"low", "exercise",
			"<scope>Restricted</scope>\n  <restriction>For the audience partners; sensitivity low "
			"(TLP:CLEAR)</restriction>"},
		{"low", "test", "<scope>Restricted</scope>"},
		{"moderate", "actual",
			"<scope>Restricted</scope>\n  <restriction>For the audience partners; sensitivity "
			"moderate (TLP:GREEN)</restriction>"},
		{"high", "actual",
			"<scope>Restricted</scope>\n  <restriction>For the audience partners; sensitivity high "
			"(TLP:AMBER)</restriction>"},
		{"severe", "actual", "<scope>Private</scope>\n  <addresses>partners</addresses>"},
		{"severe", "test", "<scope>Private</scope>\n  <addresses>partners</addresses>"},
	};
	struct tocsin_arena *arena = rig_arena();
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *text = write_json(arena,
			tocsin_arena_format(arena,
				"{'id':'a','audience':'partners','msg_type':'alert','sent':'2024-08-07T18:30:00Z',"
				"'redaction':'%s','status':'%s'}",
				rows[i].redaction, rows[i].status));
		assert_has(text, rows[i].expected);
		assert_int_equal(count(text, "<restriction>") + count(text, "<addresses>"),
			strstr(rows[i].expected, "Public") ? 0 : 1);
	}
	/* A level of tomorrow is not less than severe. */
	Tocsin__V1__Alert *alert = rig_alert(arena, "{" LEAST "'msg_type':'alert'}");
	alert->redaction = (Tocsin__V1__Sensitivity)99;
	assert_has(write_alert(arena, alert, &no_options), "<scope>Private</scope>");
	tocsin_arena_destroy(arena);
}

static const char *find_some(void *ctx, const char *id)
{
	(*(size_t *)ctx)++;
	if (strcmp(id, "v1") == 0)
		return "hub,v1,2024-08-07T10:00:00-00:00";
	if (strcmp(id, "v2") == 0)
		return "hub,v2,2024-08-07T11:00:00-00:00";
	return NULL;
}

static void references_name_what_was_written(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	size_t asked = 0, length;
	const struct tocsin_cap_options options = {.find = find_some, .ctx = &asked};
	char *none = NULL;
	(void)state;
	const char *update =
		"{" LEAST "'msg_type':'update','references':['v1','unknown','v2','v1','a-1']}";
	const char *text = write_alert(arena, rig_alert(arena, update), &options);
	assert_has(text, "<msgType>Update</msgType>");
	assert_has(text,
		"<references>hub,v1,2024-08-07T10:00:00-00:00 hub,v2,2024-08-07T11:00:00-00:00"
		"</references>");
	assert_int_equal(asked, 3);
	/* To whoever reads only this, it is the first. */
	text = write_json(arena, update);
	assert_has(text, "<msgType>Alert</msgType>");
	assert_lacks(text, "<references>");
	/* What is not there cannot end. */
	const char *cancel = "{" LEAST "'msg_type':'cancel','references':['unknown','a-1']}";
	assert_int_equal(tocsin_cap_write(rig_alert(arena, cancel), &options, arena, &none, &length),
		TOCSIN_NOT_FOUND);
	assert_int_equal(tocsin_cap_write(rig_alert(arena, cancel), &no_options, arena, &none, &length),
		TOCSIN_NOT_FOUND);
	assert_null(none);
	text = write_alert(
		arena, rig_alert(arena, "{" LEAST "'msg_type':'cancel','references':['v2']}"), &options);
	assert_has(text, "<msgType>Cancel</msgType>");
	assert_has(text, "<references>hub,v2,2024-08-07T11:00:00-00:00</references>");
	/* An Alert refers to nothing. */
	check("'references':['v1']", "<msgType>Alert</msgType>", "<references>");
	tocsin_arena_destroy(arena);
}

static void an_alert_is_referred_to_as_it_was_written(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	const struct tocsin_cap_options options = {.sender = "hub@example.org"};
	char *reference = NULL;
	(void)state;
	const Tocsin__V1__Alert *alert =
		rig_alert(arena, "{" LEAST "'msg_type':'alert','hub':'Le hub, <Bamako> & \\\"co\\\" é'}");
	assert_int_equal(tocsin_cap_reference(alert, &options, arena, &reference), TOCSIN_OK);
	assert_string_equal(reference, "hub@example.org,a-1,2024-08-07T18:30:59-00:00");
	assert_int_equal(tocsin_cap_reference(alert, &no_options, arena, &reference), TOCSIN_OK);
	assert_string_equal(reference, "Le-hub---Bamako-----co----,a-1,2024-08-07T18:30:59-00:00");
	assert_has(
		write_alert(arena, alert, &no_options), "<sender>Le-hub---Bamako-----co----</sender>");
	tocsin_arena_destroy(arena);
}

static void note_says_why_and_which_exercise(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	size_t asked = 0;
	const struct tocsin_cap_options options = {.find = find_some, .ctx = &asked};
	(void)state;
	const char *text = write_alert(arena,
		rig_alert(arena,
			"{'id':'a','audience':'a','sent':'2024-08-07T18:30:00Z','status':'exercise','msg_type':"
			"'cancel','references':['v1'],'incident_id':'i-9','close':{'cause':'error','note':"
			"'wrong <village>'}}"),
		&options);
	assert_has(text, "<note>Exercise i-9. error: wrong &lt;village&gt;</note>");
	assert_has(text, "<headline>EXERCISE, CANCELLED: ");
	assert_has(
		text, "<description>EXERCICE : rien de ceci n'a eu lieu.\nAnnulé : signalé par erreur.");
	assert_has(text, "<status>Exercise</status>");
	check("'close':{'cause':'merged'}", "<note>merged</note>", NULL);
	check("'close':{'note':'x'}", "<note>x</note>", NULL);
	check("'close':{}", NULL, "<note>");
	/* A group of incidents is separated by spaces. */
	check("'incident_id':'a b'", NULL, "<incidents>");
	tocsin_arena_destroy(arena);
}

static void times_have_neither_z_nor_fractions(void **state)
{
	(void)state;
	check("'expires':'2024-08-09T00:00:00.5+02:00'", "<expires>2024-08-08T22:00:00-00:00</expires>",
		"00Z<");
	check("'occurred':{'start':'0001-01-01T00:00:00Z'}", "<onset>0001-01-01T00:00:00-00:00</onset>",
		NULL);
	check("'occurred':{'end':'2024-01-01T00:00:00Z'}", NULL, "<onset>");
	/* effective is never after expires. */
	check("'expires':'2024-08-07T10:00:00Z'",
		"<effective>2024-08-07T18:30:59-00:00</effective>\n    <expires>2024-08-07T18:30:59-00:00",
		"T10:00");
}

static void blocks_by_language(void **state)
{
	static const struct {
		const char *language, *first, *second, *third;
	} rows[] = {
		{"fr", "fr", "en", NULL},
		{"FR-ml", "FR-ml", "en", NULL},
		{"en", "en", "fr", NULL},
		{"en-GB", "en-GB", "fr", NULL},
		{"ar", "ar", "en", "fr"},
		{"fra", "fra", "en", "fr"},
		{"fr_ML", "und", "en", "fr"},
		{"", "und", "en", "fr"},
	};
	struct tocsin_arena *arena = rig_arena();
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *text = write_json(arena,
			tocsin_arena_format(arena,
				"{" LEAST "'msg_type':'alert','headline':'own words','language':'%s'}",
				rows[i].language));
		const char *wanted[] = {rows[i].first, rows[i].second, rows[i].third};
		const char *at = text;
		for (size_t b = 0; b < 3 && wanted[b]; b++) {
			at = strstr(at + 1, "<language>");
			assert_non_null(at);
			assert_int_equal(strncmp(at + 10, wanted[b], strlen(wanted[b])), 0);
			assert_int_equal(at[10 + strlen(wanted[b])], '<');
		}
		assert_int_equal(count(text, "<language>"), rows[i].third ? 3 : 2);
		assert_int_equal(count(text, "<headline>own words</headline>"), 1);
	}
	tocsin_arena_destroy(arena);
}

static void a_template_is_not_taken_for_own_words(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	(void)state;
	/* As redaction leaves it for high: a template, and a reviewed text in French. */
	const char *text = write_json(arena,
		"{" LEAST "'msg_type':'alert','severity':'severe','event':{'type':'riots'},'language':'fr',"
		"'headline':'Severe riots','description':'Texte revu.'}");
	const char *english = strstr(text, "<language>en</language>");
	assert_non_null(english);
	assert_true(strstr(text, "<headline>Émeutes, niveau grave</headline>") < english);
	assert_true(strstr(text, "<description>Texte revu.\n\nÉmeutes, ") < english);
	assert_non_null(strstr(english, "<headline>Severe riots</headline>"));
	assert_int_equal(count(text, "<headline>Severe riots</headline>"), 1);
	/* A template alone needs no block of its own. */
	text = write_json(arena,
		"{" LEAST "'msg_type':'alert','severity':'severe','event':{'type':'riots'},'language':'en',"
		"'headline':'Severe riots'}");
	assert_int_equal(count(text, "<info>"), 2);
	/* A language that is not ours: no description but the headline, no word invented. */
	text = write_json(arena, "{" LEAST "'msg_type':'alert','language':'ar','headline':'x'}");
	assert_has(text, "<headline>x</headline>\n    <description>x</description>");
	tocsin_arena_destroy(arena);
}

static void hostile_texts_stay_texts(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	char bytes[] = "a\x01\x1b[31m\xff</headline><evil/>]]>&amp;\xc2\x9b\n\tb";
	(void)state;
	Tocsin__V1__Alert *alert = rig_alert(arena, "{" LEAST "'msg_type':'alert','language':'fr'}");
	alert->headline = bytes;
	alert->description = bytes;
	alert->hub = bytes;
	const char *text = write_alert(arena, alert, &no_options);
	assert_has(text,
		"<headline>a\xEF\xBF\xBD\xEF\xBF\xBD[31m\xEF\xBF\xBD&lt;/headline&gt;&lt;evil/&gt;"
		"]]&gt;&amp;amp;\xEF\xBF\xBD  b</headline>");
	assert_lacks(text, "<evil");
	assert_null(strchr(text, '\x1b'));
	assert_int_equal(count(text, "</headline>"), 2);
	tocsin_arena_destroy(arena);
}

static void categories_and_codes(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	(void)state;
	check("'event':{'type':'disaster','category':['met','cbrne','met','geo']}",
		"<category>Met</category>\n    <category>CBRNE</category>\n    <category>Geo</category>\n"
		"    <event>",
		"ACLED");
	check("'event':{'type':'protests'}", "<category>Security</category>", "sub_type");
	check("'event':{'type':'displacement'}", "<category>Safety</category>", "ACLED");
	check("'event':{'type':'health'}", "<category>Health</category>", NULL);
	check("'event':{'type':'food'}", "<category>Other</category>", NULL);
	/* ACLED's name only beneath its own type; any other text is ours. */
	check("'event':{'type':'riots','sub_type':'Armed clash'}",
		"<valueName>tocsin:sub_type</valueName>\n      <value>Armed clash</value>",
		"sub_event_type");
	check("'event':{'type':'violence_against_civilians','sub_type':'attack'}",
		"<valueName>ACLED:sub_event_type</valueName>\n      <value>Attack</value>",
		"tocsin:sub_type");
	Tocsin__V1__Alert *alert = rig_alert(
		arena, "{" LEAST "'msg_type':'alert','event':{'type':'food','category':['met']}}");
	alert->event->category[0] = (Tocsin__V1__Category)99;
	alert->event->type = (Tocsin__V1__EventType)99;
	alert->severity = (Tocsin__V1__Severity)99;
	const char *text = write_alert(arena, alert, &no_options);
	assert_has(text, "<category>Other</category>");
	assert_has(text, "<severity>Unknown</severity>");
	tocsin_arena_destroy(arena);
}

static void circles_only_where_the_point_means_something(void **state)
{
#define POINT "'point':{'latitude':14.2222,'longitude':-4.4933}"
	struct tocsin_arena *arena = rig_arena();
	(void)state;
	check("'redaction':'high','area':{" POINT "}", "<circle>14.2222,-4.4933 20</circle>", NULL);
	check("'redaction':'severe','area':{'geo_precision':'town'," POINT "}",
		"<circle>14.2222,-4.4933 5</circle>", NULL);
	check("'redaction':'severe','area':{'geo_precision':'part'," POINT "}",
		"<circle>14.2222,-4.4933 20</circle>", NULL);
	/* A region's representative point is not where it happened. */
	check("'redaction':'severe','area':{'geo_precision':'region'," POINT "}", "<area>", "<circle>");
	check("'redaction':'moderate','area':{" POINT "}", "<area>", "<circle>");
	check("'redaction':'low','area':{" POINT "}", "<area>", "<circle>");
	check("'redaction':'high','area':{'point':{'latitude':14}}", "<area>", "<circle>");
	check("'redaction':'high','area':{'point':{'longitude':14}}", "<area>", "<circle>");
	check("'redaction':'high','area':{'point':{}}", "<area>", "<circle>");
	check("'redaction':'high','area':{'point':{'latitude':0,'longitude':-0.0000001}}",
		"<circle>0,0 20</circle>", NULL);
	check("'redaction':'high','area':{'point':{'latitude':-90,'longitude':180}}",
		"<circle>-90,180 20</circle>", NULL);
	Tocsin__V1__Alert *alert =
		rig_alert(arena, "{" LEAST "'msg_type':'alert','redaction':'high','area':{" POINT "}}");
	const double wrong[] = {90.1, -91, NAN, INFINITY};
	for (size_t i = 0; i < 4; i++) {
		alert->area->point->latitude = wrong[i];
		assert_lacks(write_alert(arena, alert, &no_options), "<circle>");
	}
	tocsin_arena_destroy(arena);
}

static void the_deepest_code_alone_is_the_geocode(void **state)
{
	(void)state;
	check("'area':{'country':'ML','pcodes':['ML05','ML0503']}",
		"<geocode>\n        <valueName>P-code</valueName>\n        <value>ML0503</value>",
		"<value>ML05</value>");
	check("'area':{'country':'ML'}",
		"<geocode>\n        <valueName>ISO 3166-1</valueName>\n        <value>ML</value>",
		"P-code");
	check("'area':{'country':'ML','pcodes':['ML05']}", "<value>ML05</value>", "ISO 3166-1");
	check("'area':{'name':'x\\ny'}", "<areaDesc>x y</areaDesc>", "<geocode>");
}

static void a_page_must_be_one(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	const struct tocsin_cap_options options = {.web = "https://hub.example/"};
	(void)state;
	const char *text = write_alert(arena,
		rig_alert(arena,
			"{" LEAST "'msg_type':'alert','sources':[{'url':'/relative'},{'url':'javascript:x'},"
			"{'url':'https://rfi.example/a'},{'url':'https://other.example/'}]}"),
		&options);
	assert_has(text, "<web>https://rfi.example/a</web>");
	assert_int_equal(count(text, "<web>"), 2);
	text = write_alert(
		arena, rig_alert(arena, "{" LEAST "'msg_type':'alert','sources':[{'url':'x'}]}"), &options);
	assert_has(text, "<web>https://hub.example/</web>");
	assert_true(tocsin_cap_is_web("http://a"));
	assert_true(tocsin_cap_is_web("https://a.b/c?d#e"));
	static const char *const refused[] = {"", "a", "/a", "http://", "https:///a", "http://?a",
		"ftp://a", "http://a b", "http://a\"b", "http://a<b", "http://a\nb", "http://\xc3\xa9"};
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		assert_false(tocsin_cap_is_web(refused[i]));
	tocsin_arena_destroy(arena);
}

static void a_sender_must_be_one(void **state)
{
	char longest[202];
	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[201] = '\0';
	assert_false(tocsin_cap_is_sender(longest));
	longest[200] = '\0';
	assert_true(tocsin_cap_is_sender(longest));
	assert_true(tocsin_cap_is_sender("hub@example.org"));
	static const char *const refused[] = {
		"", "a b", "a,b", "a<b", "a&b", "a>b", "a\"b", "a'b", "a\tb", "\xc3\xa9", "a\x7f"};
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		assert_false(tocsin_cap_is_sender(refused[i]));
}

static void parameters_tell_0_from_nothing(void **state)
{
	(void)state;
	check("'casualty_claims':[{'kind':'killed','low':0,'high':0}]",
		"<value>{\"kind\":\"killed\",\"low\":0,\"high\":0}</value>", NULL);
	check("'casualty_claims':[{'kind':'killed','not_reported':true}]",
		"<value>{\"kind\":\"killed\",\"not_reported\":true}</value>", "\"low\"");
	check("'displacement':[{'unit':'household','figure':0,'household_size':5.5,'round':3}]",
		"<value>{\"unit\":\"household\",\"figure\":0,\"household_size\":5.5,\"round\":3}</value>",
		NULL);
	check("'disputed':true,'source_grade':'B2','reports':2",
		"<valueName>tocsin:disputed</valueName>\n      <value>true</value>", NULL);
	check("'disputed':false,'reports':0,'sequence':0", NULL, "<parameter>");
	check("'rules':['r1','r2'],'held_by':['h']",
		"<value>r1</value>\n    </parameter>\n    <parameter>\n      <valueName>tocsin:rules"
		"</valueName>\n      <value>r2</value>",
		NULL);
	check("'sequence':'18446744073709551615'", "<value>18446744073709551615</value>", NULL);
	check("'needs':['food'],'impacts':['fear']",
		"<valueName>tocsin:needs</valueName>\n      <value>food</value>", NULL);
}

static void memory_may_end_anywhere(void **state)
{
	struct tocsin_arena *source = rig_arena();
	const Tocsin__V1__Alert *alert = rig_alert(source,
		"{" LEAST "'msg_type':'alert','language':'fr','headline':'x','event':{'type':'riots'},"
		"'area':{'country':'ML','name':'Mopti'},'casualty_claims':[{'kind':'killed','low':3}]}");
	size_t refused = 0, ceiling;
	(void)state;
	for (ceiling = 64;; ceiling += 64) {
		char *text = NULL;
		size_t length = 0;
		struct tocsin_arena *arena = tocsin_arena_create(ceiling, &tocsin_heap);
		assert_non_null(arena);
		enum tocsin_status status = tocsin_cap_write(alert, &no_options, arena, &text, &length);
		if (status == TOCSIN_OK)
			assert_has(text, "</alert>\n");
		else
			assert_null(text);
		tocsin_arena_destroy(arena);
		if (status == TOCSIN_OK)
			break;
		assert_int_equal(status, TOCSIN_NO_MEMORY);
		refused++;
	}
	assert_true(refused > 10);
	tocsin_arena_destroy(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_whole_document),
		cmocka_unit_test(an_alert_with_nothing_but_what_must_be),
		cmocka_unit_test(what_cannot_be_cap_is_refused),
		cmocka_unit_test(scope_follows_redaction_and_status),
		cmocka_unit_test(references_name_what_was_written),
		cmocka_unit_test(an_alert_is_referred_to_as_it_was_written),
		cmocka_unit_test(note_says_why_and_which_exercise),
		cmocka_unit_test(times_have_neither_z_nor_fractions),
		cmocka_unit_test(blocks_by_language),
		cmocka_unit_test(a_template_is_not_taken_for_own_words),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(categories_and_codes),
		cmocka_unit_test(circles_only_where_the_point_means_something),
		cmocka_unit_test(the_deepest_code_alone_is_the_geocode),
		cmocka_unit_test(a_page_must_be_one),
		cmocka_unit_test(a_sender_must_be_one),
		cmocka_unit_test(parameters_tell_0_from_nothing),
		cmocka_unit_test(memory_may_end_anywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
