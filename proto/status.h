/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What fallible functions of Tocsin return. Explanations travel beside it, in a
 * violation list (messages) or a diagnostic list (rule files). */
#pragma once

enum tocsin_status {
	TOCSIN_OK = 0,
	TOCSIN_NO_MEMORY, /* an allocation failed, or an arena reached its ceiling */
	TOCSIN_INVALID,   /* the input is wrong; the list beside says how */
	TOCSIN_LIMIT,     /* a named ceiling was reached */
	TOCSIN_NOT_FOUND,
	TOCSIN_IO, /* a file or database refused; errno or the list beside says why */
};

#define TOCSIN_MUST_USE __attribute__((warn_unused_result))
#define TOCSIN_PRINTF(at, args) __attribute__((format(printf, at, args)))
