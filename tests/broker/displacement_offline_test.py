# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin displacement on files: the corpus against figures that were worked out by hand
(tests/corpus/displacement.yaml), and every form of output."""

import csv
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import uuid
import xml.etree.ElementTree

import yaml

from command import TIMEOUT, TOCSIN, environment, run

CORPUS = pathlib.Path(os.environ['TOCSIN_SOURCE']) / 'tests' / 'corpus'
EXPECT = yaml.safe_load((CORPUS / 'displacement.yaml').read_text())
SVG = '{http://www.w3.org/2000/svg}'
RULES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {max_sensitivity: severe, members: [coord]}
rules: []
default:
  alert: [{audience: coordination}]
'''


def corpus_files(names):
    paths = []
    for name in names:
        path = CORPUS / name
        paths += sorted(path.glob('*.json')) if path.is_dir() else [path]
    return paths


def show(*words, text=None, **more):
    return run('displacement', *words, text=text, **more)


class Displacement(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='tocsin-displacement-')
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def from_corpus(self, *names):
        return [word for path in corpus_files(names or ['incidents']) for word in ('--from', str(path))]

    def sources(self, case):
        if 'files' in case:
            return self.from_corpus(*case['files'])
        like = json.loads((CORPUS / case['like']).read_text())
        lines = [json.dumps({**like, 'id': str(uuid.uuid4()), **incident}) for incident in case['incidents']]
        return ['--from', self.write('incidents.jsonl', '\n'.join(lines) + '\n')]

    def rules(self, households):
        rows = ['Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date,Household size',
                f'SDN,1,SD02,North Darfur,SDN,2020-08-31,{households.get("SD", "")}',
                'SDN,2,SD02114,Al Fasher,SD02,2020-08-31,']
        self.write('places.csv', '\n'.join(rows) + '\n')
        return self.write('rules.yaml', RULES)

    def json_of(self, words):
        done = show(*words, '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, '')
        return json.loads(done.stdout)

    def check_part(self, wanted, got, where):
        """What is asked for must be so; null is absence."""
        if wanted is None:
            self.assertIsNone(got, where)
            return
        for key, value in wanted.items():
            self.assertEqual(got.get(key), value, f'{where}: {key}')

    def check_series(self, wanted, got, where):
        self.check_part(wanted['current'], got['current'], where)
        people = [[point['people'] for point in window['points']] for window in got['windows']]
        if 'windows' in wanted:
            self.assertEqual(people, wanted['windows'], where)
        if 'triangulation' in wanted:
            self.assertEqual([entry['people'] for entry in got['triangulation']], wanted['triangulation'], where)
        if 'periods' in wanted:
            periods = [[one['period'], one['people']] for one in got['windows'][0]['periods']]
            self.assertEqual(periods, wanted['periods'], where)
        if 'in_total' in wanted:
            self.assertEqual(got['in_total'], wanted['in_total'], where)
        # The newest figure is the last point of the window that counts.
        if got['current']:
            self.assertEqual([window['counted'] for window in got['windows']],
                             [True] + [False] * (len(got['windows']) - 1))
            self.assertEqual(got['current'], got['windows'][0]['points'][-1])

    def check_corridor(self, wanted, got, where):
        self.assertEqual(got.get('origin_pcode'), wanted['origin_pcode'], where)
        self.assertEqual(got['left'] and got['left']['people'], wanted.get('left'), where)
        self.assertEqual([entry['people'] for entry in got['arrivals']], wanted['arrivals'], where)
        self.assertEqual(got.get('arrived', {}).get('people'), wanted.get('arrived'), where)

    def check_table(self, case, table):
        where = case['name']
        if 'series' in case:
            def key(series):
                return [series.get('operation'), series['population'], series['measure'], series['place']['code']]

            got = {tuple(key(series)): series for series in table['series']}
            self.assertEqual(len(got), len(table['series']), where)
            self.assertEqual(sorted(map(str, got)), sorted(str(tuple(one['key'])) for one in case['series']), where)
            for one in case['series']:
                self.check_series(one, got[tuple(one['key'])], f'{where} {one["key"]}')
        self.assertEqual(len(table['totals']), len(case['totals']), f'{where}: {table["totals"]}')
        for wanted, got in zip(case['totals'], table['totals']):
            self.check_part(wanted, got, f'{where}, total')
        if 'corridors' in case:
            self.assertEqual(len(table['corridors']), len(case['corridors']), where)
            for wanted, got in zip(case['corridors'], table['corridors']):
                self.check_corridor(wanted, got, where)
        self.check_part(case['not_counted'], table['not_counted'], where)

    def test_the_corpus_by_hand(self):
        for case in EXPECT['cases']:
            with self.subTest(case=case['name']):
                words = self.sources(case)
                if 'households' in case:
                    words += ['--rules', self.rules(case['households'])]
                if 'every' in case:
                    words += ['--every', case['every']]
                self.check_table(case, self.json_of(words))

    def test_the_order_of_files_does_not_matter(self):
        words = self.from_corpus()
        turned = [word for path in reversed(words[1::2]) for word in ('--from', path)]
        self.assertEqual(self.json_of(turned), self.json_of(words))
        # All in one stream, and as one list, is the same.
        values = [json.loads(pathlib.Path(path).read_text()) for path in words[1::2]]
        stream = '\n'.join(json.dumps(value) for value in values)
        self.assertEqual(json.loads(show('--from', '-', '--json', text=stream).stdout), self.json_of(words))
        self.assertEqual(json.loads(show('--from', '-', '--json', text=json.dumps(values)).stdout),
                         self.json_of(words))
        # Twice the same is once.
        self.assertEqual(self.json_of(words + words), self.json_of(words))

    def test_csv_comes_back_the_same(self):
        for words in (self.from_corpus(), self.from_corpus('incidents/10-al-fasher.json',
                                                           'incidents/11-al-fasher-update.json')):
            done = show(*words, '--csv')
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            file = self.write('figures.csv', done.stdout)
            again = ['--from', file]
            table, came_back = self.json_of(words), self.json_of(again)
            # What was left aside is not in the file.
            for one in (table, came_back):
                del one['not_counted']
            self.assertEqual(came_back, table)
            self.assertEqual(show(*again, '--csv').stdout, done.stdout)
            # Read beside the messages that it came from it adds nothing.
            both = self.json_of(words + again)
            self.assertEqual(both['totals'], table['totals'])
            self.assertEqual([one['current'] and one['current']['people'] for one in both['series']],
                             [one['current'] and one['current']['people'] for one in table['series']])

    def test_csv_is_for_who_knows_dtm(self):
        done = show(*self.from_corpus(), '--csv')
        titles, tags, *rows = csv.reader(io.StringIO(done.stdout))
        self.assertEqual(titles[:15], [
            'id', 'operation', 'admin0Name', 'admin0Pcode', 'admin1Name', 'admin1Pcode', 'admin2Name', 'admin2Pcode',
            'adminLevel', 'numPresentIdpInd', 'reportingDate', 'yearReportingDate', 'monthReportingDate', 'roundNumber',
            'assessmentType'])
        self.assertEqual(tags[:15], [
            '#id+code', '#operation+name', '#country+name', '#country+code', '#adm1+name', '#adm1+code', '#adm2+name',
            '#adm2+code', '#adm+level', '#affected+idps', '#date+reported', '#date+year+reported',
            '#date+month+reported', '#round+code', '#assessment+type'])
        self.assertTrue(all(tag.startswith('#') for tag in tags))
        self.assertEqual(len(set(tags)), len(tags))
        self.assertEqual({len(row) for row in rows}, {len(titles)})
        by_name = [dict(zip(titles, row)) for row in rows]
        # Whoever sums the column of people present must not find flows or evidence in it.
        self.assertEqual([row['numPresentIdpInd'] for row in by_name if row['numPresentIdpInd']], ['378363'])
        mali = next(row for row in by_name if row['numPresentIdpInd'])
        self.assertEqual((mali['admin0Name'], mali['admin0Pcode'], mali['adminLevel'], mali['yearReportingDate'],
                          mali['monthReportingDate'], mali['assessmentType']), ('Mali', 'MLI', '0', '2024', '9', 'BA'))
        self.assertEqual(sum(row['counted'] == 'yes' for row in by_name), 13)

    def test_dtm_s_own_file(self):
        text = '''\
id,operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,adminLevel,numPresentIdpInd,reportingDate,roundNumber,assessmentType,operationStatus
#id+code,#operation+name,#country+name,#country+code,#adm1+name,#adm1+code,#adm2+name,#adm2+code,#adm+level,#affected+idps,#date+reported,#round+code,#assessment+type,#operation+status
1,Countrywide monitoring,Haiti,HTI,,,,,0,100,2024-03-31T00:00:00,6,BA,Active
2,Countrywide monitoring,Haiti,HTI,Ouest,HT01,,,1,60,2024-03-31T00:00:00,6,BA,Active
3,Countrywide monitoring,Haiti,HTI,Artibonite,HT05,,,1,40,2024-03-31T00:00:00,6,BA,Active
4,Countrywide monitoring,Haiti,HTI,Ouest,HT01,,,1,50,2023-11-30T00:00:00,5,BA,Active
5,Countrywide monitoring,Haiti,HTI,Nowhere,,,,1,7,2024-03-31T00:00:00,6,BA,Active
6,Countrywide monitoring,Haiti,HTI,Centre,HT06,,,1,,2024-03-31T00:00:00,6,BA,Active
'''
        table = self.json_of(['--from', self.write('dtm.csv', text)])
        self.assertEqual({one['place']['code']: one['current']['people'] for one in table['series']},
                         {'HT': 100, 'HT01': 60, 'HT05': 40})
        # The country holds its regions: 100, not 200.
        self.assertEqual([(one['people'], one['round'], one['country'], one['places']) for one in table['totals']],
                         [(100, 6, 'HT', 3)])
        ouest = next(one for one in table['series'] if one['place']['code'] == 'HT01')
        self.assertEqual(ouest['place'], {'code': 'HT01', 'name': 'Ouest', 'path': ['HT', 'HT01']})
        self.assertEqual(ouest['current']['change'], 10)
        # A region without a code, and a row without a number.
        self.assertEqual(table['not_counted']['incomplete'], 2)

    def test_texts_of_messages_are_no_formulas_and_no_markup(self):
        incident = json.loads((CORPUS / 'incidents/13-saluma.json').read_text())
        evil = '=HYPERLINK("http://x","<b>&\'")'
        incident['displacement'][0]['operation'] = evil
        incident['displacement'][0]['reason'] = "'@x"
        incident['sources'][0]['name'] = '+1, \x1b[31m'.replace('\x1b', '')
        text = json.dumps(incident)
        rows = list(csv.DictReader(io.StringIO(show('--from', '-', '--csv', text=text).stdout)))
        self.assertEqual(rows[1]['operation'], "'" + evil)
        self.assertEqual(rows[1]['reason'], "''@x")
        self.assertTrue(rows[1]['sources'].startswith("'+1"))
        file = self.write('evil.csv', show('--from', '-', '--csv', text=text).stdout)
        table, back = json.loads(show('--from', '-', '--json', text=text).stdout), self.json_of(['--from', file])
        self.assertEqual(back['series'], table['series'])
        self.assertEqual(back['series'][0]['operation'], evil)
        picture = self.folder / 'evil.svg'
        self.assertEqual(show('--from', file, '--plot', str(picture)).returncode, 0)
        texts = [node.text or '' for node in xml.etree.ElementTree.parse(picture).iter(f'{SVG}text')]
        self.assertTrue(any(evil in text for text in texts), texts)

    def test_a_chart(self):
        picture = self.folder / 'chart.svg'
        done = show(*self.from_corpus(), '--every', 'month', '--plot', str(picture))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))
        root = xml.etree.ElementTree.parse(picture).getroot()
        self.assertEqual(root.tag, f'{SVG}svg')
        self.assertTrue(root.find(f'{SVG}title').text)
        texts = [node.text or '' for node in root.iter(f'{SVG}text')]
        for wanted in ('people', 'months, by the date that a figure holds for (UTC)', '~129,825 since 2024-04-01',
                       '>400,000', '~40,000h', '378,363', 'no report: a gap'):
            self.assertIn(wanted, texts)
        self.assertTrue(any('went back (flow, not new displacement)' in text for text in texts))
        gaps = [node for node in root.iter(f'{SVG}rect') if node.get('class') == 'gap']
        self.assertGreater(len(gaps), 10)
        self.assertEqual(sorted(self.folder.iterdir()), [picture])
        # Nobody can write there.
        done = show(*self.from_corpus(), '--plot', '/nonexistent/chart.svg')
        self.assertEqual(done.returncode, 1)
        self.assertIn('/nonexistent/chart.svg: ', done.stderr)

    def test_a_line_breaks_where_no_report_came(self):
        base = json.loads((CORPUS / 'incidents/06-mali-dtm.json').read_text())
        lines = []
        for day in ('01', '08', '22', '29'):
            entry = dict(base['displacement'][0], as_of=f'2024-07-{day}T00:00:00Z')
            lines.append(json.dumps({**base, 'id': str(uuid.uuid4()), 'displacement': [entry]}))
        picture = self.folder / 'weeks.svg'
        done = show('--from', '-', '--plot', str(picture), text='\n'.join(lines))
        self.assertEqual(done.returncode, 0, done.stderr)
        root = xml.etree.ElementTree.parse(picture).getroot()
        group = root.find(f'{SVG}g')
        # Four dots, and of three steps between them only the two without a gap.
        self.assertEqual(len([n for n in group.iter(f'{SVG}circle') if n.get('class') == 'dot']), 4)
        self.assertEqual(len([n for n in group.iter(f'{SVG}line') if n.get('class') == 'now']), 2)

    def test_the_table_of_a_person(self):
        done = show(*self.from_corpus())
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        for wanted in ('sudan-eet, Sudan: IDPs, newly displaced (flow)\n', '>400,000   2025-04-15',
                       '~129,825   2024-05-31', 'in all since 2024-04-01; +89,210 since the report before',
                       '8,000 households x 5 (assumed: nobody says); says IOM DTM Sudan (un)', 'revised, was 3,720; round 41',
                       'went back\n(flow, not new displacement)\n', 'Total, round 49: 6,270 in 1 of 3 places',
                       '>400,000 left SD02114; ~150,000 within it (not counted)', 'seen again: ~331,000 in all',
                       'not counted: 378,666h on 2024-09-30; 105,185 households x 3.6 (as stated)',
                       '1 without figure, unit'):
            self.assertIn(wanted, done.stdout)
        self.assertNotIn('\033', done.stdout)
        self.assertIn('█', done.stdout)

    def test_it_fits_any_terminal(self):
        for columns in (40, 60, 72, 80, 120, 200):
            for locale in ('C.UTF-8', 'C'):
                done = show(*self.from_corpus(), '--every', 'month', COLUMNS=str(columns), LC_ALL=locale)
                self.assertEqual(done.returncode, 0, done.stderr)
                longest = max(done.stdout.splitlines(), key=len)
                self.assertLessEqual(len(longest), columns, longest)
        self.assertNotIn('█', done.stdout)
        self.assertNotIn('·', done.stdout)
        self.assertIn('9', done.stdout)

    def test_regions_operations_and_time(self):
        def places(*more):
            return [one['place']['code'] for one in self.json_of(self.from_corpus() + list(more))['series']]

        self.assertEqual(places('--region', 'HT'), ['HT0112', 'HT0133', 'HT0531'])
        self.assertEqual(places('--region', 'HT0133', '--region', 'ML'), ['HT0133', 'ML', 'ML'])
        # Only a gazetteer tells that SD02114 lies in SD02.
        rules = self.rules({})
        self.assertEqual(places('--region', 'SD02'), ['SD02'])
        self.assertEqual(places('--region', 'North Darfur', '--rules', rules), ['SD02', 'SD02114', 'SD02170'])
        self.assertEqual(places('--operation', 'Haiti-ETT', '--since', '2024-05-01'), ['HT0112', 'HT0531'])
        self.assertEqual(places('--operation', 'none such'), [])
        done = show(*self.from_corpus(), '--region', 'XX99')
        self.assertEqual(done.returncode, 0)
        self.assertIn('No displacement figure here yet.\n', done.stdout)

    def test_alerts_as_watch_writes_them(self):
        def alert(chain, revision, **more):
            return json.dumps({'id': f'{chain}{revision}', 'incident_id': chain, 'revision': revision,
                               'msg_type': 'alert', 'status': 'actual', 'hub': 'h', 'sent': '2024-06-10T12:00:00Z',
                               'audience': 'partners', 'source_grade': 'B2', 'area': {
                                   'country': 'ML', 'pcodes': ['ML05', 'ML0503'], 'name': 'Djenné, Mopti, Mali'},
                               **more})

        entry = {'unit': 'household', 'figure': 100, 'household_size': 6, 'population': 'idp',
                 'flow_or_stock': 'stock', 'operation': 'mali', 'as_of': '2024-06-09T00:00:00Z'}
        # It counts incidents that no alert was made of.
        digest = {'audience': 'partners', 'rule': 'r', 'reason': 'throttle', 'status': 'actual', 'count': 7,
                  'groups': [{'country': 'ML', 'adm1': 'ML05', 'event': 'displacement', 'count': 7}]}
        lines = [alert('a', 1, displacement=[entry]), json.dumps(digest), alert('a', 1, displacement=[entry]),
                 alert('b', 1, displacement=[entry], status='exercise'),
                 alert('c', 1, displacement=[dict(entry, as_of='2024-06-02T00:00:00Z', figure=999)]),
                 alert('c', 2, msg_type='cancel', close={'cause': 'error'}),
                 alert('d', 1, a_field_of_tomorrow=1, displacement=[dict(entry, pcode='ML0501', figure=50)])]
        table = json.loads(show('--from', '-', '--json', text='\n'.join(lines)).stdout)
        self.assertEqual({one['place']['code']: one['current']['people'] for one in table['series']},
                         {'ML0501': 300, 'ML0503': 600})
        djenne = table['series'][1]
        self.assertEqual(djenne['place'], {'code': 'ML0503', 'name': 'Djenné', 'path': ['ML', 'ML05', 'ML0503']})
        self.assertEqual((djenne['current']['source_grade'], djenne['current']['hub']), ('B2', 'h'))
        self.assertEqual(table['totals'][0]['people'], 900)
        self.assertEqual(table['not_counted'],
                         {'superseded': 0, 'withdrawn': 1, 'incomplete': 0, 'drills': 1, 'beyond_ceiling': 0})

    def test_a_file_with_a_mistake_is_refused(self):
        good = (CORPUS / 'incidents/13-saluma.json').read_text()
        one_line = json.dumps(json.loads(good))
        bad_csv = '#country+code,#affected+idps,#date+reported\nSDN,{},{}\n'
        cases = [
            (one_line + '\n' + one_line[:50] + '\n', ':2: not JSON, or cut short'),
            (one_line + '\n[1]\n', ':2: not an object'),
            ('{"severity": "worst"}', ':1: severity'),
            ('{"incident_id": 7}', ':1: incident_id'),
            ('{"audience": "partners"}', ':1: incident_id: is missing'),
            ('{"status": "actual"}', ':1: id: is missing'),
            ('hello\n', ': neither JSON nor CSV with an HXL row'),
            ('a,b\n#country+code,#adm1+code\n', ': the HXL row wants #date+reported'),
            (bad_csv.format('many', '2024-01-01'), ': line 2, numPresentIdpInd: not a whole number'),
            (bad_csv.format('-1', '2024-01-01'), ': line 2, numPresentIdpInd: not a whole number'),
            (bad_csv.format('4294967296', '2024-01-01'), ': line 2, numPresentIdpInd: too large'),
            (bad_csv.format('1', 'soon'), ': line 2, reportingDate: not a date'),
            (bad_csv.format('1', ''), ': line 2, reportingDate: is empty'),
            (bad_csv.format('1', '2024-01-01').replace('SDN', 'XXX'), ": line 2, admin0Pcode: not a country's code"),
            ('#loc+code,#affected+idps,#date+reported\nSD-1,1,2024-01-01\n', ': line 2, placePcode: not a P-code'),
            ('#loc+code,#affected+idps,#date+reported\n"SD,1,2024-01-01\n', ': line 2: a quote that nothing closes'),
        ]
        for text, wanted in cases:
            with self.subTest(wanted):
                path = self.write('bad', text)
                for words in ((), ('--json',), ('--csv',)):
                    done = show('--from', path, *words)
                    self.assertEqual((done.returncode, done.stdout), (1, ''))
                    self.assertIn(path + wanted, done.stderr)
        done = show('--from', '/nonexistent')
        self.assertEqual(done.returncode, 1)
        self.assertIn('/nonexistent: No such file', done.stderr)
        # A log without alerts is none.
        done = show('--from', self.write('empty', '\n'))
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_usage(self):
        done = show('--help')
        self.assertEqual(done.returncode, 0)
        lines = done.stdout.splitlines()
        self.assertTrue(lines[2].startswith('  tocsin displacement '))
        self.assertLessEqual(max(map(len, lines)), 100)
        for words, wanted in ((['--every', 'fortnight'], 'knows day, week, month, quarter and year'),
                              (['--since', 'once'], 'wants a day or a span back'),
                              (['--since', '2024-04-01T10:00'], 'wants a zone'),
                              (['--audience', 'a b'], "is no audience's name"),
                              (['--csv', '--json'], 'exclude each other'),
                              (['--for', 'ever'], 'wants a span'),
                              (['--regoin', 'ML'], 'did you mean --region?'),
                              (['file'], 'one argument too many'),
                              (['--from', '/dev/null', '--region', 'Al Fasher'], 'names need --rules')):
            done = show(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(wanted, done.stderr)

    def test_a_reader_that_leaves(self):
        for words in ([], ['--csv'], ['--json']):
            with subprocess.Popen([TOCSIN, 'displacement', *self.from_corpus(), *words], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=environment()) as shown:
                shown.stdout.close()
                self.assertEqual(shown.stderr.read(), b'')
                shown.wait(TIMEOUT)


if __name__ == '__main__':
    unittest.main()
