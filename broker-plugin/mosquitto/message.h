/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A client's publish (MOSQ_EVT_MESSAGE). Beneath the root only incidents and replay
 * requests in the client's own box come in; the rest is denied. Whatever came, its
 * bytes end here: subscribers get an empty message, not retained. */
#pragma once

/* Returns MOSQ_ERR_SUCCESS, or MOSQ_ERR_ACL_DENIED for a topic that is not the
 * client's own; no other value, since those close its connection. A refused incident
 * is a success: its receipt says more than a code could. userdata is a struct
 * tocsin_host. */
int tocsin_message_take(int event, void *event_data, void *userdata);
