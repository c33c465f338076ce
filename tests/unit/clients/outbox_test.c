/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "outbox_bench.h"

static void files_are_closed_to_others(void **state)
{
	char *path = make_folder(), *below = NULL;
	struct tocsin_outbox outbox;
	struct tocsin_parcel *parcel;
	struct stat about;
	(void)state;
	assert_true(asprintf(&below, "%s/state/outbox", path) > 0);
	umask(0);
	assert_int_equal(tocsin_outbox_open(&outbox, below, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&outbox), TOCSIN_OK);
	assert_int_equal(add(&outbox, report_a, &parcel), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_leaving(&outbox, &parcel, 1), TOCSIN_OK);
	assert_int_equal(settle(&outbox, parcel, TOCSIN__V1__VERDICT__VERDICT_REJECTED), TOCSIN_OK);
	assert_int_equal(stat(below, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0700);
	DIR *listing = opendir(below);
	const struct dirent *entry;
	unsigned files = 0;
	while ((entry = readdir(listing))) {
		if (entry->d_name[0] == '.')
			continue;
		assert_int_equal(fstatat(dirfd(listing), entry->d_name, &about, 0), 0);
		assert_int_equal(about.st_mode & 07777, 0600);
		files++;
	}
	closedir(listing);
	assert_int_equal(files, 3);
	assert_int_equal(tocsin_outbox_wipe(&outbox), TOCSIN_OK);
	tocsin_outbox_close(&outbox);
	assert_int_equal(access(below, F_OK), -1);
	umask(022);

	/* One that others can read is no place for this. */
	assert_int_equal(mkdir(below, 0755), 0);
	assert_int_equal(tocsin_outbox_open(&outbox, below, NULL), TOCSIN_IO);
	assert_int_equal(errno, EPERM);
	assert_int_equal(outbox.keep.folder, -1);
	tocsin_outbox_close(&outbox);
	rmdir(below);
	*strrchr(below, '/') = '\0';
	rmdir(below);
	free(below);
	remove_folder(path);
}

static void one_sends_at_a_time(void **state)
{
	char *path = make_folder();
	struct tocsin_outbox first, second;
	struct tocsin_parcel *parcel, *other;
	(void)state;
	assert_int_equal(tocsin_outbox_open(&first, path, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_open(&second, path, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&first), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&second), TOCSIN_LIMIT);
	/* The other's report is kept all the same, and found by who sends. */
	assert_int_equal(add(&second, report_a, &parcel), TOCSIN_OK);
	assert_int_equal(add(&first, report_b, &parcel), TOCSIN_OK);
	assert_int_equal(first.count, 2);
	assert_string_equal(first.parcels[0]->id, ID_A);
	assert_true(first.parcels[0]->number < parcel->number);
	/* The same bytes are one report; another version of an id must wait. */
	assert_int_equal(add(&first, report_a, &other), TOCSIN_OK);
	assert_ptr_equal(other, first.parcels[0]);
	assert_int_equal(add(&first, mended_b, &other), TOCSIN_INVALID);
	tocsin_outbox_release(&first);
	assert_int_equal(tocsin_outbox_hold(&second), TOCSIN_OK);
	assert_int_equal(second.count, 2);
	tocsin_outbox_close(&first);
	tocsin_outbox_close(&second);
	remove_folder(path);
}

static void what_it_says_of_a_report(void **state)
{
	char *path = make_folder();
	struct tocsin_outbox outbox;
	struct tocsin_parcel *parcel, *cancel;
	bool several, gone;
	static const char closing[] =
		"{\"id\":\"3f1f9999-6d3a-4e0b-9a53-0d3c2b1a4f5e\",\"status\":\"actual\","
		"\"msg_type\":\"cancel\",\"sent\":\"2024-08-07T19:30:00Z\",\"references\":[{\"id\":\"" ID_A
		"\"}]}";
	(void)state;
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(add(&outbox, report_a, &parcel), TOCSIN_OK);
	assert_int_equal(add(&outbox, closing, &cancel), TOCSIN_OK);
	assert_string_equal(parcel->place, "Kouakourou (ML0503)");
	assert_int_equal(parcel->severity, TOCSIN__V1__SEVERITY__SEVERITY_SEVERE);
	assert_int_equal(cancel->reference_count, 1);
	assert_string_equal(cancel->references[0], ID_A);
	assert_ptr_equal(tocsin_outbox_find(&outbox, ID_A, &several), parcel);
	assert_ptr_equal(tocsin_outbox_find(&outbox, "3f1f9", &several), cancel);
	assert_null(tocsin_outbox_find(&outbox, "3f1f", &several));
	assert_true(several);
	assert_null(tocsin_outbox_find(&outbox, "3f1", &several));
	assert_false(several);

	/* A hub without a journal has not got it for good. */
	Tocsin__V1__Receipt receipt = answer(TOCSIN__V1__VERDICT__VERDICT_ACCEPTED, ID_A);
	receipt.durable = false;
	assert_int_equal(tocsin_outbox_settle(&outbox, parcel, &receipt, false, 1, &gone), TOCSIN_OK);
	assert_false(gone);
	assert_int_equal(parcel->state, TOCSIN_PARCEL_ACCEPTED);
	assert_int_equal(tocsin_outbox_settle(&outbox, parcel, &receipt, true, 1, &gone), TOCSIN_OK);
	assert_true(gone);
	const json_t *record = tocsin_recorded_find(&outbox.recorded, "id", ID_A, NULL);
	assert_non_null(record);
	assert_true(json_is_false(json_object_get(record, "durable")));
	const json_t *kept = json_object_get(record, "incident");
	assert_string_equal(tocsin_record_text(kept, "sent"), "2024-08-07T19:00:00Z");
	assert_string_equal(tocsin_record_text(kept, "severity"), "severe");
	tocsin_outbox_close(&outbox);

	/* The reasons of a refusal are kept word for word. */
	Tocsin__V1__Violation violation = TOCSIN__V1__VIOLATION__INIT;
	Tocsin__V1__Violation *violations[] = {&violation};
	violation.field = (char *)(uintptr_t) "references";
	violation.check = (char *)(uintptr_t) "references.status";
	violation.level = (char *)(uintptr_t) "error";
	violation.message = (char *)(uintptr_t) "names an incident of another status";
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&outbox), TOCSIN_OK);
	assert_int_equal(outbox.count, 1);
	receipt = answer(TOCSIN__V1__VERDICT__VERDICT_REJECTED, "3f1f9999-6d3a-4e0b-9a53-0d3c2b1a4f5e");
	receipt.violations = violations;
	receipt.n_violations = 1;
	assert_int_equal(
		tocsin_outbox_settle(&outbox, outbox.parcels[0], &receipt, false, 1, &gone), TOCSIN_OK);
	tocsin_outbox_close(&outbox);
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	assert_int_equal(outbox.parcels[0]->state, TOCSIN_PARCEL_REFUSED);
	Tocsin__V1__Receipt *kept_answer = tocsin_outbox_answer(&outbox, outbox.parcels[0], arena);
	assert_non_null(kept_answer);
	assert_string_equal(kept_answer->violations[0]->check, "references.status");
	tocsin_arena_destroy(arena);
	tocsin_outbox_close(&outbox);
	remove_folder(path);
}

