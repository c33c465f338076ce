/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/validate.h"

#include <stdio.h>
#include <string.h>

#include "proto/text.h"
#include "proto/validate_part.h"

void tocsin_validation_add(
	const struct tocsin_validation *validation, enum tocsin_check check, const char *field)
{
	tocsin_violations_add(validation->violations, check, field, NULL);
}

void tocsin_validation_add_at(const struct tocsin_validation *validation, enum tocsin_check check,
	const char *list, size_t index, const char *field)
{
	char path[TOCSIN_MAX_FIELD_PATH];

	(void)snprintf(path, sizeof(path), "%s[%zu].%s", list, index, field);
	tocsin_violations_add(validation->violations, check, path, NULL);
}

void tocsin_validation_require(
	const struct tocsin_validation *validation, bool given, const char *field, const char *how)
{
	if (!given && !tocsin_violations_touch(validation->violations, field)) {
		tocsin_violations_add(
			validation->violations, TOCSIN_CHECK_FIELD_REQUIRED, field, how ? "%s" : NULL, how);
	}
}

static void validate_identity(const struct tocsin_validation *validation)
{
	const Tocsin__V1__Incident *incident = validation->incident;

	tocsin_validation_require(validation, tocsin_is_given(incident->id), "id", NULL);
	if (tocsin_is_given(incident->id) &&
		!tocsin_text_is_uuid4(incident->id, strlen(incident->id))) {
		tocsin_validation_add(validation, TOCSIN_CHECK_ID_FORM, "id");
	}
	tocsin_validation_require(
		validation, incident->status != TOCSIN__V1__STATUS__STATUS_UNSPECIFIED, "status", NULL);
	if (incident->status == TOCSIN__V1__STATUS__STATUS_SYSTEM ||
		incident->status == TOCSIN__V1__STATUS__STATUS_DRAFT) {
		tocsin_validation_add(validation, TOCSIN_CHECK_STATUS_INTAKE, "status");
	}
	tocsin_validation_require(validation,
		incident->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_UNSPECIFIED, "msg_type", NULL);
}

void tocsin_incident_validate(const Tocsin__V1__Incident *incident,
	const struct tocsin_places *places, int64_t now_ms, struct tocsin_violations *violations)
{
	const struct tocsin_validation validation = {
		.incident = incident,
		.places = places,
		.now_ms = now_ms,
		.violations = violations,
		.cancel = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL,
	};

	validate_identity(&validation);
	tocsin_validate_references(&validation);
	tocsin_validate_time(&validation);
	tocsin_validate_content(&validation);
	tocsin_validate_place(&validation);
	tocsin_validate_claims(&validation);
	tocsin_validate_displacement(&validation);
}
