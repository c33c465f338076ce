/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An outbox that is killed, refused by the disk, or loses power between any two steps:
 * what was promised holds, and nothing is there twice. */
#include "outbox_bench.h"
#include "outbox_disk.h"

#include <signal.h>
#include <sys/wait.h>

/* What a life has been promised, as bits. */
enum {
	ADDED_A = 1,
	ADDED_B = 2,
	LEFT = 4,
	RECORDED_A = 8,
	PUT_OFF_B = 16,
	LEFT_AGAIN = 32,
	REFUSED_B = 64,
	MENDED_B = 128,
	RECORDED_B = 256,
	AGAIN_C = 512,
	DROPPED_C = 1024,
	ALL = 2047,
};

#define STEP(call, bit)                                                                            \
	do {                                                                                           \
		if ((call) != TOCSIN_OK)                                                                   \
			goto out;                                                                              \
		promise(ctx, bit);                                                                         \
	} while (0)

/* Everything that can happen to reports, up to the first step that fails. */
static void live(const char *path, const struct tocsin_keep_calls *calls,
	void (*promise)(void *ctx, unsigned bit), void *ctx)
{
	struct tocsin_outbox outbox;
	struct tocsin_parcel *parcels[2], *mended;
	struct tocsin_draft draft;
	if (tocsin_outbox_open(&outbox, path, calls) != TOCSIN_OK ||
		tocsin_outbox_hold(&outbox) != TOCSIN_OK)
		goto out;
	STEP(add(&outbox, report_a, &parcels[0]), ADDED_A);
	STEP(add(&outbox, report_b, &parcels[1]), ADDED_B);
	STEP(tocsin_outbox_leaving(&outbox, parcels, 2), LEFT);
	STEP(settle(&outbox, parcels[0], TOCSIN__V1__VERDICT__VERDICT_ACCEPTED), RECORDED_A);
	STEP(settle(&outbox, parcels[1], TOCSIN__V1__VERDICT__VERDICT_DEFERRED), PUT_OFF_B);
	STEP(tocsin_outbox_leaving(&outbox, &parcels[1], 1), LEFT_AGAIN);
	STEP(settle(&outbox, parcels[1], TOCSIN__V1__VERDICT__VERDICT_REJECTED), REFUSED_B);
	draft = draft_of(mended_b);
	STEP(tocsin_outbox_replace(&outbox, parcels[1], &draft, hub_way.host, &mended), MENDED_B);
	tocsin_outbox_release(&outbox);
	if (tocsin_outbox_hold(&outbox) != TOCSIN_OK || outbox.count != 1)
		goto out;
	if (tocsin_outbox_leaving(&outbox, outbox.parcels, 1) != TOCSIN_OK)
		goto out;
	STEP(settle(&outbox, outbox.parcels[0], TOCSIN__V1__VERDICT__VERDICT_ACCEPTED), RECORDED_B);
	if (add(&outbox, report_c, &mended) != TOCSIN_OK ||
		settle(&outbox, mended, TOCSIN__V1__VERDICT__VERDICT_REJECTED) != TOCSIN_OK)
		goto out;
	STEP(add(&outbox, report_c, &mended), AGAIN_C);
	STEP(tocsin_outbox_drop(&outbox, mended), DROPPED_C);
out:
	tocsin_outbox_close(&outbox);
}

static struct tocsin_parcel *find_bytes(const struct tocsin_outbox *outbox, const char *text)
{
	struct tocsin_parcel *found = NULL;
	for (size_t i = 0; i < outbox->count; i++) {
		if (!holds_bytes(outbox, outbox->parcels[i], text))
			continue;
		assert_null(found);
		found = outbox->parcels[i];
	}
	return found;
}

/* Each promise holds, whatever else was going on. */
static void check_promises(const struct tocsin_outbox *outbox, unsigned promised)
{
	struct tocsin_parcel *a = find_bytes(outbox, report_a);
	struct tocsin_parcel *b = find_bytes(outbox, report_b);
	struct tocsin_parcel *mended = find_bytes(outbox, mended_b);
	struct tocsin_parcel *c = find_bytes(outbox, report_c);
	assert_int_equal(outbox->count, (a != NULL) + (b != NULL) + (mended != NULL) + (c != NULL));
	assert_false(c && (promised & DROPPED_C));
	if (c && (promised & AGAIN_C))
		assert_int_equal(c->state, TOCSIN_PARCEL_WAITING);
	assert_in_range(recorded(outbox, ID_A) + (a != NULL), promised & ADDED_A ? 1 : 0, 1);
	assert_in_range(recorded(outbox, ID_B), 0, 1);
	if (promised & RECORDED_A)
		assert_int_equal(recorded(outbox, ID_A), 1);
	if (promised & RECORDED_B)
		assert_int_equal(recorded(outbox, ID_B), 1);
	if (promised & ADDED_B)
		assert_true(b || mended || recorded(outbox, ID_B));
	if (promised & MENDED_B)
		assert_true(mended || recorded(outbox, ID_B));
	if (a && (promised & LEFT))
		assert_int_equal(a->state, TOCSIN_PARCEL_SENT);
	if (b && (promised & LEFT) && !(promised & PUT_OFF_B))
		assert_true(b->state != TOCSIN_PARCEL_WAITING || b->put_off);
	if (b && (promised & LEFT_AGAIN))
		assert_int_not_equal(b->state, TOCSIN_PARCEL_WAITING);
	if (b && (promised & REFUSED_B))
		assert_int_equal(b->state, TOCSIN_PARCEL_REFUSED);
}

