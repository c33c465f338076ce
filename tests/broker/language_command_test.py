# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The command in the reader's language, on a system that has no French locale: people
read French, machines read what they always did."""

import json
import os
import pathlib
import re
import signal
import tempfile
import unittest

import messages
from control_test import MODERATE
from command import Watch, lines, run, to
from hub import BrokerTest
from terminal import Terminal

FRENCH = ({'LC_ALL': '', 'LANG': 'fr_FR.UTF-8'}, {'LC_ALL': 'fr_ML'}, {'LC_ALL': '', 'LC_MESSAGES': 'fr_BF.UTF-8'},
          {'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'fr'}, {'LC_ALL': '', 'LANG': 'de_DE.UTF-8', 'LANGUAGE': 'de:fr:en'})
ENGLISH = ({'LC_ALL': 'C'}, {'LC_ALL': '', 'LANG': 'C'}, {'LC_ALL': ''}, {'LC_ALL': 'C', 'LANG': 'fr_FR.UTF-8', 'LANGUAGE': 'fr'},
           {'LC_ALL': 'C.UTF-8', 'LANG': 'fr_FR.UTF-8'}, {'LC_ALL': '', 'LANG': 'fr_FR.UTF-8', 'LANGUAGE': 'en:fr'},
           {'LC_ALL': '', 'LANG': 'xx_XX.UTF-8'})
READER = FRENCH[0]
REGIONS = os.path.join(os.environ['TOCSIN_SOURCE'], 'rules', 'regions')
GOMA = os.path.join(os.environ['TOCSIN_SOURCE'], 'tests', 'corpus', 'incidents', '20-goma-sites.json')
INSTANT = re.compile(r'\d{4}-\d\d-\d\dT[\d:.]+Z')


def plain(text):
    """French puts an unbreakable space before some signs."""
    return text.replace('\u00a0', ' ').replace('\u202f', ' ')


class FrenchWatch(Watch):
    ready = 'watch: veille en cours'


class LanguageCommand(BrokerTest):
    def bad_incident(self):
        incident = dict(messages.kouakourou_json(), severity='dire', headline='x' * 500)
        incident['location'] = {'country': 'QQ'}
        return json.dumps(incident)

    def test_whose_language(self):
        for place in FRENCH:
            with self.subTest(place=place):
                done = run('--help', **place)
                self.assertEqual((done.returncode, done.stderr), (0, ''))
                self.assertIn('Opérateur', done.stdout)
                self.assertIn("Essayez 'tocsin --help'.", run('wach', **place).stderr)
        for place in ENGLISH:
            with self.subTest(place=place):
                self.assertEqual(run('--help', **place).stdout, run('--help').stdout)
                self.assertIn("did you mean watch?\nTry 'tocsin --help'.", run('wach', **place).stderr)

    def test_help_fits_a_screen(self):
        for place in ({}, READER):
            for words in (['--help'], ['report', '--help'], ['report', 'update', '--help'], ['watch', '--help'], ['status', '--help']):
                with self.subTest(words=words, place=place):
                    text = run(*words, **place).stdout
                    self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])
        self.assertEqual(len(run('--help', **READER).stdout.splitlines()), len(run('--help').stdout.splitlines()))

    def test_every_help_is_french(self):
        for command in re.findall(r'^  ([a-z]+)  ', run('--help').stdout, re.M):
            with self.subTest(command=command):
                done = run(command, '--help-all', **READER)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn('Connexion' if command in ('report', 'replay', 'relay', 'watch', 'status') else 'Usage', done.stdout)

    def test_words_that_do_not_go_together(self):
        for words, said in ((['journal', '--json', '--csv'], '--json et --csv s\'excluent'),
                            (['journal', 'a', 'b'], 'prend un seul fichier'),
                            (['replay'], 'attend --after ou --from, l\'un ou l\'autre'),
                            (['replay', '--after', '3', '--to', '1h'], '--to va avec --from'),
                            (['explain', 'x.yaml', 'journal:x#1', '--lines'],
                             '--lines et --form ne vont pas avec un journal'),
                            (['review', '--yes'], '--yes et --author attendent l\'identifiant d\'un incident'),
                            (['init', 'x', '--as', 'admin'], '--as et --places vont avec --add')):
            done = run(*words, LC_ALL='fr_FR.UTF-8')
            self.assertEqual((done.returncode, done.stderr.splitlines()[0]), (2, f'tocsin {words[0]}: {said}'), words)

    def test_violations_by_check(self):
        english = run('report', '-', '--check', text=self.bad_incident())
        french = run('report', '-', '--check', text=self.bad_incident(), **READER)
        self.assertEqual((english.returncode, french.returncode), (1, 1))
        self.assertIn('not sent: the hub would refuse it', english.stdout)
        self.assertIn('pas envoyé : le serveur le refuserait', plain(french.stdout))
        self.assertIn('a une valeur inconnue de cette version : parmi unknown, minor, moderate, severe, extreme [severity.enum]',
                      plain(french.stdout))
        self.assertNotIn('has a value', french.stdout)
        found = [re.findall(r'\[[a-z_.]+\]', done.stdout) for done in (english, french)]
        self.assertEqual(found[0], found[1])

    def test_mistakes_of_a_sheet(self):
        with tempfile.TemporaryDirectory() as folder:
            sheet = pathlib.Path(folder, 'sheet.csv')
            sheet.write_text('#date+ocurred,#severity,#severity,#zzzzzzzzzzzz\n')
            done = run('report', '--csv', str(sheet), '--dry-run', **READER)
        self.assertEqual(done.returncode, 1)
        for said in ("étiquette inconnue '#date+ocurred' ; vouliez-vous dire #date+occurred ?",
                     'une deuxième colonne #severity', "étiquette inconnue '#zzzzzzzzzzzz'\n"):
            self.assertIn(said, plain(done.stderr))

    def test_what_explain_says_of_warnings(self):
        hub = self.hub(journal=True)
        incident = dict(messages.kouakourou_json(), sent='2024-08-08T07:00:00Z')
        done = run('explain', str(hub.rules_file), '-', text=json.dumps(incident), **READER)
        self.assertIn("Le serveur l'accepterait, avec\n", plain(done.stdout))

    def test_receipts_and_outbox(self):
        hub = self.hub(journal=True)
        state = str(hub.folder / 'state')
        done = run('report', *to(hub, 'mopti-17'), '-', text=json.dumps(messages.kouakourou_json()),
                   XDG_STATE_HOME=state, **READER)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(plain(done.stdout), r'^enregistré à .* UTC, envoyé à 1 topic par mopti-violence\n')
        later = dict(messages.kouakourou_json(), id='8b9a5c1e-0f0a-4c1e-9d57-1b1f2f3a4b5c')
        done = run('report', *to(hub, 'mopti-17'), '-', '--later', text=json.dumps(later), XDG_STATE_HOME=state, **READER)
        self.assertEqual(done.returncode, 0, done.stderr)
        told = plain(run('report', '--list', XDG_STATE_HOME=state, **READER).stdout)
        self.assertIn('en attente : 1, envoyés mais non confirmés : 0, refusés : 0, enregistrés : 1', told)
        self.assertIn('8b9a5c1e grave combats, Kouakourou (ML0503) : en attente, écrit à ', told)
        self.assertIn(' : enregistré à ', told)

    def test_watch(self):
        hub = self.hub(journal=True)
        watch = FrenchWatch(hub, '--since', '24h', '--region', 'ML05', '--count', '1', '--for', '30', **READER)
        self.addCleanup(lambda: watch.process.poll() is None and watch.end(signal.SIGKILL))
        watch.said('0 alerte pour partners est venue depuis')
        done = run('report', *to(hub, 'mopti-17'), '-', text=json.dumps(messages.kouakourou_json()))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        code, text = watch.end()
        self.assertEqual(code, 0)
        self.assertIn('(ML0503)', text)
        told = plain(''.join(line for line in watch.errors if line))
        self.assertNotRegex(told, r'watching|came since')
        for words, wrong in ((('--csv', '--json'), "et --csv s'excluent"), (('--keep',), '--keep : demande -i ID'),
                             (('--since', 'soon'), 'attend une durée comme 2h ou 7d'),
                             (('--region', 'Mopti'), '--region Mopti : attend un code')):
            done = run('watch', *words, **READER)
            self.assertEqual(done.returncode, 2)
            self.assertIn(wrong, plain(done.stderr))

    def test_status(self):
        hub = self.hub(journal=True, options={'admins': 'chief'})
        for user in ('chief', 'agency'):
            with self.subTest(user=user):
                done = run('status', *to(hub, user), **READER)
                self.assertEqual(done.returncode, 0, done.stderr)
                told = plain(done.stdout)
                self.assertRegex(told, r'(?m)^serveur  .*Z$')
                self.assertRegex(told, r'(?m)^règles   version \w+, 1 règle, comme dans le fichier$')
                self.assertRegex(told, r'(?m)^journal  en ordre$')
                self.assertRegex(told, r"(?m)^registre reçus : 0, dont acceptés : 0 .*, en cours d'écriture : 0$")
                self.assertNotRegex(told, 'hub  |ledger|rules')
                told = json.loads(run('status', '--json', *to(hub, user), **READER).stdout)
                self.assertEqual((told['rules_state'], told['journal_state']), ('ok', 'ok'))

    def test_machines_read_the_same(self):
        hub = self.hub(journal=True)
        rules = str(hub.rules_file)
        other = hub.folder / 'other.yaml'
        other.write_text(MODERATE.replace('public: {', 'press: {max_sensitivity: low}\n  public: {'))
        incident = json.dumps(messages.kouakourou_json())
        for words, text in ((['report', '-', '--check', '--json'], self.bad_incident()),
                            (['check', rules, '--json', '--language', 'en'], None),
                            (['explain', rules, '-', '--json'], incident),
                            (['topics', rules, '--region', 'ML05', '-q'], None),
                            (['diff', rules, str(other), '--json'], None),
                            (['displacement', '--from', GOMA, '--json'], None),
                            (['displacement', '--from', GOMA, '--csv'], None),
                            (['encode', '--type', 'incident'], incident)):
            with self.subTest(words=words):
                english, french = (INSTANT.sub('', run(*words, text=text, **place).stdout) for place in ({}, READER))
                self.assertTrue(english)
                self.assertEqual(english, french)
        receipt = lines(run('report', *to(hub, 'mopti-17'), '-', '--json', text=incident, **READER).stdout)[0]
        self.assertEqual((receipt['verdict'], receipt['routing']), ('accepted', 'routed'))

    def test_numbers_keep_their_point(self):
        done = run('report', '--check', '--event', 'battles', '--severity', 'severe', '--certainty', 'observed', '--country',
                   'ML', '--pcode', 'ML0503', '--lat', '14.5', '--lon', '-4.25', '--occurred', 'now', '--sensitivity', 'low', **READER)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_guided_in_french(self):
        asked = Terminal('report', '--check', '--outbox', '/nonexistent/outbox', '--regions', REGIONS, **READER)
        self.addCleanup(asked.kill)
        asked.expect('Un nouveau signalement.').expect('Où').expect('> ').line('Kouakourou')
        asked.expect('Kouakourou -> Djenné (ML0503), Mopti. Est-ce juste').expect('[o/n] ').line('o')
        asked.expect('Que s').expect('combats').expect('> ').line('battles')
        asked.expect('Quand').expect('> ').line('2024-08-07 18:30')
        asked.expect('2024-08-07 18:30 UTC. Est-ce juste').expect('[o/n] ').line('O')
        asked.expect('Quelle est la gravité').expect('menace importante').expect('> ').line('severe')
        asked.expect('Est-il sûr').expect('> ').line('observed')
        asked.expect('bilan de victimes').expect('> ').line('killed 2100-4000')
        asked.expect('Qui le dit').line('RFI')
        asked.expect('sorte de source').expect('> ').line('media')
        asked.expect('Qui sont ces personnes').expect('> ').line('civilian')
        asked.expect('Un autre bilan').expect('> ').line()
        asked.expect('partis ou arrivés').expect('> ').line()
        asked.expect('manquent-ils').expect('> ').line('water')
        asked.expect('Titre').line()
        asked.expect('Ce qui s').line()
        asked.expect('sensibilité').expect('> ').line('low')
        for part in ('Votre signalement', 'grave: combats, certitude constatée', 'à Kouakourou, ML0503, ML',
                     'le 2024-08-07 18:30 UTC', 'Tués (civils)', '2\u202f100 à 4\u202f000, selon RFI (médias)',
                     'les gens manquent de', 'eau', 'sensibilité faible', 'Terminé'):
            asked.expect(part)
        asked.expect('[o/n] ').line('n')
        asked.expect("Rien n'est gardé.")
        self.assertEqual(asked.wait(), 1)


if __name__ == '__main__':
    unittest.main()
