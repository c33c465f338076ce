/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/input.h"
#include "clients/report/place_search.h"

enum { PATH_BYTES = 4096 };

struct reading {
	struct tocsin_place_lists *lists;
	struct tocsin_diagnostics diagnostics;
	struct dirent **names;
	int count;
	const char *folder;
	bool any, broken;
};

void tocsin_place_lists_borrow(
	struct tocsin_place_lists *lists, const struct tocsin_ruleset *ruleset)
{
	*lists = (struct tocsin_place_lists){
		.gazetteer = ruleset->gazetteer, .localities = ruleset->localities};
}

void tocsin_place_lists_finish(struct tocsin_place_lists *lists)
{
	if (!lists)
		return;
	tocsin_localities_destroy(lists->own_localities);
	tocsin_gazetteer_destroy(lists->own_gazetteer);
	*lists = (struct tocsin_place_lists){0};
}

static int is_list(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && strcmp(dot, ".csv") == 0 && entry->d_name[0] != '.';
}

/* The first line says what a file is; a byte order mark may stand before it. */
static bool begins_with(const struct tocsin_input *input, const char *heading)
{
	const char *text = (const char *)input->data;
	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	return strncmp(text, heading, strlen(heading)) == 0;
}

static void take_list(struct reading *reading, const char *path, const struct tocsin_input *input)
{
	if (!begins_with(input, "Location,"))
		return;
	reading->any = true;
	if (tocsin_gazetteer_add(reading->lists->own_gazetteer, path, (const char *)input->data,
			input->size, &reading->diagnostics) != TOCSIN_OK)
		reading->broken = true;
}

static void take_villages(
	struct reading *reading, const char *path, const struct tocsin_input *input)
{
	if (!begins_with(input, "Name,") || reading->lists->own_localities)
		return;
	if (tocsin_localities_read(reading->lists->own_gazetteer, path, (const char *)input->data,
			input->size, &reading->diagnostics, &reading->lists->own_localities) != TOCSIN_OK)
		reading->broken = true;
}

static void read_each(struct reading *reading,
	void (*take)(struct reading *, const char *, const struct tocsin_input *))
{
	for (int i = 0; i < reading->count; i++) {
		char path[PATH_BYTES];
		struct tocsin_input input;
		snprintf(path, sizeof(path), "%s/%s", reading->folder, reading->names[i]->d_name);
		enum tocsin_status status = tocsin_input_read(path, TOCSIN_MAX_GAZETTEER_FILE, &input);
		if (status != TOCSIN_OK) {
			tocsin_input_complain(path, status, TOCSIN_MAX_GAZETTEER_FILE);
			reading->broken = true;
			continue;
		}
		take(reading, path, &input);
		tocsin_input_finish(&input);
	}
}

bool tocsin_place_lists_read(struct tocsin_place_lists *lists, const char *folder, FILE *err)
{
	struct reading reading = {.lists = lists, .folder = folder};
	*lists = (struct tocsin_place_lists){0};
	reading.count = scandir(folder, &reading.names, is_list, alphasort);
	if (reading.count < 0)
		return false;
	tocsin_diagnostics_init(&reading.diagnostics);
	lists->own_gazetteer = tocsin_gazetteer_create();
	if (lists->own_gazetteer) {
		read_each(&reading, take_list);
		if (tocsin_gazetteer_finish(lists->own_gazetteer, &reading.diagnostics) != TOCSIN_OK)
			reading.broken = true;
		else
			read_each(&reading, take_villages);
	}
	tocsin_diagnostics_sort(&reading.diagnostics);
	tocsin_diagnostics_print(&reading.diagnostics, err);
	tocsin_diagnostics_finish(&reading.diagnostics);
	for (int i = 0; i < reading.count; i++)
		free(reading.names[i]);
	free(reading.names);
	lists->gazetteer = lists->own_gazetteer;
	lists->localities = lists->own_localities;
	bool fine = lists->own_gazetteer && reading.any && !reading.broken;
	if (!fine)
		tocsin_place_lists_finish(lists);
	return fine;
}
