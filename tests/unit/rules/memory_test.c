/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Each allocation of loading and of saving fails in turn: nothing leaks, nothing is
 * half done, and the status says so. malloc and its kin are wrapped by the linker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/last_good.h"

#define SAMPLES SOURCE_DIR "/tests/unit/rules/samples/"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static size_t calls, failing; /* failing: which call fails, 0 for none */

static bool fails(void)
{
	return ++calls == failing;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, size);
}

static enum tocsin_status load_once(const char *path, size_t fail_at)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *set = NULL;
	calls = 0;
	failing = fail_at;
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &set);
	failing = 0;
	assert_int_equal(set != NULL, status == TOCSIN_OK);
	assert_int_equal(
		status == TOCSIN_INVALID, diagnostics.errors > 0 && status != TOCSIN_NO_MEMORY);
	tocsin_ruleset_destroy(set);
	tocsin_diagnostics_finish(&diagnostics);
	return status;
}

/* A lost message may leave the result as it was; nothing else may. */
static void load_fails_cleanly(const char *path, enum tocsin_status wanted)
{
	assert_int_equal(load_once(path, 0), wanted);
	size_t total = calls, refused = 0;
	assert_true(total > 10);
	for (size_t i = 1; i <= total; i++) {
		enum tocsin_status status = load_once(path, i);
		assert_true(status == wanted || status == TOCSIN_NO_MEMORY);
		refused += status == TOCSIN_NO_MEMORY;
	}
	assert_true(refused > 10);
}

static void loading_fails_cleanly(void **state)
{
	(void)state;
	load_fails_cleanly(SAMPLES "good/every-key.yaml", TOCSIN_OK);
	load_fails_cleanly(SAMPLES "good/replaced-region.yaml", TOCSIN_OK);
	load_fails_cleanly(SAMPLES "good/holds.yaml", TOCSIN_OK);
	load_fails_cleanly(SAMPLES "good/include.yaml", TOCSIN_OK);
	load_fails_cleanly(SAMPLES "good/villages.yaml", TOCSIN_OK);
	load_fails_cleanly(SAMPLES "bad/five-mistakes.yaml", TOCSIN_INVALID);
	load_fails_cleanly(SAMPLES "bad/include.yaml", TOCSIN_INVALID);
	load_fails_cleanly(SAMPLES "bad/bad-time.yaml", TOCSIN_INVALID);
	load_fails_cleanly(SAMPLES "bad/bad-villages.yaml", TOCSIN_INVALID);
	load_fails_cleanly(SAMPLES "bad/bad-gazetteer.yaml", TOCSIN_INVALID);
	load_fails_cleanly(SAMPLES "bad/syntax.yaml", TOCSIN_INVALID);
}

static enum tocsin_status save_once(const char *directory, size_t fail_at)
{
	calls = 0;
	failing = fail_at;
	enum tocsin_status status = TOCSIN_NO_MEMORY;
	struct tocsin_recording *recording = tocsin_recording_create(&tocsin_disk);
	if (recording) {
		const struct tocsin_files *files = tocsin_recording_files(recording);
		char *text;
		size_t length;
		status = files->read(files->ctx, SAMPLES "good/places.csv", 1 << 20, &text, &length);
		if (status == TOCSIN_OK) {
			free(text);
			status = tocsin_last_good_save(recording, directory);
		}
	}
	tocsin_recording_destroy(recording);
	struct tocsin_last_good *saved = NULL;
	if (status == TOCSIN_OK) {
		status = tocsin_last_good_open(directory, &saved);
		assert_int_equal(saved != NULL, status == TOCSIN_OK);
	}
	tocsin_last_good_close(saved);
	failing = 0;
	return status;
}

static void saving_fails_cleanly(void **state)
{
	(void)state;
	char folder[] = "/tmp/tocsin-memory-XXXXXX", directory[64], command[128];
	assert_non_null(mkdtemp(folder));
	snprintf(directory, sizeof(directory), "%s/saved", folder);
	assert_int_equal(save_once(directory, 0), TOCSIN_OK);
	size_t total = calls;
	for (size_t i = 1; i <= total; i++) {
		enum tocsin_status status = save_once(directory, i);
		assert_true(status == TOCSIN_NO_MEMORY || status == TOCSIN_OK);
		/* What was saved before is there, or the new one is. */
		assert_int_equal(save_once(directory, 0), TOCSIN_OK);
	}
	snprintf(command, sizeof(command), "rm -rf -- %s", folder);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c,bugprone-command-processor) */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loading_fails_cleanly),
		cmocka_unit_test(saving_fails_cleanly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
