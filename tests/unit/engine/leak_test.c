/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What an audience may not see changes nothing of what it sees. Two incidents that
 * differ in one field alone go through two engines that are otherwise alike, and all
 * that leaves for an audience is compared byte for byte: topics, payloads, properties,
 * expiries, order. So a value is found however it travels: cut, rounded, hashed,
 * counted, or as the hour at which something is taken away. */
#include "engine/rig.h"

enum { S = 1, H = 2, M = 4, L = 8, D = 16, ALL = S | H | M | L | D, AUDIENCES = 5 };

/* By bit; detail is low with `detail: adm2`. */
static const char *const audiences[AUDIENCES] = {"severe", "high", "moderate", "low", "detail"};

#define LEAK_RULES(throttle)                                                                       \
	"version: 1\n"                                                                                 \
	"gazetteer: [list.csv]\n"                                                                      \
	"open_senders: true\n"                                                                         \
	"senders: {bridge: {relays: ['mopti-*']}}\n"                                                   \
	"audiences:\n"                                                                                 \
	"  severe: {max_sensitivity: severe}\n"                                                        \
	"  high: {max_sensitivity: high}\n"                                                            \
	"  moderate: {max_sensitivity: moderate}\n"                                                    \
	"  low: {max_sensitivity: low}\n"                                                              \
	"  detail: {max_sensitivity: low, detail: adm2}\n"                                             \
	"rules:\n"                                                                                     \
	"  - id: everything\n"                                                                         \
	"    alert:\n"                                                                                 \
	"      - {audience: severe, open: true, expires: 7d}\n"                                        \
	"      - {audience: high, open: true, expires: 7d, downgrade: true}\n"                         \
	"      - {audience: moderate, open: true, expires: 7d, downgrade: true}\n"                     \
	"      - {audience: low, open: true, expires: 7d, downgrade: true}\n"                          \
	"      - {audience: detail, open: true, expires: 7d, downgrade: true}\n" throttle "default:\n" \
	"  alert: [{audience: severe}]\n"

static const char open_rules[] = LEAK_RULES("");
/* The first passes, whatever comes after is told in a digest. */
static const char held_rules[] = LEAK_RULES("    throttle: {max: 1, in: 2h}\n");

/* Every field is set, every list has two entries. */
static const char full[] =
	"{'id':'00000003-0000-4000-8000-000000000003',"
	"'status':'actual','msg_type':'alert','sent':'2024-08-07T18:40:00Z',"
	"'occurred':{'start':'2024-08-07T10:10:10Z','end':'2024-08-07T12:10:10Z',"
	"'precision':'minute'},"
	"'event':{'type':'displacement','sub_type':'raid','category':['safety','rescue'],"
	"'cause':'conflict'},"
	"'urgency':'immediate','severity':'severe','certainty':'likely',"
	"'location':{'country':'ML','pcode':'ML05030201','pcode_scheme':'COD-AB',"
	"'pcode_version':'2021-12-20','locality':'Kouakourou',"
	"'point':{'latitude':14.2222,'longitude':-4.4933},'geo_precision':'town'},"
	"'actors':["
	"{'name':'Group One','actor_class':'rebel','role':'attacker','attribution':{"
	"'statement':'they came','claimant':'an elder','claimant_class':'witness',"
	"'reliability':'c','credibility':'credibility_3'}},"
	"{'name':'Group Two','actor_class':'state','role':'other','attribution':{"
	"'statement':'we saw','claimant':'a guard','claimant_class':'other',"
	"'reliability':'d','credibility':'credibility_2'}}],"
	"'casualty_claims':["
	"{'kind':'killed','group':'civilian','low':20,'high':40,'qualifier':'approximately',"
	"'claimant':'an elder','claimant_class':'witness','official':false,'verified':false},"
	"{'kind':'injured','group':'mixed','low':50,'high':60,'qualifier':'exact',"
	"'claimant':'a guard','claimant_class':'other','official':false,'verified':false}],"
	"'displacement':["
	"{'pcode':'ML05030201','unit':'person','figure':1000,'household_size':5,"
	"'qualifier':'more_than','term':'displaced','flow_or_stock':'stock','population':'idp',"
	"'operation':'First','round':3,'assessment':'baseline',"
	"'cumulative_since':'2024-07-01T10:10:10Z','origin_pcode':'ML05030201',"
	"'destination_pcode':'ML05030202','role':'recommended','reason':'fear',"
	"'as_of':'2024-08-06T10:10:10Z'},"
	"{'pcode':'ML050303','unit':'person','figure':2000,'household_size':5,"
	"'qualifier':'approximately','term':'sheltered','flow_or_stock':'flow','population':'returnee',"
	"'operation':'Second','round':4,'assessment':'site',"
	"'cumulative_since':'2024-07-01T10:10:10Z','origin_pcode':'ML0506',"
	"'destination_pcode':'ML08','role':'recommended','reason':'flood',"
	"'as_of':'2024-08-06T10:10:10Z'}],"
	"'needs':['food','water'],'impacts':['fear','looting'],"
	"'sources':["
	"{'name':'Radio','kind':'media','url':'https://example.org/1',"
	"'published':'2024-08-07T13:10:10Z','reliability':'c','credibility':'credibility_3'},"
	"{'name':'Elder','kind':'witness','url':'https://example.org/2',"
	"'published':'2024-08-07T14:10:10Z','reliability':'c','credibility':'credibility_3'}],"
	"'sensitivity':'low','expires':'2024-08-10T10:10:10Z','language':'fr',"
	"'headline':'As written','description':'All of it','instruction':'Stay',"
	"'correlation_key':'case-1','reporter_ref':'r-1'}";

