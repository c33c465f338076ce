# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin report --csv: many reports beneath a row of HXL tags."""

import contextlib
import pathlib
import sqlite3
import tempfile
import unittest

from command import run, to
from hub import BrokerTest
from tocsin.v1 import enums_pb2, incident_pb2

HEAD = 'When,Where,Village,What,How bad,How sure,From,To,Who says\n'
TAGS = '#date+occurred,#adm2 +code,#loc+name,#Event+Type,#severity,#certainty,' \
       '#affected+min+killed,#affected+killed+max,#org+claimant\n'
ROWS = ['2024-08-07T18:30Z,ML0503,Kouakourou,Battles,severe,observed,,,\n',
        '2024-08-07,ML0503,"Sy, nord",Explosions/Remote violence,severe,likely,21,40,RFI\n',
        '2024-08-08,ML0501,,protests,minor,observed,,3,\n']
COMMON = ['--country', 'ML', '--sensitivity', 'moderate']


class CsvCommand(BrokerTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='tocsin-csv-')
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.outbox = self.folder / 'outbox'
        self.file = self.folder / 'week.csv'

    def report(self, *words):
        return run('report', '--csv', str(self.file), '--outbox', str(self.outbox), *words)

    def kept(self):
        return [path for path in self.outbox.iterdir() if path.name[0].isdigit()] \
            if self.outbox.exists() else []

    def journalled(self, hub):
        with contextlib.closing(sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True)) as file:
            return [incident_pb2.Incident.FromString(row[0]) for row in
                    file.execute('SELECT bytes FROM incident ORDER BY incident_id')]

    def test_each_line_is_a_report(self):
        hub = self.hub(journal=True)
        self.file.write_text('\ufeff' + HEAD + TAGS + ''.join(ROWS) + ',,,,,,,,\n', encoding='utf-8')
        dry = self.report(*COMMON, '--dry-run')
        self.assertEqual(dry.returncode, 0, dry.stderr)
        self.assertIn('3 reports, nothing that the hub would refuse; not sent', dry.stdout)
        self.assertEqual(self.kept(), [])
        done = self.report(*COMMON, *to(hub, 'mopti-17'))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 3)
        incidents = sorted(self.journalled(hub), key=lambda incident: incident.location.locality)
        self.assertEqual([incident.location.locality for incident in incidents], ['', 'Kouakourou', 'Sy, nord'])
        bare, battle, blast = incidents
        self.assertEqual(battle.occurred.start.ToJsonString(), '2024-08-07T18:30:00Z')
        self.assertEqual(len(battle.casualty_claims), 0)
        self.assertEqual(blast.occurred.precision, enums_pb2.TIME_PRECISION_DAY)
        self.assertEqual(blast.event.type, enums_pb2.EVENT_TYPE_EXPLOSIONS_REMOTE_VIOLENCE)
        claim = blast.casualty_claims[0]
        self.assertEqual((claim.low, claim.high, claim.claimant), (21, 40, 'RFI'))
        # At most three is not from nought to three.
        self.assertIsNone(bare.casualty_claims[0].WhichOneof('low_presence'))
        self.assertEqual(bare.casualty_claims[0].high, 3)
        self.assertTrue(all(incident.location.country == 'ML' for incident in incidents))

        # The file again, because nobody remembers whether it was sent: nothing comes of it.
        again = self.report(*COMMON, *to(hub, 'mopti-17'))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(again.stderr.count('not written again'), 3)
        self.assertRegex(again.stderr, r'week\.csv:3: the same is recorded at \d\d:\d\d UTC as [-0-9a-f]{36}')
        self.assertEqual(len(self.journalled(hub)), 3)
        self.assertEqual(self.report(*COMMON, '--again', *to(hub, 'mopti-17')).returncode, 0)
        self.assertEqual(len(self.journalled(hub)), 6)

    def test_nothing_is_kept_where_a_line_is_wrong(self):
        rows = [ROWS[0], ROWS[1].replace('21,40', '40,21').replace('severe', 'sevre'),
                '07/08/2024,ML0501,,protests,minor,observed,,three,\n',
                '2024-08-08,ML-5,,protests,minor,observed,,,\n',
                '2024-08-08,ML0501,,protests,minor,observed,9,3,\n',
                '2024-08-08,ML0501,,protests,minor,observed,,,,more\n',
                '2024-08-08,ML0501,,protests,,observed,,,\n']
        self.file.write_text(HEAD + TAGS + ''.join(rows))
        done = self.report(*COMMON, '-u', 'mopti-17')
        self.assertEqual(done.returncode, 1)
        name = str(self.file)
        for line in (f'{name}:4:57: error: #severity: did you mean severe?',
                     f'{name}:5:1: error: #date+occurred: wants a time such as 2024-08-07T18:30Z, a date, now or -2h',
                     f'{name}:5:45: error: #affected+killed+max: wants a whole number, 0 or more',
                     f'{name}:6:12: error: location.pcode: must be 1 to 20 of A-Z and 0-9 [location.pcode.form]',
                     f'{name}:7:44: error: casualty_claims[0].low: has low above high [casualty_claims.order]',
                     f'{name}:8:47: error: more columns than tags',
                     f'{name}:9:1: error: severity: is required [severity.required]',
                     f'{name}: nothing is kept, nothing is sent'):
            self.assertIn(line + '\n', done.stderr)
        self.assertEqual(self.kept(), [])

    def test_the_row_of_tags(self):
        cases = ((HEAD + ''.join(ROWS), ':1:1: error: no row of HXL tags'),
                 (HEAD + TAGS.replace('#loc+name', '#loc+nmae') + ROWS[0],
                  ":2:28: error: unknown tag '#loc+nmae'; did you mean #loc+name?"),
                 (HEAD + TAGS.replace('#severity', '#certainty') + ROWS[0],
                  ':2:61: error: a second column #certainty'),
                 (TAGS.replace(',', ';') + ROWS[0].replace(',', ';'),
                  ':1:1: error: columns are separated by semicolons: save it with commas'),
                 (TAGS + ROWS[0].replace('Kouakourou', '"Kouakourou'), ':2:'),
                 ('', ':1:1: error: no row of HXL tags'))
        for text, message in cases:
            with self.subTest(message=message):
                self.file.write_text(text)
                done = self.report(*COMMON, '-u', 'mopti-17')
                self.assertEqual(done.returncode, 1)
                self.assertIn(f'{self.file}{message}', done.stderr)
                self.assertEqual(self.kept(), [])

    def test_displacement_and_columns_that_are_not_read(self):
        hub = self.hub(journal=True)
        self.file.write_text(
            '#adm1+code,#adm1+name,#adm2+code,#adm2+name,#event+type,#affected+idps+ind,#affected+idps+hh,'
            '#affected+returnees,#meta+flow,#date+reported,#meta+round,#org+source,#meta+grade,\n'
            'ML05,Mopti,,,displacement,6500,1000,,stock,2024-08-07,3,DTM,B2,a remark\n'
            'ML05,Mopti,ML0503,Djenné,displacement,,,40,,,,,,\n')
        done = self.report(*COMMON, *to(hub, 'mopti-17'))
        self.assertEqual(done.returncode, 0, done.stderr)
        incidents = sorted(self.journalled(hub), key=lambda incident: incident.location.pcode)
        self.assertEqual([incident.location.pcode for incident in incidents], ['ML05', 'ML0503'])
        people, houses = incidents[0].displacement
        self.assertEqual((people.figure, people.unit), (6500, enums_pb2.DISPLACEMENT_UNIT_PERSON))
        self.assertEqual((houses.figure, houses.unit), (1000, enums_pb2.DISPLACEMENT_UNIT_HOUSEHOLD))
        for entry in (people, houses):
            self.assertEqual(entry.flow_or_stock, enums_pb2.FLOW_OR_STOCK_STOCK)
            self.assertEqual((entry.round, entry.as_of.ToJsonString()), (3, '2024-08-07T00:00:00Z'))
        self.assertEqual(incidents[0].sources[0].credibility, enums_pb2.CREDIBILITY_2)
        self.assertEqual(incidents[1].displacement[0].population, enums_pb2.POPULATION_RETURNEE)
        self.assertEqual(incidents[1].displacement[0].flow_or_stock, enums_pb2.FLOW_OR_STOCK_FLOW)

    def test_later_and_in_a_rule_files_places(self):
        hub = self.hub(journal=True)
        self.file.write_text(TAGS + ROWS[0].replace('ML0503', 'ML0599'))
        done = self.report(*COMMON, '--rules', str(hub.rules_file), '--check')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(':2:19: warning: location.pcode: is not in the gazetteer [location.pcode.unknown]', done.stderr)
        done = self.report('--sensitivity', 'low', '--rules', str(hub.rules_file), '--later', '-u', 'mopti-17')
        self.assertEqual(done.returncode, 1)
        self.assertIn(':2:19: error: location.pcode: ', done.stderr)
        done = self.report(*COMMON, '--later', '-u', 'mopti-17')
        self.assertEqual(done.returncode, 0)
        self.assertIn('waiting: 1 more in the outbox', done.stderr)
        self.assertEqual(len(self.kept()), 1)


if __name__ == '__main__':
    unittest.main()