/* Its deletion did not come to pass: it is not shown as under way, and then deleted. */
static void what_has_arrived_has_arrived(void **state)
{
	char *path = make_folder();
	struct tocsin_outbox outbox;
	struct tocsin_parcel *parcel;
	char name[160];
	(void)state;
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(add(&outbox, report_a, &parcel), TOCSIN_OK);
	snprintf(name, sizeof(name), "%s.json", parcel->stem);
	assert_int_equal(settle(&outbox, parcel, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED), TOCSIN_OK);
	assert_int_equal(tocsin_keep_write(&outbox.keep, name, report_a, strlen(report_a)), TOCSIN_OK);
	tocsin_outbox_close(&outbox);
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(outbox.count, 0);
	assert_int_equal(recorded(&outbox, ID_A), 1);
	assert_int_equal(faccessat(outbox.keep.folder, name, F_OK, 0), 0);
	assert_int_equal(tocsin_outbox_hold(&outbox), TOCSIN_OK);
	assert_int_equal(faccessat(outbox.keep.folder, name, F_OK, 0), -1);
	tocsin_outbox_close(&outbox);
	remove_folder(path);
}

static void a_broker_in_a_name(void **state)
{
	char text[TOCSIN_OUTBOX_HOST], long_host[TOCSIN_OUTBOX_HOST];
	(void)state;
	tocsin_parcel_host_write(text, "Hub.Example.ORG", 8883);
	assert_string_equal(text, "hub.example.org:8883");
	tocsin_parcel_host_write(text, "a/b", 1883);
	assert_string_equal(text, "");
	tocsin_parcel_host_write(text,
		"h\xc3\xbb"
		"b",
		1883);
	assert_string_equal(text, "");
	memset(long_host, 'a', sizeof(long_host));
	long_host[sizeof(long_host) - 5] = '\0';
	tocsin_parcel_host_write(text, long_host, 1883);
	assert_string_equal(text, "");
	tocsin_parcel_host_write(text, long_host + 1, 1883);
	assert_int_equal(strlen(text), sizeof(text) - 1);
	assert_true(tocsin_parcel_host_suits("a:1", "a:1"));
	assert_true(tocsin_parcel_host_suits("", "a:1"));
	assert_true(tocsin_parcel_host_suits("a:1", ""));
	assert_false(tocsin_parcel_host_suits("a:1", "a:2"));
}

