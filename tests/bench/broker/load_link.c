/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "broker/load_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	IN_BYTES = 256 * 1024,
	OUT_BYTES = 1024 * 1024,
	PACKET_BYTES = 1024, /* of those sent before the run */
	ANSWER_S = 30,
	CONNECT = 0x10,
	CONNACK = 0x20,
	PUBLISH = 0x30,
	PUBACK = 0x40,
	SUBSCRIBE = 0x82,
	SUBACK = 0x90,
	CLEAN_SESSION_AND_USER = 0x82,
};

void load_fail(const char *format, ...)
{
	va_list arguments;

	fputs("load: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

static uint8_t *room(struct load_link *link, size_t size)
{
	if (link->out_count + size > OUT_BYTES)
		load_fail("the broker takes no more: %zu bytes wait", link->out_count);
	uint8_t *at = link->out + link->out_count;
	link->out_count += size;
	return at;
}

static uint8_t *put_u16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static uint8_t *put_text(uint8_t *at, const char *text)
{
	const size_t length = strlen(text);

	memcpy(put_u16(at, length), text, length);
	return at + 2 + length;
}

static uint8_t *put_length(uint8_t *at, size_t length)
{
	do {
		*at++ = (uint8_t)((length & 0x7f) | (length > 0x7f ? 0x80 : 0));
		length >>= 7;
	} while (length > 0);
	return at;
}

static void write_all(const struct load_link *link, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t done = write(link->fd, bytes, size);

		if (done <= 0)
			load_fail("write: %s", strerror(errno));
		bytes += done;
		size -= (size_t)done;
	}
}

/* Before the run, while the socket blocks: one packet, one answer of a known size. */
static void ask(struct load_link *link, uint8_t type, const uint8_t *body, const uint8_t *end,
	uint8_t answer, size_t answer_size)
{
	uint8_t header[8] = {type};
	uint8_t got[8];
	size_t count = 0;

	write_all(link, header, (size_t)(put_length(header + 1, (size_t)(end - body)) - header));
	write_all(link, body, (size_t)(end - body));
	while (count < answer_size) {
		const ssize_t done = read(link->fd, got + count, answer_size - count);

		if (done <= 0)
			load_fail("no answer from the broker");
		count += (size_t)done;
	}
	if (got[0] != answer || got[answer_size - 1] > 2)
		load_fail("the broker refuses: packet %#x, code %u", got[0], got[answer_size - 1]);
}

void load_link_open(struct load_link *link, uint16_t port, const char *user)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct timeval patience = {.tv_sec = ANSWER_S};
	const int on = 1;
	uint8_t body[PACKET_BYTES];

	*link = (struct load_link){
		.fd = socket(AF_INET, SOCK_STREAM, 0), .in = malloc(IN_BYTES), .out = malloc(OUT_BYTES)};
	if (link->fd < 0 || !link->in || !link->out ||
		connect(link->fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
		load_fail("connect: %s", strerror(errno));
	(void)setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(link->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	uint8_t *at = put_text(body, "MQTT");
	*at++ = 4;
	*at++ = CLEAN_SESSION_AND_USER;
	at = put_text(put_text(put_u16(at, 0), user), user);
	ask(link, CONNECT, body, at, CONNACK, 4);
}

void load_link_close(struct load_link *link)
{
	close(link->fd);
	free(link->in);
	free(link->out);
}

void load_link_subscribe(struct load_link *link, const char *filter, unsigned qos)
{
	uint8_t body[PACKET_BYTES];
	uint8_t *at = put_text(put_u16(body, ++link->packet_id), filter);

	*at++ = (uint8_t)qos;
	ask(link, SUBSCRIBE, body, at, SUBACK, 5);
}

void load_link_publish(
	struct load_link *link, const char *topic, const uint8_t *bytes, size_t size, unsigned qos)
{
	const size_t body = 2 + strlen(topic) + (qos > 0 ? 2 : 0) + size;
	uint8_t header[8] = {(uint8_t)(PUBLISH | qos << 1)};
	const size_t header_size = (size_t)(put_length(header + 1, body) - header);
	uint8_t *at = room(link, header_size + body);

	memcpy(at, header, header_size);
	at = put_text(at + header_size, topic);
	if (qos > 0) {
		link->packet_id = link->packet_id == UINT16_MAX ? 1 : (uint16_t)(link->packet_id + 1);
		at = put_u16(at, link->packet_id);
	}
	memcpy(at, bytes, size);
}

void load_link_flush(struct load_link *link)
{
	size_t done = 0;

	while (done < link->out_count) {
		const ssize_t count =
			send(link->fd, link->out + done, link->out_count - done, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (count < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (count < 0)
			load_fail("send: %s", strerror(errno));
		done += (size_t)count;
	}
	link->out_count -= done;
	memmove(link->out, link->out + done, link->out_count);
}

static void take_publish(struct load_link *link, size_t number, const struct load_taker *taker,
	uint8_t flags, const uint8_t *body, size_t size)
{
	const size_t topic = size < 2 ? size : (size_t)body[0] << 8 | body[1];
	const bool acknowledge = flags & 6;
	const size_t start = 2 + topic + (acknowledge ? 2 : 0);

	if (start > size)
		load_fail("a packet from the broker is too short");
	if (acknowledge) {
		uint8_t *at = room(link, 4);

		at[0] = PUBACK;
		at[1] = 2;
		memcpy(at + 2, body + 2 + topic, 2);
	}
	const struct load_message message = {body + start, size - start};
	taker->message(taker->ctx, number, &message);
}

/* How many bytes the first packet takes, 0 where it is not whole yet. */
static size_t take_packet(struct load_link *link, size_t number, const struct load_taker *taker,
	const uint8_t *bytes, size_t count)
{
	size_t length = 0;
	size_t at = 1;

	do {
		if (at >= count)
			return 0;
		length |= (size_t)(bytes[at] & 0x7f) << (7 * (at - 1));
	} while (bytes[at++] & 0x80 && at < 5);
	if (at + length > IN_BYTES)
		load_fail("a packet of %zu bytes", length);
	if (count < at + length)
		return 0;
	/* PUBACK only says that it came; what comes of it says more. */
	if ((bytes[0] & 0xf0) == PUBLISH)
		take_publish(link, number, taker, bytes[0] & 0xf, bytes + at, length);
	return at + length;
}

void load_link_read(struct load_link *link, size_t number, const struct load_taker *taker)
{
	const ssize_t count =
		recv(link->fd, link->in + link->in_count, IN_BYTES - link->in_count, MSG_DONTWAIT);
	size_t done = 0;
	size_t size;

	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0)
		load_fail("the broker closed connection %zu", number);
	link->in_count += (size_t)count;
	while ((size = take_packet(link, number, taker, link->in + done, link->in_count - done)) > 0)
		done += size;
	link->in_count -= done;
	memmove(link->in, link->in + done, link->in_count);
}
