/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/lower.h"

#include <stdbool.h>
#include <stdint.h>

/* Capitals whose small letter does not follow them: letters of West African
 * languages, and the stragglers of Latin, Greek and Cyrillic. */
static const uint16_t strays[][2] = {{0x178, 0xFF}, {0x181, 0x253}, {0x186, 0x254}, {0x189, 0x256},
	{0x18A, 0x257}, {0x18E, 0x1DD}, {0x18F, 0x259}, {0x190, 0x25B}, {0x194, 0x263}, {0x197, 0x268},
	{0x198, 0x199}, {0x19D, 0x272}, {0x1B1, 0x28A}, {0x1B2, 0x28B}, {0x1B3, 0x1B4}, {0x386, 0x3AC},
	{0x388, 0x3AD}, {0x389, 0x3AE}, {0x38A, 0x3AF}, {0x38C, 0x3CC}, {0x38E, 0x3CD}, {0x38F, 0x3CE}};

static bool within(unsigned letter, unsigned first, unsigned last)
{
	return letter >= first && letter <= last;
}

/* Within U+0080 to U+07FF, so that both letters take two bytes. */
static unsigned lower_letter(unsigned letter)
{
	for (size_t i = 0; i < sizeof strays / sizeof strays[0]; i++) {
		if (strays[i][0] == letter) {
			return strays[i][1];
		}
	}
	if (within(letter, 0xC0, 0xDE) && letter != 0xD7) {
		return letter + 0x20;
	}
	if (within(letter, 0x391, 0x3A9) || within(letter, 0x410, 0x42F)) {
		return letter + 0x20;
	}
	if (within(letter, 0x400, 0x40F)) {
		return letter + 0x50;
	}
	if (within(letter, 0x139, 0x148) || within(letter, 0x179, 0x17E)) {
		return letter + (letter & 1); /* the odd one is the capital */
	}
	if (letter != 0x130 && (within(letter, 0x100, 0x137) || within(letter, 0x14A, 0x177))) {
		return letter | 1; /* the even one is the capital */
	}
	return letter;
}

void tocsin_lower(const char *text, size_t length, char *out)
{
	size_t i = 0;
	while (i < length) {
		unsigned char byte = (unsigned char)text[i];
		if (byte >= 'A' && byte <= 'Z') {
			out[i++] = (char)(byte + ('a' - 'A'));
		} else if (byte >= 0xC2 && byte <= 0xDF && i + 1 < length) {
			unsigned letter =
				lower_letter((byte & 0x1FU) << 6 | ((unsigned char)text[i + 1] & 0x3FU));
			out[i++] = (char)(0xC0 | letter >> 6);
			out[i++] = (char)(0x80 | (letter & 0x3F));
		} else {
			out[i] = text[i];
			i++;
		}
	}
	out[length] = '\0';
}
