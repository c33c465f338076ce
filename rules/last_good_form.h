/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How a saved rule set lies on disk: one directory with the files as 0, 1, ... in
 * the order of loading, and a manifest, written last:
 *
 *     tocsin-last-good 1
 *     <SHA-256 of file 0> <length of its path> <its path>
 *     ...
 *     end
 *
 * A directory is whole when its manifest ends in "end" and every hash fits. */
#pragma once

#define TOCSIN_MANIFEST "manifest"
#define TOCSIN_MANIFEST_TITLE "tocsin-last-good 1\n"
#define TOCSIN_MANIFEST_END "end\n"
#define TOCSIN_LAST_GOOD_NEW ".new" /* being written, or waiting for its swap */
#define TOCSIN_LAST_GOOD_OLD ".old" /* swapped out, on its way to be removed */

enum {
	/* The rule file, what it includes, its gazetteers, villages and time zones. */
	TOCSIN_MAX_SAVED_FILES = 2 + 2 * 256 + 64 + 64,
	TOCSIN_MAX_SAVED_PATH = 4096,
	TOCSIN_MAX_MANIFEST = TOCSIN_MAX_SAVED_FILES * (TOCSIN_MAX_SAVED_PATH + 128),
};
