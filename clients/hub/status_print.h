/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How a hub is, in lines for a person. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/* status: what the hub told an operator, or what its signs say. */
void tocsin_status_print(const json_t *status, FILE *out);

/* The rules are those of the file, and the journal writes or is not wanted. */
bool tocsin_status_is_well(const json_t *status);
