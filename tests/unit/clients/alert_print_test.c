/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/alert/alert_print.h"
#include "proto/json.h"

struct shown {
	struct page page;
	struct tocsin_arena *arena;
};

/* Prints the alert of a JSON text. */
static const char *show(struct shown *shown, const char *json, struct tocsin_alert_marks marks)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	shown->arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	assert_non_null(shown->arena);
	tocsin_violations_init(&violations, shown->arena);
	assert_int_equal(tocsin_json_read(&tocsin__v1__alert__descriptor, json, strlen(json),
						 shown->arena, &violations, &message),
		TOCSIN_OK);
	page_open(&shown->page);
	setenv("TZ", "UTC", 1);
	const struct tocsin_paper paper = {shown->page.out, false};
	tocsin_alert_print(&paper, (const Tocsin__V1__Alert *)message, &marks);
	return page_text(&shown->page);
}

static void hide(struct shown *shown)
{
	page_close(&shown->page);
	tocsin_arena_destroy(shown->arena);
}

#define NO_MARKS ((struct tocsin_alert_marks){0})

static void one_block_tells_all(void **state)
{
	struct shown shown;
	(void)state;
	const char *text = show(&shown,
		"{\"id\":\"a1\",\"incident_id\":\"i1\",\"revision\":1,\"msg_type\":\"alert\",\"status\":"
		"\"actual\",\"hub\":\"bamako\",\"occurred\":{\"start\":\"2024-08-07T18:30:00Z\","
		"\"precision\":\"minute\"},\"expires\":\"2024-08-08T18:30:00Z\",\"event\":{\"type\":"
		"\"battles\",\"sub_type\":\"Armed clash\"},\"urgency\":\"past\",\"severity\":\"severe\","
		"\"certainty\":\"observed\",\"headline\":\"Attack\",\"area\":{\"country\":\"ML\","
		"\"pcodes\":[\"ML05\",\"ML0503\"],\"name\":\"Djenné, Mopti\"},\"casualty_claims\":["
		"{\"kind\":\"killed\",\"not_reported\":true,\"claimant_class\":\"official\",\"official\":"
		"true},{\"kind\":\"killed\",\"group\":\"civilian\",\"low\":0,\"high\":0},{\"kind\":"
		"\"injured\",\"low\":3,\"claimant\":\"RFI\",\"claimant_class\":\"media\",\"verified\":"
		"true},{\"kind\":\"missing\"}],\"displacement\":[{\"unit\":\"household\",\"figure\":8000,"
		"\"household_size\":5,\"population\":\"idp\",\"flow_or_stock\":\"flow\",\"pcode\":"
		"\"ML0503\",\"role\":\"triangulation\"}],\"disputed\":true,\"source_grade\":\"B2\","
		"\"rules\":[\"mopti-violence\"]}",
		NO_MARKS);
	assert_has(text, "[### ] SEVERE battles (Armed clash)\n");
	assert_has(text, "Djenné, Mopti, Mali (ML0503)\n");
	assert_has(text, "Attack\n");
	assert_has(text, "occurred 2024-08-07 18:30 UTC\n");
	assert_has(text, "holds until 2024-08-08 18:30 UTC\n");
	assert_has(text, "killed: not reported, says official\n");
	assert_has(text, "killed (civilian): 0\n");
	assert_has(text, "injured: at least 3, says RFI (media), verified\n");
	assert_has(text, "missing: no figure given\n");
	assert_has(text,
		"displacement: 8,000 households (about 40000 people, at 5 each) (idp, moved) "
		"in ML0503, evidence only\n");
	assert_has(text, "DISPUTED");
	assert_has(text, "certainty observed, urgency past, source grade B2\n");
	assert_has(text, "why: rule mopti-violence\n");
	assert_has(text, "alert a1 from bamako\n");
	hide(&shown);
}

