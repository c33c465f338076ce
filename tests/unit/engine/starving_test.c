/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Each allocation fails in turn, alone and with all after it, wherever it is made: while
 * rules are loaded, an incident decoded and judged, alerts made of it, a request on
 * $CONTROL answered. Nothing crashes, nothing leaks, and what could not be finished has
 * not begun: the same again is taken. */
#include "engine/starving.h"

#include <openssl/err.h>

#include "engine/rig.h"
#include "mosquitto/control_request.h"
#include "proto/validate.h"
#include "rules/silence.h"

#define SAMPLES SOURCE_DIR "/tests/unit/rules/samples/"

/* Does something that may fail for want of memory, and frees it; what it came to. */
struct task {
	enum tocsin_status (*run)(const struct task *task);
	const char *text;
	size_t length;
	enum tocsin_status wanted;
	const struct tocsin_ruleset *ruleset;
	bool parses_json;
};

/* OpenSSL keeps a note of its own troubles until it is asked. */
static size_t live(void)
{
	ERR_clear_error();
	return starving_live();
}

/* jansson 2.14 drops a byte where its buffer cannot grow that once, and goes on. */
static int least_of(bool parses_json)
{
	return parses_json ? STARVING_ON : STARVING_ONCE;
}

static void fails_cleanly(const struct task *task)
{
	assert_int_equal(task->run(task), task->wanted);
	starving_begin(STARVING_NOT, 0);
	assert_int_equal(task->run(task), task->wanted);
	const size_t total = starving_end();
	size_t refused = 0;

	for (size_t n = 1; n <= total; n++) {
		for (int how = least_of(task->parses_json); how <= STARVING_ON; how++) {
			const size_t before = live();
			starving_begin((enum starving)how, n);
			const enum tocsin_status status = task->run(task);
			starving_end();
			if (status != task->wanted && status != TOCSIN_NO_MEMORY) {
				fail_msg("status %d where allocation %zu fails, %d", status, n, how);
			}
			refused += status == TOCSIN_NO_MEMORY;
			assert_int_equal(live(), before);
		}
	}
	assert_true(refused > 0);
}

static enum tocsin_status load(const struct task *task)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *set = NULL;

	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status =
		tocsin_ruleset_load(task->text, &tocsin_disk, &diagnostics, &set);
	tocsin_ruleset_destroy(set);
	tocsin_diagnostics_finish(&diagnostics);
	return (set != NULL) == (status == TOCSIN_OK) ? status : TOCSIN_IO;
}

static void loading(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		enum tocsin_status wanted;
	} files[] = {
		{SAMPLES "good/every-key.yaml", TOCSIN_OK},
		{SAMPLES "good/include.yaml", TOCSIN_OK},
		{SAMPLES "good/villages.yaml", TOCSIN_OK},
		{SAMPLES "bad/five-mistakes.yaml", TOCSIN_INVALID},
		{SAMPLES "bad/bad-gazetteer.yaml", TOCSIN_INVALID},
		{SAMPLES "bad/syntax.yaml", TOCSIN_INVALID},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const struct task task = {.run = load, .text = files[i].path, .wanted = files[i].wanted};
		fails_cleanly(&task);
	}
}

static enum tocsin_status read_silence(const struct task *task)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_silence *silence = NULL;

	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status = tocsin_silence_read(
		task->ruleset, "silence", task->text, task->length, RIG_START, &diagnostics, &silence);
	tocsin_silence_destroy(silence);
	tocsin_diagnostics_finish(&diagnostics);
	return status;
}

static void silencing(void **state)
{
	(void)state;
	static const char text[] =
		"{\"match\": {\"region\": \"ML05\", \"not\": {\"event\": [\"battles\"]},"
		" \"time\": {\"tz\": \"Africa/Bamako\", \"between\": \"18:00-06:00\"}},"
		" \"audiences\": [\"partners\"], \"author\": \"duty\", \"reason\": \"drill\","
		" \"until\": \"2024-08-08T12:00:00Z\"}";
	struct tocsin_ruleset *ruleset = rig_load(rig_rules);
	struct task task = {.run = read_silence, .ruleset = ruleset};

	task.text = text;
	task.length = strlen(text);
	fails_cleanly(&task);
	task.text = "{match: {region: XX}, reason: [], until: yesterday}";
	task.length = strlen(task.text);
	task.wanted = TOCSIN_INVALID;
	fails_cleanly(&task);
	tocsin_ruleset_destroy(ruleset);
}

