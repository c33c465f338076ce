/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One MQTT 3.1.1 connection of the load generator, as cheap as it can be: what is to be
 * measured is the broker. Many packets a read and a write; QoS 1 is acknowledged. Ends the
 * program on every error: a run with a broken connection measures nothing. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct load_link {
	int fd;
	uint16_t packet_id;
	uint8_t *in; /* what came and is no whole packet yet */
	size_t in_count;
	uint8_t *out; /* what the socket did not take yet */
	size_t out_count;
};

/* A packet that came. Borrowed until the callback returns. */
struct load_message {
	const uint8_t *payload;
	size_t size;
};

struct load_taker {
	void (*message)(void *ctx, size_t link, const struct load_message *message);
	void *ctx;
};

/* Connects and waits for the broker's answer; the socket does not block any more after
 * that. user is both user name and client id. */
void load_link_open(struct load_link *link, uint16_t port, const char *user);
void load_link_close(struct load_link *link);

/* Waits for the broker's answer: to be used before anything else comes. */
void load_link_subscribe(struct load_link *link, const char *filter, unsigned qos);

/* Puts a publish into the buffer. */
void load_link_publish(
	struct load_link *link, const char *topic, const uint8_t *bytes, size_t size, unsigned qos);

/* Writes what the socket takes. */
void load_link_flush(struct load_link *link);

/* Reads all there is and hands it to taker, as link number; acknowledgements are put
 * into the buffer. */
void load_link_read(struct load_link *link, size_t number, const struct load_taker *taker);

/* Says what is wrong and ends the program. */
_Noreturn void load_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
