/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "folder_rig.h"

#include <errno.h>
#include <sys/stat.h>

#include "clients/setup/tree.h"

static mode_t mode_of(const char *folder, const char *name)
{
	char path[2 * RIG_PATH];
	struct stat about;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(stat(path, &about), 0);
	return about.st_mode & 07777;
}

static void modes_whatever_the_umask(void **state)
{
	char path[RIG_PATH];
	(void)state;
	rig_folder(path);
	mode_t before = umask(0);
	for (int round = 0; round < 2; round++) {
		char within[RIG_PATH + 8];
		snprintf(within, sizeof(within), "%s/hub%d", path, round);
		struct tocsin_tree tree = {.path = within};
		assert_true(tocsin_tree_open(&tree));
		assert_true(tree.made);
		assert_true(tocsin_tree_folder(&tree, "secrets", 0700, TOCSIN_TREE_OURS));
		FILE *out = tocsin_tree_create(&tree, "secrets/key", 0600, TOCSIN_TREE_BROKERS);
		assert_non_null(out);
		assert_int_equal(mode_of(within, "secrets/key"), 0600);
		assert_true(tocsin_tree_end(out));
		out = tocsin_tree_create(&tree, "open", 0644, TOCSIN_TREE_OURS);
		assert_true(tocsin_tree_end(out));
		assert_int_equal(mode_of(within, "."), 0755);
		assert_int_equal(mode_of(within, "secrets"), 0700);
		assert_int_equal(mode_of(within, "open"), 0644);
		tocsin_tree_remove(&tree);
		tocsin_tree_close(&tree);
		assert_int_equal(access(within, F_OK), -1);
		umask(0077);
	}
	umask(before);
	assert_int_equal(rig_folder_remove(path), 0);
}

static void nothing_is_overwritten(void **state)
{
	char path[RIG_PATH], file[RIG_PATH + 8];
	(void)state;
	rig_folder(path);
	struct tocsin_tree tree = {.path = path};
	snprintf(file, sizeof(file), "%s/a", path);
	assert_true(tocsin_tree_is_free(path));
	assert_true(tocsin_tree_is_free(file));
	assert_true(tocsin_tree_open(&tree));
	assert_false(tree.made);
	FILE *out = tocsin_tree_create(&tree, "a", 0600, TOCSIN_TREE_OURS);
	assert_true(tocsin_tree_end(out));
	assert_null(tocsin_tree_create(&tree, "a", 0600, TOCSIN_TREE_OURS));
	assert_int_equal(errno, EEXIST);
	assert_int_equal(symlinkat("nowhere", tree.folder, "b"), 0);
	assert_null(tocsin_tree_create(&tree, "b", 0600, TOCSIN_TREE_OURS));
	assert_false(tocsin_tree_folder(&tree, "b", 0700, TOCSIN_TREE_OURS));
	assert_null(tocsin_tree_create(&tree, "none/c", 0600, TOCSIN_TREE_OURS));
	assert_int_equal(errno, ENOENT);
	tocsin_tree_close(&tree);
	assert_false(tocsin_tree_open(&tree));
	assert_int_equal(errno, ENOTEMPTY);
	assert_int_equal(tree.folder, -1);
	assert_false(tocsin_tree_is_free(path));
	assert_int_equal(errno, ENOTEMPTY);
	struct tocsin_tree on_a_file = {.path = file};
	assert_false(tocsin_tree_open(&on_a_file));
	assert_int_equal(errno, ENOTDIR);
	assert_false(tocsin_tree_is_free(file));
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(rig_folder_remove(path), 2);
}

/* A folder that was there stays, and what a link in it points to. */
static void only_what_was_made_goes(void **state)
{
	char path[RIG_PATH], other[RIG_PATH], kept[RIG_PATH + 8];
	(void)state;
	rig_folder(path);
	rig_folder(other);
	snprintf(kept, sizeof(kept), "%s/kept", other);
	rig_write(kept, "text");
	struct tocsin_tree tree = {.path = path};
	assert_true(tocsin_tree_open(&tree));
	assert_true(tocsin_tree_folder(&tree, "deep", 0755, TOCSIN_TREE_OURS));
	assert_true(tocsin_tree_end(tocsin_tree_create(&tree, "deep/a", 0600, TOCSIN_TREE_OURS)));
	assert_int_equal(symlinkat(other, tree.folder, "link"), 0);
	tocsin_tree_remove(&tree);
	tocsin_tree_close(&tree);
	tocsin_tree_close(&tree);
	assert_int_equal(rig_folder_remove(path), 0);
	assert_int_equal(rig_folder_remove(other), 1);
}

static void a_disk_that_is_full(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	(void)state;
	assert_non_null(full);
	fputs("text", full);
	assert_false(tocsin_tree_end(full));
	assert_int_equal(errno, ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_whatever_the_umask),
		cmocka_unit_test(nothing_is_overwritten),
		cmocka_unit_test(only_what_was_made_goes),
		cmocka_unit_test(a_disk_that_is_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
