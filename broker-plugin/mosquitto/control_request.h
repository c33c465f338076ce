/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One message on $CONTROL/tocsin/v1 on its way to the answer, without the broker that
 * it came from. One thread at a time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

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
	char *user;        /* or NULL */
	void *correlation; /* of MQTT 5, from malloc; owned */
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

/* Copies all. bytes may be NULL: it is then refused unread. NULL without memory. */
struct tocsin_request *tocsin_request_create(
	const char *client_id, const char *user, const void *bytes, size_t size);
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
