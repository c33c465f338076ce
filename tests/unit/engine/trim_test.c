/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "engine/trim.h"
#include "tocsin/v1/alert.pb-c.h"

static char *const texts[] = {"one", "two"};

/* One of everything that an alert can have, in memory that is not freed. */
static Tocsin__V1__Alert full(void)
{
	static Google__Protobuf__Timestamp sent = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	static Tocsin__V1__Area area = TOCSIN__V1__AREA__INIT;
	static Tocsin__V1__Point point = TOCSIN__V1__POINT__INIT;
	static Tocsin__V1__Actor actor = TOCSIN__V1__ACTOR__INIT;
	static Tocsin__V1__CasualtyClaim claim = TOCSIN__V1__CASUALTY_CLAIM__INIT;
	static Tocsin__V1__Displacement figure = TOCSIN__V1__DISPLACEMENT__INIT;
	static Tocsin__V1__Source source = TOCSIN__V1__SOURCE__INIT;
	static Tocsin__V1__Close close = TOCSIN__V1__CLOSE__INIT;
	static Tocsin__V1__Actor *actors[] = {&actor, &actor};
	static Tocsin__V1__CasualtyClaim *claims[] = {&claim};
	static Tocsin__V1__Displacement *figures[] = {&figure};
	static Tocsin__V1__Source *sources[] = {&source};
	static Tocsin__V1__Need needs[] = {1, 2};
	static Tocsin__V1__Impact impacts[] = {1};
	Tocsin__V1__Alert alert = TOCSIN__V1__ALERT__INIT;

	sent.seconds = 1700000000;
	point.latitude_presence_case = TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE;
	point.latitude = 14.5;
	area.country = "ML";
	area.point = &point;
	actor.name = source.name = claim.claimant = "somebody";
	figure.pcode = "ML0503";
	close.note = "over";
	alert.id = alert.incident_id = alert.headline = alert.text = "text";
	alert.description = "a long text";
	alert.instruction = "another";
	alert.hub = alert.language = alert.audience = alert.rules_version = "short";
	alert.sender = alert.correlation_key = alert.source_grade = "short";
	alert.sent = alert.expires = &sent;
	alert.area = &area;
	alert.close = &close;
	alert.revision = 300;
	alert.severity = TOCSIN__V1__SEVERITY__SEVERITY_EXTREME;
	alert.sequence = UINT64_MAX;
	alert.topic_sequence = 1;
	alert.disputed = true;
	alert.n_references = alert.n_rules = alert.n_held_by = alert.n_possible_duplicate_of = 2;
	alert.references = alert.rules = alert.held_by = alert.possible_duplicate_of =
		(char **)(uintptr_t)texts;
	alert.n_actors = 2;
	alert.actors = actors;
	alert.n_casualty_claims = alert.n_displacement = alert.n_sources = 1;
	alert.casualty_claims = claims;
	alert.displacement = figures;
	alert.sources = sources;
	alert.n_needs = 2;
	alert.needs = needs;
	alert.n_impacts = 1;
	alert.impacts = impacts;
	return alert;
}

/* As tocsin_send_keep does it. */
static Tocsin__V1__Alert without_long_fields(Tocsin__V1__Alert alert)
{
	alert.description = alert.instruction = (char *)(uintptr_t)protobuf_c_empty_string;
	alert.n_references = alert.n_actors = alert.n_casualty_claims = alert.n_displacement = 0;
	alert.n_needs = alert.n_impacts = alert.n_rules = alert.n_held_by = alert.n_sources = 0;
	alert.n_possible_duplicate_of = 0;
	return alert;
}

static uint8_t *pack(const Tocsin__V1__Alert *alert, size_t *size)
{
	*size = tocsin__v1__alert__get_packed_size(alert);
	uint8_t *bytes = malloc(*size);

	assert_non_null(bytes);
	tocsin__v1__alert__pack(alert, bytes);
	return bytes;
}

static void same_as_packing_without(void **state)
{
	(void)state;
	const Tocsin__V1__Alert alert = full();
	const Tocsin__V1__Alert less = without_long_fields(alert);
	size_t size;
	size_t expected_size;
	uint8_t *bytes = pack(&alert, &size);
	uint8_t *expected = pack(&less, &expected_size);
	uint8_t *trimmed = malloc(size);

	assert_true(expected_size < size);
	assert_int_equal(tocsin_trim_alert(bytes, size, trimmed), expected_size);
	assert_memory_equal(trimmed, expected, expected_size);
	/* Once more leaves all of it. */
	assert_int_equal(tocsin_trim_alert(expected, expected_size, trimmed), expected_size);
	assert_memory_equal(trimmed, expected, expected_size);
	free(trimmed);
	free(expected);
	free(bytes);
}

/* Whatever the bytes are, it stays within them: a sanitizer looks on. */
static void cut_or_spoilt(void **state)
{
	(void)state;
	const Tocsin__V1__Alert alert = full();
	size_t size;
	uint8_t *bytes = pack(&alert, &size);

	for (size_t cut = 0; cut <= size; ++cut) {
		uint8_t *part = malloc(cut + 1);
		uint8_t *trimmed = malloc(cut + 1);

		memcpy(part, bytes, cut);
		assert_true(tocsin_trim_alert(part, cut, trimmed) <= cut);
		if (cut > 0) {
			part[cut / 2] = 0xff;
		}
		assert_true(tocsin_trim_alert(part, cut, trimmed) <= cut);
		free(trimmed);
		free(part);
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_packing_without),
		cmocka_unit_test(cut_or_spoilt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
