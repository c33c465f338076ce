/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include <stdbool.h>

#include "clients/session.h"
#include "proto/arena.h"
#include "tocsin/v1/alert.pb-c.h"

/* The alert of a message, in protobuf or Tocsin JSON; in arena, which is reset first.
 * NULL where it is none. What a newer hub adds is passed over. */
Tocsin__V1__Alert *tocsin_alert_read(
	struct tocsin_arena *arena, const struct tocsin_message *message, bool json);
