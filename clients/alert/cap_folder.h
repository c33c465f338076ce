/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* CAP documents as files, {alert id}.xml in one folder. The folder is its own memory:
 * what later versions refer to is read from the files of the earlier ones. */
#pragma once

#include "clients/alert/cap.h"

/* Writes one document, whole at any moment; one that is there already is written
 * again. find and ctx of options are not looked at. As tocsin_cap_write: NOT_FOUND for
 * a Cancel of what is not in the folder, INVALID; TOCSIN_IO with errno. Waits for the
 * disk. */
TOCSIN_MUST_USE enum tocsin_status tocsin_cap_folder_write(
	const char *folder, const Tocsin__V1__Alert *alert, const struct tocsin_cap_options *options);
