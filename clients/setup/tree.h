/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A folder that is filled with files once, each with its mode and owner from the moment
 * it is there. Names are relative to the folder. */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

enum tocsin_tree_owner {
	TOCSIN_TREE_OURS,
	TOCSIN_TREE_READ,    /* ours; the broker's group reads what its owner may */
	TOCSIN_TREE_BROKERS, /* the broker also writes it */
};

struct tocsin_tree {
	const char *path; /* borrowed */
	int folder;       /* descriptor, -1: none */
	bool give;        /* the broker is another user, and we may give files away */
	uid_t uid;        /* of the broker */
	gid_t gid;
	bool made; /* the folder itself is new */
};

/* Whether a tree could begin at path: nothing is there, or an empty folder. Else errno
 * says what. */
bool tocsin_tree_is_free(const char *path);

/* Makes the folder, or takes one that is there and empty: else false with errno, which
 * is ENOTEMPTY where something lies in it. */
bool tocsin_tree_open(struct tocsin_tree *tree);

/* Makes a folder in it. False with errno. */
bool tocsin_tree_folder(
	struct tocsin_tree *tree, const char *name, mode_t mode, enum tocsin_tree_owner owner);

/* Makes a file, which must not be there. NULL with errno. */
FILE *tocsin_tree_create(
	struct tocsin_tree *tree, const char *name, mode_t mode, enum tocsin_tree_owner owner);

/* Writes the rest and closes; false with errno where anything was not written. */
bool tocsin_tree_end(FILE *file);

/* Waits until all of it is on disk. False with errno. */
bool tocsin_tree_sync(const struct tocsin_tree *tree);

/* Takes all out again that was made, and the folder where it was new. */
void tocsin_tree_remove(struct tocsin_tree *tree);

void tocsin_tree_close(struct tocsin_tree *tree);
