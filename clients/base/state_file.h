/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where a command keeps what it must know again after a restart. */
#pragma once

/* $XDG_STATE_HOME/tocsin/NAME, else ~/.local/state/tocsin/NAME, by the XDG base
 * directories; its folders are made, with mode 0700. The caller's to free. NULL where
 * there is no such place, where name holds a slash, or without memory. */
char *tocsin_state_path(const char *name);
