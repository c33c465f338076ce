/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Rules in several files: their order, their places, what the last good copy keeps. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "rules/last_good.h"

#define SAMPLES SOURCE_DIR "/tests/unit/rules/samples/"

static struct tocsin_ruleset *load(const char *path, const struct tocsin_files *files)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *set = NULL;
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_ruleset_load(path, files, &diagnostics, &set);
	tocsin_diagnostics_print(&diagnostics, stderr);
	tocsin_diagnostics_finish(&diagnostics);
	assert_int_equal(status, TOCSIN_OK);
	return set;
}

/* The file's own rules first, then file by file as listed, a folder by name. */
static void keeps_the_order_of_files(void **state)
{
	static const struct {
		const char *id, *file;
		unsigned line;
	} wanted[] = {
		{"first", "include.yaml", 9},
		{"second", "more.d/10-a.yaml", 5},
		{"third", "more.d/20-b.yml", 4},
		{"last", "rest.d/a.yaml", 3},
	};
	(void)state;
	struct tocsin_ruleset *set = load(SAMPLES "good/include.yaml", &tocsin_disk);
	assert_int_equal(set->rule_count, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct tocsin_rule *rule = &set->rules[i];
		assert_string_equal(rule->id, wanted[i].id);
		assert_string_equal(set->files[rule->file] + strlen(SAMPLES "good/"), wanted[i].file);
		assert_int_equal(rule->line, wanted[i].line);
		assert_int_equal(rule->outputs[0].expires_ms, 12 * 3600 * 1000);
	}
	assert_int_equal(set->audience_count, 3);
	assert_int_equal(set->rules[2].outputs[0].audience, tocsin_ruleset_audience(set, "public"));
	assert_int_equal(set->sender_count, 2);
	assert_int_equal(tocsin_ruleset_sender(set, "alpha")->region_count, 1);
	assert_non_null(tocsin_ruleset_sender(set, "mopti-17"));
	assert_int_equal(set->file_count, 7);
	assert_string_equal(set->files[0], SAMPLES "good/include.yaml");
	tocsin_ruleset_destroy(set);
}

struct place {
	char folder[64], rules[96], more[96], first[128], second[128], saved[96];
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static struct place make_place(void)
{
	struct place place = {.folder = "/tmp/tocsin-include-XXXXXX"};
	assert_non_null(mkdtemp(place.folder));
	(void)snprintf(place.rules, sizeof place.rules, "%s/rules.yaml", place.folder);
	(void)snprintf(place.more, sizeof place.more, "%s/more", place.folder);
	(void)snprintf(place.first, sizeof place.first, "%s/1.yaml", place.more);
	(void)snprintf(place.second, sizeof place.second, "%s/2.yaml", place.more);
	(void)snprintf(place.saved, sizeof place.saved, "%s/saved", place.folder);
	assert_int_equal(mkdir(place.more, 0700), 0);
	write_file(place.rules,
		"version: 1\ninclude: more\naudiences: {all: {max_sensitivity: severe}}\n"
		"rules: []\ndefault: {alert: [{audience: all}]}\n");
	write_file(place.first,
		"rules: [{id: one, match: {time: {tz: Africa/Bamako, days: fri}}, alert: [{audience: "
		"all}]}]\n");
	return place;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static void remove_place(const struct place *place)
{
	assert_int_equal(nftw(place->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* What is saved holds the folder as it was, and the time zone. */
static void last_good_keeps_the_folder(void **state)
{
	(void)state;
	struct place place = make_place();
	struct tocsin_recording *recording = tocsin_recording_create(&tocsin_disk);
	struct tocsin_ruleset *set = load(place.rules, tocsin_recording_files(recording));
	char version[sizeof set->version];
	memcpy(version, set->version, sizeof version);
	tocsin_ruleset_destroy(set);
	assert_int_equal(tocsin_last_good_save(recording, place.saved), TOCSIN_OK);
	tocsin_recording_destroy(recording);

	write_file(place.second, "rules: [{id: two, alert: [{audience: all}]}]\n");
	set = load(place.rules, &tocsin_disk);
	assert_int_equal(set->rule_count, 2);
	assert_string_not_equal(set->version, version);
	tocsin_ruleset_destroy(set);
	assert_int_equal(unlink(place.first), 0);

	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(tocsin_last_good_load(place.saved, &diagnostics, &set), TOCSIN_OK);
	assert_int_equal(set->rule_count, 1);
	assert_string_equal(set->rules[0].id, "one");
	assert_string_equal(set->rules[0].match.hours->tz, "Africa/Bamako");
	assert_string_equal(set->version, version);
	tocsin_ruleset_destroy(set);
	tocsin_diagnostics_finish(&diagnostics);
	remove_place(&place);
}

static void check_lines(const char *path, enum tocsin_status wanted, const char *message)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *set = NULL;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &set), wanted);
	assert_int_equal(diagnostics.count, 1);
	assert_non_null(strstr(diagnostics.items[0].message, message));
	tocsin_diagnostics_finish(&diagnostics);
	tocsin_ruleset_destroy(set);
}

/* The rule file may lie in the folder that it includes: it is not read again. */
static void folder_may_hold_the_file_itself(void **state)
{
	(void)state;
	struct place place = make_place();
	write_file(place.rules,
		"version: 1\ninclude: .\naudiences: {all: {max_sensitivity: severe}}\n"
		"rules: [{id: own, alert: [{audience: all}]}]\ndefault: {alert: [{audience: all}]}\n");
	struct tocsin_ruleset *set = load(place.rules, &tocsin_disk);
	assert_int_equal(set->rule_count, 1);
	tocsin_ruleset_destroy(set);
	remove_place(&place);
}

static void warns_of_an_empty_folder(void **state)
{
	(void)state;
	struct place place = make_place();
	assert_int_equal(unlink(place.first), 0);
	check_lines(place.rules, TOCSIN_OK, "holds no file that ends in .yaml or .yml");
	remove_place(&place);
}

static void refuses_too_many_files(void **state)
{
	(void)state;
	struct place place = make_place();
	for (int i = 0; i <= 256; i++) {
		char path[160];
		(void)snprintf(path, sizeof path, "%s/n%d.yaml", place.more, i);
		write_file(path, "rules: []\n");
	}
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *set = NULL;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(
		tocsin_ruleset_load(place.rules, &tocsin_disk, &diagnostics, &set), TOCSIN_INVALID);
	assert_string_equal(diagnostics.items[0].message, "at most 256 files are included");
	tocsin_diagnostics_finish(&diagnostics);
	remove_place(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_order_of_files),
		cmocka_unit_test(last_good_keeps_the_folder),
		cmocka_unit_test(folder_may_hold_the_file_itself),
		cmocka_unit_test(warns_of_an_empty_folder),
		cmocka_unit_test(refuses_too_many_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
