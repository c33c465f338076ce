/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/store_file.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_LINE = 4096, MAX_COMMAND_LINE = 65536, MAX_INCLUDES = 1 };

struct settings {
	bool persistence;
	char location[PATH_MAX];
	char file[NAME_MAX + 1];
	int depth; /* of include_dir: the broker follows one */
};

static bool read_settings(const char *configuration, struct settings *settings);

static void set_text(char *to, size_t size, const char *value)
{
	snprintf(to, size, "%s", value);
}

static int is_configuration(const struct dirent *entry)
{
	const size_t length = strlen(entry->d_name);

	return length > strlen(".conf") &&
		strcmp(entry->d_name + length - strlen(".conf"), ".conf") == 0;
}

static void read_folder(const char *folder, struct settings *settings)
{
	struct dirent **entries = NULL;
	int count = settings->depth < MAX_INCLUDES
		? scandir(folder, &entries, is_configuration, alphasort)
		: -1;

	settings->depth++;
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];

		if (snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) < (int)sizeof(path))
			(void)read_settings(path, settings);
		free(entries[i]);
	}
	settings->depth--;
	free(entries);
}

static void take_setting(const char *key, const char *value, struct settings *settings)
{
	if (strcmp(key, "persistence") == 0)
		settings->persistence = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
	else if (strcmp(key, "persistence_location") == 0)
		set_text(settings->location, sizeof(settings->location), value);
	else if (strcmp(key, "persistence_file") == 0)
		set_text(settings->file, sizeof(settings->file), value);
	else if (strcmp(key, "include_dir") == 0)
		read_folder(value, settings);
}

static void read_line(char *line, struct settings *settings)
{
	char *end = line + strlen(line);

	while (end > line && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	line += strspn(line, " \t");
	char *value = line + strcspn(line, " \t");
	if (line[0] == '#' || *value == '\0')
		return;
	*value++ = '\0';
	take_setting(line, value + strspn(value, " \t"), settings);
}

static bool read_settings(const char *configuration, struct settings *settings)
{
	FILE *file = fopen(configuration, "re");
	char line[MAX_LINE];

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		read_line(line, settings);
	fclose(file);
	return true;
}

bool tocsin_store_file_named(const char *configuration, char *path, size_t size)
{
	struct settings settings = {.file = "mosquitto.db"};

	if (!read_settings(configuration, &settings) || !settings.persistence)
		return false;
	int length = settings.location[0]
		? snprintf(path, size, "%s/%s", settings.location, settings.file)
		: snprintf(path, size, "%s", settings.file);
	return length > 0 && (size_t)length < size;
}

/* What follows -c or --config-file on the command line. */
static const char *configuration_of(const char *words, size_t size)
{
	for (const char *word = words; word < words + size; word += strlen(word) + 1) {
		const char *next = word + strlen(word) + 1;

		if ((strcmp(word, "-c") == 0 || strcmp(word, "--config-file") == 0) && next < words + size)
			return next;
	}
	return NULL;
}

bool tocsin_store_file_saved_ms(int64_t *saved_ms)
{
	char words[MAX_COMMAND_LINE];
	char path[PATH_MAX];
	struct stat status;
	FILE *file = fopen("/proc/self/cmdline", "re");

	if (!file)
		return false;
	size_t size = fread(words, 1, sizeof(words) - 1, file);
	fclose(file);
	words[size] = '\0';
	const char *configuration = configuration_of(words, size);
	if (!configuration || !tocsin_store_file_named(configuration, path, sizeof(path)) ||
		stat(path, &status) != 0)
		return false;
	*saved_ms = (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
	return true;
}
