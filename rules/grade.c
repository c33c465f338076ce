/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/grade.h"

/* By Reliability and by Credibility alike; unspecified as "cannot be judged". */
static const int weights[] = {2, 4, 3, 2, 1, 0, 2};
enum { WEIGHTS = sizeof weights / sizeof weights[0], CANNOT_BE_JUDGED = 6 };

struct grade {
	int reliability, credibility;
};

static int judged(int value)
{
	return value > 0 && value < WEIGHTS ? value : CANNOT_BE_JUDGED;
}

/* Higher is better; the weights of both halves first. */
static int rank(struct grade grade)
{
	int weight = weights[grade.reliability] + weights[grade.credibility];
	int halves = (grade.reliability != CANNOT_BE_JUDGED) + (grade.credibility != CANNOT_BE_JUDGED);
	return (weight * 3 + halves) * 8 + weights[grade.reliability];
}

void tocsin_grade_write(const Tocsin__V1__Incident *incident, char text[TOCSIN_GRADE_TEXT])
{
	struct grade best = {0};
	for (size_t i = 0; i < incident->n_sources; i++) {
		const Tocsin__V1__Source *source = incident->sources[i];
		struct grade grade = {judged((int)source->reliability), judged((int)source->credibility)};
		if ((int)source->reliability == 0 && (int)source->credibility == 0) {
			continue;
		}
		if (best.reliability == 0 || rank(grade) > rank(best)) {
			best = grade;
		}
	}
	text[0] = '\0';
	if (best.reliability != 0) {
		text[0] = (char)('A' + best.reliability - 1);
		text[1] = (char)('0' + best.credibility);
		text[2] = '\0';
	}
}
