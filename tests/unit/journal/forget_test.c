/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is forgotten is in no byte of no file any more, what is not is untouched, and a
 * hub that writes meanwhile gets its turn. */
#include "journal/forget.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "journal/scrub.h"
#include "journal/stored.h"
#include "tocsin/v1/alert.pb-c.h"

#define SENDER "marker-sender-0815"
#define TEXT "what the marker saw"

static int setup(void **state)
{
	struct stored *stored = calloc(1, sizeof(*stored));

	stored_open(stored);
	*state = stored;
	return 0;
}

static int teardown(void **state)
{
	stored_close(*state);
	free(*state);
	return 0;
}

static uint32_t draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

/* How often a text stands in a file. */
static size_t count_in(const char *path, const char *text)
{
	const size_t length = strlen(text);
	size_t found = 0;
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	const long size = ftell(file);
	rewind(file);
	char *bytes = malloc((size_t)size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
	for (char *at = bytes; (at = memmem(at, (size_t)(bytes + size - at), text, length)); at++) {
		found++;
	}
	free(bytes);
	(void)fclose(file);
	return found;
}

/* In all files of the folder: the two databases and all that SQLite keeps beside. */
static size_t count_everywhere(const struct stored *stored, const char *text)
{
	DIR *folder = opendir(stored->folder.path);
	struct dirent *entry;
	size_t found = 0;
	size_t files = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		char path[400];

		if (entry->d_name[0] == '.') {
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", stored->folder.path, entry->d_name);
		found += count_in(path, text);
		files++;
	}
	closedir(folder);
	assert_true(files >= 2);
	return found;
}

static int64_t number(sqlite3 *file, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	assert_int_equal(sqlite3_prepare_v2(file, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static void assert_sound(const struct stored *stored)
{
	assert_int_equal(
		number(stored->journal, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	assert_int_equal(
		number(stored->quarantine, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
}

/* Journal and quarantine of some thousand incidents, of which the sender has a part;
 * pages split and merge as they do for a hub: in the middle of indexes, and where
 * memory moves on to a newer row. */
static void fill(struct stored *stored, uint32_t seed, int64_t count)
{
	char text[8192];

	stored_run(stored->journal, "PRAGMA wal_autocheckpoint = 0; BEGIN");
	stored_run(stored->quarantine, "BEGIN");
	for (int64_t i = 1; i <= count; i++) {
		const bool marked = draw(&seed, 10) == 0;
		const size_t size = 1 + draw(&seed, draw(&seed, 8) ? 600 : sizeof(text) - 1);
		char sender[32];
		char sql[256];

		snprintf(sender, sizeof(sender), marked ? SENDER : "sender-%u", draw(&seed, 300));
		for (size_t at = 0; at < size; at++) {
			text[at] = marked ? TEXT[at % (sizeof(TEXT) - 1)] : (char)('a' + draw(&seed, 26));
		}
		text[size] = '\0';
		const struct stored_incident one = {
			.row = i, .received_ms = i, .sender = sender, .region = "/ML/ML05/", .bytes = text};
		stored_incident(stored, &one);
		stored_alert(stored, i, 0, "partners", (uint64_t)i);
		snprintf(sql, sizeof(sql), "UPDATE incident SET memory = '%s %s' WHERE journal_id = %lld",
			marked ? TEXT : "picture", sender, (long long)i);
		stored_run(stored->journal, sql);
		snprintf(sql, sizeof(sql),
			"UPDATE alert SET bytes = '%s' || zeroblob(300) WHERE row = %lld << 16;"
			"UPDATE incident SET memory = NULL WHERE journal_id = %lld",
			marked ? TEXT : "alert", (long long)i, (long long)(1 + draw(&seed, (uint32_t)i)));
		stored_run(stored->journal, sql);
		if (marked || draw(&seed, 4) == 0) {
			stored_refusal(stored, &one);
		}
		if (i % 200 == 0) {
			stored_run(stored->journal, "COMMIT; PRAGMA wal_checkpoint(PASSIVE)");
			/* As a hub does it: not all of them at the end. */
			if (i % 400 == 0) {
				stored_enter(stored);
			}
			stored_run(stored->journal, "BEGIN");
			stored_run(stored->quarantine, "COMMIT; BEGIN");
		}
	}
	stored_run(stored->journal, "COMMIT");
	stored_run(stored->quarantine, "COMMIT");
}

static struct tocsin_forgotten forget(
	struct stored *stored, const struct tocsin_forget_what *what, void (*between)(void))
{
	struct tocsin_forget *forget = NULL;
	struct tocsin_forgotten count = {0};
	char error[TOCSIN_JOURNAL_ERROR] = "";
	bool done = false;

	assert_int_equal(tocsin_forget_open(stored->folder.journal, what, &forget, error), TOCSIN_OK);
	assert_int_equal(tocsin_forget_count(forget, &count, error), TOCSIN_OK);
	while (!done) {
		const enum tocsin_status status = tocsin_forget_step(forget, &done, error);

		if (status != TOCSIN_OK && !(between && status == TOCSIN_LIMIT)) {
			print_error("%s\n", error);
			fail();
		}
		if (between) {
			between();
		}
	}
	const struct tocsin_forgotten result = *tocsin_forget_result(forget);
	assert_int_equal(result.incidents, count.incidents);
	assert_int_equal(result.refusals, count.refusals);
	tocsin_forget_close(forget);
	return result;
}

static const struct tocsin_forget_what the_sender = {.sender = SENDER};

static void test_sender(void **state)
{
	struct stored *stored = *state;

	fill(stored, 1, 3000);
	const int64_t incidents = number(stored->journal, "SELECT count(*) FROM incident");
	const int64_t marked =
		number(stored->journal, "SELECT count(*) FROM incident WHERE sender = '" SENDER "'");
	const int64_t refused =
		number(stored->quarantine, "SELECT count(*) FROM refusal WHERE sender = '" SENDER "'");
	const int64_t others = number(stored->journal,
		"SELECT sum(length(bytes) + journal_id * length(sender)) FROM incident"
		" WHERE sender <> '" SENDER "'");
	const int64_t memories = number(stored->journal,
		"SELECT count(*) FROM incident WHERE memory IS NOT NULL AND sender <> '" SENDER "'");
	const int64_t hashes = number(stored->journal,
		"SELECT sum(journal_id * unicode(hex(hash)) + length(receipt)) FROM incident");
	assert_true(marked > 200 && refused > 200 && memories > 200);
	assert_true(count_everywhere(stored, SENDER) > 1000);

	const struct tocsin_forgotten result = forget(stored, &the_sender, NULL);
	assert_int_equal(result.incidents, marked);
	assert_int_equal(result.alerts, marked);
	assert_int_equal(result.refusals, refused);
	assert_int_equal(count_everywhere(stored, SENDER), 0);
	assert_int_equal(count_everywhere(stored, TEXT), 0);
	assert_sound(stored);

	assert_int_equal(number(stored->journal, "SELECT count(*) FROM incident"), incidents);
	assert_int_equal(number(stored->journal,
						 "SELECT count(*) FROM incident WHERE sender = '' AND bytes IS NULL"
						 " AND memory IS NULL AND incident_id = 'incident-' || journal_id"
						 " AND region = '/ML/ML05/'"),
		marked);
	assert_int_equal(number(stored->journal,
						 "SELECT sum(length(bytes) + journal_id * length(sender))"
						 " FROM incident WHERE sender <> ''"),
		others);
	assert_int_equal(
		number(stored->journal, "SELECT count(*) FROM incident WHERE memory IS NOT NULL"),
		memories);
	assert_int_equal(number(stored->journal,
						 "SELECT sum(journal_id * unicode(hex(hash)) + length(receipt))"
						 " FROM incident"),
		hashes);
	assert_int_equal(number(stored->journal, "SELECT count(*) FROM alert"), incidents);
	assert_int_equal(
		number(stored->journal, "SELECT count(*) FROM alert WHERE bytes IS NULL"), marked);
	assert_int_equal(
		number(stored->quarantine, "SELECT count(*) FROM refusal WHERE sender = '" SENDER "'"), 0);
	assert_true(number(stored->quarantine, "SELECT count(*) FROM refusal") > 100);

	/* Once more there is nothing to do. */
	const struct tocsin_forgotten again = forget(stored, &the_sender, NULL);
	assert_int_equal(again.incidents + again.alerts + again.figures + again.refusals, 0);
}

/* Deletes without more, and returns how often what is deleted is still in the file. */
static size_t delete_plainly(struct stored *stored, uint32_t seed)
{
	fill(stored, seed, 3000);
	stored_run(stored->journal,
		"PRAGMA secure_delete = ON;"
		"UPDATE incident SET sender = '', bytes = NULL, memory = NULL WHERE sender = '" SENDER "';"
		"UPDATE catalogue SET sender = '' WHERE sender = '" SENDER "';"
		"UPDATE alert SET bytes = NULL WHERE CAST(bytes AS TEXT) LIKE '" TEXT "%';"
		"PRAGMA wal_checkpoint(TRUNCATE)");
	return count_in(stored->folder.journal, SENDER) + count_in(stored->folder.journal, TEXT);
}

/* What a split leaves in the unused middle of a page, which is what makes scrubbing
 * needful; some rows do, others do not. */
static void test_scrub(void **state)
{
	struct stored *stored = *state;
	struct tocsin_scrub scrub = {0};
	char error[TOCSIN_JOURNAL_ERROR];
	bool left = true;

	for (uint32_t seed = 2; delete_plainly(stored, seed) == 0; seed++) {
		assert_true(seed < 30);
		stored_close(stored);
		stored_open(stored);
	}
	while (left) {
		assert_int_equal(
			tocsin_scrub_step(&scrub, stored->journal, stored->folder.journal, &left, error),
			TOCSIN_OK);
	}
	assert_true(scrub.overwritten > 0);
	assert_int_equal(count_in(stored->folder.journal, SENDER), 0);
	assert_int_equal(count_in(stored->folder.journal, TEXT), 0);
	assert_sound(stored);
	stored_run(stored->journal, "INSERT INTO probe VALUES(5)");
	sqlite3_close(stored->journal);
	tocsin_scrub_finish(&scrub);
	stored->journal = NULL;
	assert_int_equal(sqlite3_open(stored->folder.journal, &stored->journal), SQLITE_OK);
	assert_int_equal(number(stored->journal, "SELECT count(*) FROM incident"), 3000);
}

static void test_gap(void **state)
{
	uint8_t page[512] = {10, 0, 0, 0, 1, 1, 0xf0, 0, 1, 0xf0};
	uint32_t begin = 7;
	uint32_t end = 7;

	(void)state;
	assert_false(tocsin_scrub_gap(page, 512, false, &begin, &end));
	page[300] = 1;
	assert_true(tocsin_scrub_gap(page, 512, false, &begin, &end));
	assert_int_equal(begin, 10);
	assert_int_equal(end, 0x1f0);
	begin = end = 7;
	static const struct {
		int at;
		uint8_t value;
	} wrongs[] = {{0, 0}, {0, 1}, {0, 14}, {5, 3}, {3, 9}, {8, 0}, {8, 2}};
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		const uint8_t before = page[wrongs[i].at];

		page[wrongs[i].at] = wrongs[i].value;
		assert_false(tocsin_scrub_gap(page, 512, false, &begin, &end));
		page[wrongs[i].at] = before;
	}
	assert_int_equal(begin, 7);
	/* What lies before the header of the first page is the file's. */
	uint8_t first[512] = {10, 0};
	first[100] = 13;
	first[105] = 2;
	first[400] = 1;
	assert_true(tocsin_scrub_gap(first, 512, true, &begin, &end));
	assert_int_equal(begin, 108);
	assert_int_equal(end, 512);
}

/* Bytes kept back at the end of pages would move the maps. */
static void test_strange_layout(void **state)
{
	struct stored *stored = *state;
	struct tocsin_scrub scrub = {0};
	char error[TOCSIN_JOURNAL_ERROR] = "";
	bool left = false;
	sqlite3 *other = NULL;
	char path[128];
	int kept_back = 8;

	snprintf(path, sizeof(path), "%s/other", stored->folder.path);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(
		sqlite3_file_control(other, "main", SQLITE_FCNTL_RESERVE_BYTES, &kept_back), SQLITE_OK);
	stored_run(other, "PRAGMA journal_mode = WAL; CREATE TABLE t(x)");
	assert_int_equal(tocsin_scrub_step(&scrub, other, path, &left, error), TOCSIN_INVALID);
	assert_string_equal(error, "is laid out as no hub does");
	assert_int_equal(tocsin_scrub_step(&scrub, other, path, &left, error), TOCSIN_INVALID);
	sqlite3_close(other);
	tocsin_scrub_finish(&scrub);
}

static void test_map(void **state)
{
	static const uint32_t lock_page = 262145;
	(void)state;
	assert_false(tocsin_scrub_is_map(1, 4096));
	assert_true(tocsin_scrub_is_map(2, 4096));
	assert_false(tocsin_scrub_is_map(3, 4096));
	assert_false(tocsin_scrub_is_map(821, 4096));
	assert_true(tocsin_scrub_is_map(822, 4096));
	assert_false(tocsin_scrub_is_map(lock_page, 4096));
	assert_false(tocsin_scrub_is_map(lock_page + 1, 4096));
	assert_true(tocsin_scrub_is_map(105, 512));
}

static void test_incident(void **state)
{
	static const struct stored_incident incidents[] = {
		{.row = 1, .received_ms = 1, .bytes = TEXT, .sender = SENDER},
		{.row = 2, .received_ms = 2, .bytes = TEXT, .sender = SENDER, .chain = "incident-1"},
		{.row = 3, .received_ms = 3, .sender = "other"},
		{.row = 4, .received_ms = 4, .sender = "other", .chain = "incident-3"},
	};
	static const struct stored_incident refused = {.row = 9, .id = "INCIDENT-1"};
	static const struct tocsin_forget_what first = {.incident = "incident-1"};
	static const struct tocsin_forget_what later = {.incident = "incident-4"};
	struct stored *stored = *state;

	for (size_t i = 0; i < 4; i++) {
		stored_incident(stored, &incidents[i]);
		stored_alert(stored, incidents[i].row, 0, "partners", i);
		stored_alert(stored, incidents[i].row, 1, "public", i);
	}
	stored_refusal(stored, &refused);
	stored_run(stored->journal,
		"UPDATE incident SET memory = '" SENDER "', open_until_ms = 5 WHERE journal_id IN (2, 4);"
		"UPDATE incident SET relay = 'bridge-mopti' WHERE journal_id = 1;"
		"INSERT INTO hold VALUES(1, 1, x'01'), (3, 3, x'03')");
	struct tocsin_forgotten result = forget(stored, &first, NULL);
	assert_int_equal(count_everywhere(stored, "bridge-mopti"), 0);
	assert_int_equal(result.incidents, 2);
	assert_int_equal(result.alerts, 4);
	assert_int_equal(result.holds, 1);
	assert_int_equal(result.refusals, 1);
	assert_int_equal(
		number(stored->journal, "SELECT sum(journal_id) FROM incident WHERE sender = ''"), 3);
	assert_int_equal(number(stored->journal, "SELECT sum(journal_id) FROM hold"), 3);
	assert_int_equal(number(stored->journal,
						 "SELECT sum(journal_id) FROM incident WHERE memory IS NOT NULL"
						 " AND open_until_ms = 5"),
		4);
	assert_int_equal(count_everywhere(stored, TEXT), 0);
	/* A later version alone: its chain's picture goes, its chain's first stays. */
	result = forget(stored, &later, NULL);
	assert_int_equal(result.incidents, 1);
	assert_int_equal(
		number(stored->journal, "SELECT sum(journal_id) FROM incident WHERE sender = ''"), 7);
	assert_int_equal(count_everywhere(stored, SENDER), 0);
}

/* An alert as of a figure, with everything in it that says who said it. */
static size_t make_figure(uint8_t bytes[1024])
{
	Tocsin__V1__Alert alert = TOCSIN__V1__ALERT__INIT;
	Tocsin__V1__Displacement displacement = TOCSIN__V1__DISPLACEMENT__INIT;
	Tocsin__V1__Displacement *displacements[] = {&displacement};
	Tocsin__V1__Area area = TOCSIN__V1__AREA__INIT;
	Tocsin__V1__Source source = TOCSIN__V1__SOURCE__INIT;
	Tocsin__V1__Source *sources[] = {&source};

	alert.id = (char *)(uintptr_t) "alert-7";
	alert.incident_id = (char *)(uintptr_t) "incident-1";
	alert.headline = alert.text = alert.description = (char *)(uintptr_t)TEXT;
	alert.instruction = alert.correlation_key = (char *)(uintptr_t)TEXT;
	alert.sender = (char *)(uintptr_t)SENDER;
	alert.sequence = 77;
	area.country = (char *)(uintptr_t) "ML";
	area.locality = (char *)(uintptr_t)TEXT;
	alert.area = &area;
	displacement.figure_presence_case = TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE;
	displacement.figure = 4200;
	displacement.reason = (char *)(uintptr_t)TEXT;
	alert.n_displacement = 1;
	alert.displacement = displacements;
	source.name = (char *)(uintptr_t)TEXT;
	alert.n_sources = 1;
	alert.sources = sources;
	assert_true(tocsin__v1__alert__get_packed_size(&alert) < 1024);
	return tocsin__v1__alert__pack(&alert, bytes);
}

static void store_figure(
	struct stored *stored, const char *topic, const char *chain, const uint8_t *bytes, size_t size)
{
	sqlite3_stmt *insert = NULL;

	assert_int_equal(
		sqlite3_prepare_v2(stored->journal,
			"INSERT INTO figure VALUES(?1, ?2, 1, 1, 1, 1, 1, 1, ?3)", -1, &insert, NULL),
		SQLITE_OK);
	sqlite3_bind_text(insert, 1, topic, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(insert, 2, chain, -1, SQLITE_TRANSIENT);
	if (bytes) {
		sqlite3_bind_blob(insert, 3, bytes, (int)size, SQLITE_TRANSIENT);
	}
	assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
	sqlite3_finalize(insert);
}

static void test_figures(void **state)
{
	static const struct stored_incident incidents[] = {
		{.row = 1, .sender = SENDER},
		{.row = 2, .sender = "other"},
		{.row = 3, .sender = SENDER, .chain = "incident-2"},
		{.row = 4, .sender = "other"},
	};
	struct stored *stored = *state;
	uint8_t bytes[1024];
	const size_t size = make_figure(bytes);
	char topic[32];

	for (size_t i = 0; i < 4; i++) {
		stored_incident(stored, &incidents[i]);
	}
	store_figure(stored, "a", "incident-1", bytes, size);
	store_figure(stored, "b", "incident-2", bytes, size);
	store_figure(stored, "c", "incident-1", NULL, 0);
	store_figure(stored, "d", "incident-1", (const uint8_t *)SENDER, sizeof(SENDER));
	for (int i = 0; i < 250; i++) {
		snprintf(topic, sizeof(topic), "e/%03d", i);
		store_figure(stored, topic, "incident-4", (const uint8_t *)"other", 5);
	}
	store_figure(stored, "f", "incident-1", bytes, size);
	const struct tocsin_forgotten result = forget(stored, &the_sender, NULL);
	assert_int_equal(result.figures, 4);
	assert_int_equal(count_everywhere(stored, SENDER), 0);
	assert_int_equal(count_everywhere(stored, TEXT), 0);
	assert_int_equal(number(stored->journal, "SELECT count(*) FROM figure WHERE bytes IS NULL"), 2);
	assert_int_equal(
		number(stored->journal, "SELECT count(*) FROM figure WHERE bytes = CAST('other' AS BLOB)"),
		250);

	sqlite3_stmt *read = NULL;
	assert_int_equal(sqlite3_prepare_v2(stored->journal,
						 "SELECT bytes FROM figure WHERE topic = 'f'", -1, &read, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(read), SQLITE_ROW);
	Tocsin__V1__Alert *alert = tocsin__v1__alert__unpack(
		NULL, (size_t)sqlite3_column_bytes(read, 0), sqlite3_column_blob(read, 0));
	assert_non_null(alert);
	assert_string_equal(alert->id, "alert-7");
	assert_int_equal(alert->sequence, 77);
	assert_string_equal(alert->area->country, "ML");
	assert_int_equal(alert->displacement[0]->figure, 4200);
	tocsin__v1__alert__free_unpacked(alert, NULL);
	sqlite3_finalize(read);
}

/* A hub's writer: commits all the time, waits at most a second for a lock. */
struct writer {
	const char *path;
	atomic_bool stop;
	atomic_int commits;
	int failed;
	double longest_ms;
};

static double now_ms(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static void *write_on(void *argument)
{
	struct writer *writer = argument;
	sqlite3 *file = NULL;
	sqlite3_open(writer->path, &file);
	sqlite3_exec(file, "PRAGMA wal_autocheckpoint = 0", NULL, NULL, NULL);
	sqlite3_busy_timeout(file, 1000);
	for (int i = 0; !atomic_load(&writer->stop); i++) {
		char sql[512];
		const double began = now_ms();

		/* Among the names of others, so that pages with theirs split on. */
		snprintf(sql, sizeof(sql),
			"BEGIN IMMEDIATE; INSERT INTO incident(journal_id, incident_id, sender, chain,"
			" revision, form, received_ms, hash, bytes, receipt) VALUES(%d, 'w%d', 'sender-%d',"
			" 'w%d', 1, 1, %d, x'', zeroblob(500), x''); COMMIT",
			1000000 + i, i, i * 7 % 300, i, i);
		writer->failed += sqlite3_exec(file, sql, NULL, NULL, NULL) != SQLITE_OK;
		const double took = now_ms() - began;
		writer->longest_ms = took > writer->longest_ms ? took : writer->longest_ms;
		if (i % 50 == 0) {
			sqlite3_wal_checkpoint_v2(file, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		}
		atomic_fetch_add(&writer->commits, 1);
	}
	sqlite3_close(file);
	return NULL;
}

static struct writer writer;

/* The pause that the command makes, cut short once the writer had its turn. */
static void let_it_write(void)
{
	const int before = atomic_load(&writer.commits);
	const double until = now_ms() + 20000;

	while (atomic_load(&writer.commits) < before + 2) {
		assert_true(now_ms() < until);
		sched_yield();
	}
}

static void test_beside_a_writer(void **state)
{
	struct stored *stored = *state;
	pthread_t thread;

	fill(stored, 3, 2000);
	writer = (struct writer){.path = stored->folder.journal};
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
	const struct tocsin_forgotten result = forget(stored, &the_sender, let_it_write);
	atomic_store(&writer.stop, true);
	pthread_join(thread, NULL);
	assert_true(result.incidents > 100);
	assert_int_equal(writer.failed, 0);
	print_message("%d commits beside it, the longest took %.0f ms\n", atomic_load(&writer.commits),
		writer.longest_ms);
	assert_int_equal(count_everywhere(stored, SENDER), 0);
	assert_int_equal(count_everywhere(stored, TEXT), 0);
	assert_int_equal(
		number(stored->journal, "SELECT count(*) FROM incident WHERE journal_id >= 1000000"),
		atomic_load(&writer.commits));
	assert_sound(stored);
}

static void test_named_by_operators(void **state)
{
	struct stored *stored = *state;
	struct tocsin_forget *forget = NULL;
	struct tocsin_forgotten count = {0};
	char error[TOCSIN_JOURNAL_ERROR];

	stored_run(stored->journal,
		"INSERT INTO rules VALUES('v1', 1, 'senders: {" SENDER ": {}}'), ('v2', 1, 'none');"
		"INSERT INTO silence VALUES(1, 1, 1, 0, 0, 0, 0, '{\"match\": {\"sender\": \"" SENDER
		"\"}}')");
	assert_int_equal(
		tocsin_forget_open(stored->folder.journal, &the_sender, &forget, error), TOCSIN_OK);
	assert_int_equal(tocsin_forget_count(forget, &count, error), TOCSIN_OK);
	assert_int_equal(count.incidents, 0);
	assert_int_equal(count.rule_texts, 1);
	assert_int_equal(count.silences, 1);
	tocsin_forget_close(forget);
}

static void test_refused(void **state)
{
	struct stored *stored = *state;
	struct tocsin_forget *forget = NULL;
	char error[TOCSIN_JOURNAL_ERROR] = "";
	bool done = true;

	/* Somebody else writes, and goes on. */
	assert_int_equal(
		tocsin_forget_open(stored->folder.journal, &the_sender, &forget, error), TOCSIN_OK);
	stored_run(stored->journal, "BEGIN IMMEDIATE");
	assert_int_equal(tocsin_forget_step(forget, &done, error), TOCSIN_LIMIT);
	assert_string_equal(error, "SQLite: database is locked (5)");
	assert_false(done);
	stored_run(stored->journal, "COMMIT");
	assert_int_equal(tocsin_forget_step(forget, &done, error), TOCSIN_OK);
	tocsin_forget_close(forget);
	tocsin_forget_close(NULL);
	forget = NULL;

	stored_run(stored->journal, "PRAGMA user_version = 1");
	assert_int_equal(
		tocsin_forget_open(stored->folder.journal, &the_sender, &forget, error), TOCSIN_INVALID);
	stored_run(stored->journal, "PRAGMA user_version = 5");
	assert_int_equal(
		tocsin_forget_open(stored->folder.journal, &the_sender, &forget, error), TOCSIN_INVALID);
	assert_int_equal(
		tocsin_forget_open("/nowhere/journal", &the_sender, &forget, error), TOCSIN_NOT_FOUND);
	assert_null(forget);
}

static void test_no_quarantine(void **state)
{
	struct stored *stored = *state;
	char path[128];

	sqlite3_close(stored->quarantine);
	snprintf(path, sizeof(path), "%s.quarantine", stored->folder.journal);
	assert_int_equal(remove(path), 0);
	const struct stored_incident one = {.row = 1, .sender = SENDER};
	stored_incident(stored, &one);
	assert_int_equal(forget(stored, &the_sender, NULL).incidents, 1);
	assert_int_equal(sqlite3_open(path, &stored->quarantine), SQLITE_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sender, setup, teardown),
		cmocka_unit_test_setup_teardown(test_scrub, setup, teardown),
		cmocka_unit_test(test_gap),
		cmocka_unit_test_setup_teardown(test_strange_layout, setup, teardown),
		cmocka_unit_test(test_map),
		cmocka_unit_test_setup_teardown(test_incident, setup, teardown),
		cmocka_unit_test_setup_teardown(test_figures, setup, teardown),
		cmocka_unit_test_setup_teardown(test_beside_a_writer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_named_by_operators, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_quarantine, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
