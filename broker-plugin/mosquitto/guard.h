/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The broker's access check (MOSQ_EVT_ACL_CHECK), registered where plugin_opt_guard says
 * so. It only denies: the rest is left to the broker's other checks, or on 2.0 with
 * guard alone, where there are none, allowed. */
#pragma once

struct tocsin_host;

/* Returns MOSQ_ERR_ACL_DENIED, counted in the ledger, or what leaves the decision to
 * others. Logs nothing: with log_dest topic a line asks again for each of its readers.
 * userdata is a struct tocsin_host. */
int tocsin_guard_take(int event, void *event_data, void *userdata);

/* Logs which audiences of the rules that run nobody can read. */
void tocsin_guard_log_unread(const struct tocsin_host *host);
