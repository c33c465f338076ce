/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"
#include "folder_rig.h"

#include <errno.h>

#include "clients/alert/cap_folder.h"

static const struct tocsin_cap_options options = {.sender = "hub@example.org"};

#define VERSION(id, type, more)                                                                    \
	"{'id':'" id "','audience':'a','status':'actual','msg_type':'" type                            \
	"','sent':'2024-08-07T18:30:00Z'" more "}"

static enum tocsin_status put(const char *folder, const char *json)
{
	struct tocsin_arena *arena = rig_arena();
	enum tocsin_status status = tocsin_cap_folder_write(folder, rig_alert(arena, json), &options);
	tocsin_arena_destroy(arena);
	return status;
}

static char *content(const char *folder, const char *id)
{
	char path[2 * RIG_PATH];
	snprintf(path, sizeof(path), "%s/%s.xml", folder, id);
	return rig_read(path);
}

static void the_folder_remembers_what_was_written(void **state)
{
	char folder[RIG_PATH];
	(void)state;
	rig_folder(folder);
	assert_int_equal(put(folder, VERSION("v1", "alert", ",'hub':'</sent>'")), TOCSIN_OK);
	assert_int_equal(
		put(folder, VERSION("v2", "update", ",'references':['v1','gone']")), TOCSIN_OK);
	char *text = content(folder, "v2");
	assert_has(text, "<msgType>Update</msgType>");
	assert_has(text, "<references>hub@example.org,v1,2024-08-07T18:30:00-00:00</references>");
	free(text);
	assert_int_equal(put(folder, VERSION("v3", "cancel", ",'references':['v1','v2']")), TOCSIN_OK);
	text = content(folder, "v3");
	assert_has(text,
		"<references>hub@example.org,v1,2024-08-07T18:30:00-00:00 "
		"hub@example.org,v2,2024-08-07T18:30:00-00:00</references>");
	free(text);
	/* A repeat is the same file. */
	assert_int_equal(put(folder, VERSION("v1", "alert", "")), TOCSIN_OK);
	assert_int_equal(rig_folder_remove(folder), 3);
}

static void nothing_is_ended_that_is_not_there(void **state)
{
	char folder[RIG_PATH], path[2 * RIG_PATH];
	(void)state;
	rig_folder(folder);
	assert_int_equal(
		put(folder, VERSION("v3", "cancel", ",'references':['v1','../v2','/etc/passwd']")),
		TOCSIN_NOT_FOUND);
	assert_int_equal(put(folder, VERSION("../v1", "alert", "")), TOCSIN_INVALID);
	/* What is no document of ours is no reference. */
	static const char *const foreign[] = {"", "x", "<identifier>v1</identifier>",
		"<identifier>v1</identifier><sender>s</sender><sent>t", "<sent>t</sent>",
		"<identifier>v2</identifier>\n<sender>s</sender>\n<sent>t</sent>",
		"<identifier></identifier>\n<sender>s</sender>\n<sent>t</sent>"};
	snprintf(path, sizeof(path), "%s/v1.xml", folder);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++) {
		rig_write(path, foreign[i]);
		assert_int_equal(
			put(folder, VERSION("v3", "cancel", ",'references':['v1']")), TOCSIN_NOT_FOUND);
	}
	assert_int_equal(rig_folder_remove(folder), 1);
}

static void a_folder_that_is_none_is_told(void **state)
{
	(void)state;
	assert_int_equal(put("/nonexistent/folder", VERSION("v1", "alert", "")), TOCSIN_IO);
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_folder_remembers_what_was_written),
		cmocka_unit_test(nothing_is_ended_that_is_not_there),
		cmocka_unit_test(a_folder_that_is_none_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