static enum tocsin_status decode(const struct task *task)
{
	struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, &tocsin_heap);
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;

	if (!arena) {
		return TOCSIN_NO_MEMORY;
	}
	const struct tocsin_places places = tocsin_gazetteer_places(task->ruleset->gazetteer);
	tocsin_violations_init(&violations, arena);
	enum tocsin_status status = tocsin_incident_decode(
		TOCSIN_FORM_JSON, (const uint8_t *)task->text, task->length, arena, &violations, &incident);
	if (incident) {
		tocsin_incident_validate(incident, &places, RIG_START, &violations);
	}
	if (violations.short_of_memory) {
		status = TOCSIN_NO_MEMORY;
	}
	if (status == TOCSIN_OK && !tocsin_violations_pass(&violations)) {
		status = TOCSIN_INVALID;
	}
	tocsin_arena_destroy(arena);
	return status;
}

static void decoding(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct task task = {
		.run = decode, .ruleset = tocsin_engine_rules(rig.engine), .parses_json = true};

	task.text = rig_json(&rig, 1,
		"{'actors':[{'name':'a','attribution':{'statement':'s','claimant':'c'}}],"
		"'displacement':[{'pcode':'ML0503','unit':'person','figure':80,'population':'idp',"
		"'flow_or_stock':'stock'}],'headline':'h'}");
	task.length = strlen(task.text);
	fails_cleanly(&task);
	task.text = rig_json(&rig, 1, "{'severity':'grave','x':1,'location':{'pcode':'ML99'}}");
	task.length = strlen(task.text);
	task.wanted = TOCSIN_INVALID;
	fails_cleanly(&task);
	rig_end(&rig);
}

static enum tocsin_status answer(const struct task *task)
{
	struct tocsin_request *request =
		tocsin_request_create("client", "chief", task->text, task->length);

	if (!request) {
		return TOCSIN_NO_MEMORY;
	}
	tocsin_request_parse(request);
	for (size_t i = 0; i < json_array_size(request->commands); i++) {
		tocsin_request_respond(
			request, json_array_get(request->commands, i), json_string("done"), NULL);
	}
	tocsin_request_write(request);
	const enum tocsin_status status =
		request->text && strstr(request->text, "\"done\"") ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	tocsin_request_destroy(request);
	return status;
}

static void answering(void **state)
{
	(void)state;
	const struct task task = {
		.run = answer,
		.text = "{\"commands\":[{\"command\":\"getStatus\",\"correlationData\":\"1\"}]}",
		.length =
			sizeof("{\"commands\":[{\"command\":\"getStatus\",\"correlationData\":\"1\"}]}") - 1,
	};

	fails_cleanly(&task);
}

struct starved {
	enum starving how;
	enum tocsin_form form;
	size_t n;
};

struct bytes {
	const void *data;
	size_t size;
};

static struct bytes pack(struct rig *rig, enum tocsin_form form, const char *json)
{
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;

	if (form == TOCSIN_FORM_JSON) {
		return (struct bytes){json, strlen(json)};
	}
	tocsin_violations_init(&violations, rig->arena);
	assert_int_equal(tocsin_incident_decode(TOCSIN_FORM_JSON, (const uint8_t *)json, strlen(json),
						 rig->arena, &violations, &incident),
		TOCSIN_OK);
	uint8_t *data = tocsin_arena_alloc(rig->arena, tocsin__v1__incident__get_packed_size(incident));
	assert_non_null(data);
	return (struct bytes){data, tocsin__v1__incident__pack(incident, data)};
}

/* One incident whose nth allocation fails, and then again with memory enough. True while
 * there was an nth. */
static bool submit_starving(struct rig *rig, const char *json, const struct starved *starved)
{
	const uint64_t sequence = tocsin_engine_sequence(rig->engine, "coordination");
	const struct bytes bytes = pack(rig, starved->form, json);

	starving_begin(starved->how, starved->n);
	struct tocsin_outcome *outcome =
		rig_submit_bytes(rig, "one", starved->form, bytes.data, bytes.size);
	const bool hit = starving_end() >= starved->n;
	assert_true(tocsin_ledger_adds_up(tocsin_engine_ledger(rig->engine)));
	const bool accepted = outcome && outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	if (outcome && !accepted) {
		assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_DEFERRED);
		assert_null(outcome->record);
		assert_true(outcome->publication_count <= 1);
	}
	if (outcome) {
		rig_settle(rig, outcome);
	}
	assert_int_equal(
		tocsin_engine_sequence(rig->engine, "coordination"), sequence + (accepted ? 1 : 0));
	outcome = rig_submit_bytes(rig, "one", starved->form, bytes.data, bytes.size);
	assert_non_null(outcome);
	assert_int_equal(outcome->verdict,
		accepted ? TOCSIN__V1__VERDICT__VERDICT_DUPLICATE : TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_non_null(rig_receipt(rig, outcome));
	rig_settle(rig, outcome);
	assert_int_equal(tocsin_engine_sequence(rig->engine, "coordination"), sequence + 1);
	assert_true(hit || accepted);
	return hit;
}

