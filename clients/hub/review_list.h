/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* `tocsin review` without an id: what waits for a person's reading. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "clients/base/connection.h"
#include "clients/base/exit.h"

enum { TOCSIN_REVIEW_LIMIT = 100 };

struct tocsin_review_list {
	int64_t from_ms; /* of receipt; 0: as far back as is usual */
	int64_t limit;   /* 0: all */
	bool json;
};

enum tocsin_exit tocsin_review_list(
	const struct tocsin_review_list *list, struct tocsin_connection *connection);