static void a_code_that_the_hub_does_not_know(void **state)
{
	struct shown shown;
	(void)state;
	const char *text = show(&shown,
		"{\"id\":\"a1\",\"msg_type\":\"alert\",\"status\":\"actual\",\"area\":{\"country\":\"ML\","
		"\"name\":\"Mali\",\"reported_pcode\":\"ML050377\"}}",
		NO_MARKS);
	assert_has(text, "Mali (ML, reported as ML050377)\n");
	hide(&shown);
}

static void versions_look_different(void **state)
{
	struct shown shown;
	(void)state;
	const char *text = show(&shown,
		"{\"id\":\"a2\",\"revision\":2,\"msg_type\":\"update\",\"status\":\"exercise\","
		"\"severity\":\"extreme\",\"event\":{\"type\":\"riots\"}}",
		(struct tocsin_alert_marks){.moved_out = true});
	assert_has(text, "[####] EXERCISE UPDATE (version 2): EXTREME riots\n");
	assert_has(text, "no longer in your filter");
	hide(&shown);
	text = show(&shown,
		"{\"id\":\"a3\",\"revision\":3,\"msg_type\":\"cancel\",\"status\":\"actual\","
		"\"severity\":\"extreme\",\"expires\":\"2024-08-08T18:30:00Z\",\"close\":{\"cause\":"
		"\"error\",\"note\":\"never happened\"}}",
		NO_MARKS);
	assert_has(text, "[----] CANCELLED (error): EXTREME");
	assert_has(text, "note: never happened\n");
	assert_has(text, "why: you were sent an earlier version\n");
	assert_lacks(text, "holds until");
	hide(&shown);
}

static void unknown_is_said(void **state)
{
	struct shown shown;
	(void)state;
	const char *text = show(&shown,
		"{\"id\":\"a\",\"severity\":\"unknown\",\"msg_type\":\"alert\",\"status\":\"test\","
		"\"held_by\":[\"r1\",\"r2\"],\"audience\":\"coordination\"}",
		(struct tocsin_alert_marks){.open = true, .name_audience = true});
	assert_has(text, "[ ?? ] TEST SEVERITY UNKNOWN");
	assert_has(text, ", open since before\n");
	assert_has(text, "why: default route, held back by r1, r2\n");
	assert_has(text, "to coordination\n");
	hide(&shown);
	text = show(&shown, "{\"id\":\"a\",\"msg_type\":\"alert\",\"status\":\"actual\"}", NO_MARKS);
	assert_has(text, "why: default route: no rule matched\n");
	assert_lacks(text, "killed");
	hide(&shown);
}

static void nothing_steers_the_terminal(void **state)
{
	struct shown shown;
	Tocsin__V1__Alert alert = TOCSIN__V1__ALERT__INIT;
	char headline[] = "a\033]0;x\007b\xc2\x9b"
					  "c\xe2\x80\xae"
					  "d\xff\xc0\x80"
					  "e";
	(void)state;
	alert.headline = headline;
	page_open(&shown.page);
	const struct tocsin_paper paper = {shown.page.out, false};
	tocsin_alert_print(&paper, &alert, &NO_MARKS);
	const char *text = page_text(&shown.page);
	assert_has(text, "a<U+001B>]0;x<U+0007>b<U+009B>c<U+202E>d???e\n");
	assert_null(strchr(text, '\033'));
	page_close(&shown.page);
}

static void colour_comes_with_word_and_shape(void **state)
{
	Tocsin__V1__Alert alert = TOCSIN__V1__ALERT__INIT;
	struct page page;
	(void)state;
	alert.severity = TOCSIN__V1__SEVERITY__SEVERITY_SEVERE;
	page_open(&page);
	const struct tocsin_paper paper = {page.out, true};
	tocsin_alert_print(&paper, &alert, &NO_MARKS);
	assert_has(page_text(&page), "\033[1;31m[### ] SEVERE\033[0m");
	page_close(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_block_tells_all),
		cmocka_unit_test(a_code_that_the_hub_does_not_know),
		cmocka_unit_test(versions_look_different),
		cmocka_unit_test(unknown_is_said),
		cmocka_unit_test(nothing_steers_the_terminal),
		cmocka_unit_test(colour_comes_with_word_and_shape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
