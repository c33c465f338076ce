/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the command returns to the shell; part of its contract. */
#pragma once

enum tocsin_exit {
	TOCSIN_EXIT_OK = 0,
	TOCSIN_EXIT_REFUSED = 1, /* refused, or what was asked for is not met */
	TOCSIN_EXIT_USAGE = 2,
	TOCSIN_EXIT_CONNECT = 3, /* no broker, or it turned us away */
	TOCSIN_EXIT_TIMEOUT = 4, /* nothing was confirmed in time: keep the copy */
};
