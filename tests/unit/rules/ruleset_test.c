/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Rule files through the loader: every good sample loads, every bad one is refused
 * with exactly the lines beside it. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/ruleset.h"

#define SAMPLES SOURCE_DIR "/tests/unit/rules/samples/"

static char *read_text(const char *path)
{
	char *text;
	size_t length;
	enum tocsin_status status = tocsin_disk.read(tocsin_disk.ctx, path, 1 << 20, &text, &length);
	return status == TOCSIN_OK ? text : NULL;
}

/* The diagnostics as printed, without the folder before the file names. */
static char *print_short(const struct tocsin_diagnostics *diagnostics, const char *folder)
{
	char *text, *line, *rest;
	size_t length;
	FILE *all = open_memstream(&text, &length);
	tocsin_diagnostics_print(diagnostics, all);
	fclose(all);
	char *cut;
	FILE *out = open_memstream(&cut, &length);
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		const char *at = line, *found;
		while ((found = strstr(at, folder))) {
			fwrite(at, 1, (size_t)(found - at), out);
			at = found + strlen(folder);
		}
		fprintf(out, "%s\n", at);
	}
	fclose(out);
	free(text);
	return cut;
}

static void check_sample(const char *folder, const char *name, enum tocsin_status wanted)
{
	char path[512];
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset untouched, *ruleset = &untouched;
	snprintf(path, sizeof(path), "%s%s", folder, name);
	enum tocsin_status status = tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &ruleset);
	char *shown = print_short(&diagnostics, folder);
	snprintf(path, sizeof(path), "%s%.*s.expect", folder, (int)strlen(name) - 5, name);
	char *expected = read_text(path);
	if (status != wanted)
		fail_msg("%s: status %d\n%s", name, status, shown);
	if (strcmp(shown, expected ? expected : "") != 0)
		fail_msg("%s: expected\n%s\nbut got\n%s", name, expected ? expected : "nothing", shown);
	if (status == TOCSIN_OK)
		tocsin_ruleset_destroy(ruleset);
	else
		assert_ptr_equal(ruleset, &untouched);
	assert_int_equal(diagnostics.errors > 0, wanted != TOCSIN_OK);
	free(shown);
	free(expected);
	tocsin_diagnostics_finish(&diagnostics);
}

static size_t check_folder(const char *folder, enum tocsin_status wanted)
{
	DIR *entries = opendir(folder);
	assert_non_null(entries);
	size_t count = 0;
	const struct dirent *entry;
	while ((entry = readdir(entries))) {
		size_t length = strlen(entry->d_name);
		if (length < 5 || strcmp(entry->d_name + length - 5, ".yaml") != 0)
			continue;
		check_sample(folder, entry->d_name, wanted);
		count++;
	}
	closedir(entries);
	return count;
}

static void loads_good_samples(void **state)
{
	(void)state;
	assert_true(check_folder(SAMPLES "good/", TOCSIN_OK) >= 7);
}

static void refuses_bad_samples(void **state)
{
	(void)state;
	assert_true(check_folder(SAMPLES "bad/", TOCSIN_INVALID) >= 40);
}

static struct tocsin_ruleset *load(const char *path)
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset *ruleset = NULL;
	enum tocsin_status status = tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &ruleset);
	if (status != TOCSIN_OK)
		tocsin_diagnostics_print(&diagnostics, stderr);
	assert_int_equal(status, TOCSIN_OK);
	tocsin_diagnostics_finish(&diagnostics);
	return ruleset;
}

