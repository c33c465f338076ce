/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "proto/text.h"
#include "proto/validate_part.h"

static void validate_reference(const struct tocsin_validation *validation, size_t index)
{
	const Tocsin__V1__Reference *reference = validation->incident->references[index];

	if (tocsin_is_given(reference->sender) &&
		!tocsin_text_is_level(reference->sender, strlen(reference->sender))) {
		tocsin_validation_add_at(
			validation, TOCSIN_CHECK_REFERENCE_SENDER_FORM, "references", index, "sender");
	}
	if (!tocsin_is_given(reference->id)) {
		return;
	}
	if (!tocsin_text_is_uuid4(reference->id, strlen(reference->id))) {
		tocsin_validation_add_at(
			validation, TOCSIN_CHECK_REFERENCE_ID_FORM, "references", index, "id");
	}
	if (validation->incident->id && strcmp(reference->id, validation->incident->id) == 0) {
		tocsin_validation_add_at(
			validation, TOCSIN_CHECK_REFERENCES_SELF, "references", index, "id");
	}
}

/* One that was refused for what it holds is not missing too. */
static bool names_version(const struct tocsin_validation *validation, size_t index)
{
	char path[TOCSIN_MAX_FIELD_PATH];

	(void)snprintf(path, sizeof(path), "references[%zu].id", index);
	return tocsin_is_given(validation->incident->references[index]->id) ||
		tocsin_violations_touch(validation->violations, path);
}

/* An entry without an id names no version: it neither counts nor hurts. */
void tocsin_validate_references(const struct tocsin_validation *validation)
{
	const Tocsin__V1__Incident *incident = validation->incident;
	const bool supersedes = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE ||
		incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	bool named = false;

	for (size_t i = 0; i < incident->n_references; i++) {
		validate_reference(validation, i);
		named = named || names_version(validation, i);
	}
	tocsin_validation_require(validation, !supersedes || named, "references",
		": the id of the version that this one supersedes");
}