static void check_nothing_is_left(const char *path)
{
	struct tocsin_outbox outbox;
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&outbox), TOCSIN_OK);
	assert_int_equal(outbox.count, 0);
	tocsin_outbox_close(&outbox);
	DIR *listing = opendir(path);
	const struct dirent *entry;
	while ((entry = readdir(listing)))
		if (entry->d_name[0] != '.' || entry->d_name[1] == 'n')
			assert_true(
				strcmp(entry->d_name, "recorded") == 0 || strcmp(entry->d_name, "lock") == 0);
	closedir(listing);
}

/* As the next process finds it, which then brings everything home. */
static void check_after(const char *path, unsigned promised)
{
	struct tocsin_outbox outbox;
	assert_int_equal(tocsin_outbox_open(&outbox, path, NULL), TOCSIN_OK);
	assert_int_equal(tocsin_outbox_hold(&outbox), TOCSIN_OK);
	check_promises(&outbox, promised);
	while (outbox.count) {
		struct tocsin_parcel *parcel = outbox.parcels[0];
		if (parcel->state == TOCSIN_PARCEL_REFUSED) {
			assert_int_equal(tocsin_outbox_drop(&outbox, parcel), TOCSIN_OK);
			continue;
		}
		assert_int_equal(tocsin_outbox_leaving(&outbox, &parcel, 1), TOCSIN_OK);
		assert_int_equal(settle(&outbox, parcel, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED), TOCSIN_OK);
	}
	tocsin_outbox_close(&outbox);
	check_nothing_is_left(path);
}

static void note(void *ctx, unsigned bit)
{
	*(unsigned *)ctx |= bit;
}

static void a_whole_life(void **state)
{
	char *path = make_folder();
	unsigned promised = 0;
	(void)state;
	live(path, NULL, note, &promised);
	assert_int_equal(promised, ALL);
	check_after(path, promised);
	remove_folder(path);
}

static void tell(void *ctx, unsigned bit)
{
	(void)!write(*(int *)ctx, &bit, sizeof(bit));
}

/* Returns what was promised; *ended says that the life was over before call at. */
static unsigned live_in_child(const char *path, unsigned at, bool *ended)
{
	int pipes[2], status;
	unsigned promised = 0, bit;
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct trap trap = {.at = at, .kill = true};
		struct tocsin_keep_calls calls = calls_of(&trap);
		close(pipes[0]);
		live(path, &calls, tell, &pipes[1]);
		_exit(0);
	}
	close(pipes[1]);
	while (read(pipes[0], &bit, sizeof(bit)) == (ssize_t)sizeof(bit))
		promised |= bit;
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	*ended = WIFEXITED(status);
	assert_true(*ended || WTERMSIG(status) == SIGKILL);
	return promised;
}

static void killed_before_each_call(void **state)
{
	bool ended = false;
	unsigned at = 1;
	(void)state;
	for (; !ended; at++) {
		char *path = make_folder();
		unsigned promised = live_in_child(path, at, &ended);
		if (ended)
			assert_int_equal(promised, ALL);
		check_after(path, promised);
		remove_folder(path);
	}
	assert_true(at > 50);
}

static void each_call_fails(void **state)
{
	static const int errors[] = {EIO, ENOSPC};
	(void)state;
	for (size_t error = 0; error < 2; error++) {
		for (int stays = 0; stays < 2; stays++) {
			unsigned promised = 0;
			for (unsigned at = 1; promised != ALL; at++) {
				struct trap trap = {.at = at, .error = errors[error], .stays = stays};
				struct tocsin_keep_calls calls = calls_of(&trap);
				char *path = make_folder();
				promised = 0;
				live(path, &calls, note, &promised);
				check_after(path, promised);
				remove_folder(path);
			}
		}
	}
}

static void power_fails_before_each_call(void **state)
{
	unsigned promised = 0;
	(void)state;
	for (unsigned at = 1; promised != ALL; at++) {
		struct disk disk = {.trap = {.at = at, .error = EIO, .stays = true}};
		struct tocsin_keep_calls calls = {
			&disk, disk_open, disk_write, disk_sync, disk_close, disk_rename, disk_remove};
		char *path = make_folder();
		disk.files = calloc(MAX_FILES, sizeof(*disk.files));
		promised = 0;
		live(path, &calls, note, &promised);
		for (enum loss loss = 0; loss < LOSSES; loss++) {
			char *left = lose_power(&disk, loss);
			check_after(left, promised);
			remove_folder(left);
		}
		free(disk.files);
		remove_folder(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_life),
		cmocka_unit_test(killed_before_each_call),
		cmocka_unit_test(each_call_fails),
		cmocka_unit_test(power_fails_before_each_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
