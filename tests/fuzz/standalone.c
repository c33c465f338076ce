/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Gives every file of a corpus folder to a fuzz target, with any compiler: what
 * the fuzzer once found stays found. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long size = -1;
	int result = 1;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 ||
		fseek(file, 0, SEEK_SET) != 0) {
		goto out;
	}
	/* Of the exact size, so that reading past the end is seen. */
	data = malloc((size_t)size + (size == 0));
	if (!data || fread(data, 1, (size_t)size, file) != (size_t)size) {
		goto out;
	}
	(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	result = 0;
out:
	if (result != 0) {
		perror(path);
	}
	free(data);
	if (file) {
		(void)fclose(file);
	}
	return result;
}

static int replay_folder(const char *path, unsigned *count)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	int result = 0;

	if (!folder) {
		perror(path);
		return 1;
	}
	while ((entry = readdir(folder))) {
		char file[PATH_MAX];

		if (entry->d_name[0] == '.') {
			continue;
		}
		(void)snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		result |= replay_file(file);
		*count += 1;
	}
	(void)closedir(folder);
	return result;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	int result = 0;

	for (int i = 1; i < argc; i++) {
		result |= replay_folder(argv[i], &count);
	}
	(void)printf("%u inputs\n", count);
	return result != 0 || count == 0;
}
