/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>

#include "clients/base/mqtt.h"
#include "clients/base/tongue.h"
#include "clients/commands.h"

int main(int argc, char **argv)
{
	tocsin_tongue_begin();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (mosquitto_lib_init() != MOSQ_ERR_SUCCESS)
		return TOCSIN_EXIT_CONNECT;
	int code = (int)tocsin_run(argc, argv);
	mosquitto_lib_cleanup();
	return code;
}
