/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where this command lies: what was built or installed with it lies beside it. */
#pragma once

#include <limits.h>

/* A path from the folder of this command's own file, such as "../share/tocsin"; "" where
 * it cannot be told. */
void tocsin_own_path(char path[PATH_MAX], const char *rest);