static void reads_every_audience_and_sender(void **state)
{
	(void)state;
	struct tocsin_ruleset *set = load(SAMPLES "good/every-key.yaml");
	assert_string_equal(set->hub, "bamako-1");
	assert_true(set->open_senders);
	assert_true(set->senders_listed);
	assert_int_equal(set->audience_count, 3);
	const struct tocsin_audience *partners =
		&set->audiences[tocsin_ruleset_audience(set, "partners")];
	assert_int_equal(partners->max_sensitivity, TOCSIN__V1__SENSITIVITY__SENSITIVITY_HIGH);
	assert_int_equal(partners->formats, TOCSIN_FORMAT_PROTOBUF);
	assert_int_equal(partners->member_count, 1);
	assert_string_equal(partners->members[0], "msf-duty");
	assert_int_equal(set->audiences[0].formats, TOCSIN_FORMAT_PROTOBUF | TOCSIN_FORMAT_JSON);
	assert_int_equal(set->audiences[0].member_count, 2);
	assert_int_equal(set->audiences[2].formats, TOCSIN_FORMAT_JSON);
	assert_int_equal(set->audiences[2].detail, TOCSIN_DETAIL_ADM2);
	assert_int_equal(tocsin_ruleset_audience(set, "nobody"), -1);

	const struct tocsin_sender *sender = tocsin_ruleset_sender(set, "mopti-17");
	assert_non_null(sender);
	assert_int_equal(sender->region_count, 2);
	assert_int_equal(sender->events,
		TOCSIN_BIT(TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES) |
			TOCSIN_BIT(TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_FOOD));
	assert_int_equal(sender->reliability, TOCSIN__V1__RELIABILITY__RELIABILITY_B);
	assert_int_equal(sender->may_amend_count, 1);
	assert_int_equal(sender->relay_count, 2);
	assert_string_equal(sender->relays[0], "sms-*");
	assert_non_null(tocsin_ruleset_sender(set, "mopti-18"));
	assert_int_equal(tocsin_ruleset_sender(set, "Gao_1")->region_count, 1);
	assert_null(tocsin_ruleset_sender(set, "gao_1"));
	tocsin_ruleset_destroy(set);
}

static void check_match(const struct tocsin_ruleset *set)
{
	const struct tocsin_match *match = &set->rules[0].match;
	assert_int_equal(match->region_count, 3); /* ML05 was said twice */
	assert_int_equal(match->severity,
		TOCSIN_BIT(TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN) |
			TOCSIN_BIT(TOCSIN__V1__SEVERITY__SEVERITY_SEVERE));
	assert_int_equal(match->min_severity, TOCSIN__V1__SEVERITY__SEVERITY_MINOR);
	assert_int_equal(match->urgency, TOCSIN_BIT(TOCSIN__V1__URGENCY__URGENCY_PAST));
	assert_int_equal(match->min_urgency, TOCSIN__V1__URGENCY__URGENCY_FUTURE);
	assert_int_equal(match->certainty, TOCSIN_BIT(TOCSIN__V1__CERTAINTY__CERTAINTY_OBSERVED));
	assert_int_equal(match->min_certainty, TOCSIN__V1__CERTAINTY__CERTAINTY_POSSIBLE);
	assert_int_equal(match->category, TOCSIN_BIT(TOCSIN__V1__CATEGORY__CATEGORY_CBRNE));
	assert_int_equal(match->sub_type_count, 2);
	assert_string_equal(match->sub_types[0], "armed clash");
	assert_string_equal(match->sub_types[1], "élections");
	assert_int_equal(match->sender_count, 1);
	assert_true(match->has_min_displaced);
	assert_int_equal(match->min_displaced, 0);
	assert_true(match->has_min_killed);
	assert_true(match->min_killed == UINT32_MAX);
	assert_int_equal(match->language_count, 2);
	assert_string_equal(match->languages[1], "en");
	assert_non_null(set->rules[0].not );
	assert_int_equal(set->rules[0].not ->min_killed, 10);
	assert_false(set->rules[0].not ->has_min_displaced);
}

static void reads_every_rule_key(void **state)
{
	(void)state;
	struct tocsin_ruleset *set = load(SAMPLES "good/every-key.yaml");
	assert_int_equal(set->rule_count, 4);
	const struct tocsin_rule *rule = &set->rules[0];
	assert_string_equal(rule->id, "one");
	assert_string_equal(rule->description, "Two lines\nof text.\n");
	assert_false(rule->enabled);
	assert_true(rule->stop);
	check_match(set);
	assert_int_equal(rule->output_count, 3);
	assert_int_equal(rule->outputs[0].qos, 2);
	assert_true(rule->outputs[0].open);
	assert_true(rule->outputs[0].downgrade);
	assert_int_equal(rule->outputs[0].expires_ms, 90 * 60 * 1000);
	assert_int_equal(rule->outputs[1].qos, 1);
	assert_int_equal(rule->outputs[1].expires_ms, 0);
	assert_false(rule->outputs[1].open);
	assert_int_equal(rule->outputs[2].expires_ms, 1000);
	assert_true(set->rules[1].enabled);
	assert_int_equal(set->rules[1].outputs[0].qos, 0);
	assert_int_equal(set->rules[2].match.region_count, 0);
	assert_int_equal(set->fallback_count, 2);
	assert_int_equal(set->fallback[1].audience, 0);
	assert_int_equal(set->file_count, 2);
	assert_string_equal(set->files[0], SAMPLES "good/every-key.yaml");
	assert_string_equal(set->files[1], SAMPLES "good/places.csv");
	tocsin_ruleset_destroy(set);
}

