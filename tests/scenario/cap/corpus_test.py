#!/usr/bin/python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Every alert of the corpus as CAP 1.2 and as GeoJSON: valid by the schema, free of the
errors that validators report, and saying what the alert says, no more and no less.

  corpus_test.py EXPORTS SOURCE
"""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import yaml

import check

EXPORTS, SOURCE = sys.argv[1:3]
CORPUS = pathlib.Path(SOURCE) / 'tests' / 'corpus'
SCHEMA = pathlib.Path(__file__).with_name('cap-1.2.xsd')
SCOPES = {'low': 'Public', 'moderate': 'Restricted', 'high': 'Restricted', 'severe': 'Private'}
# What the reports themselves leave open; nothing that a writer could know better.
OF_THE_REPORT = {'urgency.unknown', 'severity.unknown', 'certainty.unknown'}
ELEMENTS = {'id', 'incident_id', 'msg_type', 'references', 'status', 'sent', 'expires', 'language', 'urgency',
            'severity', 'certainty', 'headline', 'text', 'description', 'instruction', 'audience', 'sender',
            'topic_sequence'}


def milliseconds(text):
    time = datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
    return int(time.timestamp() * 1000)


def in_utc(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).replace(microsecond=0)


class Document:
    """One alert in all its forms."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        self.alert = json.loads(path.read_text())
        self.feature = json.loads(path.with_suffix('.geojson').read_text())
        self.xml = path.with_suffix('.xml')
        self.bytes = self.xml.read_bytes() if self.xml.exists() else None
        self.root = check.ElementTree.fromstring(self.bytes) if self.bytes else None

    def text(self, name):
        return check.text_of(self.root, name)

    def infos(self):
        return check.children(self.root, 'info')


def parameters(info):
    found = {}
    for name, value in [(check.text_of(pair, 'valueName'), check.text_of(pair, 'value'))
                        for pair in check.children(info, 'parameter')]:
        found.setdefault(name, []).append(value)
    return found


def spelled(value):
    """A field of an alert as its parameters are read."""
    values = value if isinstance(value, list) else [value]
    return [entry if isinstance(entry, (str, dict)) else json.dumps(entry) for entry in values]


def read(value):
    return json.loads(value) if value.startswith('{') else value