/* One field with two values, and who must be able to tell them apart: nobody else may.
 * A list is tried in each of its entries. */
struct row {
	const char *field, *one, *other; /* JSON with ' for "; null leaves it out */
	int seen;
	/* Or "": members of the same message, and of the incident, that give the values
	 * their meaning. */
	const char *beside, *root;
};

static const struct row rows[] = {
	{"status", "'actual'", "'exercise'", ALL, "", ""},
	{"references.sender", "''", "'mopti-17'", 0, "", ""},
	{"references.id", "'00000001-0000-4000-8000-000000000001'",
		"'00000002-0000-4000-8000-000000000002'", 0, "", ""},
	{"references.sent", "'2024-08-07T18:40:00Z'", "'2024-08-07T18:31:07Z'", 0, "", ""},
	{"sent", "'2024-08-07T18:40:00Z'", "'2024-08-05T16:31:07Z'", 0, "", ""},
	{"occurred.start", "'2024-08-07T10:10:10Z'", "'2024-08-07T10:10:59Z'", 0, "", ""},
	{"occurred.start", "'2024-08-07T10:10:10Z'", "'2024-08-07T10:11:10Z'", S, "", ""},
	{"occurred.start", "'2024-08-07T10:10:10Z'", "'2024-08-07T09:10:10Z'", S | H, "", ""},
	{"occurred.start", "'2024-08-07T10:10:10Z'", "'2024-08-06T10:10:10Z'", ALL, "", ""},
	{"occurred.end", "'2024-08-07T12:10:10Z'", "'2024-08-07T12:10:59Z'", 0, "", ""},
	{"occurred.end", "'2024-08-07T12:10:10Z'", "'2024-08-07T12:11:10Z'", S, "", ""},
	{"occurred.end", "'2024-08-07T12:10:10Z'", "'2024-08-07T13:10:10Z'", S | H, "", ""},
	{"occurred.end", "'2024-08-07T12:10:10Z'", "'2024-08-08T12:10:10Z'", S | H, "", ""},
	{"occurred.precision", "'minute'", "'hour'", S, "", ""},
	{"occurred.precision", "'hour'", "'day'", S | H, "", ""},
	{"occurred.precision", "'day'", "'week'", ALL, "", ""},
	{"event.type", "'displacement'", "'disaster'", ALL, "", ""},
	{"event.sub_type", "'raid'", "'ambush'", S | H, "", ""},
	{"event.category", "['safety']", "['rescue']", ALL, "", ""},
	{"event.cause", "'conflict'", "'other'", ALL, "", ""},
	{"urgency", "'immediate'", "'expected'", ALL, "", ""},
	{"severity", "'severe'", "'moderate'", ALL, "", ""},
	{"certainty", "'likely'", "'observed'", ALL, "", ""},
	{"location.country", "'ML'", "null", 0, "", ""},
	{"location.pcode", "'ML05030201'", "'ML05030202'", S, "", ""},
	{"location.pcode", "'ML050302'", "'ML050303'", S | H, "", ""},
	{"location.pcode", "'ML0503'", "'ML0506'", S | H | M | D, "", ""},
	{"location.pcode", "'ML05'", "'ML08'", ALL, "", ""},
	{"location.pcode_scheme", "'COD-AB'", "'another'", 0, "", ""},
	{"location.pcode_version", "'2021-12-20'", "'2021'", 0, "", ""},
	{"location.locality", "'Kouakourou'", "'Sare'", S, "", ""},
	{"location.point.latitude", "14.2222", "14.2223", S, "", ""},
	{"location.point.latitude", "14.2222", "14.2722", S | H, "", ""},
	{"location.point.longitude", "-4.4933", "-4.4934", S, "", ""},
	{"location.point.longitude", "-4.4933", "-4.5433", S | H, "", ""},
	{"location.geo_precision", "'town'", "'part'", S, "", ""},
	{"actors.name", "'Group One'", "'Group Three'", S | H, "", ""},
	{"actors.actor_class", "'rebel'", "'rioter'", ALL, "", ""},
	{"actors.actor_class", "'rebel'", "'rioter'", S | H | M, "", "{'certainty':'possible'}"},
	{"actors.role", "'attacker'", "'target'", S | H | M, "", ""},
	{"actors.attribution.statement", "'they came'", "'nobody came'", S, "", ""},
	{"actors.attribution.claimant", "'an elder'", "'a teacher'", S, "", ""},
	{"actors.attribution.claimant_class", "'witness'", "'ngo'", S | H, "", ""},
	{"actors.attribution.reliability", "'a'", "'b'", S, "", ""},
	{"actors.attribution.credibility", "'credibility_1'", "'credibility_2'", S, "", ""},
	{"actors.attribution.credibility", "'credibility_1'", "'credibility_5'", S | H, "", ""},
	{"casualty_claims.kind", "'missing'", "'abducted'", ALL, "", ""},
	{"casualty_claims.group", "'civilian'", "'aid_worker'", S | H, "", ""},
	{"casualty_claims.low", "20", "21", ALL, "", ""},
	{"casualty_claims.low", "3", "4", S | H | M, "", ""},
	{"casualty_claims.high", "70", "71", ALL, "", ""},
	{"casualty_claims.high", "7", "8", S | H | M, "{'low':null}", ""},
	{"casualty_claims.qualifier", "'approximately'", "'more_than'", S | H, "", ""},
	{"casualty_claims.claimant", "'an elder'", "'a teacher'", S, "", ""},
	{"casualty_claims.claimant", "'WHO'", "'UNHCR'", S | H, "{'claimant_class':'un'}", ""},
	{"casualty_claims.claimant_class", "'witness'", "'armed_group'", S | H, "", ""},
	{"casualty_claims.official", "false", "true", S | H, "", ""},
	{"casualty_claims.verified", "false", "true", S | H, "", ""},
	{"casualty_claims.not_reported", "false", "true", ALL, "{'low':null,'high':null}", ""},
	{"displacement.pcode", "'ML05030201'", "'ML05030202'", S, "", ""},
	{"displacement.pcode", "'ML050302'", "'ML050303'", S | H, "", ""},
	{"displacement.pcode", "'ML0503'", "'ML0506'", S | H | M | D, "", ""},
	{"displacement.pcode", "'ML05'", "'ML08'", ALL, "", ""},
	{"displacement.unit", "'person'", "'household'", ALL, "", ""},
	{"displacement.figure", "3000", "3001", S | H, "", ""},
	{"displacement.figure", "3000", "3060", ALL, "", ""},
	{"displacement.figure", "49", "50", ALL, "", ""},
	{"displacement.figure", "8", "9", S | H, "", ""},
	{"displacement.household_size", "5", "6", ALL, "", ""},
	{"displacement.qualifier", "'more_than'", "'less_than'", S | H, "", ""},
	{"displacement.qualifier", "'exact'", "'more_than'", S | H, "{'figure':1234}", ""},
	{"displacement.qualifier", "'exact'", "'more_than'", ALL, "{'figure':null}", ""},
	{"displacement.term", "'evacuated'", "'relocated'", ALL, "", ""},
	{"displacement.flow_or_stock", "'flow'", "'stock'", ALL, "", ""},
	{"displacement.population", "'refugee'", "'migrant'", ALL, "", ""},
	{"displacement.operation", "'Third'", "'Fourth'", ALL, "", ""},
	{"displacement.operation", "'Kouakourou 1'", "'Kouakourou 2'", S, "", ""},
	{"displacement.operation", "'Site Djenne A'", "'Site Djenne B'", S | H | M | D, "", ""},
	{"displacement.round", "7", "8", ALL, "", ""},
	{"displacement.assessment", "'event_tracking'", "'flow_monitoring'", ALL, "", ""},
	{"displacement.cumulative_since", "'2024-07-01T10:10:10Z'", "'2024-07-01T10:10:59Z'", 0, "",
		""},
	{"displacement.cumulative_since", "'2024-07-01T10:10:10Z'", "'2024-07-01T10:11:10Z'", S, "",
		""},
	{"displacement.cumulative_since", "'2024-07-01T10:10:10Z'", "'2024-07-01T11:10:10Z'", S | H, "",
		""},
	{"displacement.cumulative_since", "'2024-07-01T10:10:10Z'", "'2024-07-02T10:10:10Z'", ALL, "",
		""},
	{"displacement.origin_pcode", "'ML05030201'", "'ML05030202'", S, "", ""},
	{"displacement.origin_pcode", "'ML050302'", "'ML050303'", S | H, "", ""},
	{"displacement.origin_pcode", "'ML0503'", "'ML0506'", S | H | M | D, "", ""},
	{"displacement.origin_pcode", "'ML05'", "'ML08'", ALL, "", ""},
	{"displacement.destination_pcode", "'ML05030201'", "'ML05030202'", S, "", ""},
	{"displacement.destination_pcode", "'ML050302'", "'ML050303'", S | H, "", ""},
	{"displacement.destination_pcode", "'ML0503'", "'ML0506'", S | H | M, "", ""},
	{"displacement.destination_pcode", "'ML05'", "'ML08'", S | H | M, "", ""},
	{"displacement.role", "'recommended'", "'triangulation'", ALL, "", ""},
	{"displacement.reason", "'fear'", "'hunger'", S, "", ""},
	{"displacement.as_of", "'2024-08-06T10:10:10Z'", "'2024-08-06T10:10:59Z'", 0, "", ""},
	{"displacement.as_of", "'2024-08-06T10:10:10Z'", "'2024-08-06T10:11:10Z'", S, "", ""},
	{"displacement.as_of", "'2024-08-06T10:10:10Z'", "'2024-08-06T11:10:10Z'", S | H, "", ""},
	{"displacement.as_of", "'2024-08-06T10:10:10Z'", "'2024-08-05T10:10:10Z'", ALL, "", ""},
	{"needs", "['food']", "['cash']", ALL, "", ""},
	{"impacts", "['fear']", "['looting']", ALL, "", ""},
	{"sources.name", "'Radio'", "'Elder'", S, "", ""},
	{"sources.kind", "'media'", "'un'", S, "", ""},
	{"sources.url", "'https://example.org/3'", "'https://example.org/4'", S, "", ""},
	{"sources.published", "'2024-08-07T13:10:10Z'", "'2024-08-07T13:10:11Z'", S, "", ""},
	{"sources.published", "'2024-08-07T13:10:10Z'", "'2024-08-01T13:10:10Z'", S, "", ""},
	{"sources.reliability", "'d'", "'e'", S, "", ""},
	{"sources.reliability", "'a'", "'b'", S | H, "", ""},
	{"sources.credibility", "'credibility_4'", "'credibility_5'", S, "", ""},
	{"sources.credibility", "'credibility_1'", "'credibility_2'", S | H, "", ""},
	/* Whoever is sent both, or told of both in a digest; of what is low, more places. */
	{"sensitivity", "'moderate'", "'high'", 0, "", ""},
	{"sensitivity", "'low'", "'severe'", D, "", ""},
	{"expires", "'2024-08-10T10:10:10Z'", "'2024-08-10T10:10:11Z'", S, "", ""},
	{"expires", "'2024-08-10T10:10:10Z'", "'2024-08-10T10:50:10Z'", S, "", ""},
	{"expires", "'2024-08-10T10:10:10Z'", "'2024-08-10T16:10:10Z'", S | H, "", ""},
	{"expires", "'2024-08-10T10:10:10Z'", "'2024-08-11T10:10:10Z'", ALL, "", ""},
	{"language", "'fr'", "'bm'", S, "", ""},
	{"headline", "'As written'", "'As spoken'", S, "", ""},
	{"description", "'All of it'", "'Some of it'", S, "", ""},
	{"instruction", "'Stay'", "'Leave'", S, "", ""},
	{"correlation_key", "'case-1'", "'case-2'", S, "", ""},
	{"reporter_ref", "'r-1'", "'r-2'", 0, "", ""},
	{"close.cause", "'resolved'", "'merged'", ALL, "", ""},
	{"close.note", "'as was'", "'as is'", S, "", ""},
};