/* The same bytes for two brokers are two reports: of one that arrived nothing is known
 * at the other. */
static void each_broker_is_told_by_itself(void **state)
{
	char *path = make_folder();
	struct tocsin_outbox outbox;
	struct tocsin_parcel *hub, *training, *again;
	(void)state;
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(add_for(&outbox, report_a, &training_way, &training), TOCSIN_OK);
	assert_int_equal(add_for(&outbox, report_a, &hub_way, &hub), TOCSIN_OK);
	assert_ptr_not_equal(hub, training);
	assert_int_equal(add_for(&outbox, report_a, &hub_way, &again), TOCSIN_OK);
	assert_ptr_equal(again, hub);
	/* Other words under an id are on their way to one of them alone. */
	assert_int_equal(add_for(&outbox, mended_b, &training_way, &again), TOCSIN_OK);
	assert_int_equal(add_for(&outbox, report_b, &training_way, &again), TOCSIN_INVALID);
	assert_int_equal(add_for(&outbox, report_b, &hub_way, &again), TOCSIN_OK);
	assert_int_equal(settle(&outbox, training, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED), TOCSIN_OK);
	tocsin_outbox_close(&outbox);

	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&outbox), TOCSIN_OK);
	assert_int_equal(outbox.count, 3);
	assert_string_equal(outbox.parcels[0]->host, hub_way.host);
	assert_string_equal(outbox.parcels[0]->id, ID_A);
	assert_string_equal(outbox.parcels[1]->host, training_way.host);
	assert_non_null(tocsin_recorded_find(&outbox.recorded, "id", ID_A, &training_way));
	assert_null(tocsin_recorded_find(&outbox.recorded, "id", ID_A, &hub_way));
	assert_non_null(tocsin_recorded_find(&outbox.recorded, "id", ID_A, &any_way));
	tocsin_outbox_close(&outbox);
	remove_folder(path);
}

