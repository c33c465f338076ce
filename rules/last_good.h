/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The last good rule set, kept on disk beside the journal: the exact bytes of every
 * file that it was compiled from, so that a restart with a broken file still has
 * rules to run. Any thread, one at a time for one directory; saving waits for the disk
 * and so does not belong on the broker's. */
#pragma once

#include <stddef.h>

#include "rules/ruleset.h"

/* Keeps what a load reads, byte for byte: load with tocsin_recording_files, then
 * save the recording. */
struct tocsin_recording;

/* from is borrowed for as long as is read through the recording. NULL without memory. */
struct tocsin_recording *tocsin_recording_create(const struct tocsin_files *from);
void tocsin_recording_destroy(struct tocsin_recording *recording);

/* Reads from where the recording reads and keeps a copy. Valid as long as the
 * recording. */
const struct tocsin_files *tocsin_recording_files(struct tocsin_recording *recording);

/* Writes what was recorded to <directory>.new, syncs it, and swaps it with
 * directory by rename, so that at any moment one whole copy exists. TOCSIN_IO with
 * errno. */
TOCSIN_MUST_USE enum tocsin_status tocsin_last_good_save(
	const struct tocsin_recording *recording, const char *directory);

/* A saved copy, opened for reading. */
struct tocsin_last_good;

/* Reads and verifies a saved copy: the directory's, else that of a save or swap
 * which a crash cut short. TOCSIN_NOT_FOUND where there is no whole one. */
TOCSIN_MUST_USE enum tocsin_status tocsin_last_good_open(
	const char *directory, struct tocsin_last_good **saved);
void tocsin_last_good_close(struct tocsin_last_good *saved);

/* Reads the saved bytes by the paths they were loaded from, nothing else. Valid as
 * long as saved. */
const struct tocsin_files *tocsin_last_good_files(const struct tocsin_last_good *saved);

/* Path of the rule file that was saved. */
const char *tocsin_last_good_path(const struct tocsin_last_good *saved);

/* Loads the saved set: same rules, same version. As tocsin_ruleset_load, and
 * TOCSIN_NOT_FOUND where nothing was saved. */
TOCSIN_MUST_USE enum tocsin_status tocsin_last_good_load(
	const char *directory, struct tocsin_diagnostics *diagnostics, struct tocsin_ruleset **ruleset);
