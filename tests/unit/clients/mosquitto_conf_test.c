/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "folder_rig.h"

#include <errno.h>
#include <sys/stat.h>

#include "clients/hub/mosquitto_conf.h"

struct rig {
	char folder[RIG_PATH], path[2 * RIG_PATH];
	struct tocsin_conf conf;
};

static void begin(struct rig *rig, const char *text)
{
	rig_folder(rig->folder);
	snprintf(rig->path, sizeof(rig->path), "%s/m.conf", rig->folder);
	rig_write(rig->path, text);
}

static void load(struct rig *rig, const char *text)
{
	char *bad = NULL;
	begin(rig, text);
	assert_int_equal(tocsin_conf_read(rig->path, &rig->conf, &bad), TOCSIN_OK);
	assert_null(bad);
}

static void end(struct rig *rig)
{
	tocsin_conf_finish(&rig->conf);
	rig_folder_remove(rig->folder);
}

static void a_line_is_a_key_and_the_rest(void **state)
{
	struct rig rig;
	(void)state;
	load(&rig,
		"# a comment\n\nallow_anonymous   false \r\n  password_file  /a folder/with blanks\t\n"
		"persistence\nplugin_opt_hub # not a comment");
	assert_int_equal(rig.conf.count, 4);
	const struct tocsin_conf_line *line = tocsin_conf_find(&rig.conf, "allow_anonymous");
	assert_string_equal(line->value, "false");
	assert_int_equal(line->line, 3);
	assert_string_equal(line->file, rig.path);
	assert_string_equal(
		tocsin_conf_find(&rig.conf, "password_file")->value, "/a folder/with blanks");
	assert_string_equal(tocsin_conf_find(&rig.conf, "persistence")->value, "");
	assert_string_equal(tocsin_conf_find(&rig.conf, "plugin_opt_hub")->value, "# not a comment");
	assert_null(tocsin_conf_find(&rig.conf, "acl_file"));
	end(&rig);
}

static void values_are_read_as_the_broker_does(void **state)
{
	struct rig rig;
	(void)state;
	load(&rig,
		"a TRUE\nb 1\nc true, or so\nd false\ne truely\nf true and more\nn 42\nm 42 more\no 4x\np\n"
		"n 43\n");
	const struct {
		const char *key;
		bool is;
	} truths[] = {{"a", true}, {"b", true}, {"c", false}, {"d", false}, {"e", false}, {"f", true},
		{"none", false}};
	for (size_t i = 0; i < sizeof(truths) / sizeof(*truths); i++)
		assert_int_equal(
			tocsin_conf_true(tocsin_conf_find(&rig.conf, truths[i].key)), truths[i].is);
	assert_int_equal(tocsin_conf_number(tocsin_conf_find(&rig.conf, "n"), 7), 43);
	assert_int_equal(tocsin_conf_number(tocsin_conf_find(&rig.conf, "m"), 7), 42);
	assert_int_equal(tocsin_conf_number(tocsin_conf_find(&rig.conf, "o"), 7), 7);
	assert_int_equal(tocsin_conf_number(tocsin_conf_find(&rig.conf, "p"), 7), 7);
	assert_int_equal(tocsin_conf_number(NULL, 7), 7);
	end(&rig);
}

/* The broker's order, and its ".conf" alone; a folder in a folder is not followed. */
static void a_folder_is_followed(void **state)
{
	static const char *const names[] = {
		"b.conf", "A.conf", "01.conf", "a.conf", "B.conf", "00.conf", "c.con", "d.conf~"};
	char folder[RIG_PATH], path[2 * RIG_PATH], text[2 * RIG_PATH];
	struct rig rig;
	char order[64] = "", *bad = NULL;
	(void)state;
	begin(&rig, "");
	snprintf(folder, sizeof(folder), "%.*s-conf.d", RIG_PATH - 16, rig.folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		snprintf(text, sizeof(text), "in %s\ninclude_dir /nowhere\n", names[i]);
		rig_write(path, text);
	}
	snprintf(text, sizeof(text), "in first\ninclude_dir %s\nin last\n", folder);
	rig_write(rig.path, text);
	assert_int_equal(tocsin_conf_read(rig.path, &rig.conf, &bad), TOCSIN_OK);
	for (size_t i = 0; i < rig.conf.count; i++)
		if (strcmp(rig.conf.lines[i].key, "in") == 0)
			snprintf(order + strlen(order), sizeof(order) - strlen(order), "%.2s ",
				rig.conf.lines[i].value);
	assert_string_equal(order, "fi 00 01 A. a. B. b. la ");
	end(&rig);
	assert_int_equal(rig_folder_remove(folder), sizeof(names) / sizeof(*names));
}

static void what_cannot_be_read_is_named(void **state)
{
	struct rig rig;
	char *bad = NULL;
	(void)state;
	begin(&rig, "listener 1883\ninclude_dir /nowhere/at/all\n");
	assert_int_equal(tocsin_conf_read(rig.path, &rig.conf, &bad), TOCSIN_IO);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(bad, "/nowhere/at/all");
	free(bad);
	tocsin_conf_finish(&rig.conf);
	assert_int_equal(tocsin_conf_read("/nowhere/m.conf", &rig.conf, &bad), TOCSIN_IO);
	assert_string_equal(bad, "/nowhere/m.conf");
	free(bad);
	end(&rig);
	tocsin_conf_finish(NULL);
}