/* A file in memory. */
struct one_file {
	const char *text;
	size_t reads;
};

static enum tocsin_status read_one(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	struct one_file *file = ctx;
	(void)path;
	(void)ceiling;
	file->reads++;
	*length = strlen(file->text);
	*text = strdup(file->text);
	return *text ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

static void version_is_hash_of_text(void **state)
{
	(void)state;
	struct one_file file = {.text = "version: 1\naudiences: {all: {max_sensitivity: severe}}\n"
									"rules: []\ndefault: {alert: [{audience: all}]}\n"};
	struct tocsin_files files = {.ctx = &file, .read = read_one};
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset *set = NULL;
	assert_int_equal(tocsin_ruleset_load("x", &files, &diagnostics, &set), TOCSIN_OK);
	uint8_t hash[TOCSIN_SHA256];
	char text[TOCSIN_SHA256_TEXT];
	assert_int_equal(tocsin_sha256(file.text, strlen(file.text), hash), TOCSIN_OK);
	tocsin_hex(hash, sizeof(hash), text);
	text[16] = '\0';
	assert_string_equal(set->version, text);
	assert_int_equal(file.reads, 1);
	tocsin_ruleset_destroy(set);
	tocsin_diagnostics_finish(&diagnostics);
}

static void says_that_file_is_missing(void **state)
{
	(void)state;
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset *set = NULL;
	assert_int_equal(tocsin_ruleset_load(SAMPLES "nowhere.yaml", &tocsin_disk, &diagnostics, &set),
		TOCSIN_INVALID);
	assert_int_equal(diagnostics.errors, 1);
	assert_string_equal(diagnostics.items[0].message, "cannot read the file: no such file");
	assert_int_equal(diagnostics.items[0].line, 0);
	tocsin_diagnostics_finish(&diagnostics);
	assert_int_equal(
		tocsin_ruleset_load(SAMPLES "good", &tocsin_disk, &diagnostics, &set), TOCSIN_INVALID);
	assert_string_equal(diagnostics.items[0].message, "cannot read the file: Is a directory");
	tocsin_diagnostics_finish(&diagnostics);
	tocsin_ruleset_destroy(NULL);
}

/* Every error is counted, and no more than the ceiling are kept. */
static void caps_diagnostics(void **state)
{
	(void)state;
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	fputs("version: 1\naudiences: {all: {max_sensitivity: severe}}\nrules:\n", out);
	for (int i = 0; i < 5000; i++)
		fprintf(out, "  - {id: r%d, stop: maybe, alert: [{audience: all}]}\n", i);
	fputs("default: {alert: [{audience: all}]}\n", out);
	fclose(out);
	struct one_file file = {.text = text};
	struct tocsin_files files = {.ctx = &file, .read = read_one};
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset *set = NULL;
	assert_int_equal(tocsin_ruleset_load("x", &files, &diagnostics, &set), TOCSIN_INVALID);
	assert_int_equal(diagnostics.errors, 5000);
	assert_int_equal(diagnostics.count, TOCSIN_MAX_DIAGNOSTICS);
	assert_int_equal(diagnostics.items[0].line, 4);
	tocsin_diagnostics_finish(&diagnostics);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_good_samples),
		cmocka_unit_test(refuses_bad_samples),
		cmocka_unit_test(reads_every_audience_and_sender),
		cmocka_unit_test(reads_every_rule_key),
		cmocka_unit_test(version_is_hash_of_text),
		cmocka_unit_test(says_that_file_is_missing),
		cmocka_unit_test(caps_diagnostics),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
