/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Between the broker's messages on $CONTROL/tocsin/v1 and our requests. */
#pragma once

#include "mosquitto/compat.h"
#include "mosquitto/control_request.h"
#include "mosquitto/publish.h"

/* Copies what is needed, and the payload where it has at most ceiling bytes or is short
 * enough to echo its commands' names. NULL without memory. */
struct tocsin_request *tocsin_control_message_read(
	const struct mosquitto_evt_control *message, const char *user, size_t ceiling);

/* Sends the answer to the client that asked, and to no other. */
void tocsin_control_message_send(
	struct tocsin_request *request, int64_t now_ms, struct tocsin_publish_counts *counts);
