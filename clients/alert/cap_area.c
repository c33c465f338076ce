/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where. Several shapes in one area are their union (CAP 1.2, 3.2.4). */
#include <math.h>
#include <string.h>

#include "clients/alert/cap_part.h"
#include "clients/alert/prose.h"

enum { TOWN_KM = 5, AROUND_KM = 20, MAX_CIRCLE = 64 };

static bool has_position(const Tocsin__V1__Point *point)
{
	return point &&
		point->latitude_presence_case == TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE &&
		point->longitude_presence_case == TOCSIN__V1__POINT__LONGITUDE_PRESENCE_LONGITUDE &&
		fabs(point->latitude) <= 90 && fabs(point->longitude) <= 180;
}

/* How far around the point people are concerned; 0 where it says nothing of the kind:
 * below high it stands for a whole admin-2, and a report may only know the region. An
 * audience that is not told how exact the position is (or whose two decimals blur it)
 * gets the wider circle. */
static int radius_km(const Tocsin__V1__Alert *alert)
{
	const Tocsin__V1__Area *area = alert->area;
	if (alert->redaction == TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW ||
		alert->redaction == TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE ||
		area->geo_precision == TOCSIN__V1__GEO_PRECISION__GEO_PRECISION_REGION)
		return 0;
	return area->geo_precision == TOCSIN__V1__GEO_PRECISION__GEO_PRECISION_TOWN ? TOWN_KM
																				: AROUND_KM;
}

/* Six decimals at most (10 cm), no exponent, no zeros for show. */
static size_t write_degrees(double degrees, char *text, size_t size)
{
	size_t length = (size_t)snprintf(text, size, "%.6f", degrees);
	while (length > 0 && text[length - 1] == '0')
		length--;
	if (length > 0 && text[length - 1] == '.')
		length--;
	text[length] = '\0';
	if (strcmp(text, "-0") == 0)
		length = (size_t)snprintf(text, size, "0");
	return length;
}

/* "latitude,longitude radius": the other way round than GeoJSON. */
static void write_circle(struct tocsin_cap_writing *cap)
{
	const Tocsin__V1__Point *point = cap->alert->area->point;
	char text[MAX_CIRCLE];
	int radius = radius_km(cap->alert);
	if (radius == 0 || !has_position(point))
		return;
	size_t length = write_degrees(point->latitude, text, sizeof(text));
	text[length++] = ',';
	length += write_degrees(point->longitude, text + length, sizeof(text) - length);
	snprintf(text + length, sizeof(text) - length, " %d", radius);
	tocsin_xml_text(&cap->xml, "circle", text);
}

void tocsin_cap_area(struct tocsin_cap_writing *cap, enum tocsin_language language)
{
	const Tocsin__V1__Area *area = cap->alert->area;
	tocsin_xml_open(&cap->xml, "area", NULL);
	tocsin_xml_line(&cap->xml, "areaDesc", tocsin_prose_place(cap->alert, language, cap->arena));
	if (area) {
		write_circle(cap);
		if (area->n_pcodes > 0)
			tocsin_cap_pair(cap, "geocode", "P-code", area->pcodes[area->n_pcodes - 1]);
		else
			tocsin_cap_pair(cap, "geocode", "ISO 3166-1", area->country);
	}
	tocsin_xml_close(&cap->xml, "area");
}
