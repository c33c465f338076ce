/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/base/options.h"

static const struct tocsin_option options[] = {
	{"severity", 's', "LEVEL", "how bad"},
	{"quiet", 'q', NULL, "say less"},
};

struct taken {
	char text[256];
};

static const char *take(void *ctx, size_t index, char *value)
{
	struct taken *taken = ctx;
	size_t used = strlen(taken->text);
	if (value && strcmp(value, "wrong") == 0)
		return "is wrong";
	snprintf(taken->text + used, sizeof(taken->text) - used, "%zu=%s;", index, value ? value : "");
	return NULL;
}

static bool parse(struct taken *taken, struct tocsin_operands *operands, enum tocsin_exit *code,
	const char *const *words)
{
	char *argv[16];
	int argc = 0;
	*taken = (struct taken){""};
	*code = TOCSIN_EXIT_OK;
	for (; words[argc]; argc++)
		argv[argc] = strdup(words[argc]);
	const struct tocsin_option_set set = {"Options", options, 2, take, taken};
	const struct tocsin_usage usage = {.command = "test",
		.synopsis = "",
		.summary = "",
		.example = "",
		.sets = &set,
		.set_count = 1,
		.max_operands = 1};
	bool fine = tocsin_options_parse(&usage, argc, argv, operands, code);
	assert_true(operands->count <= 1);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return fine;
}

#define PARSE(...) parse(&taken, &operands, &code, (const char *const[]){"test", __VA_ARGS__, NULL})

static void every_spelling_is_taken(void **state)
{
	struct taken taken;
	struct tocsin_operands operands;
	enum tocsin_exit code;
	(void)state;
	assert_true(PARSE("--severity", "severe", "-q"));
	assert_string_equal(taken.text, "0=severe;1=;");
	assert_true(PARSE("--severity=severe"));
	assert_string_equal(taken.text, "0=severe;");
	assert_true(PARSE("-s", "-4.5"));
	assert_string_equal(taken.text, "0=-4.5;");
	assert_true(PARSE("-ssevere"));
	assert_string_equal(taken.text, "0=severe;");
	assert_true(PARSE("-"));
	assert_int_equal(operands.count, 1);
	assert_true(PARSE("--", "--severity"));
	assert_int_equal(operands.count, 1);
	assert_string_equal(taken.text, "");
}

static void mistakes_end_with_usage(void **state)
{
	struct taken taken;
	struct tocsin_operands operands;
	enum tocsin_exit code;
	(void)state;
	assert_false(PARSE("--severty", "severe"));
	assert_int_equal(code, TOCSIN_EXIT_USAGE);
	assert_false(PARSE("-x"));
	assert_int_equal(code, TOCSIN_EXIT_USAGE);
	assert_false(PARSE("--severity"));
	assert_int_equal(code, TOCSIN_EXIT_USAGE);
	assert_false(PARSE("--quiet=yes"));
	assert_int_equal(code, TOCSIN_EXIT_USAGE);
	assert_false(PARSE("--severity", "wrong"));
	assert_int_equal(code, TOCSIN_EXIT_USAGE);
	assert_false(PARSE("one", "two"));
	assert_int_equal(code, TOCSIN_EXIT_USAGE);
	assert_false(PARSE("--help"));
	assert_int_equal(code, TOCSIN_EXIT_OK);
}

static void the_nearest_word_is_offered(void **state)
{
	const char *const words[] = {"severity", "certainty", "min-severity", NULL};
	(void)state;
	assert_string_equal(tocsin_nearest("severty", words), "severity");
	assert_string_equal(tocsin_nearest("min-sev", words), "min-severity");
	assert_null(tocsin_nearest("zzz", words));
	assert_null(tocsin_nearest("", words));
}

static void one_option_of_a_file(void **state)
{
	struct taken taken = {""};
	const struct tocsin_option_set set = {"Options", options, 2, take, &taken};
	const char *near;
	char value[] = "minor", wrong[] = "wrong";
	(void)state;
	assert_null(tocsin_options_give(&set, "--severity", value, &near));
	assert_null(tocsin_options_give(&set, "-q", NULL, &near));
	assert_string_equal(taken.text, "0=minor;1=;");
	assert_string_equal(tocsin_options_give(&set, "--severty", value, &near), "unknown option");
	assert_string_equal(near, "severity");
	assert_string_equal(tocsin_options_give(&set, "-q", value, &near), "takes no value");
	assert_string_equal(tocsin_options_give(&set, "-s", NULL, &near), "wants a value");
	assert_string_equal(tocsin_options_give(&set, "-s", wrong, &near), "is wrong");
	assert_string_equal(tocsin_options_give(&set, "severity", value, &near), "unknown option");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_is_taken),
		cmocka_unit_test(mistakes_end_with_usage),
		cmocka_unit_test(the_nearest_word_is_offered),
		cmocka_unit_test(one_option_of_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
