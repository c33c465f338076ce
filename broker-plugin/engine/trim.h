/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A packed alert without its long fields: what is kept of it to withdraw it by. To pack it
 * a second time would cost twenty times as much. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Into trimmed, which has room for size bytes; returns how many it takes. bytes are those
 * of a packed Alert of our own. The same comes of them as of packing the alert without
 * these fields (tocsin_send_keep). */
size_t tocsin_trim_alert(const uint8_t *bytes, size_t size, uint8_t *trimmed);
