/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/mosquitto_conf.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum tocsin_status read_file(
	struct tocsin_conf *conf, const char *path, bool main_file, char **bad);

static int has_conf_ending(const struct dirent *entry)
{
	const size_t length = strlen(entry->d_name);
	return length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0;
}

/* The broker's order: by letters whatever their case, upper case first among equals. */
static int by_broker_order(const struct dirent **a, const struct dirent **b)
{
	const char *one = (*a)->d_name, *other = (*b)->d_name;
	for (; *one && *other; one++, other++) {
		int order = toupper((unsigned char)*one) - toupper((unsigned char)*other);
		if (order == 0)
			order = *one - *other;
		if (order != 0)
			return order;
	}
	return (*one != '\0') - (*other != '\0');
}

static enum tocsin_status read_folder(struct tocsin_conf *conf, const char *folder, char **bad)
{
	struct dirent **entries = NULL;
	enum tocsin_status status = TOCSIN_OK;
	const int count = scandir(folder, &entries, has_conf_ending, by_broker_order);
	if (count < 0) {
		const int reason = errno;
		*bad = strdup(folder);
		errno = reason;
		return TOCSIN_IO;
	}
	for (int i = 0; i < count; i++) {
		char *path = NULL;
		if (status == TOCSIN_OK && asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0) {
			path = NULL;
			status = TOCSIN_NO_MEMORY;
		}
		if (status == TOCSIN_OK)
			status = read_file(conf, path, false, bad);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return status;
}

static enum tocsin_status add_line(struct tocsin_conf *conf, const struct tocsin_conf_line *line)
{
	if (conf->count == TOCSIN_MAX_CONF_LINES)
		return TOCSIN_LIMIT;
	if (conf->count == conf->capacity) {
		const size_t capacity = conf->capacity ? 2 * conf->capacity : 64;
		struct tocsin_conf_line *lines = reallocarray(conf->lines, capacity, sizeof(*lines));
		if (!lines)
			return TOCSIN_NO_MEMORY;
		conf->lines = lines;
		conf->capacity = capacity;
	}
	conf->lines[conf->count++] = *line;
	return TOCSIN_OK;
}

/* Cuts key and value out of a line; false where it has nothing to say. */
static bool cut(char *text, struct tocsin_conf_line *line)
{
	text += strspn(text, " \t");
	size_t length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	if (*text == '\0' || *text == '#')
		return false;
	line->key = text;
	text += strcspn(text, " ");
	if (*text)
		*text++ = '\0';
	while (isspace((unsigned char)*text))
		text++;
	line->value = text;
	return true;
}

static enum tocsin_status keep_file(struct tocsin_conf *conf, struct tocsin_conf_file **file)
{
	if (conf->file_count == TOCSIN_MAX_CONF_FILES)
		return TOCSIN_LIMIT;
	if (!conf->files)
		conf->files = calloc(TOCSIN_MAX_CONF_FILES, sizeof(*conf->files));
	if (!conf->files)
		return TOCSIN_NO_MEMORY;
	*file = &conf->files[conf->file_count++];
	return TOCSIN_OK;
}

static enum tocsin_status read_lines(
	struct tocsin_conf *conf, const struct tocsin_conf_file *file, bool main_file, char **bad)
{
	enum tocsin_status status = TOCSIN_OK;
	unsigned number = 1;
	for (char *text = (char *)file->text.data; text && status == TOCSIN_OK; number++) {
		char *next = strchr(text, '\n');
		struct tocsin_conf_line line = {.file = file->path, .line = number};
		if (next)
			*next++ = '\0';
		if (cut(text, &line)) {
			status = add_line(conf, &line);
			if (status == TOCSIN_OK && main_file && strcmp(line.key, "include_dir") == 0)
				status = read_folder(conf, line.value, bad);
		}
		text = next;
	}
	return status;
}

static enum tocsin_status read_file(
	struct tocsin_conf *conf, const char *path, bool main_file, char **bad)
{
	struct tocsin_conf_file *file = NULL;
	enum tocsin_status status = keep_file(conf, &file);
	if (status != TOCSIN_OK)
		return status;
	file->path = strdup(path);
	if (!file->path)
		return TOCSIN_NO_MEMORY;
	status = tocsin_input_read(path, TOCSIN_MAX_CONF_BYTES, &file->text);
	if (status != TOCSIN_OK) {
		const int reason = errno;
		*bad = strdup(path);
		errno = reason;
		return status;
	}
	return read_lines(conf, file, main_file, bad);
}

enum tocsin_status tocsin_conf_read(const char *path, struct tocsin_conf *conf, char **bad)
{
	*conf = (struct tocsin_conf){0};
	*bad = NULL;
	return read_file(conf, path, true, bad);
}

void tocsin_conf_finish(struct tocsin_conf *conf)
{
	if (!conf)
		return;
	for (size_t i = 0; i < conf->file_count; i++) {
		free(conf->files[i].path);
		tocsin_input_finish(&conf->files[i].text);
	}
	free(conf->files);
	free(conf->lines);
	*conf = (struct tocsin_conf){0};
}

static const struct tocsin_conf_line *find_between(
	const struct tocsin_conf *conf, size_t begin, size_t end, const char *key)
{
	for (size_t i = end; i > begin; i--)
		if (strcmp(conf->lines[i - 1].key, key) == 0)
			return &conf->lines[i - 1];
	return NULL;
}

const struct tocsin_conf_line *tocsin_conf_find(const struct tocsin_conf *conf, const char *key)
{
	return find_between(conf, 0, conf->count, key);
}

static bool first_word_is(const char *value, const char *word)
{
	const size_t length = strlen(word);
	return strncasecmp(value, word, length) == 0 && (value[length] == '\0' || value[length] == ' ');
}

bool tocsin_conf_true(const struct tocsin_conf_line *line)
{
	return line && (first_word_is(line->value, "true") || first_word_is(line->value, "1"));
}

long long tocsin_conf_number(const struct tocsin_conf_line *line, long long otherwise)
{
	if (!line)
		return otherwise;
	char *end = NULL;
	errno = 0;
	const long long number = strtoll(line->value, &end, 10);
	return end == line->value || errno != 0 || (*end != '\0' && *end != ' ') ? otherwise : number;
}
