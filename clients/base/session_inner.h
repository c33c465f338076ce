/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What session.c and session_prepare.c share. */
#pragma once

#include "clients/base/session.h"

/* Says on stderr why there is no connection. Returns CONNECT. */
enum tocsin_exit tocsin_session_fail(const struct tocsin_session *session, const char *why);
