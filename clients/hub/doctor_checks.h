/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What each check looks at; doctor_checks.c is the table of them. False: there is nothing
 * of the kind. */
#pragma once

#include "clients/hub/doctor.h"

/* doctor_access.c: who gets in, and who decides what they may do. */
bool tocsin_doctor_anonymous(struct tocsin_doctor *doctor);
bool tocsin_doctor_backend(struct tocsin_doctor *doctor);
bool tocsin_doctor_control(struct tocsin_doctor *doctor);
bool tocsin_doctor_guard(struct tocsin_doctor *doctor);
bool tocsin_doctor_order(struct tocsin_doctor *doctor);

/* doctor_acl.c: what the ACL file lets people do; the first reads it for the others. */
bool tocsin_doctor_acl_text(struct tocsin_doctor *doctor);
bool tocsin_doctor_acl_boxes(struct tocsin_doctor *doctor);
bool tocsin_doctor_acl_writes(struct tocsin_doctor *doctor);
bool tocsin_doctor_acl_audiences(struct tocsin_doctor *doctor);

/* doctor_broker.c: the broker's own settings. */
bool tocsin_doctor_plugin(struct tocsin_doctor *doctor);
bool tocsin_doctor_listeners(struct tocsin_doctor *doctor);
bool tocsin_doctor_nodelay(struct tocsin_doctor *doctor);
bool tocsin_doctor_queue(struct tocsin_doctor *doctor);
bool tocsin_doctor_packet(struct tocsin_doctor *doctor);
bool tocsin_doctor_persistence(struct tocsin_doctor *doctor);
bool tocsin_doctor_log(struct tocsin_doctor *doctor);

/* doctor_tls.c */
bool tocsin_doctor_plain(struct tocsin_doctor *doctor);
bool tocsin_doctor_certificates(struct tocsin_doctor *doctor);
bool tocsin_doctor_tls_keys(struct tocsin_doctor *doctor);

/* doctor_files.c: files, their folder, their disk; the clock beside them. */
bool tocsin_doctor_modes(struct tocsin_doctor *doctor);
bool tocsin_doctor_journal_folder(struct tocsin_doctor *doctor);
bool tocsin_doctor_space(struct tocsin_doctor *doctor);
bool tocsin_doctor_synchronised(struct tocsin_doctor *doctor);

/* doctor_rules.c */
bool tocsin_doctor_rules(struct tocsin_doctor *doctor);

/* doctor_live.c: what the running hub says. */
bool tocsin_doctor_signs(struct tocsin_doctor *doctor);

/* doctor_probe.c: what it lets a client do. */
bool tocsin_doctor_try_anonymous(struct tocsin_doctor *doctor);
bool tocsin_doctor_try_admins(struct tocsin_doctor *doctor);
bool tocsin_doctor_try_control(struct tocsin_doctor *doctor);
bool tocsin_doctor_try_publish(struct tocsin_doctor *doctor);
bool tocsin_doctor_try_wills(struct tocsin_doctor *doctor);
bool tocsin_doctor_try_reading(struct tocsin_doctor *doctor);