/* As those of older versions, which did not note it. */
static void without_a_broker_it_is_for_any(void **state)
{
	char *path = make_folder();
	struct tocsin_outbox outbox;
	struct tocsin_parcel *parcel, *same;
	(void)state;
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(add_for(&outbox, report_a, &any_way, &parcel), TOCSIN_OK);
	assert_string_equal(parcel->stem, "0000000001.mopti-17." ID_A);
	assert_int_equal(add_for(&outbox, report_a, &hub_way, &same), TOCSIN_OK);
	assert_ptr_equal(same, parcel);
	assert_int_equal(settle(&outbox, parcel, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED), TOCSIN_OK);
	/* It has arrived, wherever that was. */
	assert_int_equal(add_for(&outbox, report_a, &hub_way, &same), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&outbox), TOCSIN_OK);
	assert_int_equal(outbox.count, 0);
	tocsin_outbox_close(&outbox);
	remove_folder(path);
}

/* Who sends learns that another process wants it to go again. */
static void an_answer_that_another_took_away(void **state)
{
	char *path = make_folder();
	struct tocsin_outbox sender, writer;
	struct tocsin_parcel *parcel, *again;
	(void)state;
	assert_int_equal(tocsin_outbox_open(&sender, path, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&sender), TOCSIN_OK);
	assert_int_equal(add(&sender, report_a, &parcel), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_leaving(&sender, &parcel, 1), TOCSIN_OK);
	assert_int_equal(settle(&sender, parcel, TOCSIN__V1__VERDICT__VERDICT_REJECTED), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_refresh(&sender), TOCSIN_OK);
	assert_int_equal(parcel->state, TOCSIN_PARCEL_REFUSED);
	assert_int_equal(tocsin_outbox_open(&writer, path, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&writer), TOCSIN_LIMIT);
	assert_int_equal(add(&writer, report_a, &again), TOCSIN_OK);
	assert_int_equal(again->state, TOCSIN_PARCEL_WAITING);
	assert_int_equal(tocsin_outbox_refresh(&sender), TOCSIN_OK);
	assert_int_equal(parcel->state, TOCSIN_PARCEL_WAITING);
	assert_int_equal(sender.count, 1);
	tocsin_outbox_close(&writer);
	tocsin_outbox_close(&sender);
	remove_folder(path);
}

/* One that the disk would not keep is an answer all the same. */
static void an_answer_that_was_not_kept(void **state)
{
	char *path = make_folder();
	struct tocsin_outbox outbox;
	struct tocsin_parcel *parcel;
	(void)state;
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(add(&outbox, report_a, &parcel), TOCSIN_OK);
	Tocsin__V1__Receipt receipt = answer(TOCSIN__V1__VERDICT__VERDICT_REJECTED, ID_A);
	tocsin_parcel_answered(parcel, &receipt, 1);
	assert_int_equal(tocsin_outbox_refresh(&outbox), TOCSIN_OK);
	assert_int_equal(parcel->state, TOCSIN_PARCEL_REFUSED);
	tocsin_outbox_close(&outbox);
	remove_folder(path);
}

static void likeness_leaves_out_id_and_time(void **state)
{
	static const char later[] =
		"{\"id\":\"" ID_B "\",\"status\":\"actual\",\"msg_type\":\"alert\","
		"\"sent\":\"2024-08-07T19:10:00Z\",\"event\":{\"type\":\"battles\"},\"severity\":"
		"\"severe\","
		"\"certainty\":\"observed\",\"location\":{\"country\":\"ML\",\"pcode\":\"ML0503\","
		"\"locality\":\"Kouakourou\"},\"sensitivity\":\"moderate\"}";
	struct tocsin_parcel *one, *two, *three, *broken;
	(void)state;
	one = tocsin_parcel_make(TOCSIN_FORM_JSON, report_a, strlen(report_a), &hub_way, 0);
	two = tocsin_parcel_make(TOCSIN_FORM_JSON, later, strlen(later), &hub_way, 0);
	three = tocsin_parcel_make(TOCSIN_FORM_JSON, report_b, strlen(report_b), &hub_way, 0);
	broken = tocsin_parcel_make(TOCSIN_FORM_JSON, "{", 1, &hub_way, 0);
	assert_string_equal(one->likeness, two->likeness);
	assert_string_not_equal(one->likeness, three->likeness);
	assert_string_equal(broken->likeness, "");
	assert_string_equal(broken->id, "");
	tocsin_parcel_destroy(one);
	tocsin_parcel_destroy(two);
	tocsin_parcel_destroy(three);
	tocsin_parcel_destroy(broken);
	tocsin_parcel_destroy(NULL);
}

