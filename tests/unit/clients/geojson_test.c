/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"
#include "folder_rig.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "clients/alert/geojson.h"

static const char *feature_of(struct tocsin_arena *arena, const Tocsin__V1__Alert *alert)
{
	char *text = NULL;
	size_t length = 0;
	assert_int_equal(tocsin_geojson_feature(alert, arena, &text, &length), TOCSIN_OK);
	assert_int_equal(strlen(text), length);
	assert_null(strchr(text, '\n'));
	return text;
}

static void check(const char *json, const char *expected)
{
	struct tocsin_arena *arena = rig_arena();
	assert_string_equal(feature_of(arena, rig_alert(arena, json)), expected);
	tocsin_arena_destroy(arena);
}

static void a_feature_is_the_alert_at_its_point(void **state)
{
	(void)state;
	check("{'id':'a','event':{'type':'riots'},'area':{'country':'ML','pcodes':['ML05','ML0503'],"
		  "'name':'Djenné, Mopti, Mali','point':{'latitude':14.2222,'longitude':-4.4933}},"
		  "'occurred':{'start':'2024-08-07T18:30:00Z'},'disputed':true}",
		"{\"type\":\"Feature\",\"id\":\"a\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
		"[-4.4933,14.2222]},\"properties\":{\"id\":\"a\",\"occurred\":"
		"{\"start\":\"2024-08-07T18:30:00Z\"},\"event\":{\"type\":\"riots\"},\"area\":"
		"{\"country\":\"ML\",\"pcodes\":[\"ML05\",\"ML0503\"],\"name\":\"Djenné, Mopti, Mali\","
		"\"point\":{\"latitude\":14.2222,\"longitude\":-4.4933}},\"disputed\":true,"
		"\"event_type\":\"riots\",\"occurred_start\":\"2024-08-07T18:30:00Z\",\"country\":\"ML\","
		"\"pcode\":\"ML0503\","
		"\"place\":\"Djenné, Mopti, Mali\"}}");
	check("{'id':'a'}",
		"{\"type\":\"Feature\",\"id\":\"a\",\"geometry\":null,\"properties\":{\"id\":\"a\"}}");
}

static void half_a_point_is_none(void **state)
{
	static const char *const none[] = {"{}", "{'latitude':14}", "{'longitude':14}"};
	struct tocsin_arena *arena = rig_arena();
	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_has(feature_of(arena,
					   rig_alert(arena,
						   tocsin_arena_format(arena, "{'id':'a','area':{'point':%s}}", none[i]))),
			"\"geometry\":null");
	Tocsin__V1__Alert *alert =
		rig_alert(arena, "{'id':'a','area':{'point':{'latitude':0,'longitude':0}}}");
	assert_has(feature_of(arena, alert), "\"coordinates\":[0,0]");
	alert->area->point->longitude = 180.5;
	assert_has(feature_of(arena, alert), "\"geometry\":null");
	tocsin_arena_destroy(arena);
}

static void what_json_cannot_say_is_refused(void **state)
{
	struct tocsin_arena *arena = rig_arena();
	char bad[] = "\xff", control[] = "a\x01\"\\\n\xe2\x80\xa8";
	char *text = NULL;
	size_t length;
	(void)state;
	Tocsin__V1__Alert *alert = rig_alert(arena, "{'id':'a','area':{'point':{'latitude':0}}}");
	alert->headline = bad;
	assert_int_equal(tocsin_geojson_feature(alert, arena, &text, &length), TOCSIN_INVALID);
	alert->headline = control;
	json_t *value = json_loads(feature_of(arena, alert), 0, NULL);
	assert_non_null(value);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(value, "properties"), "headline")),
		control);
	json_decref(value);
	alert->area->point->latitude = NAN;
	assert_int_equal(tocsin_geojson_feature(alert, arena, &text, &length), TOCSIN_INVALID);
	alert = rig_alert(arena, "{'audience':'a'}");
	assert_int_equal(tocsin_geojson_feature(alert, arena, &text, &length), TOCSIN_INVALID);
	assert_null(text);
	tocsin_arena_destroy(arena);
}

static enum tocsin_status append(const char *path, const char *id)
{
	struct tocsin_arena *arena = rig_arena();
	enum tocsin_status status = tocsin_geojson_append(
		path, rig_alert(arena, tocsin_arena_format(arena, "{'id':'%s'}", id)));
	tocsin_arena_destroy(arena);
	return status;
}

#define FEATURE(id)                                                                                \
	"{\"type\":\"Feature\",\"id\":\"" id "\",\"geometry\":null,\"properties\":{\"id\":\"" id "\"}" \
	"}"

static void check_file(const char *path, const char *expected)
{
	char *text = rig_read(path);
	assert_string_equal(text, expected);
	free(text);
}

static void a_collection_grows_as_a_whole(void **state)
{
	char folder[RIG_PATH], path[2 * RIG_PATH];
	struct stat file;
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/map.geojson", folder);
	assert_int_equal(append(path, "a"), TOCSIN_OK);
	check_file(path, "{\"type\":\"FeatureCollection\",\"features\":[\n" FEATURE("a") "\n]}\n");
	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(append(path, "b"), TOCSIN_OK);
	assert_int_equal(append(path, "c"), TOCSIN_OK);
	assert_int_equal(append(path, "b"), TOCSIN_OK); /* once */
	check_file(path,
		"{\"type\":\"FeatureCollection\",\"features\":[\n" FEATURE("a") ",\n" FEATURE(
			"b") ",\n" FEATURE("c") "\n]}\n");
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0604);
	assert_int_equal(rig_folder_remove(folder), 1);
}

