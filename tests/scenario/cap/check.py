#!/usr/bin/python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What a schema cannot say of a CAP 1.2 document: the errors that validators in the
field report. Faults are lists of (id, where).

  check.py FILE...
"""

import datetime
import itertools
import re
import sys
import xml.etree.ElementTree as ElementTree

SPACE = 'urn:oasis:names:tc:emergency:cap:1.2'
SEQUENCES = {
    'alert': 'identifier sender sent status msgType source scope restriction addresses code* note references '
             'incidents info*',
    'info': 'language category* event responseType* urgency severity certainty audience eventCode* effective onset '
            'expires senderName headline description instruction web contact parameter* resource* area*',
    'resource': 'resourceDesc mimeType size uri derefUri digest',
    'area': 'areaDesc polygon* circle* geocode* altitude ceiling',
    'eventCode': 'valueName value', 'parameter': 'valueName value', 'geocode': 'valueName value',
}
NAME = re.compile(r'[^\s,<&]+')
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d')
# RFC 3066: a primary tag of letters, then subtags of letters and digits.
LANGUAGE = re.compile(r'[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*')
MIME = re.compile(r'[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+')
ABSOLUTE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]+\S*')
HTML = re.compile(r'</?[A-Za-z][^>]*>|&(?:[A-Za-z]+|#\d+|#x[0-9A-Fa-f]+);')
TEXTS = ('event', 'headline', 'description', 'instruction')


class Judge:
    def __init__(self):
        self.errors = []
        self.warnings = []

    def error(self, holds, fault, where=''):
        if not holds:
            self.errors.append((fault, where))
        return holds

    def warning(self, holds, fault, where=''):
        if not holds:
            self.warnings.append((fault, where))


def name_of(element):
    return element.tag.rpartition('}')[2]


def children(element, name):
    return element.findall(f'{{{SPACE}}}{name}')


def text_of(element, name):
    child = element.find(f'{{{SPACE}}}{name}')
    return None if child is None else (child.text or '')


def read_time(judge, text, where):
    if text is None:
        return None
    if not judge.error(TIME.fullmatch(text), 'time.form', where):
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        judge.error(False, 'time.form', where)
        return None


def check_sequence(judge, element):
    name = name_of(element)
    judge.error(element.tag.startswith(f'{{{SPACE}}}'), 'namespace', name)
    judge.error(name != 'password', 'password.element')
    if name not in SEQUENCES:
        return
    order = SEQUENCES[name].split()
    plain = [entry.rstrip('*') for entry in order]
    found = [name_of(child) for child in element if child.tag.startswith(f'{{{SPACE}}}')]
    places = [plain.index(child) for child in found if child in plain]
    for child in sorted(set(found) - set(plain) - {'password'}):
        judge.error(False, 'element.unknown', child)
    judge.error(places == sorted(places), 'sequence', name)
    for child in sorted(set(found)):
        many = f'{child}*' in order or child not in plain
        judge.error(many or found.count(child) == 1, 'element.twice', child)


def check_references(judge, alert, sent):
    identifier = text_of(alert, 'identifier')
    references = text_of(alert, 'references')
    if text_of(alert, 'msgType') in ('Update', 'Cancel'):
        judge.error(references and references.split(), 'references.missing')
    for triplet in (references or '').split():
        parts = triplet.split(',')
        if not judge.error(len(parts) == 3 and all(NAME.fullmatch(part) for part in parts[:2]),
                           'reference.form', triplet):
            continue
        time = read_time(judge, parts[2], 'references')
        judge.error(parts[1] != identifier, 'reference.self')
        judge.warning(not (time and sent) or time <= sent, 'reference.later')


def check_scope(judge, alert):
    scope = text_of(alert, 'scope')
    for element, wanted in (('restriction', 'Restricted'), ('addresses', 'Private')):
        there = bool(text_of(alert, element))
        judge.error(not there or scope == wanted, f'{element}.scope')
        judge.error(there or scope != wanted, f'{element}.missing')


def check_alert(judge, alert):
    for element in ('identifier', 'sender'):
        judge.error(NAME.fullmatch(text_of(alert, element) or ''), f'{element}.form')
    sent = read_time(judge, text_of(alert, 'sent'), 'sent')
    check_scope(judge, alert)
    check_references(judge, alert, sent)
    infos = children(alert, 'info')
    judge.error(infos, 'info.none')
    for info in infos:
        check_info(judge, info, sent)
    check_infos_agree(judge, infos)


def pairs(info, name):
    return sorted((text_of(pair, 'valueName'), text_of(pair, 'value')) for pair in children(info, name))


def check_infos_agree(judge, infos):
    for one, other in itertools.combinations(infos, 2):
        judge.error(sorted(child.text for child in children(one, 'category')) ==
                    sorted(child.text for child in children(other, 'category')), 'category.differs')
        judge.error(pairs(one, 'eventCode') == pairs(other, 'eventCode'), 'event_code.differs')
        if (text_of(one, 'language') or 'en-US') != (text_of(other, 'language') or 'en-US'):
            for name in TEXTS:
                text = text_of(one, name)
                judge.warning(not text or text != text_of(other, name), 'language.same_text', name)


def check_info(judge, info, sent):
    language = text_of(info, 'language')
    judge.error(language is None or LANGUAGE.fullmatch(language), 'language.form', language)
    judge.error(text_of(info, 'certainty') != 'Very Likely', 'certainty.very_likely')
    times = {name: read_time(judge, text_of(info, name), name) for name in ('effective', 'onset', 'expires')}
    effective = times['effective'] or sent
    judge.error(not effective or not times['expires'] or effective <= times['expires'],
                'effective.after_expires')
    for name in ('description', 'web', 'expires'):
        judge.error(text_of(info, name), f'{name}.missing')
    web = text_of(info, 'web')
    judge.error(not web or ABSOLUTE.fullmatch(web), 'web.relative', web)
    for name in ('urgency', 'severity', 'certainty'):
        judge.warning(text_of(info, name) != 'Unknown', f'{name}.unknown')
    for name in TEXTS:
        judge.warning(not HTML.search(text_of(info, name) or ''), 'text.html', name)
    headline = text_of(info, 'headline')
    judge.warning(headline is None or len(headline) <= 160, 'headline.long')
    judge.warning(headline is None or headline != text_of(info, 'description'), 'headline.repeated')
    for resource in children(info, 'resource'):
        check_resource(judge, resource)
    areas = children(info, 'area')
    judge.error(areas, 'area.none')
    for area in areas:
        check_area(judge, area)


def check_resource(judge, resource):
    judge.error(MIME.fullmatch(text_of(resource, 'mimeType') or ''), 'mime.form')
    uri = text_of(resource, 'uri')
    judge.error(not uri or ABSOLUTE.fullmatch(uri) or text_of(resource, 'derefUri'), 'uri.relative', uri)


def read_point(judge, text, fault):
    try:
        latitude, longitude = (float(part) for part in text.split(','))
    except ValueError:
        judge.error(False, fault, text)
        return None
    fits = abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if judge.error(fits, fault, text) else None


def check_circle(judge, text):
    point, _, radius = text.partition(' ')
    read_point(judge, point, 'circle.form')
    if judge.error(re.fullmatch(r'\d+(\.\d+)?', radius), 'circle.form', text):
        judge.warning(float(radius) > 0, 'circle.zero')


def side(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def on_line(a, b, c):
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def meet(a, b, c, d):
    """Whether the lines a-b and c-d have a point in common."""
    one, two, three, four = side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
    if one * two < 0 and three * four < 0:
        return True
    return any(value == 0 and on_line(*line) for value, line in (
        (one, (a, b, c)), (two, (a, b, d)), (three, (c, d, a)), (four, (c, d, b))))


def check_polygon(judge, text):
    points = [read_point(judge, part, 'polygon.form') for part in text.split()]
    if None in points:
        return
    if not judge.error(len(points) >= 4, 'polygon.few'):
        return
    if not judge.error(points[0] == points[-1], 'polygon.open'):
        return
    lines = list(zip(points, points[1:]))
    for (i, one), (j, other) in itertools.combinations(enumerate(lines), 2):
        neighbours = j == i + 1 or (i == 0 and j == len(lines) - 1)
        if not neighbours and meet(*one, *other):
            judge.error(False, 'polygon.crossing')
            return


def check_area(judge, area):
    shapes = [child for name in ('polygon', 'circle', 'geocode') for child in children(area, name)]
    judge.error(text_of(area, 'areaDesc'), 'area.description')
    judge.error(shapes, 'area.shape')
    for polygon in children(area, 'polygon'):
        check_polygon(judge, polygon.text or '')
    for circle in children(area, 'circle'):
        check_circle(judge, circle.text or '')
    altitude, ceiling = text_of(area, 'altitude'), text_of(area, 'ceiling')
    judge.error(ceiling is None or altitude is not None, 'ceiling.alone')
    judge.error(None in (ceiling, altitude) or float(altitude) <= float(ceiling), 'ceiling.below')


def check(document):
    """(errors, warnings) of a document as bytes or text."""
    judge = Judge()
    try:
        alert = ElementTree.fromstring(document)
    except ElementTree.ParseError as wrong:
        judge.error(False, 'xml', str(wrong))
        return judge.errors, judge.warnings
    if not judge.error(alert.tag == f'{{{SPACE}}}alert', 'namespace', alert.tag):
        return judge.errors, judge.warnings
    for element in alert.iter():
        check_sequence(judge, element)
    check_alert(judge, alert)
    return judge.errors, judge.warnings


def main(paths):
    wrong = False
    for path in paths:
        with open(path, 'rb') as file:
            errors, warnings = check(file.read())
        for level, faults in (('error', errors), ('warning', warnings)):
            for fault, where in faults:
                print(f'{path}: {level}: {fault} {where}'.rstrip())
        wrong = wrong or bool(errors)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
