/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One message on $CONTROL/tocsin/v1 on its way to the answer. One thread at a time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "mosquitto/compat.h"
#include "mosquitto/publish.h"

enum {
	TOCSIN_REQUEST_INLINE = 64 * 1024, /* bytes; larger ones are parsed on the worker */
	TOCSIN_REQUEST_ECHO = 4 * 1024,    /* bytes; larger ones are refused unread */
};

enum tocsin_request_stage {
	TOCSIN_REQUEST_CAME,
	TOCSIN_REQUEST_RUNS, /* parsed; command after command */
	TOCSIN_REQUEST_RAN,  /* the answer is to be written and sent */
};

struct tocsin_request {
	struct tocsin_request *next;
	enum tocsin_request_stage stage;
	char *client_id;
	char *user; /* or NULL */
	void *correlation;
	uint16_t correlation_size;
	char *bytes;
	size_t size;
	json_t *root;     /* holds commands */
	json_t *commands; /* borrowed; NULL: nothing to run */
	size_t at;        /* command at hand */
	json_t *responses;
	bool large; /* writing takes long */
	char *text; /* the answer */
};

/* Copies what is needed, and the payload where it has at most ceiling bytes or is short
 * enough to echo its commands' names. NULL without memory. */
struct tocsin_request *tocsin_request_create(
	const struct mosquitto_evt_control *message, const char *user, size_t ceiling);
void tocsin_request_destroy(struct tocsin_request *request);

/* Reads the payload; what is wrong with it becomes the answer. */
void tocsin_request_parse(void *request);

/* Adds one response; takes data and error, either of which may be NULL. */
void tocsin_request_respond(
	struct tocsin_request *request, const json_t *command, json_t *data, json_t *error);

/* Answers every command with an error, without running any. */
void tocsin_request_refuse(struct tocsin_request *request, const char *error);

/* The responses as text. */
void tocsin_request_write(void *request);

/* Sends the answer to the client that asked, and to no other. */
void tocsin_request_send(
	struct tocsin_request *request, int64_t now_ms, struct tocsin_publish_counts *counts);