/* Alert, Update and Cancel of a chain of its own, each with its nth allocation failing. */
static bool submit_chain(struct rig *rig, const struct starved *starved)
{
	const unsigned id = 10 * (unsigned)starved->n;
	const char *alert = rig_json(rig, id,
		"{'location':{'pcode':'ML0801'},'displacement':[{'unit':'person','figure':80,"
		"'population':'idp','flow_or_stock':'stock'}]}");
	const char *update = rig_json(rig, id + 1,
		"{'msg_type':'update','severity':'extreme','location':{'pcode':'ML0801'},"
		"'references':[%s]}",
		rig_reference(rig, id));
	const char *cancel =
		rig_json(rig, id + 2, "{'msg_type':'cancel','references':[%s],'close':{'cause':'error'}}",
			rig_reference(rig, id + 1));
	bool hit = submit_starving(rig, alert, starved);

	hit = submit_starving(rig, update, starved) || hit;
	return submit_starving(rig, cancel, starved) || hit;
}

static void submit_all(enum starving how, enum tocsin_form form)
{
	const size_t before = live();
	struct starved starved = {.how = how, .form = form};
	bool hit = true;

	while (hit) {
		struct rig rig = rig_begin();
		starved.n++;
		hit = submit_chain(&rig, &starved);
		rig_end(&rig);
		assert_int_equal(live(), before);
	}
	assert_true(starved.n > 20);
}

static void submitting(void **state)
{
	(void)state;
	submit_all(STARVING_ONCE, TOCSIN_FORM_PROTOBUF);
	submit_all(STARVING_ON, TOCSIN_FORM_PROTOBUF);
	submit_all(STARVING_ON, TOCSIN_FORM_JSON);
}

/* A text or bytes of one piece over and over, as long as a payload may be. */
static char *fill(const char *head, const char *piece, size_t length, char *text)
{
	size_t used = strlen(head);

	memcpy(text, head, used);
	for (; used + length <= TOCSIN_MAX_PAYLOAD; used += length) {
		memcpy(text + used, piece, length);
	}
	return memset(text + used, piece[0], TOCSIN_MAX_PAYLOAD - used);
}

/* What takes most memory for its bytes. All of it is refused. */
static void large_payloads_are_bounded(void **state)
{
	(void)state;
	static const struct {
		enum tocsin_form form;
		const char *head, *piece;
		size_t length;
	} payloads[] = {
		{TOCSIN_FORM_JSON, "{\"a\":[", "{},", 3}, {TOCSIN_FORM_JSON, "{\"a\":[", "[],", 3},
		{TOCSIN_FORM_JSON, "{\"a\":[", "\"\",", 3}, {TOCSIN_FORM_JSON, "{\"a\":[", "1,", 2},
		{TOCSIN_FORM_JSON, "{\"displacement\":[", "{\"pcode\":\"a\"},", 14},
		{TOCSIN_FORM_JSON, "", "{\"a\":", 5},
		{TOCSIN_FORM_PROTOBUF, "", "\x6a\x00", 2},                 /* empty claims */
		{TOCSIN_FORM_PROTOBUF, "", "\x72\x00", 2},                 /* empty displacement */
		{TOCSIN_FORM_PROTOBUF, "", "\xa2\x06\x00", 3},             /* unknown fields */
		{TOCSIN_FORM_PROTOBUF, "", "\x2a\x04\x0a\x02\x08\x01", 6}, /* references */
	};
	char *text = malloc(TOCSIN_MAX_PAYLOAD);
	struct rig rig = rig_begin();
	size_t most = 0;

	assert_non_null(text);
	for (size_t i = 0; i < sizeof(payloads) / sizeof(*payloads); i++) {
		fill(payloads[i].head, payloads[i].piece, payloads[i].length, text);
		starving_begin(STARVING_NOT, 0);
		struct tocsin_outcome *outcome =
			rig_submit_bytes(&rig, "one", payloads[i].form, text, TOCSIN_MAX_PAYLOAD);
		starving_end();
		most = starving_peak() > most ? starving_peak() : most;
		assert_non_null(outcome);
		assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
		rig_settle(&rig, outcome);
	}
	print_message("at most %zu KiB for %d KiB\n", most / 1024, TOCSIN_MAX_PAYLOAD / 1024);
	assert_true(most < (size_t)8 << 20);
	rig_end(&rig);
	free(text);
}

/* Another may have taken malloc's place, such as Valgrind. */
static bool is_malloc_ours(void)
{
	starving_begin(STARVING_NOT, 0);
	struct tocsin_arena *arena = tocsin_arena_create(1, NULL);
	tocsin_arena_destroy(arena);
	return starving_end() > 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loading),
		cmocka_unit_test(silencing),
		cmocka_unit_test(decoding),
		cmocka_unit_test(answering),
		cmocka_unit_test(submitting),
		cmocka_unit_test(large_payloads_are_bounded),
	};

	if (!is_malloc_ours()) {
		print_message("malloc is not ours to fail: nothing was tested\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
