# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin report on a terminal: the questions, and that nothing is kept before the end."""

import contextlib
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

from command import TOCSIN, environment, run
from hub import BrokerTest
from terminal import Terminal
from tocsin.v1 import enums_pb2, incident_pb2

REGIONS = os.path.join(os.environ['TOCSIN_SOURCE'], 'rules', 'regions')


class Guided(BrokerTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='tocsin-guided-')
        self.addCleanup(folder.cleanup)
        self.outbox = pathlib.Path(folder.name) / 'outbox'

    def begin(self, *words, term='dumb', **more):
        terminal = Terminal('report', '--outbox', str(self.outbox), *words, term=term, **more)
        self.addCleanup(terminal.kill)
        return terminal

    def files(self):
        return sorted(path.name for path in self.outbox.iterdir()) if self.outbox.exists() else []

    def reports(self):
        return [name for name in self.files() if name[0].isdigit()]

    def to_the_end(self, terminal, place='Kouakourou'):
        """Answers everything; stands before the last question."""
        terminal.expect('Where?').expect('> ').line(place)
        terminal.expect('Kouakourou -> Djenné (ML0503), Mopti. Right? [y/n] ').line('y')
        terminal.expect('What happened?').expect('strategic developments').expect('> ').line('1')
        terminal.expect('When?').expect('> ').line('2024-08-07 18:30')
        terminal.expect('2024-08-07 18:30 UTC. Right? [y/n] ').line('y')
        terminal.expect('How severe is it?').expect('significant threat to life or property')
        terminal.expect('> ').line('severe')
        terminal.expect('How sure').expect('it has occurred, or is ongoing').expect('> ').line('obs')
        terminal.expect('Any claim').expect('> ').line('killed 21-40')
        terminal.expect('Who says so').line('RFI')
        terminal.expect('What kind of source').expect('[not stated] > ').line('media')
        terminal.expect('Who are these people?').expect('> ').line('civilian')
        terminal.expect('Another claim').expect('> ').line('injured not reported')
        terminal.expect('Who says so').line()
        terminal.expect('[not stated] > ').line('official')
        terminal.expect('Who are these people?').expect('> ').line()
        terminal.expect('Another claim').expect('> ').line()
        terminal.expect('left or arrived?').expect('> ').line('120 households')
        terminal.expect('What is counted?').expect('[moved] > ').line()
        terminal.expect('People in a household').line('6.5')
        terminal.expect('What do people lack?').expect('> ').line('water, shelter')
        terminal.expect('Headline').line('Attaque contre le poste')
        terminal.expect('What happened > ').line()
        terminal.expect('Language').line('fr')
        terminal.expect('How sensitive').expect('> ').line('moderate')
        return terminal.expect('Your report:')

    def test_a_whole_report(self):
        hub = self.hub(journal=True)
        terminal = self.begin('-h', '127.0.0.1', '-p', str(hub.port), '-u', 'mopti-17', '--regions', REGIONS)
        self.to_the_end(terminal)
        for part in ('severe: battles, certainty observed', 'in Kouakourou, ML0503, ML (14.22220, -4.49330)',
                     'on 2024-08-07 18:30 UTC', 'killed (civilian): 21 to 40, says RFI (media)',
                     'injured: not reported', '120 households', 'people lack water, shelter',
                     'headline: Attaque contre le poste', 'sensitivity moderate'):
            terminal.expect(part)
        self.assertEqual(self.reports(), [])
        terminal.expect('Keep it and send it? [y/n] ').line('y')
        terminal.expect('recorded at ')
        self.assertEqual(terminal.wait(), 0)
        with contextlib.closing(sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True)) as file:
            incident = incident_pb2.Incident.FromString(file.execute('SELECT bytes FROM incident').fetchone()[0])
        self.assertEqual(incident.location.pcode, 'ML0503')
        self.assertEqual(incident.location.locality, 'Kouakourou')
        self.assertEqual(incident.severity, enums_pb2.SEVERITY_SEVERE)
        self.assertEqual(incident.certainty, enums_pb2.CERTAINTY_OBSERVED)
        self.assertEqual(incident.occurred.start.ToJsonString(), '2024-08-07T18:30:00Z')
        self.assertEqual([(claim.low, claim.high, claim.claimant) for claim in incident.casualty_claims][0],
                         (21, 40, 'RFI'))
        self.assertTrue(incident.casualty_claims[1].not_reported)
        self.assertEqual(incident.displacement[0].household_size, 6.5)
        self.assertEqual(list(incident.needs), [enums_pb2.NEED_WATER, enums_pb2.NEED_SHELTER])
        self.assertEqual((incident.headline, incident.language), ('Attaque contre le poste', 'fr'))
        self.assertEqual(self.reports(), [])

    def test_ctrl_c_and_end_of_input_keep_nothing(self):
        for last in ('\x03', '\x04', 'n\n'):
            for early in (True, False):
                with self.subTest(last=last, early=early):
                    terminal = self.begin('-u', 'mopti-17', '--regions', REGIONS)
                    if early:
                        terminal.expect('Where?').expect('> ')
                        if last == 'n\n':
                            continue
                    else:
                        self.to_the_end(terminal).expect('[y/n] ')
                    terminal.type(last)
                    terminal.expect('Nothing is kept.')
                    self.assertEqual(terminal.wait(), 1)
                    self.assertEqual(self.reports(), [])

    def test_slips_are_asked_again(self):
        terminal = self.begin('--later', '-u', 'mopti-17', '--regions', REGIONS)
        # A slip of a letter, and one that stands for several places.
        terminal.expect('Where?').expect('> ').line('Kouakouru')
        terminal.expect('Kouakourou -> Djenné (ML0503), Mopti. Right? [y/n] ').line('n')
        terminal.expect('is in no list here').expect('country > ').line('nowhere at all')
        terminal.expect('No list here has that.').expect('country > ').line('<')
        terminal.expect('Where, then?').expect('> ').line('mopti')
        terminal.expect('1 Mopti -> Mopti (ML0506), Mopti').expect('Mopti (ML05), Mali').expect('> ').line('2')
        terminal.expect('What happened?').expect('> ').line('p')
        terminal.expect('When?').expect('> ').line('tomorrow')
        terminal.expect('That is no time').expect('> ').line('07/08/2024')
        terminal.expect('That is no time').expect('> ').line('<')
        # Back at the event, and back at the place.
        terminal.expect('What happened?').expect('> ').line('battle')
        terminal.expect('When?').expect('> ').line('2024-08-07')
        terminal.expect('2024-08-07. Right?').line('y')
        terminal.expect('How severe').expect('> ').line('m')
        terminal.expect('One of these').expect('> ').line('mo')
        terminal.expect('How sure').expect('> ').line('9')
        terminal.expect('One of these').expect('> ').line('2')
        terminal.expect('Any claim').expect('> ').line('dead 3')
        terminal.expect('Begin with killed').expect('Any claim').expect('> ').line('killed many')
        terminal.expect('That wants a number').expect('Any claim').expect('> ').line()
        terminal.expect('left or arrived?').expect('> ').line('many')
        terminal.expect('How many, then?').expect('> ').line()
        terminal.expect('lack?').expect('> ').line('watr')
        terminal.expect('did you mean water?').expect('> ').line()
        terminal.expect('Headline').line()
        terminal.expect('What happened > ').line()
        terminal.expect('How sensitive').expect('> ').line('low')
        terminal.expect('moderate: battles, certainty likely').expect('in ML05, ML').expect('on 2024-08-07\n')
        terminal.expect('Keep it to be sent later? [y/n] ').line('y')
        terminal.expect('is in the outbox')
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(len(self.reports()), 1)

    def test_a_village_of_no_list(self):
        terminal = self.begin('--check', '--regions', REGIONS)
        terminal.expect('> ').line('Sirakoro Tintimba')
        terminal.expect('Sirakoro Tintimba is in no list here').expect('country > ').line('ml0503')
        terminal.expect('Djenné (ML0503), Mopti. Right?').line('y')
        terminal.expect('What happened?').expect('> ').line('<')
        terminal.expect('Where?').expect('> ').line('ML09')
        # One code, two places: the date tells them apart.
        terminal.expect('1 Bamako (ML09), Mali').expect('2 Taoudénit (ML09), Mali').expect('> ').line('2')
        terminal.expect('What happened?').expect('> ').type('\x03')
        self.assertEqual(terminal.wait(), 1)

    def test_times_are_those_of_the_wall(self):
        terminal = self.begin('-u', 'mopti-17', '--regions', REGIONS, TZ='CAT-2')
        terminal.expect('> ').line('Kouakourou')
        terminal.expect('Right?').line('y')
        terminal.expect('> ').line('battles')
        for text, shown in (('2024-08-07 18:30', '2024-08-07 16:30 UTC (18:30 CAT here)'),
                            ('2024-08-07T18:30Z', '2024-08-07 18:30 UTC (20:30 CAT here)'),
                            ('8:30', '06:30 UTC (08:30 CAT here)'), ('2024-08-07', '2024-08-07.')):
            terminal.expect('> ').line(text)
            terminal.expect(shown).expect('Right? [y/n] ').line('n')
        for wrong in ('2024-02-31 10:00', '24:00', '10:60', '2024-08-07 18', '18:30:00', 'yesterday'):
            terminal.expect('> ').line(wrong)
            terminal.expect('That is no time')
        terminal.expect('> ').type('\x03')
        self.assertEqual(terminal.wait(), 1)

    def test_tab_completes(self):
        terminal = self.begin('--regions', REGIONS, term='xterm')
        terminal.expect('Where?').expect('> ').type('tin\t')
        # Two begin so; what they share is typed already.
        terminal.expect('  Tinzaouatène\n').expect('  Tin-Essako\n').expect('> ').type('\x15')
        # What was typed can be taken back, letter by letter or whole; arrows do nothing.
        terminal.type('Djen\x7f\x7f\x7f\x7fKoué\x7f\x1b[Aak').line()
        terminal.expect('Kouakourou -> Djenné (ML0503), Mopti. Right?').line('y')
        terminal.expect('What happened?').expect('> ').type('ex\t')
        terminal.expect('> explosions remote violence').line()
        terminal.expect('When?').expect('> ').type('\x03')
        self.assertEqual(terminal.wait(), 1)

    def test_without_lists(self):
        terminal = self.begin('--later', '-u', 'mopti-17', XDG_DATA_HOME='/nonexistent')
        terminal.expect('No lists of places here').expect('two letters').line('xx')
        terminal.expect('No country has these letters.').expect('two letters').line('ml')
        terminal.expect('P-code').line('ml0503')
        terminal.expect('Village').line('Kouakourou')
        terminal.expect('What happened?').type('\x03')
        self.assertEqual(terminal.wait(), 1)

    def test_never_in_a_pipe(self):
        done = run('report', '--outbox', str(self.outbox))
        self.assertEqual(done.returncode, 2)
        self.assertIn('nothing to report', done.stderr)
        # A terminal to read from alone is not enough.
        main, second = os.openpty()
        with subprocess.Popen([TOCSIN, 'report', '--outbox', str(self.outbox)], stdin=second,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as piped:
            _, errors = piped.communicate(timeout=30)
        os.close(main)
        os.close(second)
        self.assertEqual(piped.returncode, 2)
        self.assertIn(b'nothing to report', errors)
        self.assertEqual(self.files(), [])


if __name__ == '__main__':
    unittest.main()