static void too_many_lines_are_refused(void **state)
{
	struct rig rig;
	struct page page;
	char *bad = NULL;
	(void)state;
	page_open(&page);
	for (int i = 0; i <= TOCSIN_MAX_CONF_LINES; i++)
		fputs("a b\n", page.out);
	begin(&rig, page_text(&page));
	assert_int_equal(tocsin_conf_read(rig.path, &rig.conf, &bad), TOCSIN_LIMIT);
	assert_null(bad);
	page_close(&page);
	end(&rig);
}

static void without_a_listener_there_is_one_on_the_loopback(void **state)
{
	struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS];
	struct rig rig;
	(void)state;
	load(&rig, "allow_anonymous true\ncafile /ca\n");
	assert_int_equal(tocsin_conf_listeners(&rig.conf, listeners), 1);
	assert_null(listeners[0].line);
	assert_true(listeners[0].local);
	assert_string_equal(tocsin_conf_of(&rig.conf, &listeners[0], "cafile")->value, "/ca");
	end(&rig);
}

static void lines_belong_to_the_listener_above(void **state)
{
	struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS];
	struct rig rig;
	(void)state;
	load(&rig,
		"certfile /default\nport 1884\nlistener 1883 127.0.0.1\nlistener 8883\ncertfile /c\n"
		"keyfile /k\nlistener 0 /run/m.sock\nlistener 1885 ::1\nlistener 1886 192.0.2.1\n");
	assert_int_equal(tocsin_conf_listeners(&rig.conf, listeners), 6);
	const struct {
		const char *value, *certificate;
		bool local;
	} wanted[] = {{"1884", "/default", false}, {"1883 127.0.0.1", NULL, true},
		{"8883", "/c", false}, {"0 /run/m.sock", NULL, true}, {"1885 ::1", NULL, true},
		{"1886 192.0.2.1", NULL, false}};
	for (size_t i = 0; i < 6; i++) {
		const struct tocsin_conf_line *certificate =
			tocsin_conf_of(&rig.conf, &listeners[i], "certfile");
		assert_string_equal(listeners[i].line->value, wanted[i].value);
		assert_int_equal(listeners[i].local, wanted[i].local);
		assert_int_equal(certificate != NULL, wanted[i].certificate != NULL);
		if (certificate)
			assert_string_equal(certificate->value, wanted[i].certificate);
	}
	end(&rig);
}

static void an_old_bind_address_is_a_listener(void **state)
{
	struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS];
	struct rig rig;
	(void)state;
	load(&rig, "port 1884\nbind_address localhost\n");
	assert_int_equal(tocsin_conf_listeners(&rig.conf, listeners), 1);
	assert_true(listeners[0].local);
	assert_string_equal(listeners[0].address, "localhost");
	end(&rig);
}

static void options_belong_to_their_plugin(void **state)
{
	struct tocsin_conf_plugin plugin;
	struct rig rig;
	(void)state;
	load(&rig,
		"plugin /tocsin/mosquitto_dynamic_security.so\nplugin_opt_config_file /d.json\n"
		"plugin_opt_hub not-ours\nplugin /x/mosquitto_tocsin.so\nplugin_opt_hub bamako\n"
		"auth_opt_guard beside\nplugin_load second /y/mosquitto_tocsin.so\n");
	assert_true(tocsin_conf_plugin(&rig.conf, "tocsin", 0, &plugin));
	assert_string_equal(plugin.path, "/x/mosquitto_tocsin.so");
	assert_int_equal(plugin.line->line, 4);
	assert_string_equal(tocsin_conf_plugin_option(&rig.conf, &plugin, "hub")->value, "bamako");
	assert_string_equal(tocsin_conf_plugin_option(&rig.conf, &plugin, "guard")->value, "beside");
	assert_null(tocsin_conf_plugin_option(&rig.conf, &plugin, "config_file"));
	assert_true(tocsin_conf_plugin(&rig.conf, "tocsin", 1, &plugin));
	assert_string_equal(plugin.path, "/y/mosquitto_tocsin.so");
	assert_false(tocsin_conf_plugin(&rig.conf, "tocsin", 2, &plugin));
	assert_true(tocsin_conf_plugin(&rig.conf, "dynamic_security", 0, &plugin));
	end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_key_and_the_rest),
		cmocka_unit_test(values_are_read_as_the_broker_does),
		cmocka_unit_test(a_folder_is_followed),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(too_many_lines_are_refused),
		cmocka_unit_test(without_a_listener_there_is_one_on_the_loopback),
		cmocka_unit_test(lines_belong_to_the_listener_above),
		cmocka_unit_test(an_old_bind_address_is_a_listener),
		cmocka_unit_test(options_belong_to_their_plugin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
