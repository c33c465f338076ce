/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include "proto/status.h"

/* Makes the folder with what leads to it, mode 0700, and opens it. TOCSIN_IO with
 * errno; EPERM where it belongs to somebody else or others may look in. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_folder_open(const char *path, int *folder);

/* Takes the sender's lock, without waiting: TOCSIN_LIMIT where another process has
 * it. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_folder_lock(int folder, int *lock);
void tocsin_outbox_folder_unlock(int lock);

/* Process id of who has the lock, as far as it said so; else 0. */
long tocsin_outbox_folder_holder(int folder);

/* The folder's own lock, for the moment in which something new is written: waits. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_folder_enter(int folder);
void tocsin_outbox_folder_leave(int folder);
