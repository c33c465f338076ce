/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The broker's allocator. A payload handed to mosquitto_broker_publish must come
 * from it, and what does is counted in the broker's heap statistic and limit: what the
 * engine remembers in the large pieces in which it is taken (engine/pool.h). It is for
 * the broker's thread only: its counters have no lock. */
#pragma once

#include "proto/allocator.h"

extern const struct tocsin_allocator tocsin_broker_memory;
