/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/alert/geojson.h"
#include "clients/base/input.h"
#include "rules/install.h"

enum { MAX_MEMORY = 32 << 20 };

static const char head[] = "{\"type\":\"FeatureCollection\",\"features\":[\n";
static const char tail[] = "\n]}\n";

enum { HEAD = sizeof(head) - 1, TAIL = sizeof(tail) - 1 };

/* The features of a file that append made, between head and tail. */
struct features {
	const char *bytes;
	size_t length;
};

static bool find_features(const struct tocsin_input *file, struct features *features)
{
	const char *bytes = (const char *)file->data;
	if (file->size < HEAD + TAIL || memcmp(bytes, head, HEAD) != 0 ||
		memcmp(bytes + file->size - TAIL, tail, TAIL) != 0)
		return false;
	*features = (struct features){bytes + HEAD, file->size - HEAD - TAIL};
	return true;
}

/* The oldest stand first. */
static void forget_half(struct features *features)
{
	const char *middle = features->bytes + features->length / 2;
	const char *line = memchr(middle, '\n', features->length - features->length / 2);
	const char *end = features->bytes + features->length;
	features->bytes = line ? line + 1 : end;
	features->length = (size_t)(end - features->bytes);
}

static enum tocsin_status replace(
	const char *path, struct features features, const char *feature, size_t length)
{
	while (features.length > 0 && HEAD + features.length + length + 2 + TAIL > TOCSIN_MAX_GEOJSON)
		forget_half(&features);
	char *whole = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&whole, &size);
	if (!out)
		return TOCSIN_NO_MEMORY;
	fwrite(head, 1, HEAD, out);
	fwrite(features.bytes, 1, features.length, out);
	fputs(features.length > 0 ? ",\n" : "", out);
	fwrite(feature, 1, length, out);
	fwrite(tail, 1, TAIL, out);
	bool fine = !ferror(out);
	enum tocsin_status status =
		fclose(out) == 0 && fine ? tocsin_install(path, whole, size) : TOCSIN_NO_MEMORY;
	free(whole);
	return status;
}

/* By its beginning, which holds the id; within a text its quotes would be escaped. */
static bool is_there(const struct features *features, const char *feature)
{
	const char *end = strstr(feature, ",\"geometry\":");
	return end &&
		memmem(features->bytes, features->length, feature, (size_t)(end + 1 - feature)) != NULL;
}

static enum tocsin_status add_to_collection(const char *path, const char *feature, size_t length)
{
	struct tocsin_input file = {0};
	struct features features = {"", 0};
	enum tocsin_status status = tocsin_input_read(path, TOCSIN_MAX_GEOJSON, &file);
	if (status == TOCSIN_IO && errno == ENOENT)
		return replace(path, features, feature, length);
	if (status != TOCSIN_OK)
		return status;
	if (!find_features(&file, &features))
		status = TOCSIN_LIMIT;
	else if (!is_there(&features, feature))
		status = replace(path, features, feature, length);
	tocsin_input_finish(&file);
	return status;
}

/* In one write, so that readers and a second writer see whole lines. */
static enum tocsin_status add_to_sequence(const char *path, bool separated, const char *feature)
{
	char *line = NULL;
	int length = asprintf(&line, "%s%s\n", separated ? "\x1E" : "", feature);
	if (length < 0)
		return TOCSIN_NO_MEMORY;
	int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	bool fine = file >= 0 && write(file, line, (size_t)length) == length;
	if (file >= 0 && close(file) != 0)
		fine = false;
	free(line);
	return fine ? TOCSIN_OK : TOCSIN_IO;
}

static bool ends_in(const char *path, const char *ending)
{
	size_t length = strlen(path), own = strlen(ending);
	return length > own && strcmp(path + length - own, ending) == 0;
}

enum tocsin_status tocsin_geojson_append(const char *path, const Tocsin__V1__Alert *alert)
{
	struct tocsin_arena *arena = tocsin_arena_create(MAX_MEMORY, &tocsin_heap);
	char *feature = NULL;
	size_t length = 0;
	if (!arena)
		return TOCSIN_NO_MEMORY;
	enum tocsin_status status = tocsin_geojson_feature(alert, arena, &feature, &length);
	if (status == TOCSIN_OK) {
		bool separated = ends_in(path, ".geojsons");
		bool sequence = separated || ends_in(path, ".geojsonl") || ends_in(path, ".ndjson");
		status = sequence ? add_to_sequence(path, separated, feature)
						  : add_to_collection(path, feature, length);
	}
	tocsin_arena_destroy(arena);
	return status;
}
