/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/edit_history.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clients/base/input.h"
#include "clients/base/tongue.h"
#include "rules/install.h"

enum { FOLDER_MODE = 0750, LOG_MODE = 0640, NAME_BYTES = 64, MOST_DIGITS = 9 };

/* "0012-0123456789abcdef.yaml" */
static bool read_name(const char *name, unsigned *number, char version[TOCSIN_HISTORY_VERSION])
{
	const size_t digits = strspn(name, "0123456789");
	const char *hash = name + digits + 1;

	if (digits == 0 || digits > MOST_DIGITS || name[digits] != '-') {
		return false;
	}
	const size_t length = strspn(hash, "0123456789abcdef");
	if (length == 0 || length >= TOCSIN_HISTORY_VERSION || strcmp(hash + length, ".yaml") != 0) {
		return false;
	}
	*number = (unsigned)strtoul(name, NULL, 10);
	memcpy(version, hash, length);
	version[length] = '\0';
	return *number > 0;
}

static enum tocsin_status find_last(struct tocsin_history *history)
{
	DIR *folder = opendir(history->folder);
	const struct dirent *entry;
	if (!folder)
		return TOCSIN_IO;
	while ((entry = readdir(folder))) {
		unsigned number;
		char version[TOCSIN_HISTORY_VERSION];
		if (!read_name(entry->d_name, &number, version) || number <= history->last)
			continue;
		history->last = number;
		memcpy(history->last_version, version, sizeof(version));
	}
	closedir(folder);
	return TOCSIN_OK;
}

enum tocsin_status tocsin_history_open(const char *rules, struct tocsin_history *history)
{
	*history = (struct tocsin_history){.lock = -1};
	if (asprintf(&history->folder, "%s.history", rules) < 0) {
		history->folder = NULL;
		return TOCSIN_NO_MEMORY;
	}
	if (mkdir(history->folder, FOLDER_MODE) != 0 && errno != EEXIST)
		return TOCSIN_IO;
	history->lock = open(history->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (history->lock < 0)
		return TOCSIN_IO;
	if (flock(history->lock, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? TOCSIN_LIMIT : TOCSIN_IO;
	return find_last(history);
}

void tocsin_history_close(struct tocsin_history *history)
{
	if (!history)
		return;
	if (history->lock >= 0)
		close(history->lock);
	free(history->folder);
	*history = (struct tocsin_history){.lock = -1};
}

static const char *who(void)
{
	/* sudo says who is behind root. */
	const char *behind = getenv("SUDO_USER");
	const struct passwd *user = getpwuid(getuid());
	if (behind && *behind && getuid() == 0)
		return behind;
	return user ? user->pw_name : "unknown";
}

static enum tocsin_status write_log(
	const struct tocsin_history *history, unsigned number, const char *version, const char *why)
{
	char time_text[NAME_BYTES];
	struct tm now;
	time_t seconds = time(NULL);
	int file = openat(history->lock, "log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, LOG_MODE);
	FILE *out = file < 0 ? NULL : fdopen(file, "a");
	if (!out) {
		if (file >= 0)
			close(file);
		return TOCSIN_IO;
	}
	gmtime_r(&seconds, &now);
	strftime(time_text, sizeof(time_text), "%Y-%m-%dT%H:%M:%SZ", &now);
	fprintf(out, "%04u %s %s %s %s\n", number, time_text, who(), version, why);
	bool fine = fflush(out) == 0 && fsync(fileno(out)) == 0;
	return fclose(out) == 0 && fine ? TOCSIN_OK : TOCSIN_IO;
}

enum tocsin_status tocsin_history_add(struct tocsin_history *history, const char *version,
	const char *text, size_t length, const char *why)
{
	char *path = NULL;
	unsigned number = history->last + 1;
	if (asprintf(&path, "%s/%04u-%s.yaml", history->folder, number, version) < 0)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = tocsin_install(path, text, length);
	free(path);
	if (status == TOCSIN_OK)
		status = write_log(history, number, version, why);
	if (status != TOCSIN_OK)
		return status;
	history->last = number;
	snprintf(history->last_version, sizeof(history->last_version), "%s", version);
	return TOCSIN_OK;
}

static enum tocsin_status find_path(
	const struct tocsin_history *history, unsigned number, char **path)
{
	DIR *folder = opendir(history->folder);
	const struct dirent *entry;
	enum tocsin_status status = TOCSIN_NOT_FOUND;
	if (!folder)
		return TOCSIN_IO;
	while (status == TOCSIN_NOT_FOUND && (entry = readdir(folder))) {
		unsigned own;
		char version[TOCSIN_HISTORY_VERSION];
		if (!read_name(entry->d_name, &own, version) || own != number)
			continue;
		status = asprintf(path, "%s/%s", history->folder, entry->d_name) < 0 ? TOCSIN_NO_MEMORY
																			 : TOCSIN_OK;
	}
	closedir(folder);
	return status;
}

enum tocsin_status tocsin_history_read(
	const struct tocsin_history *history, unsigned number, char **text, size_t *length)
{
	char *path = NULL;
	struct tocsin_input input;
	enum tocsin_status status = find_path(history, number, &path);
	if (status != TOCSIN_OK)
		return status;
	status = tocsin_input_read(path, TOCSIN_MAX_HISTORY_TEXT, &input);
	free(path);
	if (status != TOCSIN_OK)
		return status;
	*text = (char *)input.data;
	*length = input.size;
	return TOCSIN_OK;
}

void tocsin_history_print(const struct tocsin_history *history)
{
	int file = openat(history->lock, "log", O_RDONLY | O_CLOEXEC);
	FILE *in = file < 0 ? NULL : fdopen(file, "r");
	int byte;
	if (!in) {
		if (file >= 0)
			close(file);
		puts(_("No history yet."));
		return;
	}
	while ((byte = getc(in)) != EOF)
		putchar(byte);
	fclose(in);
}
