/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <mosquitto.h>

#include "clients/base/connection.h"

static bool read_text(struct tocsin_connection *connection, const char *text, struct page *page)
{
	char *copy = strdup(text);
	bool fine = tocsin_connection_read(connection, "file", copy, page->out);
	free(copy);
	return fine;
}

static void a_file_has_one_option_a_line(void **state)
{
	struct tocsin_connection connection;
	struct page page;
	(void)state;
	tocsin_connection_init(&connection);
	page_open(&page);
	assert_true(read_text(&connection,
		"# the hub\n-h hub.example.org\r\n\n  --port 8883\n-u mopti-17\n-P a pass word \n"
		"--cafile /etc/ca.pem\n-V 311\n--insecure\n--topic-root x/y",
		&page));
	assert_string_equal(page_text(&page), "");
	assert_string_equal(connection.host, "hub.example.org");
	assert_int_equal(connection.port, 8883);
	assert_string_equal(connection.user, "mopti-17");
	assert_string_equal(connection.password, "a pass word");
	assert_int_equal(connection.protocol, MQTT_PROTOCOL_V311);
	assert_true(connection.insecure);
	assert_true(connection.tls);
	assert_string_equal(connection.root, "x/y");
	tocsin_connection_finish(&connection);
	page_close(&page);
}

static void every_spelling_is_one_of_the_command_line(void **state)
{
	static const char *const lines[] = {
		"-P a=b c", "-Pa=b c", "--pw a=b c", "--pw=a=b c", " --pw \t a=b c\t "};
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct tocsin_connection connection;
		struct page page;
		tocsin_connection_init(&connection);
		page_open(&page);
		assert_true(read_text(&connection, lines[i], &page));
		assert_string_equal(connection.password, "a=b c");
		assert_string_equal(page_text(&page), "");
		tocsin_connection_finish(&connection);
		page_close(&page);
	}
}

static void no_mistake_shows_a_value(void **state)
{
	static const char *const lines[] = {"--pasword=hidden", "-Qhidden", "-Q hidden", "hidden",
		"pw=hidden", "-p=hidden", "--insecure=hidden", "--config=hidden"};
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct tocsin_connection connection;
		struct page page;
		tocsin_connection_init(&connection);
		page_open(&page);
		assert_false(read_text(&connection, lines[i], &page));
		assert_has(page_text(&page), "file:1: ");
		assert_lacks(page_text(&page), "hidden");
		tocsin_connection_finish(&connection);
		page_close(&page);
	}
}

static void the_command_line_wins(void **state)
{
	struct tocsin_connection connection;
	struct tocsin_option_set set;
	struct page page;
	const char *near;
	char host[] = "here", port[] = "1884";
	(void)state;
	tocsin_connection_init(&connection);
	page_open(&page);
	set = tocsin_connection_options(&connection);
	assert_null(tocsin_options_give(&set, "-h", host, &near));
	assert_null(tocsin_options_give(&set, "-p", port, &near));
	assert_true(read_text(&connection, "-h there\n-p 1999\n-i me\n", &page));
	assert_string_equal(connection.host, "here");
	assert_int_equal(connection.port, 1884);
	assert_string_equal(connection.client_id, "me");
	tocsin_connection_finish(&connection);
	page_close(&page);
}

static void mistakes_have_their_line(void **state)
{
	struct tocsin_connection connection;
	struct page page;
	(void)state;
	tocsin_connection_init(&connection);
	page_open(&page);
	assert_false(read_text(&connection,
		"-h x\n--prot 1\n-p 70000\n--config other\n-P hidden\n--insecure yes\n--topic-root a/#\n",
		&page));
	const char *said = page_text(&page);
	assert_has(said, "file:2: --prot: unknown option; did you mean --protocol-version?");
	assert_has(said, "file:3: -p: wants a number from 1 to 65535");
	assert_has(said, "file:4: --config: cannot stand in a configuration file");
	assert_has(said, "file:6: --insecure: takes no value");
	assert_has(said, "file:7: --topic-root: must be a topic without wildcards");
	assert_lacks(said, "hidden");
	assert_null(connection.host);
	tocsin_connection_finish(&connection);
	page_close(&page);
}

static void a_password_is_blanked(void **state)
{
	struct tocsin_connection connection;
	struct tocsin_option_set set;
	const char *near;
	char password[] = "secret", url[] = "mqtts://bob:s3cr@t@[::1]:8884/x";
	(void)state;
	tocsin_connection_init(&connection);
	set = tocsin_connection_options(&connection);
	assert_null(tocsin_options_give(&set, "-P", password, &near));
	assert_string_equal(password, "******");
	assert_string_equal(connection.password, "secret");
	assert_null(tocsin_options_give(&set, "-L", url, &near));
	assert_string_equal(connection.password, "s3cr@t");
	assert_null(strstr(url + 12, "s3cr"));
	assert_string_equal(connection.user, "bob");
	assert_string_equal(connection.host, "::1");
	assert_int_equal(connection.port, 8884);
	assert_true(connection.tls);
	tocsin_connection_finish(&connection);
}

static void addresses_are_read(void **state)
{
	struct tocsin_connection connection;
	struct tocsin_option_set set;
	const char *near;
	char plain[] = "mqtt://hub", scheme[] = "http://hub", empty[] = "mqtt://:1883",
		 port[] = "mqtt://hub:x";
	(void)state;
	tocsin_connection_init(&connection);
	set = tocsin_connection_options(&connection);
	assert_null(tocsin_options_give(&set, "-L", plain, &near));
	assert_string_equal(connection.host, "hub");
	assert_int_equal(connection.port, 0);
	assert_false(connection.tls);
	assert_non_null(tocsin_options_give(&set, "-L", scheme, &near));
	assert_non_null(tocsin_options_give(&set, "-L", empty, &near));
	assert_non_null(tocsin_options_give(&set, "-L", port, &near));
	tocsin_connection_finish(&connection);
	tocsin_connection_finish(&connection);
	tocsin_connection_finish(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_has_one_option_a_line),
		cmocka_unit_test(every_spelling_is_one_of_the_command_line),
		cmocka_unit_test(no_mistake_shows_a_value),
		cmocka_unit_test(the_command_line_wins),
		cmocka_unit_test(mistakes_have_their_line),
		cmocka_unit_test(a_password_is_blanked),
		cmocka_unit_test(addresses_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
