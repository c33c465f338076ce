/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The sub-commands; argv[0] is the sub-command's name. */
#pragma once

#include "clients/base/exit.h"

enum tocsin_exit tocsin_run_report(int argc, char **argv);
enum tocsin_exit tocsin_run_watch(int argc, char **argv);
enum tocsin_exit tocsin_run_replay(int argc, char **argv);
enum tocsin_exit tocsin_run_displacement(int argc, char **argv);
enum tocsin_exit tocsin_run_relay(int argc, char **argv);
enum tocsin_exit tocsin_run_check(int argc, char **argv);
enum tocsin_exit tocsin_run_explain(int argc, char **argv);
enum tocsin_exit tocsin_run_rehearse(int argc, char **argv);
enum tocsin_exit tocsin_run_diff(int argc, char **argv);
enum tocsin_exit tocsin_run_topics(int argc, char **argv);
enum tocsin_exit tocsin_run_decode(int argc, char **argv);
enum tocsin_exit tocsin_run_encode(int argc, char **argv);
enum tocsin_exit tocsin_run_edit(int argc, char **argv);
enum tocsin_exit tocsin_run_undo(int argc, char **argv);
enum tocsin_exit tocsin_run_reload(int argc, char **argv);
enum tocsin_exit tocsin_run_silence(int argc, char **argv);
enum tocsin_exit tocsin_run_journal(int argc, char **argv);
enum tocsin_exit tocsin_run_review(int argc, char **argv);
enum tocsin_exit tocsin_run_quarantine(int argc, char **argv);
enum tocsin_exit tocsin_run_init(int argc, char **argv);
enum tocsin_exit tocsin_run_acl(int argc, char **argv);
enum tocsin_exit tocsin_run_status(int argc, char **argv);
enum tocsin_exit tocsin_run_doctor(int argc, char **argv);

/* Finds and runs the sub-command of argv[1]. */
enum tocsin_exit tocsin_run(int argc, char **argv);
