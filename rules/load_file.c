/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/load_file.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

enum tocsin_status tocsin_load_file(
	struct tocsin_loader *loader, const char *path, size_t ceiling, char **text, size_t *length)
{
	char *read;
	size_t size;
	enum tocsin_status status =
		loader->files->read(loader->files->ctx, path, ceiling, &read, &size);
	if (status != TOCSIN_OK)
		return status;
	if (EVP_DigestUpdate(loader->digest, read, size) != 1) {
		free(read);
		return TOCSIN_NO_MEMORY;
	}
	*text = read;
	*length = size;
	return TOCSIN_OK;
}

const char *tocsin_load_file_fault(enum tocsin_status status, int reason)
{
	if (status == TOCSIN_NOT_FOUND)
		return "no such file";
	if (status == TOCSIN_LIMIT)
		return "it is too large";
	const char *description = strerrordesc_np(reason);
	return description ? description : "unknown error";
}
