/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
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

#define RULES                                                                                      \
	"version: 1\ngazetteer: places.csv\naudiences: {all: {max_sensitivity: severe}}\nrules:\n"     \
	"  - {id: %s, match: {region: ML05 Mopti}, alert: [{audience: all}]}\n"                        \
	"default: {alert: [{audience: all}]}\n"
#define PLACES                                                                                     \
	"Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n"                             \
	"MLI,1,ML05,Mopti,MLI,2021-12-20\n"

struct place {
	char folder[64], rules[128], places[128], saved[128];
};

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void write_rules(const struct place *place, const char *id)
{
	char text[1024];
	snprintf(text, sizeof(text), RULES, id);
	write_text(place->rules, text);
}

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	snprintf(place->folder, sizeof(place->folder), "/tmp/tocsin-last-good-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->rules, sizeof(place->rules), "%s/rules.yaml", place->folder);
	snprintf(place->places, sizeof(place->places), "%s/places.csv", place->folder);
	snprintf(place->saved, sizeof(place->saved), "%s/saved", place->folder);
	write_text(place->places, PLACES);
	write_rules(place, "first");
	*state = place;
	return 0;
}

static void run(const char *format, const char *first, const char *second)
{
	char command[512];
	snprintf(command, sizeof(command), format, first, second);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c,bugprone-command-processor) */
}

static int remove_place(void **state)
{
	struct place *place = *state;
	run("rm -rf -- %s%s", place->folder, "");
	free(place);
	return 0;
}

/* Loads the rules as they stand, saves them, and tells their version. */
static void save(const struct place *place, char version[17])
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_recording *recording = tocsin_recording_create(&tocsin_disk);
	struct tocsin_ruleset *set = NULL;
	assert_int_equal(
		tocsin_ruleset_load(place->rules, tocsin_recording_files(recording), &diagnostics, &set),
		TOCSIN_OK);
	/* What is saved is what was read, whatever happens to the files meanwhile. */
	write_text(place->rules, "version: [\n");
	assert_int_equal(tocsin_last_good_save(recording, place->saved), TOCSIN_OK);
	memcpy(version, set->version, sizeof(set->version));
	tocsin_ruleset_destroy(set);
	tocsin_recording_destroy(recording);
	tocsin_diagnostics_finish(&diagnostics);
}

/* Loads what was saved and compares its rule and version. */
static void check_saved(const struct place *place, const char *id, const char *version)
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset *set = NULL;
	assert_int_equal(tocsin_last_good_load(place->saved, &diagnostics, &set), TOCSIN_OK);
	assert_string_equal(set->rules[0].id, id);
	assert_string_equal(set->version, version);
	assert_string_equal(set->files[0], place->rules);
	assert_string_equal(set->files[1], place->places);
	tocsin_ruleset_destroy(set);
	tocsin_diagnostics_finish(&diagnostics);
}

static void check_nothing(const struct place *place)
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset *set = NULL;
	assert_int_equal(tocsin_last_good_load(place->saved, &diagnostics, &set), TOCSIN_NOT_FOUND);
	assert_null(set);
	assert_int_equal(diagnostics.count, 0);
}

