/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One name more in a rule file's text: every other byte stays, in each of the layouts that
 * YAML has for a list. */
#include "suite.h"

#include "clients/setup/init_add.h"

static const struct tocsin_init_newcomer sender = {
	"gao-4", TOCSIN_INIT_SENDER, NULL, "ML07,ML0701"};
static const struct tocsin_init_newcomer member = {"irc", TOCSIN_INIT_MEMBER, "partners", NULL};

#define ENTRY "gao-4: {regions: [ML07, ML0701], max_rate: 60/min}"

static const struct {
	const struct tocsin_init_newcomer *newcomer;
	const char *before, *after; /* NULL: its place is not found */
} cases[] = {
	{&sender, "version: 1\nsenders: # who\n  # Mopti\n  mopti: {} # one\ndefault: {}\n",
		"version: 1\nsenders: # who\n  " ENTRY "\n  # Mopti\n  mopti: {} # one\ndefault: {}\n"},
	{&sender, "senders:\n\n    mopti: {}\n", "senders:\n    " ENTRY "\n\n    mopti: {}\n"},
	{&sender, "senders: {mopti: {}, gao: {}}\n", "senders: {" ENTRY ", mopti: {}, gao: {}}\n"},
	{&sender, "senders: {}\n", "senders: {" ENTRY "}\n"},
	{&sender, "# é\nséjour: 1\nsenders:\n  mopti: {}",
		"# é\nséjour: 1\nsenders:\n  " ENTRY "\n  mopti: {}"},
	{&sender, "version: 1\r\nsenders:\r\n  mopti: {}\r\n",
		"version: 1\r\nsenders:\r\n  " ENTRY "\n  mopti: {}\r\n"},
	{&sender, "version: 1\n# senders:\n", NULL},
	{&sender, "senders: mopti\n", NULL},
	{&sender, "", NULL},
	{&member, "audiences:\n  partners: {members: [msf, nrc], max_sensitivity: high} # x\n",
		"audiences:\n  partners: {members: [msf, nrc, irc], max_sensitivity: high} # x\n"},
	{&member, "audiences: {partners: {members: [msf, 'nrc' ], max_sensitivity: high}}\n",
		"audiences: {partners: {members: [msf, 'nrc', irc ], max_sensitivity: high}}\n"},
	{&member, "audiences:\n  partners:\n    members: [\n      msf, # é\n      nrc # z\n    ]\n",
		"audiences:\n  partners:\n    members: [\n      msf, # é\n      nrc, irc # z\n    ]\n"},
	{&member, "audiences:\n  partners:\n    members:\n      - msf # a\n      -  nrc # b\n  x: {}\n",
		"audiences:\n  partners:\n    members:\n      - msf # a\n      -  nrc # b\n      -  irc\n"
		"  x: {}\n"},
	{&member, "audiences:\n  partners:\n    members:\n    - msf",
		"audiences:\n  partners:\n    members:\n    - msf\n    - irc\n"},
	{&member, "audiences:\n  partners: {members: msf, max_sensitivity: high}\n",
		"audiences:\n  partners: {members: [msf, irc], max_sensitivity: high}\n"},
	{&member, "audiences:\n  partners: {max_sensitivity: \"high\", format: [json]}\n",
		"audiences:\n  partners: {max_sensitivity: \"high\", members: [irc], format: [json]}\n"},
	{&member, "audiences:\n  partners:\n    # most\n    max_sensitivity: high # so\n",
		"audiences:\n  partners:\n    # most\n    members: [irc]\n    max_sensitivity: high # "
		"so\n"},
	{&member, "audiences:\n  others: {max_sensitivity: high}\n", NULL},
	{&member, "audiences:\n  partners: {members: [[msf]], max_sensitivity: high}\n", NULL},
	{&member, "audiences:\n  partners: {members: {msf: 1}, max_sensitivity: high}\n", NULL},
	{&member, "audiences:\n  partners: {format: [json]}\n", NULL},
	{&member, "audiences: partners\n", NULL},
};

static void test_places_in_a_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *made = NULL;
		const enum tocsin_status status = tocsin_init_add_to_rules(
			"rules.yaml", cases[i].before, strlen(cases[i].before), cases[i].newcomer, &made);
		if (cases[i].after) {
			assert_int_equal(status, TOCSIN_OK);
			assert_string_equal(made, cases[i].after);
		} else {
			assert_int_not_equal(status, TOCSIN_OK);
			assert_null(made);
		}
		free(made);
	}
}

static void test_names_and_places(void **state)
{
	static const struct tocsin_init_newcomer dashed = {
		"-x", TOCSIN_INIT_SENDER, NULL, "ML09 Bamako , ML07"};
	static const struct tocsin_init_newcomer anywhere = {"x", TOCSIN_INIT_SENDER, NULL, NULL};
	char *made = NULL;
	(void)state;
	assert_int_equal(tocsin_init_add_to_rules("r", "senders: {}", 11, &dashed, &made), TOCSIN_OK);
	assert_string_equal(
		made, "senders: {\"-x\": {regions: [ML09 Bamako, ML07], max_rate: 60/min}}");
	free(made);
	made = NULL;
	assert_int_equal(tocsin_init_add_to_rules("r", "senders: {}", 11, &anywhere, &made), TOCSIN_OK);
	assert_string_equal(made, "senders: {x: {max_rate: 60/min}}");
	free(made);
}

static void test_not_yaml(void **state)
{
	char *made = NULL;
	(void)state;
	assert_int_equal(
		tocsin_init_add_to_rules("r", "senders: [", 10, &sender, &made), TOCSIN_INVALID);
	assert_null(made);
}

static void test_roles(void **state)
{
	static const char *const none[] = {
		"", "member", "member:", "Sender", "admins", "sender:x", "members:partners"};
	struct tocsin_init_newcomer newcomer = {0};
	(void)state;
	assert_true(tocsin_init_role_read("sender", &newcomer));
	assert_int_equal(newcomer.role, TOCSIN_INIT_SENDER);
	assert_true(tocsin_init_role_read("admin", &newcomer));
	assert_int_equal(newcomer.role, TOCSIN_INIT_ADMIN);
	assert_true(tocsin_init_role_read("member:partners", &newcomer));
	assert_int_equal(newcomer.role, TOCSIN_INIT_MEMBER);
	assert_string_equal(newcomer.audience, "partners");
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_false(tocsin_init_role_read(none[i], &newcomer));
}

static void test_places(void **state)
{
	static const char *const fine[] = {
		"ML", "ML05,ML0701", " ML05 , ML09 Bamako", "ML10 Taoudénit"};
	static const char *const wrong[] = {
		"", " , ", "ML]", "[ML]", "ML: x", "ML #", "\"ML\"", "ML\nBF", "\xff", "&a", "*a", "{}"};
	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(*fine); i++)
		assert_null(tocsin_init_places_judge(fine[i]));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_non_null(tocsin_init_places_judge(wrong[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places_in_a_text),
		cmocka_unit_test(test_names_and_places),
		cmocka_unit_test(test_not_yaml),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
