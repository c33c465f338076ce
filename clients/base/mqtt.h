/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* libmosquitto's client headers of 2.0 and 2.1: what 2.0 keeps apart, 2.1 warns
 * about when it is asked for by its old name. */
#pragma once

#include <mosquitto.h>
#if !__has_include(<mosquitto/mqtt_protocol.h>)
#include <mqtt_protocol.h>
#endif