class Corpus(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.expect = yaml.safe_load((CORPUS / 'expect.yaml').read_text())
        cls.cases = {case['name']: dict(cls.expect['defaults'], **case) for case in cls.expect['cases']}
        large = pathlib.Path(folder.name) / 'large'
        large.mkdir()
        subprocess.run([sys.executable, str(CORPUS / 'make_bytes.py'), '--large', str(large)], check=True)
        cls.documents = []
        cls.collections = []
        for name, case in cls.cases.items():
            if case['verdict'] != 'accepted':
                continue
            out = pathlib.Path(folder.name) / name.replace('/', '-')
            out.mkdir()
            cls.export(case, large, out)
            cls.documents += [Document(path) for path in sorted(out.glob('*.json'))]
            cls.collections += [path for path in sorted(out.glob('*.geojson')) if '.' not in path.stem]
        cls.written = [document for document in cls.documents if document.root is not None]

    @classmethod
    def export(cls, case, large, out):
        lines = []
        for name in [*case.get('after', []), case['name']]:
            each = cls.cases[name]
            folder = large if each.get('generated') else CORPUS
            lines.append(json.dumps({
                'name': name.replace('/', '-'), 'at_ms': milliseconds(each['received']), 'sender': each['sender'],
                'form': each['form'], 'path': str(folder / each['file'])}))
        subprocess.run([EXPORTS, str(CORPUS / cls.expect['rules']), str(out)], input='\n'.join(lines), text=True,
                       check=True)

    def each(self, judge, documents=None):
        """Judges all, even where one fails; returns what the judgements add up to."""
        total = 0
        for document in documents if documents is not None else self.written:
            with self.subTest(alert=f'{document.path.parent.name}/{document.name}'):
                total += judge(document) or 0
        return total

    def test_every_kind_is_there(self):
        """Otherwise nothing is shown by what follows."""
        def values(name):
            return {document.text(name) for document in self.written}

        self.assertEqual(values('msgType'), {'Alert', 'Update', 'Cancel'})
        self.assertEqual(values('scope'), {'Public', 'Restricted', 'Private'})
        self.assertEqual(values('status'), {'Actual', 'Exercise', 'Test'})
        self.assertGreaterEqual(len(self.written), len([case for case in self.cases.values()
                                                        if case.get('topics')]))
        self.assertTrue(any(document.root.iter(f'{{{check.SPACE}}}circle') for document in self.written))
        cases = {document.name.partition('.')[0] for document in self.written}
        for name, case in self.cases.items():
            if case['verdict'] == 'accepted' and case.get('topics'):
                self.assertIn(name.replace('/', '-'), cases)

    def test_the_schema_takes_all(self):
        paths = [str(document.xml) for document in self.written]
        done = subprocess.run(['xmllint', '--noout', '--nonet', '--schema', SCHEMA, *paths], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, '\n'.join(
            line for line in done.stderr.splitlines() if not line.endswith('validates')))
        self.assertEqual(done.stderr.count(' validates'), len(paths))

    def test_no_error_applies(self):
        def judge(document):
            errors, warnings = check.check(document.bytes)
            self.assertEqual(errors, [])
            if document.alert.get('language', 'und') not in ('en', 'fr') and len(document.infos()) > 2:
                # A block in a language that the writer does not speak.
                warnings = [fault for fault in warnings
                            if fault not in (('language.same_text', 'event'), ('headline.repeated', ''))]
            self.assertEqual([fault for fault in warnings if fault[0] not in OF_THE_REPORT], [])

        self.each(judge)

    def test_header(self):
        def judge(document):
            alert = document.alert
            self.assertEqual(document.text('identifier'), alert['id'])
            self.assertEqual(document.text('sender'), 'hub@corpus.example')
            self.assertEqual(document.text('incidents'), alert['incident_id'])
            self.assertEqual(in_utc(document.text('sent')), in_utc(alert['sent']))
            self.assertEqual(document.text('status').lower(), alert['status'])
            # What updates nothing that was written is the first that its readers hear.
            self.assertEqual(document.text('msgType').lower(), alert['msg_type'] if 'references' in alert else 'alert')
            actual = alert['status'] == 'actual'
            wanted = SCOPES[alert['redaction']]
            self.assertEqual(document.text('scope'), 'Restricted' if wanted == 'Public' and not actual else wanted)
            self.assertEqual(document.text('source'), alert.get('sender'))

        self.each(judge)

    def test_references_lead_to_what_was_written(self):
        """Each to a document of the same hub that went to the same audience before."""
        folders = {}
        for document in self.written:
            folders.setdefault(document.path.parent, {})[document.text('identifier')] = document

        def judge(document):
            named = [triplet.split(',') for triplet in (document.text('references') or '').split()]
            self.assertEqual([part[1] for part in named], document.alert.get('references', []))
            for sender, identifier, sent in named:
                earlier = folders[document.path.parent][identifier]
                self.assertEqual((sender, sent), (earlier.text('sender'), earlier.text('sent')))
                self.assertEqual(earlier.alert['audience'], document.alert['audience'])
                self.assertLess(earlier.alert['sequence'], document.alert['sequence'])
            return len(named)

        self.assertGreater(self.each(judge), 4)

    def test_the_blocks_say_what_the_alert_says(self):
        def judge(document):
            languages = [check.text_of(info, 'language') for info in document.infos()]
            self.assertEqual(len(set(languages)), len(languages))
            self.assertLessEqual({'en', 'fr'}, set(languages))
            for info in document.infos():
                self.check_block(info, document.alert)

        self.each(judge)

    def check_block(self, info, alert):
        for name in ('urgency', 'severity', 'certainty'):
            self.assertEqual(check.text_of(info, name).lower(), alert.get(name, 'unknown'))
        self.assertEqual(in_utc(check.text_of(info, 'expires')), in_utc(alert['expires']))
        start = alert.get('occurred', {}).get('start')
        onset = check.text_of(info, 'onset')
        self.assertEqual(onset and in_utc(onset), start and in_utc(start))
        if alert['event'].get('category'):
            self.assertEqual([child.text.lower() for child in check.children(info, 'category')],
                             alert['event']['category'])
        codes = dict(check.pairs(info, 'eventCode'))
        self.assertEqual(codes['tocsin:event'], alert['event']['type'])
        self.assertEqual(codes.get('ACLED:sub_event_type', codes.get('tocsin:sub_type')),
                         alert['event'].get('sub_type'))

    def test_texts_as_written_keep_their_language(self):
        def judge(document):
            own = 0
            for info in document.infos():
                as_written = check.text_of(info, 'language') == document.alert.get('language', 'und')
                for name in ('description', 'instruction'):
                    text = document.alert.get(name)
                    if text:
                        self.assertEqual((check.text_of(info, name) or '').startswith(text), as_written)
                        own += as_written
            return own

        self.assertGreaterEqual(self.each(judge), 10)

    def test_every_field_is_somewhere(self):
        """The parameters and the elements together lose nothing."""
        def judge(document):
            wanted = {f'tocsin:{name}': spelled(value) for name, value in document.alert.items()
                      if name not in ELEMENTS}
            for info in document.infos():
                found = {name: [read(value) for value in values] for name, values in parameters(info).items()}
                self.assertEqual(found, wanted)

        self.each(judge)

    def test_claims_keep_their_claimant_in_words(self):
        def judge(document):
            claims = document.alert.get('casualty_claims', [])
            told = [info for info in document.infos() if check.text_of(info, 'language') in ('en', 'fr')]
            for info in told:
                for claim in claims:
                    self.assertIn(claim.get('claimant', ''), check.text_of(info, 'description'))
            return len(claims) * len(told)

        self.assertGreater(self.each(judge), 50)

    def test_area(self):
        def judge(document):
            circles = 0
            area = document.alert['area']
            for info in document.infos():
                (written,) = check.children(info, 'area')
                (geocode,) = check.pairs(written, 'geocode')
                codes = area.get('pcodes')
                self.assertEqual(geocode, ('P-code', codes[-1]) if codes else ('ISO 3166-1', area['country']))
                drawn = check.children(written, 'circle')
                if 'point' not in area or document.alert['redaction'] in ('low', 'moderate'):
                    self.assertEqual(drawn, [])
                for circle in drawn:
                    point, radius = circle.text.split(' ')
                    latitude, longitude = (float(part) for part in point.split(','))
                    self.assertAlmostEqual(latitude, area['point']['latitude'], places=6)
                    self.assertAlmostEqual(longitude, area['point']['longitude'], places=6)
                    self.assertIn(radius, ('5', '20'))
                    circles += 1
                self.assertIn(area['name'], check.text_of(written, 'areaDesc'))
            return circles

        self.assertGreater(self.each(judge), 4)

    def check_feature(self, feature, alert):
        self.assertEqual(set(feature), {'type', 'id', 'geometry', 'properties'})
        self.assertEqual((feature['type'], feature['id']), ('Feature', alert['id']))
        point = alert['area'].get('point')
        self.assertEqual(feature['geometry'], point and {
            'type': 'Point', 'coordinates': [point['longitude'], point['latitude']]})
        columns = dict(feature['properties'])
        area = alert['area']
        self.assertEqual(columns.pop('event_type'), alert['event']['type'])
        self.assertEqual(columns.pop('occurred_start', None), alert.get('occurred', {}).get('start'))
        self.assertEqual(columns.pop('country'), area['country'])
        self.assertEqual(columns.pop('pcode', None), area.get('pcodes', [None])[-1])
        self.assertIn(area['name'], columns.pop('place'))
        self.assertEqual(columns, alert)

    def test_features(self):
        def judge(document):
            self.check_feature(document.feature, document.alert)
            return document.feature['geometry'] is not None

        points = self.each(judge, self.documents)
        self.assertGreater(points, 4)
        self.assertLess(points, len(self.documents))

    def test_collections(self):
        self.assertGreater(len(self.collections), 20)
        for path in self.collections:
            with self.subTest(collection=str(path)):
                collection = json.loads(path.read_text())
                self.assertEqual(set(collection), {'type', 'features'})
                self.assertEqual(collection['type'], 'FeatureCollection')
                by_id = {document.alert['id']: document.alert for document in self.documents
                         if document.path.parent == path.parent}
                wanted = [alert['id'] for alert in sorted(by_id.values(), key=lambda alert: alert['sequence'])
                          if alert['audience'] == path.stem]
                self.assertEqual([feature['id'] for feature in collection['features']], wanted)
                for feature in collection['features']:
                    self.check_feature(feature, by_id[feature['id']])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
