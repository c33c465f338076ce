/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Language tags. Source: RFC 5646 (BCP 47), 2.1. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Well-formed: of the syntax, whether registered or not. Case does not matter. */
bool tocsin_language_is_tag(const char *text, size_t length);
