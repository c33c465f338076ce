/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A broker on this machine, told to read its rules again. */
#pragma once

#include <sys/types.h>

#include "clients/base/exit.h"

/* NULL, or what is wrong as a static text. */
const char *tocsin_pid_read(const char *text, pid_t *pid);
const char *tocsin_pid_read_file(const char *path, pid_t *pid);

/* Sends SIGHUP to a broker, and to nothing else. Failures are said on stderr. */
enum tocsin_exit tocsin_reload_process(pid_t pid);
