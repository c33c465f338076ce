/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the checks that try something have in common. */
#pragma once

#include "clients/hub/doctor.h"
#include "clients/hub/visit.h"

/* In place of an audience or a user: in upper case, and so the name of neither. */
#define TOCSIN_PROBE_NAME "DOCTOR-PROBE"
#define TOCSIN_PROBE_TEXT                                                                          \
	"tocsin doctor: this is a probe of access control, not an alert. Nothing has happened."

enum { TOCSIN_PROBE_TOPIC = 1024 };

/* Opens a visit, or says that it could not be. Close it either way. */
bool tocsin_doctor_enter(
	struct tocsin_doctor *doctor, struct tocsin_visit *visit, const struct tocsin_visitor *visitor);

/* Subscribes to where nothing comes, once a visit: what the broker had for it has come when
 * this returns. False where there was no answer, which has been said. */
bool tocsin_doctor_catch_up(struct tocsin_doctor *doctor, struct tocsin_visit *visit);

/* Passes the answer on; where there is none, says so. */
enum tocsin_answer tocsin_doctor_heard(struct tocsin_doctor *doctor, enum tocsin_answer answer);