static void the_file_of_another_is_left_alone(void **state)
{
	static const char *const foreign[] = {"", "{}", "precious",
		"{\"type\":\"FeatureCollection\",\"features\":[]}\n",
		"{\"type\":\"FeatureCollection\",\"features\":[\n" FEATURE("a")};
	char folder[RIG_PATH], path[2 * RIG_PATH];
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/map.geojson", folder);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++) {
		rig_write(path, foreign[i]);
		assert_int_equal(append(path, "a"), TOCSIN_LIMIT);
		check_file(path, foreign[i]);
	}
	assert_int_equal(rig_folder_remove(folder), 1);
	assert_int_equal(append(path, "a"), TOCSIN_IO);
	assert_int_equal(errno, ENOENT);
}

static void sequences_grow_line_by_line(void **state)
{
	char folder[RIG_PATH], path[2 * RIG_PATH];
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/a.geojsonl", folder);
	assert_int_equal(append(path, "a"), TOCSIN_OK);
	assert_int_equal(append(path, "b"), TOCSIN_OK);
	check_file(path, FEATURE("a") "\n" FEATURE("b") "\n");
	snprintf(path, sizeof(path), "%s/a.ndjson", folder);
	assert_int_equal(append(path, "a"), TOCSIN_OK);
	check_file(path, FEATURE("a") "\n");
	snprintf(path, sizeof(path), "%s/a.geojsons", folder);
	assert_int_equal(append(path, "a"), TOCSIN_OK);
	assert_int_equal(append(path, "b"), TOCSIN_OK);
	check_file(path, "\x1E" FEATURE("a") "\n\x1E" FEATURE("b") "\n");
	assert_int_equal(rig_folder_remove(folder), 3);
	assert_int_equal(append(path, "a"), TOCSIN_IO);
}

static void a_full_file_forgets_its_older_half(void **state)
{
	char folder[RIG_PATH], path[2 * RIG_PATH];
	char filler[1 << 10];
	size_t lines = 0;
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/map.geojson", folder);
	memset(filler, 'x', sizeof(filler));
	filler[sizeof(filler) - 1] = '\0';
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("{\"type\":\"FeatureCollection\",\"features\":[\n", file);
	while (ftell(file) < TOCSIN_MAX_GEOJSON - 2 * (long)sizeof(filler)) {
		fprintf(file,
			"%s{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"n\":%zu,\"x\":\"%s\"}}",
			lines ? ",\n" : "", lines, filler);
		lines++;
	}
	fputs("\n]}\n", file);
	assert_int_equal(fclose(file), 0);
	size_t appended = 0;
	struct stat size = {0};
	do {
		char id[16];
		snprintf(id, sizeof(id), "new%zu", appended);
		assert_int_equal(append(path, id), TOCSIN_OK);
		assert_int_equal(stat(path, &size), 0);
		assert_true(size.st_size <= TOCSIN_MAX_GEOJSON);
		appended++;
	} while (size.st_size > TOCSIN_MAX_GEOJSON * 3 / 4 && appended < 100);
	json_t *value = json_load_file(path, 0, NULL);
	json_t *features = json_object_get(value, "features");
	size_t kept = json_array_size(features);
	assert_true(kept > lines / 3 && kept < lines * 2 / 3);
	const char *id = json_string_value(json_object_get(json_array_get(features, kept - 1), "id"));
	assert_int_equal(strncmp(id, "new", 3), 0);
	json_t *last = json_object_get(json_array_get(features, kept - appended - 1), "properties");
	assert_int_equal(json_integer_value(json_object_get(last, "n")), lines - 1);
	json_decref(value);
	assert_int_equal(rig_folder_remove(folder), 1);
}

/* Appends until the other end of the pipe is closed. */
static int append_on(const char *path, int pipe_end)
{
	struct pollfd watched = {.fd = pipe_end};
	for (unsigned number = 0; poll(&watched, 1, 0) == 0; number++) {
		char id[16];
		snprintf(id, sizeof(id), "b%u", number);
		if (append(path, id) != TOCSIN_OK)
			return 1;
	}
	return 0;
}

/* A map program may look at any moment. */
static void it_is_valid_at_any_moment(void **state)
{
	enum { LOOKS = 50 };
	char folder[RIG_PATH], path[2 * RIG_PATH];
	int ends[2], status = -1;
	size_t seen = 0;
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/map.geojson", folder);
	assert_int_equal(append(path, "a"), TOCSIN_OK);
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[1]);
		_exit(append_on(path, ends[0]));
	}
	close(ends[0]);
	for (size_t looked = 0; looked < LOOKS;) {
		assert_int_equal(waitpid(child, &status, WNOHANG), 0);
		json_t *value = json_load_file(path, 0, NULL);
		assert_non_null(value);
		size_t count = json_array_size(json_object_get(value, "features"));
		assert_true(count >= seen);
		looked += count > seen ? 1 : 0;
		seen = count;
		json_decref(value);
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(rig_folder_remove(folder), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feature_is_the_alert_at_its_point),
		cmocka_unit_test(half_a_point_is_none),
		cmocka_unit_test(what_json_cannot_say_is_refused),
		cmocka_unit_test(a_collection_grows_as_a_whole),
		cmocka_unit_test(the_file_of_another_is_left_alone),
		cmocka_unit_test(sequences_grow_line_by_line),
		cmocka_unit_test(a_full_file_forgets_its_older_half),
		cmocka_unit_test(it_is_valid_at_any_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