static void brings_back_what_was_saved(void **state)
{
	const struct place *place = *state;
	char first[17], second[17];
	check_nothing(place);
	save(place, first);
	assert_int_equal(unlink(place->places), 0); /* the copy needs no original */
	check_saved(place, "first", first);
	write_text(place->places, PLACES);
	write_rules(place, "second");
	save(place, second);
	check_saved(place, "second", second);
	assert_string_not_equal(first, second);
	struct stat facts;
	assert_int_equal(stat(place->saved, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0700);
	char other[160];
	snprintf(other, sizeof(other), "%s.new", place->saved);
	assert_int_equal(stat(other, &facts), -1);
	snprintf(other, sizeof(other), "%s.old", place->saved);
	assert_int_equal(stat(other, &facts), -1);
}

static void reads_only_what_was_saved(void **state)
{
	const struct place *place = *state;
	char version[17], *text;
	size_t length;
	save(place, version);
	struct tocsin_last_good *saved;
	assert_int_equal(tocsin_last_good_open(place->saved, &saved), TOCSIN_OK);
	const struct tocsin_files *files = tocsin_last_good_files(saved);
	assert_string_equal(tocsin_last_good_path(saved), place->rules);
	assert_int_equal(files->read(files->ctx, place->places, 4096, &text, &length), TOCSIN_OK);
	assert_string_equal(text, PLACES);
	free(text);
	assert_int_equal(files->read(files->ctx, place->places, 3, &text, &length), TOCSIN_LIMIT);
	assert_int_equal(
		files->read(files->ctx, "/etc/passwd", 4096, &text, &length), TOCSIN_NOT_FOUND);
	tocsin_last_good_close(saved);
	tocsin_last_good_close(NULL);
}

/* Each state that a crash can leave behind still gives a whole set. */
static void survives_a_half_written_save(void **state)
{
	const struct place *place = *state;
	char first[17], second[17];
	save(place, first);
	run("cp -r %s %s.new", place->saved, place->saved);
	run("rm %s.new/manifest%s", place->saved, "");
	check_saved(place, "first", first);
	write_rules(place, "second");
	save(place, second); /* the leftovers are no obstacle */
	check_saved(place, "second", second);
}

static void survives_a_half_done_swap(void **state)
{
	const struct place *place = *state;
	char first[17];
	save(place, first);
	/* The name was free for a moment: the new copy is whole. */
	run("mv %s %s.new", place->saved, place->saved);
	check_saved(place, "first", first);
	run("mv %s.new %s.old", place->saved, place->saved);
	check_saved(place, "first", first);
	/* Exchanged, and the former copy not yet out of the way. */
	run("mv %s.old %s", place->saved, place->saved);
	run("cp -r %s %s.new", place->saved, place->saved);
	check_saved(place, "first", first);
}

static void refuses_damaged_copies(void **state)
{
	const struct place *place = *state;
	static const char *const damages[] = {
		"printf x >> %s/0%s",           /* a file changed */
		"rm %s/1%s",                    /* a file is gone */
		"sed -i '$d' %s/manifest%s",    /* the manifest ends early */
		"sed -i 1s/1/2/ %s/manifest%s", /* another form */
		"sed -i '2s/ [0-9]* / 99999999999 /' %s/manifest%s",
		"sed -i '2s/^...//' %s/manifest%s",
		": > %s/manifest%s",
		"printf 'tocsin-last-good 1\\nend\\n' > %s/manifest%s",
	};
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		char version[17];
		write_rules(place, "first");
		save(place, version);
		check_saved(place, "first", version);
		run(damages[i], place->saved, "");
		check_nothing(place);
	}
}

static void tells_when_it_cannot_save(void **state)
{
	const struct place *place = *state;
	struct tocsin_recording *recording = tocsin_recording_create(&tocsin_disk);
	assert_int_equal(tocsin_last_good_save(recording, place->saved), TOCSIN_LIMIT); /* nothing */
	char *text;
	size_t length;
	const struct tocsin_files *files = tocsin_recording_files(recording);
	assert_int_equal(files->read(files->ctx, place->rules, 4096, &text, &length), TOCSIN_OK);
	free(text);
	errno = 0;
	assert_int_equal(tocsin_last_good_save(recording, "/nonexistent-folder/saved"), TOCSIN_IO);
	assert_int_equal(errno, ENOENT);
	tocsin_recording_destroy(recording);
	tocsin_recording_destroy(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(brings_back_what_was_saved),
		TEST(reads_only_what_was_saved),
		TEST(survives_a_half_written_save),
		TEST(survives_a_half_done_swap),
		TEST(refuses_damaged_copies),
		TEST(tells_when_it_cannot_save),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
