/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Which lines belong together: those of a listener, those of a plugin. */
#include <stdio.h>
#include <string.h>

#include "clients/hub/mosquitto_conf.h"

static bool is(const struct tocsin_conf_line *line, const char *key)
{
	return strcmp(line->key, key) == 0;
}

static bool is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
		strcmp(address, "localhost") == 0;
}

/* "listener PORT [ADDRESS]"; port 0 and a path is a socket in the file system. */
static void read_listener(struct tocsin_conf_listener *listener)
{
	const char *rest = listener->line->value + strcspn(listener->line->value, " ");
	rest += strspn(rest, " ");
	snprintf(listener->address, sizeof(listener->address), "%s", rest);
	listener->local = is_loopback(listener->address) || *listener->address == '/';
}

/* What stands before the first listener: a listener of its own where a port or an address
 * is given; where there is no listener at all, one on the loopback. */
static bool read_default(
	const struct tocsin_conf *conf, size_t end, struct tocsin_conf_listener *listener)
{
	const struct tocsin_conf_line *address = NULL;
	*listener = (struct tocsin_conf_listener){.end = end};
	for (size_t i = 0; i < conf->count; i++) {
		const struct tocsin_conf_line *line = &conf->lines[i];
		if (is(line, "port") || is(line, "bind_address"))
			listener->line = line;
		if (is(line, "bind_address"))
			address = line;
	}
	if (address)
		snprintf(listener->address, sizeof(listener->address), "%s", address->value);
	listener->local = !listener->line || is_loopback(listener->address);
	return listener->line || end == conf->count;
}

size_t tocsin_conf_listeners(
	const struct tocsin_conf *conf, struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS])
{
	size_t count = 0, first = 0;
	while (first < conf->count && !is(&conf->lines[first], "listener"))
		first++;
	if (read_default(conf, first, &listeners[0]))
		count++;
	for (size_t i = first; i < conf->count && count < TOCSIN_MAX_LISTENERS; i++) {
		if (!is(&conf->lines[i], "listener"))
			continue;
		struct tocsin_conf_listener *listener = &listeners[count++];
		*listener = (struct tocsin_conf_listener){.line = &conf->lines[i], .begin = i + 1};
		for (listener->end = i + 1; listener->end < conf->count; listener->end++)
			if (is(&conf->lines[listener->end], "listener"))
				break;
		read_listener(listener);
	}
	return count;
}

const struct tocsin_conf_line *tocsin_conf_of(
	const struct tocsin_conf *conf, const struct tocsin_conf_listener *listener, const char *key)
{
	for (size_t i = listener->end; i > listener->begin; i--)
		if (is(&conf->lines[i - 1], key))
			return &conf->lines[i - 1];
	return NULL;
}

/* The path on a line that loads a plugin; NULL on any other. 2.1 has names for plugins:
 * "plugin_load NAME PATH". */
static const char *plugin_path(const struct tocsin_conf_line *line)
{
	if (is(line, "plugin") || is(line, "auth_plugin") || is(line, "global_plugin"))
		return line->value;
	if (!is(line, "plugin_load"))
		return NULL;
	const char *path = line->value + strcspn(line->value, " ");
	return path + strspn(path, " ");
}

static bool is_named(const char *path, const char *part)
{
	const char *slash = strrchr(path, '/');
	return strstr(slash ? slash + 1 : path, part) != NULL;
}

bool tocsin_conf_plugin(
	const struct tocsin_conf *conf, const char *part, size_t nth, struct tocsin_conf_plugin *plugin)
{
	for (size_t i = 0; i < conf->count; i++) {
		const char *path = plugin_path(&conf->lines[i]);
		if (!path || !is_named(path, part) || nth-- > 0)
			continue;
		size_t end = i + 1;
		while (end < conf->count && !plugin_path(&conf->lines[end]))
			end++;
		*plugin = (struct tocsin_conf_plugin){&conf->lines[i], path, i + 1, end};
		return true;
	}
	return false;
}

const struct tocsin_conf_line *tocsin_conf_plugin_option(
	const struct tocsin_conf *conf, const struct tocsin_conf_plugin *plugin, const char *name)
{
	for (size_t i = plugin->begin; i < plugin->end; i++) {
		const char *key = conf->lines[i].key;
		if ((strncmp(key, "plugin_opt_", 11) == 0 && strcmp(key + 11, name) == 0) ||
			(strncmp(key, "auth_opt_", 9) == 0 && strcmp(key + 9, name) == 0))
			return &conf->lines[i];
	}
	return NULL;
}
