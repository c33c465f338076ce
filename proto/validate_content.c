/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "proto/language.h"
#include "proto/reading.h"
#include "proto/validate_part.h"

/* What a Cancel takes from its predecessor, anything else must say. */
static void validate_grading(const struct tocsin_validation *validation)
{
	const Tocsin__V1__Incident *incident = validation->incident;

	tocsin_validation_require(validation,
		incident->event && incident->event->type != TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_UNSPECIFIED,
		"event.type", NULL);
	tocsin_validation_require(validation,
		tocsin_incident_severity(incident) != TOCSIN__V1__SEVERITY__SEVERITY_UNSPECIFIED,
		"severity", NULL);
	tocsin_validation_require(validation,
		tocsin_incident_certainty(incident) != TOCSIN__V1__CERTAINTY__CERTAINTY_UNSPECIFIED,
		"certainty", NULL);
	/* A round that leaves severity out as it may is not warned about it. */
	if (incident->severity == TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN) {
		tocsin_validation_add(validation, TOCSIN_CHECK_SEVERITY_UNKNOWN, "severity");
	}
	if (incident->sensitivity == TOCSIN__V1__SENSITIVITY__SENSITIVITY_UNSPECIFIED) {
		tocsin_validation_add(validation, TOCSIN_CHECK_SENSITIVITY_MISSING, "sensitivity");
	}
}

void tocsin_validate_content(const struct tocsin_validation *validation)
{
	const char *language = validation->incident->language;

	if (!validation->cancel) {
		validate_grading(validation);
	}
	if (tocsin_is_given(language) && !tocsin_language_is_tag(language, strlen(language))) {
		tocsin_validation_add(validation, TOCSIN_CHECK_LANGUAGE_FORM, "language");
	}
}
