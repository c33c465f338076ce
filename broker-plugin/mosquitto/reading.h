/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is read from the journal aside, for somebody who asked. Broker's thread only, but
 * for what the job runs. */
#pragma once

#include <stdbool.h>

#include "journal/reader.h"

struct tocsin_host;

/* One thing to read, first in whatever its owner keeps of it. The owner sets job.run and
 * job.ctx, and keeps it until read is set. */
struct tocsin_reading {
	struct tocsin_reader_job job;
	bool read;
};

/* False where too much waits to be read, or there is no journal. */
bool tocsin_host_read(struct tocsin_host *host, struct tocsin_reading *reading);

/* Marks what has been read. */
void tocsin_readings_turn(struct tocsin_host *host);
