/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The broker's configuration as the broker reads it: a key and the rest of its line, the
 * files of include_dir where that stands. What the keys mean is for those who ask. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "clients/base/input.h"

enum {
	TOCSIN_MAX_CONF_BYTES = 1024 * 1024, /* of one file */
	TOCSIN_MAX_CONF_FILES = 256,
	TOCSIN_MAX_CONF_LINES = 20000,
	TOCSIN_MAX_LISTENERS = 64,
};

struct tocsin_conf_line {
	const char *key;
	const char *value; /* without blanks around it; "" where there is none */
	const char *file;
	unsigned line; /* from 1 */
};

/* A file of the configuration: its name and text. */
struct tocsin_conf_file {
	char *path;
	struct tocsin_input text;
};

struct tocsin_conf {
	struct tocsin_conf_line *lines;
	size_t count, capacity;
	struct tocsin_conf_file *files; /* the first is the main one */
	size_t file_count;
};

/* Reads path and what it includes. On failure *bad is the file or folder that cannot be
 * read (the caller's; NULL without memory) and status says why: IO with errno, NOT_FOUND
 * never, LIMIT beyond a ceiling. conf is to be finished all the same. */
TOCSIN_MUST_USE enum tocsin_status tocsin_conf_read(
	const char *path, struct tocsin_conf *conf, char **bad);

void tocsin_conf_finish(struct tocsin_conf *conf);

/* The last line with this key, which is the one that counts; NULL: there is none. */
const struct tocsin_conf_line *tocsin_conf_find(const struct tocsin_conf *conf, const char *key);

/* The broker's reading of a truth value: its first word is "true" or "1". */
bool tocsin_conf_true(const struct tocsin_conf_line *line);

/* A whole number, or otherwise where there is no line or none in it. */
long long tocsin_conf_number(const struct tocsin_conf_line *line, long long otherwise);

/* What one listener's lines say; before the first "listener" line they are of the
 * default listener. */
struct tocsin_conf_listener {
	const struct tocsin_conf_line *line; /* "listener" or "port"; NULL: nothing but defaults */
	size_t begin, end;                   /* of its lines */
	char address[256];                   /* "" where it listens on all */
	bool local;                          /* nobody from another machine reaches it */
};

/* Returns how many there are, at most TOCSIN_MAX_LISTENERS. */
size_t tocsin_conf_listeners(
	const struct tocsin_conf *conf, struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS]);

/* The last line with this key among the listener's. */
const struct tocsin_conf_line *tocsin_conf_of(
	const struct tocsin_conf *conf, const struct tocsin_conf_listener *listener, const char *key);

/* One line that loads a plugin, and where its options end. */
struct tocsin_conf_plugin {
	const struct tocsin_conf_line *line;
	const char *path; /* of the shared object */
	size_t begin, end;
};

/* The nth plugin, from 0, whose file name holds part; false: there are not so many. */
bool tocsin_conf_plugin(const struct tocsin_conf *conf, const char *part, size_t nth,
	struct tocsin_conf_plugin *plugin);

/* The line of plugin_opt_NAME (or auth_opt_NAME); NULL: not given. */
const struct tocsin_conf_line *tocsin_conf_plugin_option(
	const struct tocsin_conf *conf, const struct tocsin_conf_plugin *plugin, const char *name);
