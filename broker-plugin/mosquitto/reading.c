/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/reading.h"

#include "mosquitto/host.h"

/* At the end its owner frees it. */
static void leave(struct tocsin_reader_job *job)
{
	((struct tocsin_reading *)job)->read = true;
}

bool tocsin_host_read(struct tocsin_host *host, struct tocsin_reading *reading)
{
	reading->read = false;
	reading->job.finish = leave;
	return host->reader && tocsin_reader_submit(host->reader, &reading->job);
}

void tocsin_readings_turn(struct tocsin_host *host)
{
	struct tocsin_reader_job *job;

	while (host->reader && (job = tocsin_reader_collect(host->reader)) != NULL)
		leave(job);
}
