/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Parts of "tocsin journal". */
#pragma once

#include "clients/base/exit.h"

/* argv[0] is "forget". */
enum tocsin_exit tocsin_run_journal_forget(int argc, char **argv);