static void names_of_others_are_left_alone(void **state)
{
	static const char *const ours[] = {"0000000012.mopti-17." ID_A ".pb",
		"0000000012.mopti-17." ID_A "@10.0.0.7:8883.json",
		"0000000012.mopti-17." ID_A "@hub.example.org:8883.answer",
		".new-0000000012.mopti-17.-@fe80::1%eth0:1883.pb", "0000000012.mopti-17.-.json",
		"0000000012.mopti-17." ID_A ".sent", "0000000012.mopti-17." ID_A ".answer", ".new-recorded",
		"recorded", "lock", "client-id", "edit-" ID_A ".json", ".edit-" ID_A ".json.swp"};
	static const char *const others[] = {"notes.txt", "12.mopti-17." ID_A ".pb",
		"0000000012.mopti 17." ID_A ".pb", "0000000012.mopti-17.x.pb",
		"0000000012.mopti-17." ID_A "@.pb", "0000000012.mopti-17." ID_A "@a b:1.pb",
		"0000000012.mopti-17." ID_A "@hub", "0000000012.mopti-17." ID_A ".hub.pb",
		"0000000000.m." ID_A ".pb", ".new-notes", "edit-x.json", ".", ".."};
	(void)state;
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (!tocsin_outbox_owns(ours[i]))
			fail_msg("%s", ours[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (tocsin_outbox_owns(others[i]))
			fail_msg("%s", others[i]);
}

static void a_wipe_leaves_what_is_not_its_own(void **state)
{
	char *path = make_folder(), *note_path = NULL;
	struct tocsin_outbox outbox;
	struct tocsin_parcel *parcel;
	char *id;
	(void)state;
	assert_true(asprintf(&note_path, "%s/notes.txt", path) > 0);
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(add(&outbox, report_a, &parcel), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_client_id(&outbox, &id), TOCSIN_OK);
	char *again;
	assert_int_equal(tocsin_outbox_client_id(&outbox, &again), TOCSIN_OK);
	assert_string_equal(id, again);
	free(id);
	free(again);
	close(open(note_path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(tocsin_outbox_wipe(&outbox), TOCSIN_OK);
	tocsin_outbox_close(&outbox);
	assert_int_equal(unlink(note_path), 0);
	/* Nothing else is left: the folder can go. */
	assert_int_equal(rmdir(path), 0);
	free(note_path);
	free(path);
}

/* The bytes themselves are overwritten before the name goes. */
static void erasing_overwrites(void **state)
{
	char *path = make_folder();
	struct tocsin_keep keep = {open(path, O_RDONLY | O_DIRECTORY), &tocsin_keep_disk};
	char read_back[sizeof(report_a)];
	(void)state;
	assert_int_equal(tocsin_keep_write(&keep, "recorded", report_a, sizeof(report_a)), TOCSIN_OK);
	int held = openat(keep.folder, "recorded", O_RDONLY);
	assert_int_equal(tocsin_keep_erase(&keep, "recorded"), TOCSIN_OK);
	assert_int_equal(faccessat(keep.folder, "recorded", F_OK, 0), -1);
	assert_int_equal(read(held, read_back, sizeof(read_back)), sizeof(read_back));
	for (size_t i = 0; i < sizeof(read_back); i++)
		assert_int_equal(read_back[i], 0);
	assert_int_equal(tocsin_keep_erase(&keep, "recorded"), TOCSIN_OK);
	close(held);
	close(keep.folder);
	remove_folder(path);
}

/* The newest are kept, the file stays bounded, and a torn line spoils no other. */
static void the_history_is_bounded(void **state)
{
	char *path = make_folder();
	struct tocsin_keep keep = {open(path, O_RDONLY | O_DIRECTORY), &tocsin_keep_disk};
	struct tocsin_recorded history = {.records = json_array()};
	struct stat about;
	char id[16];
	(void)state;
	assert_int_equal(tocsin_keep_append(&keep, TOCSIN_RECORDED_FILE, "{\"id\":\"torn", 11), 0);
	for (int i = 0; i < TOCSIN_MAX_RECORDED * 2; i++) {
		snprintf(id, sizeof(id), "%d", i);
		assert_int_equal(
			tocsin_recorded_add(&history, &keep, json_pack("{s:s, s:s}", "id", id, "sha256", id)),
			TOCSIN_OK);
	}
	assert_int_equal(json_array_size(history.records), TOCSIN_MAX_RECORDED);
	assert_int_equal(tocsin_recorded_read(&history, &keep), TOCSIN_OK);
	assert_int_equal(json_array_size(history.records), TOCSIN_MAX_RECORDED);
	assert_string_equal(
		tocsin_record_text(json_array_get(history.records, TOCSIN_MAX_RECORDED - 1), "id"), id);
	assert_non_null(tocsin_recorded_find(&history, "id", "1000", NULL));
	assert_null(tocsin_recorded_find(&history, "id", "999", NULL));
	assert_int_equal(fstatat(keep.folder, TOCSIN_RECORDED_FILE, &about, 0), 0);
	assert_true(about.st_size < TOCSIN_MAX_RECORDED * 2 * 32);
	tocsin_recorded_finish(&history);
	tocsin_recorded_finish(NULL);
	close(keep.folder);
	remove_folder(path);
}

static void without_a_folder_it_still_carries(void **state)
{
	struct tocsin_outbox outbox;
	struct tocsin_parcel *parcel;
	struct tocsin_draft draft = draft_of(report_a);
	bool gone;
	(void)state;
	assert_int_equal(tocsin_outbox_open(&outbox, "/proc/outbox", NULL), TOCSIN_IO);
	assert_int_equal(tocsin_outbox_hold(&outbox), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_add(&outbox, &draft, &hub_way, &parcel), TOCSIN_IO);
	assert_int_equal(tocsin_outbox_carry(&outbox, &draft, &hub_way, &parcel), TOCSIN_OK);
	assert_true(holds_bytes(&outbox, parcel, report_a));
	assert_int_equal(tocsin_outbox_leaving(&outbox, &parcel, 1), TOCSIN_OK);
	Tocsin__V1__Receipt receipt = answer(TOCSIN__V1__VERDICT__VERDICT_ACCEPTED, ID_A);
	assert_int_equal(tocsin_outbox_settle(&outbox, parcel, &receipt, false, 1, &gone), TOCSIN_OK);
	assert_true(gone);
	assert_int_equal(recorded(&outbox, ID_A), 1);
	tocsin_outbox_close(&outbox);
	tocsin_outbox_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_closed_to_others),
		cmocka_unit_test(one_sends_at_a_time),
		cmocka_unit_test(what_it_says_of_a_report),
		cmocka_unit_test(what_has_arrived_has_arrived),
		cmocka_unit_test(a_broker_in_a_name),
		cmocka_unit_test(each_broker_is_told_by_itself),
		cmocka_unit_test(without_a_broker_it_is_for_any),
		cmocka_unit_test(an_answer_that_another_took_away),
		cmocka_unit_test(an_answer_that_was_not_kept),
		cmocka_unit_test(likeness_leaves_out_id_and_time),
		cmocka_unit_test(names_of_others_are_left_alone),
		cmocka_unit_test(a_wipe_leaves_what_is_not_its_own),
		cmocka_unit_test(erasing_overwrites),
		cmocka_unit_test(the_history_is_bounded),
		cmocka_unit_test(without_a_folder_it_still_carries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
