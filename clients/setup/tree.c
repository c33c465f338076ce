/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/setup/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_MODE = 0755, DEPTH = 8 };

/* False with errno; also where it cannot be read. */
static bool is_empty(int folder)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	if (!entries) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	const struct dirent *entry;
	errno = 0;
	do
		entry = readdir(entries);
	while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	int reason = entry ? ENOTEMPTY : errno;
	closedir(entries);
	errno = reason;
	return reason == 0;
}

bool tocsin_tree_is_free(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return errno == ENOENT;
	bool fine = is_empty(folder);
	int reason = errno;
	close(folder);
	errno = reason;
	return fine;
}

bool tocsin_tree_open(struct tocsin_tree *tree)
{
	tree->folder = -1;
	tree->made = mkdir(tree->path, FOLDER_MODE) == 0;
	if (!tree->made && errno != EEXIST)
		return false;
	int folder = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return false;
	/* The broker must get in, whatever our umask; what is secret is closed further in. */
	if (!is_empty(folder) || (tree->made && fchmod(folder, FOLDER_MODE) != 0)) {
		int reason = errno;
		close(folder);
		errno = reason;
		return false;
	}
	tree->folder = folder;
	return true;
}

static bool dress(
	const struct tocsin_tree *tree, int file, mode_t mode, enum tocsin_tree_owner owner)
{
	/* The owner first: a change of owner may take bits of the mode away. */
	if (tree->give && owner == TOCSIN_TREE_BROKERS && fchown(file, tree->uid, tree->gid) != 0)
		return false;
	if (tree->give && owner == TOCSIN_TREE_READ) {
		if (fchown(file, (uid_t)-1, tree->gid) != 0)
			return false;
		mode |= (mode & S_IRUSR) >> 3;
	}
	return fchmod(file, mode) == 0;
}

bool tocsin_tree_folder(
	struct tocsin_tree *tree, const char *name, mode_t mode, enum tocsin_tree_owner owner)
{
	if (mkdirat(tree->folder, name, S_IRWXU) != 0)
		return false;
	int folder = openat(tree->folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return false;
	bool fine = dress(tree, folder, mode, owner);
	int reason = errno;
	close(folder);
	errno = reason;
	return fine;
}

FILE *tocsin_tree_create(
	struct tocsin_tree *tree, const char *name, mode_t mode, enum tocsin_tree_owner owner)
{
	int file = openat(tree->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	if (file < 0)
		return NULL;
	FILE *out = dress(tree, file, mode, owner) ? fdopen(file, "w") : NULL;
	if (!out) {
		int reason = errno;
		close(file);
		errno = reason;
	}
	return out;
}

bool tocsin_tree_end(FILE *file)
{
	bool fine = fflush(file) == 0 && !ferror(file);
	int reason = errno;
	if (fclose(file) != 0 && fine) {
		reason = errno;
		fine = false;
	}
	errno = reason;
	return fine;
}

bool tocsin_tree_sync(const struct tocsin_tree *tree)
{
	return syncfs(tree->folder) == 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *at)
{
	(void)about;
	(void)kind;
	if (at->level > 0)
		(void)remove(path);
	return 0;
}

void tocsin_tree_remove(struct tocsin_tree *tree)
{
	(void)nftw(tree->path, remove_one, DEPTH, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (tree->made)
		(void)rmdir(tree->path);
}

void tocsin_tree_close(struct tocsin_tree *tree)
{
	if (tree->folder >= 0)
		close(tree->folder);
	tree->folder = -1;
}