/* Which message it is follows from these; tests/broker/leak_test.py looks for ids. */
static const char *const frame[] = {"id", "msg_type"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static json_t *parse(const char *quoted)
{
	char text[8192];
	json_error_t error;

	assert_true(strlen(quoted) < sizeof(text));
	for (size_t i = 0; i <= strlen(quoted); ++i) {
		text[i] = (char)(quoted[i] == '\'' ? '"' : quoted[i]);
	}
	json_t *value = json_loads(text, JSON_DECODE_ANY, &error);
	if (!value) {
		fail_msg("%s in %s", error.text, text);
	}
	return value;
}

/* The message that holds a field, in this entry of a list. */
static json_t *holder(json_t *incident, const char *field, size_t entry, const char **name)
{
	json_t *at = incident;
	char part[64];

	for (const char *dot = strchr(field, '.'); dot; dot = strchr(field, '.')) {
		(void)snprintf(part, sizeof(part), "%.*s", (int)(dot - field), field);
		at = json_object_get(at, part);
		if (json_is_array(at)) {
			at = json_array_get(at, entry);
		}
		assert_true(json_is_object(at));
		field = dot + 1;
	}
	*name = field;
	return at;
}

static size_t entries_of(const json_t *incident, const char *field)
{
	char part[64];

	(void)snprintf(part, sizeof(part), "%.*s", (int)strcspn(field, "."), field);
	const json_t *list = strchr(field, '.') ? json_object_get(incident, part) : NULL;
	return json_is_array(list) ? json_array_size(list) : 1;
}

static void put(json_t *incident, const struct row *row, size_t entry, const char *value)
{
	const char *name;
	json_t *at = holder(incident, row->field, entry, &name);

	if (row->beside[0]) {
		json_t *patch = parse(row->beside);
		rig_patch(at, patch);
		json_decref(patch);
	}
	if (row->root[0]) {
		json_t *patch = parse(row->root);
		rig_patch(incident, patch);
		json_decref(patch);
	}
	if (strcmp(value, "null") == 0) {
		json_object_del(at, name);
	} else {
		json_object_set_new(at, name, parse(value));
	}
}

/* What two runs may differ in. */
struct story {
	const char *rules;
	const char *sender; /* of all but the first incident */
	const char *relay;  /* by whom it came; NULL: itself */
	int64_t later_ms;   /* the incident comes that much later */
	size_t padding;     /* spaces after it: other bytes, another hash */
	uint64_t journal_id;
	const json_t *incident, *cancel; /* cancel: NULL where it runs out instead */
};

/* Everything that left for each audience. */
struct seen {
	json_t *of[AUDIENCES];
};

static void see(struct seen *seen, const struct tocsin_outcome *outcome, int64_t now_ms)
{
	char prefix[64];

	for (size_t i = 0; outcome && i < outcome->publication_count; ++i) {
		const struct tocsin_publication *sent = &outcome->publications[i];

		for (size_t a = 0; a < AUDIENCES; ++a) {
			(void)snprintf(prefix, sizeof(prefix), "%s/to/%s/", RIG_ROOT, audiences[a]);
			if (strncmp(sent->topic, prefix, strlen(prefix)) != 0) {
				continue;
			}
			char *bytes = malloc(2 * sent->payload_size + 1);
			assert_non_null(bytes);
			for (size_t b = 0; b < sent->payload_size; ++b) {
				(void)snprintf(bytes + 2 * b, 3, "%02x", ((const uint8_t *)sent->payload)[b]);
			}
			bytes[2 * sent->payload_size] = '\0';
			json_array_append_new(seen->of[a],
				json_pack("[s, i, b, I, s?, s?, s?, s]", sent->topic, (int)sent->qos, sent->retain,
					(json_int_t)sent->expires_ms, sent->severity, sent->msg_type, sent->schema,
					bytes));
			/* That something ends is told by its end, too. */
			json_array_append_new(seen->of[a], json_integer(sent->payload_size == 0 ? now_ms : 0));
			free(bytes);
		}
	}
}

static void submit(
	struct rig *rig, struct seen *seen, const struct story *story, const json_t *incident)
{
	const size_t padding = story->padding;
	char *text = json_dumps(incident, JSON_COMPACT);
	assert_non_null(text);
	const size_t length = strlen(text);
	char *bytes = malloc(length + padding);
	assert_non_null(bytes);
	memcpy(bytes, text, length);
	memset(bytes + length, ' ', padding);
	const struct tocsin_submission submission = {
		.topic_sender = story->sender,
		.topic_sender_length = strlen(story->sender),
		.user = story->relay ? story->relay : story->sender,
		.client_id = rig->client,
		.form = TOCSIN_FORM_JSON,
		.payload = (const uint8_t *)bytes,
		.payload_size = length + padding,
	};
	struct tocsin_outcome *outcome = tocsin_engine_submit(rig->engine, &submission, rig->now_ms);

	assert_non_null(outcome);
	const Tocsin__V1__Receipt *receipt = rig_receipt(rig, outcome);
	for (size_t i = 0; i < receipt->n_violations && receipt->verdict != 1; ++i) {
		print_error("%s: %s\n", receipt->violations[i]->field, receipt->violations[i]->check);
	}
	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	see(seen, outcome, rig->now_ms);
	rig_settle(rig, outcome);
	free(bytes);
	free(text);
}

/* Another chain of two versions, for the incident to refer to and to be held by. */
static void begin(struct rig *rig, struct seen *seen)
{
	const struct story usual = {.sender = "mopti-17"};
	json_t *first = parse("{'id':'00000001-0000-4000-8000-000000000001','status':'actual',"
						  "'msg_type':'alert','sent':'2024-08-07T18:00:00Z','severity':'severe',"
						  "'certainty':'likely','event':{'type':'riots'},"
						  "'location':{'country':'ML','pcode':'ML0506'},'sensitivity':'low'}");
	json_t *second = json_deep_copy(first);
	json_t *change = parse("{'id':'00000002-0000-4000-8000-000000000002','msg_type':'update',"
						   "'references':[{'id':'00000001-0000-4000-8000-000000000001'}]}");

	json_object_update(second, change);
	submit(rig, seen, &usual, first);
	submit(rig, seen, &usual, second);
	json_decref(first);
	json_decref(second);
	json_decref(change);
}

static struct seen tell(const struct story *story)
{
	struct seen seen;
	struct rig rig = rig_begin_from(story->rules, NULL, story->journal_id);

	for (size_t a = 0; a < AUDIENCES; ++a) {
		seen.of[a] = json_array();
	}
	begin(&rig, &seen);
	rig.now_ms = RIG_START + 10 * RIG_MINUTE + story->later_ms;
	submit(&rig, &seen, story, story->incident);
	if (story->cancel) {
		rig.now_ms = RIG_START + 30 * RIG_HOUR;
		submit(&rig, &seen, story, story->cancel);
	}
	/* What runs out, and what a window held. */
	rig.now_ms = RIG_START + 2 * RIG_DAY;
	for (int hours = 0; hours < 8 * 24; ++hours) {
		struct tocsin_outcome *outcome;
		rig.now_ms += RIG_HOUR;
		while ((outcome = tocsin_engine_tick(rig.engine, rig.now_ms)) != NULL) {
			see(&seen, outcome, rig.now_ms);
			rig_settle(&rig, outcome);
		}
	}
	rig_end(&rig);
	return seen;
}

/* Bits of the audiences that could tell the stories apart. */
static int told_apart(const struct story *one, const struct story *other)
{
	struct seen left = tell(one), right = tell(other);
	int bits = 0;

	for (size_t a = 0; a < AUDIENCES; ++a) {
		assert_true(json_array_size(left.of[a]) > 0);
		bits |= json_equal(left.of[a], right.of[a]) ? 0 : 1 << a;
		json_decref(left.of[a]);
		json_decref(right.of[a]);
	}
	return bits;
}

static json_t *incident_for(const struct row *row)
{
	json_t *incident = parse(full);

	if (row && strncmp(row->field, "references.", 11) == 0) {
		json_t *patch = parse("{'msg_type':'update','references':["
							  "{'id':'00000001-0000-4000-8000-000000000001'},"
							  "{'id':'00000002-0000-4000-8000-000000000002'}]}");
		json_object_update(incident, patch);
		json_decref(patch);
	}
	return incident;
}

static json_t *cancel_for(const json_t *incident)
{
	json_t *cancel =
		parse("{'id':'00000004-0000-4000-8000-000000000004','msg_type':'cancel',"
			  "'sent':'2024-08-07T19:40:00Z','close':{'cause':'resolved','note':'as was'},"
			  "'references':[{'id':'00000003-0000-4000-8000-000000000003'}]}");

	json_object_set(cancel, "status", json_object_get(incident, "status"));
	return cancel;
}

/* Sent on, taken back; sent on, run out; held, and told in a digest. */
static int told_apart_somewhere(const struct row *row, size_t entry)
{
	json_t *one = incident_for(row), *other = incident_for(row);
	const bool closes = strncmp(row->field, "close.", 6) == 0;

	if (!closes) {
		put(one, row, entry, row->one);
		put(other, row, entry, row->other);
	}
	json_t *cancel = cancel_for(one), *other_cancel = cancel_for(other);
	if (closes) {
		put(cancel, row, entry, row->one);
		put(other_cancel, row, entry, row->other);
	}
	struct story left = {open_rules, "mopti-17", NULL, 0, 0, 1, one, cancel};
	struct story right = {open_rules, "mopti-17", NULL, 0, 0, 1, other, other_cancel};
	int bits = told_apart(&left, &right);
	left.cancel = right.cancel = NULL;
	bits |= told_apart(&left, &right);
	left.rules = right.rules = held_rules;
	bits |= told_apart(&left, &right);
	json_decref(one);
	json_decref(other);
	json_decref(cancel);
	json_decref(other_cancel);
	return bits;
}

static void only_who_may_see_a_field_can_tell(void **state)
{
	(void)state;
	int wrong = 0;

	for (size_t i = 0; i < COUNT(rows); ++i) {
		json_t *incident = incident_for(&rows[i]);
		const size_t entries = entries_of(incident, rows[i].field);

		json_decref(incident);
		for (size_t entry = 0; entry < entries; ++entry) {
			const int bits = told_apart_somewhere(&rows[i], entry);

			for (int a = 0; a < AUDIENCES; ++a) {
				if ((bits ^ rows[i].seen) & 1 << a) {
					print_error("%s (entry %zu): %s or %s is %s to %s\n", rows[i].field, entry,
						rows[i].one, rows[i].other, bits & 1 << a ? "told" : "not told",
						audiences[a]);
					++wrong;
				}
			}
		}
	}
	assert_int_equal(wrong, 0);
}

static bool decided(const char *field)
{
	for (size_t i = 0; i < COUNT(rows); ++i) {
		if (strcmp(rows[i].field, field) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < COUNT(frame); ++i) {
		if (strcmp(frame[i], field) == 0) {
			return true;
		}
	}
	return false;
}

static int undecided(const ProtobufCMessageDescriptor *type, const char *path)
{
	int count = 0;

	for (unsigned i = 0; i < type->n_fields; ++i) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const ProtobufCMessageDescriptor *inner =
			field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
		char deeper[128];

		(void)snprintf(
			deeper, sizeof(deeper), "%s%s%s", path, path[0] != '\0' ? "." : "", field->name);
		if (inner && inner != &google__protobuf__timestamp__descriptor) {
			count += undecided(inner, deeper);
		} else if (!decided(deeper)) {
			print_error("nobody has decided who may see %s\n", deeper);
			++count;
		}
	}
	return count;
}

static void every_field_is_decided(void **state)
{
	(void)state;
	assert_int_equal(undecided(&tocsin__v1__incident__descriptor, ""), 0);
}

/* What is not in the incident: who sent it, when it came, its bytes, its number. */
static void the_way_it_came_is_told_as_little(void **state)
{
	(void)state;
	static const struct {
		const char *what, *sender, *relay;
		int64_t later_ms;
		size_t padding;
		uint64_t journal_id;
		int seen;
	} ways[] = {
		{"nothing", "mopti-17", NULL, 0, 0, 1, 0},
		{"another sender", "gao-3", NULL, 0, 0, 1, S},
		{"a relay", "mopti-17", "bridge", 0, 0, 1, 0},
		{"other bytes", "mopti-17", NULL, 0, 1, 1, 0},
		{"another number in the journal", "mopti-17", NULL, 0, 0, 4000000000, 0},
		{"five seconds later", "mopti-17", NULL, 5000, 0, 1, S}, /* by when it expires */
		{"five minutes later", "mopti-17", NULL, 5 * RIG_MINUTE, 0, 1, S},
		{"an hour later", "mopti-17", NULL, RIG_HOUR, 0, 1, S | H},
		{"a day later", "mopti-17", NULL, RIG_DAY, 0, 1, ALL},
	};
	json_t *incident = parse(full);
	json_t *cancel = cancel_for(incident);

	/* It runs out by the rules' span, which counts from when it came. */
	json_object_del(incident, "expires");
	for (size_t i = 0; i < COUNT(ways); ++i) {
		struct story usual = {open_rules, "mopti-17", NULL, 0, 0, 1, incident, cancel};
		struct story other = {open_rules, ways[i].sender, ways[i].relay, ways[i].later_ms,
			ways[i].padding, ways[i].journal_id, incident, cancel};
		int bits = told_apart(&usual, &other);

		usual.cancel = other.cancel = NULL;
		bits |= told_apart(&usual, &other);
		if (ways[i].later_ms <= RIG_HOUR) {
			usual.rules = other.rules = held_rules;
			bits |= told_apart(&usual, &other);
		}
		if (bits != ways[i].seen) {
			fail_msg(
				"%s: told to %x, not to %x", ways[i].what, (unsigned)bits, (unsigned)ways[i].seen);
		}
	}
	json_decref(incident);
	json_decref(cancel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decided),
		cmocka_unit_test(only_who_may_see_a_field_can_tell),
		cmocka_unit_test(the_way_it_came_is_told_as_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
