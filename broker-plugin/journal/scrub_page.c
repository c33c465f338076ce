/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/scrub.h"

enum {
	FILE_HEADER = 100, /* on the first page, before its own */
	LEAF_HEADER = 8,
	INTERIOR_HEADER = 12,
	INTERIOR_INDEX = 2,
	INTERIOR_TABLE = 5,
	LEAF_INDEX = 10,
	LEAF_TABLE = 13,
	ENTRY_BYTES = 5, /* of a page that maps others */
	LOCK_BYTE = 0x40000000,
};

static uint32_t read_two(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/* Bytes of the page's header by its first byte. Pages that are no b-tree's begin with
 * the number of another page, whose first byte is none of these below 137 GB. */
static uint32_t header_bytes(uint8_t kind)
{
	switch (kind) {
	case INTERIOR_INDEX:
	case INTERIOR_TABLE:
		return INTERIOR_HEADER;
	case LEAF_INDEX:
	case LEAF_TABLE:
		return LEAF_HEADER;
	default:
		return 0;
	}
}

bool tocsin_scrub_gap(
	const uint8_t *page, uint32_t page_bytes, bool first, uint32_t *begin, uint32_t *end)
{
	const uint32_t header = first ? FILE_HEADER : 0;
	const uint32_t bytes = header_bytes(page[header]);
	const uint32_t cells = read_two(page + header + 3);
	const uint32_t content = read_two(page + header + 5);
	const uint32_t top = content ? content : 65536;
	const uint32_t pointers = header + bytes;
	const uint32_t bottom = pointers + 2 * cells;

	if (bytes == 0 || bottom > top || top > page_bytes) {
		return false;
	}
	for (uint32_t i = 0; i < cells; i++) {
		const uint32_t cell = read_two(page + pointers + (size_t)2 * i);

		if (cell < top || cell >= page_bytes) {
			return false;
		}
	}
	for (uint32_t at = bottom; at < top; at++) {
		if (page[at]) {
			*begin = bottom;
			*end = top;
			return true;
		}
	}
	return false;
}

/* The page that holds the byte at which locks are taken belongs to nobody: a map that
 * would stand there stands behind it. */
bool tocsin_scrub_is_map(uint32_t number, uint32_t page_bytes)
{
	const uint32_t apart = page_bytes / ENTRY_BYTES + 1;
	const uint32_t lock_page = LOCK_BYTE / page_bytes + 1;

	if (number < 2 || number == lock_page) {
		return false;
	}
	return (number - 2) % apart == 0 || (number == lock_page + 1 && (lock_page - 2) % apart == 0);
}
