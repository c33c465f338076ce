/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* When the broker last saved its sessions and queues. The broker does not say, so its
 * command line and configuration are read as it reads them (mosquitto.conf(5):
 * persistence, persistence_location, persistence_file, include_dir). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The store file that a configuration names, into path. False where it has none. */
bool tocsin_store_file_named(const char *configuration, char *path, size_t size);

/* When this process's own broker saved last; false where it does not, or never did. */
bool tocsin_store_file_saved_ms(int64_t *saved_ms);
