/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/svg.h"

void tocsin_svg_escape(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		if (byte == '&')
			fputs("&amp;", out);
		else if (byte == '<')
			fputs("&lt;", out);
		else if (byte == '>')
			fputs("&gt;", out);
		else if (byte == '"')
			fputs("&quot;", out);
		else if (byte < 0x20 && byte != '\n' && byte != '\t')
			fputc('?', out);
		else
			fputc(byte, out);
	}
}

void tocsin_svg_text(FILE *out, double x, double y, enum tocsin_svg_anchor anchor, const char *kind,
	const char *text)
{
	static const char *const anchors[] = {"start", "middle", "end"};
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y,
		anchors[anchor], kind);
	tocsin_svg_escape(out, text);
	fputs("</text>\n", out);
}

void tocsin_svg_line(FILE *out, double x1, double y1, double x2, double y2, const char *kind)
{
	fprintf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1,
		x2, y2, kind);
}

void tocsin_svg_box(FILE *out, double x, double y, double width, double height, const char *kind)
{
	fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"/>\n", x,
		y, width, height, kind);
}

void tocsin_svg_dot(FILE *out, double x, double y, double radius, const char *kind)
{
	fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"%s\"/>\n", x, y, radius, kind);
}

void tocsin_svg_cross(FILE *out, double x, double y, double radius, const char *kind)
{
	tocsin_svg_line(out, x - radius, y - radius, x + radius, y + radius, kind);
	tocsin_svg_line(out, x - radius, y + radius, x + radius, y - radius, kind);
}
