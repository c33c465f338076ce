/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A person's own editor. */
#pragma once

#include <stdbool.h>

/* Opens path in command, else in $VISUAL, $EDITOR or vi, and waits. False where it
 * failed. */
bool tocsin_editor_run(const char *command, const char *path);

/* Asks on standard output. True for an answer that begins with yes (lower case). */
bool tocsin_ask(const char *question, char yes);
