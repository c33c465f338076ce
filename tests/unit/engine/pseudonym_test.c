/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Ids that leave the hub: stable under one key, unlike in everything else. */
#include "engine/rig.h"

#include "engine/pseudonym.h"

static void ids_follow_from_all_their_parts(void **state)
{
	(void)state;
	struct tocsin_hmac_key made, other_made;
	const struct tocsin_hmac_key *key = &made, *other_key = &other_made;
	const uint8_t incident[TOCSIN_UUID] = {3}, other[TOCSIN_UUID] = {4};
	uint8_t ids[8][TOCSIN_UUID], again[TOCSIN_UUID];

	assert_int_equal(tocsin_hmac_key_init(&made, (const uint8_t[32]){1}, 32), TOCSIN_OK);
	assert_int_equal(tocsin_hmac_key_init(&other_made, (const uint8_t[32]){2}, 32), TOCSIN_OK);
	assert_int_equal(tocsin_alert_id(key, "partners", incident, ids[0]), TOCSIN_OK);
	assert_int_equal(tocsin_alert_id(key, "partner", incident, ids[1]), TOCSIN_OK);
	assert_int_equal(tocsin_alert_id(key, "partners", other, ids[2]), TOCSIN_OK);
	assert_int_equal(tocsin_alert_id(other_key, "partners", incident, ids[3]), TOCSIN_OK);
	assert_int_equal(tocsin_incident_pseudonym(key, "partners", incident, ids[4]), TOCSIN_OK);
	assert_int_equal(tocsin_follow_up_id(key, "partners", incident, other, ids[5]), TOCSIN_OK);
	assert_int_equal(tocsin_follow_up_id(key, "partners", other, incident, ids[6]), TOCSIN_OK);
	assert_int_equal(tocsin_incident_pseudonym(key, "public", incident, ids[7]), TOCSIN_OK);
	for (size_t i = 0; i < 8; ++i) {
		assert_int_equal(ids[i][6] >> 4, 8);
		assert_int_equal(ids[i][8] >> 6, 2);
		for (size_t k = 0; k < i; ++k) {
			assert_memory_not_equal(ids[i], ids[k], TOCSIN_UUID);
		}
	}
	assert_int_equal(tocsin_alert_id(key, "partners", incident, again), TOCSIN_OK);
	assert_memory_equal(ids[0], again, TOCSIN_UUID);
	char longest[80];
	memset(longest, 'a', sizeof(longest));
	longest[65] = '\0';
	assert_int_equal(tocsin_alert_id(key, longest, incident, again), TOCSIN_LIMIT);
}

static void two_hubs_with_one_key_agree(void **state)
{
	(void)state;
	static const char topic[] = "to/partners/alert/severe/battles/ML/ML05/ML0503";
	struct rig one = rig_begin(), other = rig_begin();
	/* The other has seen something else before. */
	rig_settle(&other, rig_submit(&other, "two", rig_json(&other, 5, "{}")));
	struct tocsin_outcome *a = rig_submit(&one, "one", rig_json(&one, 1, "{}"));
	struct tocsin_outcome *b = rig_submit(&other, "one", rig_json(&other, 1, "{}"));

	assert_string_equal(rig_alert(&one, a, topic)->id, rig_alert(&other, b, topic)->id);
	assert_string_equal(
		rig_alert(&one, a, topic)->incident_id, rig_alert(&other, b, topic)->incident_id);
	rig_settle(&one, a);
	rig_settle(&other, b);
	rig_end(&one);
	rig_end(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_follow_from_all_their_parts),
		cmocka_unit_test(two_hubs_with_one_key_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
