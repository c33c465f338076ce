/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, 2012): a short-input hash under a
 * key, so that nobody can choose inputs that collide. */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint64_t tocsin_siphash(const uint8_t key[16], const void *data, size_t size);
