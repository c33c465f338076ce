/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clients/base/number.h"
#include "clients/report/outbox_folder.h"
#include "clients/report/outbox_parts.h"

enum { SENDER_WAIT_MS = 10000, LOOK_MS = 20 };

/* Whoever sends is asked to end: a wipe may be needed at once. */
static enum tocsin_status take_lock(struct tocsin_outbox *outbox)
{
	const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
	int64_t until_ms = tocsin_ticks_ms() + SENDER_WAIT_MS;
	bool asked = false;
	for (;;) {
		enum tocsin_status status = tocsin_outbox_folder_lock(outbox->keep.folder, &outbox->lock);
		if (status != TOCSIN_LIMIT || tocsin_ticks_ms() >= until_ms)
			return status;
		long holder = tocsin_outbox_folder_holder(outbox->keep.folder);
		if (!asked && holder > 1)
			asked = kill((pid_t)holder, SIGTERM) == 0;
		nanosleep(&pause, NULL);
	}
}

/* One that cannot be erased does not save the others. */
static enum tocsin_status erase(
	const struct tocsin_outbox *outbox, const struct tocsin_names *names, bool lock)
{
	enum tocsin_status worst = TOCSIN_OK;
	for (size_t i = 0; i < names->count; i++) {
		if ((strcmp(names->items[i], TOCSIN_OUTBOX_LOCK) == 0) != lock)
			continue;
		enum tocsin_status status = tocsin_keep_erase(&outbox->keep, names->items[i]);
		worst = worst == TOCSIN_OK ? status : worst;
	}
	return worst;
}

static enum tocsin_status erase_all(struct tocsin_outbox *outbox)
{
	struct tocsin_names names = {0};
	enum tocsin_status status = tocsin_names_read(outbox->keep.folder, &names);
	if (status != TOCSIN_OK)
		return status;
	status = erase(outbox, &names, false);
	/* The lock last, so that nobody begins before all is gone. */
	if (status == TOCSIN_OK)
		status = erase(outbox, &names, true);
	tocsin_names_finish(&names);
	enum tocsin_status synced = tocsin_keep_sync(&outbox->keep);
	return status == TOCSIN_OK ? synced : status;
}

enum tocsin_status tocsin_outbox_wipe(struct tocsin_outbox *outbox)
{
	enum tocsin_status status = outbox->lock >= 0 ? TOCSIN_OK : take_lock(outbox);
	if (status == TOCSIN_OK)
		status = tocsin_outbox_folder_enter(outbox->keep.folder);
	if (status != TOCSIN_OK)
		return status;
	status = erase_all(outbox);
	tocsin_outbox_folder_leave(outbox->keep.folder);
	int reason = errno;
	/* Stays where something else is in it. */
	if (status == TOCSIN_OK)
		(void)rmdir(outbox->path);
	errno = reason;
	return status;
}
