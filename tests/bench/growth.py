# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A plot of what one submission costs as one thing grows, as SVG: time on the left,
instructions on the right, each as a multiple of its first point."""

import math
from xml.sax.saxutils import escape

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#8a6d00")
WIDTH, HEIGHT, TOP, BOTTOM = 360, 240, 40, 50
DECADES = 6


def points_of(rows, name):
    found = [(row["at"], row["ns"]["min"] if name == "ns" else row["instructions"]) for row in rows]
    found = [(at, value) for at, value in found if value]
    return [(at, value / found[0][1]) for at, value in found]


def text(x, y, words, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def panel(left, title, lines, ceiling):
    def place(at, value):
        return (left + WIDTH * math.log10(max(at, 1)) / DECADES,
                TOP + HEIGHT * (1 - value / ceiling))

    yield text(left + WIDTH / 2, TOP - 14, title, more=' font-weight="bold"')
    for decade in range(DECADES + 1):
        x, _ = place(10 ** decade, 0)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{TOP + HEIGHT}" class="grid"/>'
        yield text(x, TOP + HEIGHT + 16, f"{10 ** decade:,}")
    for value in range(ceiling + 1):
        _, y = place(1, value)
        yield f'<line x1="{left}" y1="{y:.1f}" x2="{left + WIDTH}" y2="{y:.1f}" class="grid"/>'
        yield text(left - 6, y + 4, f"{value} ×", "end")
    for colour, (_, points) in zip(COLOURS, lines):
        path = " ".join("{:.1f},{:.1f}".format(*place(*point)) for point in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for point in points:
            x, y = place(*point)
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def plot(series):
    panels = [(title, [(axis, points_of(rows, name)) for axis, rows in series.items()])
              for title, name in (("time", "ns"), ("instructions", "instructions"))]
    panels = [(title, lines) for title, lines in panels if any(points for _, points in lines)]
    most = max(value for _, lines in panels for _, points in lines for _, value in points)
    ceiling = max(2, math.ceil(most))
    width = 60 + len(panels) * (WIDTH + 60)
    height = TOP + HEIGHT + BOTTOM
    body = []
    for number, (title, lines) in enumerate(panels):
        body += panel(50 + number * (WIDTH + 60), title, lines, ceiling)
    for number, (colour, axis) in enumerate(zip(COLOURS, series)):
        x = 50 + number * (width - 60) / len(series)
        body.append(f'<circle cx="{x:.1f}" cy="{height - 12}" r="4" fill="{colour}"/>')
        body.append(text(x + 8, height - 8, axis, "start"))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" font-family="sans-serif" font-size="11">\n'
            "<title>What one incident costs the engine as one thing grows</title>\n"
            "<style>.grid{stroke:#ddd} text{fill:#333}</style>\n"
            f'<rect width="{width}" height="{height}" fill="#fff"/>\n'
            + "\n".join(body) + "\n</svg>\n")
