/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/gazetteer_number.h"

enum { EXACT_DIGITS = 15 }; /* a double holds them all, and 10^15 too */

bool tocsin_gazetteer_number(const char *text, size_t length, double *number)
{
	bool negative = length > 0 && *text == '-';
	double value = 0, scale = 1;
	int digits = 0;
	bool point = false, digit = false;
	for (size_t i = negative; i < length; i++) {
		if (text[i] == '.' && !point && digit) {
			point = true;
			digit = false;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return false;
		digit = true;
		if (digits == EXACT_DIGITS && point)
			continue; /* beyond what a double tells apart */
		if (digits++ == EXACT_DIGITS)
			return false;
		value = value * 10 + (text[i] - '0');
		scale = point ? scale * 10 : scale;
	}
	if (!digit)
		return false;
	*number = (negative ? -value : value) / scale;
	return true;
}
