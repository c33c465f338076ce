/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What happened: categories and event codes. Source: ACLED codebook for its 6 event
 * types and 25 sub-event types. */
#include <string.h>

#include "clients/alert/cap_part.h"
#include "proto/enum_name.h"

static const char *const acled_types[] = {
	[TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES] = "Battles",
	[TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE] = "Explosions/Remote violence",
	[TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_VIOLENCE_AGAINST_CIVILIANS] = "Violence against civilians",
	[TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_PROTESTS] = "Protests",
	[TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_RIOTS] = "Riots",
	[TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS] = "Strategic developments",
};

static const struct {
	Tocsin__V1__EventType type;
	const char *name;
} acled_sub_types[] = {
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES, "Armed clash"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES, "Government regains territory"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES, "Non-state actor overtakes territory"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE, "Chemical weapon"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE, "Air/drone strike"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE, "Suicide bomb"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE,
		"Shelling/artillery/missile attack"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE,
		"Remote explosive/landmine/IED"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE, "Grenade"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_VIOLENCE_AGAINST_CIVILIANS, "Sexual violence"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_VIOLENCE_AGAINST_CIVILIANS, "Attack"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_VIOLENCE_AGAINST_CIVILIANS,
		"Abduction/forced disappearance"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_PROTESTS, "Peaceful protest"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_PROTESTS, "Protest with intervention"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_PROTESTS, "Excessive force against protesters"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_RIOTS, "Violent demonstration"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_RIOTS, "Mob violence"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS, "Agreement"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS, "Arrests"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS, "Change to group/activity"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS, "Disrupted weapons use"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS, "Headquarters or base established"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS, "Looting/property destruction"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS,
		"Non-violent transfer of territory"},
	{TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS, "Other"},
};

/* Of an event whose sender named none. */
static const char *usual_category(const Tocsin__V1__Event *event)
{
	switch (event ? event->type : TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_UNSPECIFIED) {
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES:
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE:
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_VIOLENCE_AGAINST_CIVILIANS:
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_PROTESTS:
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_RIOTS:
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_STRATEGIC_DEVELOPMENTS:
		return "Security";
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_DISPLACEMENT:
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_DISASTER:
		return "Safety";
	case TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_HEALTH:
		return "Health";
	default:
		return "Other";
	}
}

static bool is_repeated(const Tocsin__V1__Event *event, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (event->category[i] == event->category[at])
			return true;
	return false;
}

void tocsin_cap_categories(struct tocsin_cap_writing *cap)
{
	const Tocsin__V1__Event *event = cap->alert->event;
	size_t count = event ? event->n_category : 0;
	for (size_t i = 0; i < count; i++)
		if (!is_repeated(event, i))
			tocsin_cap_value(cap, "category", &tocsin__v1__category__descriptor,
				(int)event->category[i], "other");
	if (count == 0)
		tocsin_xml_text(&cap->xml, "category", usual_category(event));
}

static const char *acled_sub_type(const Tocsin__V1__Event *event)
{
	for (size_t i = 0; i < sizeof(acled_sub_types) / sizeof(*acled_sub_types); i++)
		if (acled_sub_types[i].type == event->type &&
			strcasecmp(acled_sub_types[i].name, event->sub_type) == 0)
			return acled_sub_types[i].name;
	return NULL;
}

/* ACLED's names only for what ACLED codes: a sub-type may be any text. */
void tocsin_cap_event_codes(struct tocsin_cap_writing *cap)
{
	const Tocsin__V1__Event *event = cap->alert->event;
	if (!event || !event->type)
		return;
	const size_t type = (size_t)event->type;
	const char *sub_type = acled_sub_type(event);
	tocsin_cap_pair(cap, "eventCode", "tocsin:event",
		tocsin_enum_name(&tocsin__v1__event_type__descriptor, (int)event->type));
	if (type < sizeof(acled_types) / sizeof(*acled_types))
		tocsin_cap_pair(cap, "eventCode", "ACLED:event_type", acled_types[type]);
	tocsin_cap_pair(cap, "eventCode", sub_type ? "ACLED:sub_event_type" : "tocsin:sub_type",
		sub_type ? sub_type : event->sub_type);
}
