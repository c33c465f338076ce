/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_columns.h"

#include <string.h>

#include "proto/enum_name.h"
#include "tocsin/v1/enums.pb-c.h"

const struct tocsin_figure_column_row tocsin_figure_columns[TOCSIN_FIGURE_COLUMNS] = {
	[TOCSIN_COLUMN_ID] = {"id", "#id+code"},
	[TOCSIN_COLUMN_OPERATION] = {"operation", "#operation+name"},
	[TOCSIN_COLUMN_ADMIN0_NAME] = {"admin0Name", "#country+name"},
	[TOCSIN_COLUMN_ADMIN0_PCODE] = {"admin0Pcode", "#country+code"},
	[TOCSIN_COLUMN_ADMIN1_NAME] = {"admin1Name", "#adm1+name"},
	[TOCSIN_COLUMN_ADMIN1_PCODE] = {"admin1Pcode", "#adm1+code"},
	[TOCSIN_COLUMN_ADMIN2_NAME] = {"admin2Name", "#adm2+name"},
	[TOCSIN_COLUMN_ADMIN2_PCODE] = {"admin2Pcode", "#adm2+code"},
	[TOCSIN_COLUMN_ADMIN_LEVEL] = {"adminLevel", "#adm+level"},
	[TOCSIN_COLUMN_PRESENT_IDPS] = {"numPresentIdpInd", "#affected+idps"},
	[TOCSIN_COLUMN_REPORTING_DATE] = {"reportingDate", "#date+reported"},
	[TOCSIN_COLUMN_REPORTING_YEAR] = {"yearReportingDate", "#date+year+reported"},
	[TOCSIN_COLUMN_REPORTING_MONTH] = {"monthReportingDate", "#date+month+reported"},
	[TOCSIN_COLUMN_ROUND] = {"roundNumber", "#round+code"},
	[TOCSIN_COLUMN_ASSESSMENT] = {"assessmentType", "#assessment+type"},
	[TOCSIN_COLUMN_PLACE_PCODE] = {"placePcode", "#loc+code"},
	[TOCSIN_COLUMN_PLACE_NAME] = {"placeName", "#loc+name"},
	[TOCSIN_COLUMN_POPULATION] = {"population", "#meta+population"},
	[TOCSIN_COLUMN_MEASURE] = {"measure", "#meta+measure"},
	[TOCSIN_COLUMN_PEOPLE] = {"people", "#affected+ind"},
	[TOCSIN_COLUMN_QUALIFIER] = {"qualifier", "#meta+qualifier"},
	[TOCSIN_COLUMN_HOUSEHOLDS] = {"households", "#affected+hh"},
	[TOCSIN_COLUMN_HOUSEHOLD_SIZE] = {"householdSize", "#meta+hh+size"},
	[TOCSIN_COLUMN_SIZE_SOURCE] = {"householdSizeSource", "#meta+hh+size+source"},
	[TOCSIN_COLUMN_ROLE] = {"role", "#meta+role"},
	[TOCSIN_COLUMN_COUNTED] = {"counted", "#meta+counted"},
	[TOCSIN_COLUMN_TERM] = {"term", "#meta+term"},
	[TOCSIN_COLUMN_SINCE] = {"cumulativeSince", "#date+start"},
	[TOCSIN_COLUMN_ORIGIN] = {"originPcode", "#loc+code+origin"},
	[TOCSIN_COLUMN_DESTINATION] = {"destinationPcode", "#loc+code+dest"},
	[TOCSIN_COLUMN_WAS_PEOPLE] = {"wasPeople", "#meta+was"},
	[TOCSIN_COLUMN_REASON] = {"reason", "#cause"},
	[TOCSIN_COLUMN_SOURCES] = {"sources", "#meta+source"},
	[TOCSIN_COLUMN_SENDER] = {"sender", "#meta+sender"},
	[TOCSIN_COLUMN_HUB] = {"hub", "#meta+hub"},
	[TOCSIN_COLUMN_GRADE] = {"sourceGrade", "#meta+grade"},
	[TOCSIN_COLUMN_DISPUTED] = {"disputed", "#meta+disputed"},
	[TOCSIN_COLUMN_ROUNDED] = {"rounded", "#meta+rounded"},
	[TOCSIN_COLUMN_INCIDENT] = {"incidentId", "#meta+incident"},
	[TOCSIN_COLUMN_REVISION] = {"revision", "#meta+revision"},
	[TOCSIN_COLUMN_CLOSED] = {"closed", "#meta+closed"},
	[TOCSIN_COLUMN_RECEIVED] = {"received", "#date+received"},
	[TOCSIN_COLUMN_SEQUENCE] = {"sequence", "#meta+sequence"},
};

static const char *const codes[] = {"", "BA", "SA", "ETT", "FM"};
enum { CODES = sizeof(codes) / sizeof(*codes) };

const char *tocsin_assessment_code(int assessment)
{
	return assessment > 0 && assessment < CODES ? codes[assessment] : "";
}

int tocsin_assessment_read(const char *text)
{
	int value;
	for (int i = 0; i < CODES; i++)
		if (strcmp(text, codes[i]) == 0)
			return i;
	bool known = tocsin_enum_read(&tocsin__v1__assessment__descriptor, text, strlen(text), &value);
	return known ? value : -1;
}
