# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin init: a hub made in a folder is started as it is, its people get in with what they
were handed and nobody else does; and what is refused leaves nothing behind."""

import os
import pathlib
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import types
import unittest

import mqtt
from command import TOCSIN, Watch, environment, run
from hub import BrokerTest, Hub, free_port
from link import Link
from terminal import Terminal

SOURCE = pathlib.Path(os.environ['TOCSIN_SOURCE'])
REGIONS = str(SOURCE / 'rules/regions')
# In a folder of a test no other user gets to its files.
OURSELVES = ['--broker-user', pwd.getpwuid(os.geteuid()).pw_name]
NAMES = ['--hub', 'bamako', '--address', 'localhost', '--countries', 'ML', '--senders', 'mopti-17,gao-3',
         '--coordination', 'coord', '--partners', 'msf-duty,nrc-duty', '--admins', 'chief']
ATTACK = ['--event', 'battles', '--severity', 'severe', '--certainty', 'observed', '--pcode', 'ML0503',
          '--country', 'ML', '--sensitivity', 'moderate', '--occurred', '2024-08-07T18:30Z']


def init(folder, *words, **more):
    return run('init', str(folder), *OURSELVES, '--regions', REGIONS, *words, **more)


class MadeHub(Hub):
    """A hub of `tocsin init`, on two free ports. Its folder is the one that was made."""

    def __init__(self, *words):
        super().__init__()
        self.above = self.folder
        self.words = words
        self.tries = 0

    def _start(self):
        self.tries += 1
        self.folder = self.above / f'hub{self.tries}'
        self.served = free_port()
        tls = '--login' not in self.words or 'no-tls' not in self.words
        ports = ['-p', str(self.served), '--local-port', str(self.port)] if tls else ['-p', str(self.port)]
        done = init(self.folder, *NAMES, *ports, *self.words)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        self.made = done
        return super()._start()

    def configuration(self):
        return (self.folder / 'mosquitto.conf').read_text()

    def handed(self, name, file='tocsin'):
        return ['--config', str(self.folder / 'secrets' / name / file)]

    def remove(self):
        self.folder = self.above
        super().remove()


class Running(BrokerTest):
    def make(self, *words):
        hub = MadeHub(*words)
        self.hubs.append(hub)
        self.addCleanup(self.end_hub, hub)
        return hub.start()

    def watch(self, hub, name, port):
        watch = Watch(types.SimpleNamespace(port=port), *hub.handed(name), '--json', '--count', '1', user=name)
        return watch

    def check_people(self, hub, port):
        watch = self.watch(hub, 'msf-duty', port)
        done = run('report', *hub.handed('mopti-17'), *ATTACK)
        self.assertEqual(done.returncode, 0, done.stderr)
        code, text = watch.end()
        self.assertEqual(code, 0, watch.errors)
        self.assertIn('"rules":["violence"]', text.replace(' ', ''))
        self.assertIn('"hub":"bamako"', text.replace(' ', ''))
        # A sender that the rules do not name, and a place that is not its own.
        done = run('report', *hub.handed('nrc-duty'), *ATTACK)
        self.assertEqual(done.returncode, 1)
        self.assertIn('sender.unknown', done.stdout + done.stderr)
        away = [word.replace('ML0503', 'NE006').replace('ML', 'NE') if word in ('ML', 'ML0503') else word
                for word in ATTACK]
        done = run('report', *hub.handed('gao-3'), *away, '--no-validate')
        self.assertEqual(done.returncode, 1)
        self.assertIn('sender.region', done.stdout + done.stderr)
        # Admins are told everything; others what they may read, which is nothing here.
        done = run('status', *hub.handed('chief'), '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('rules_file', done.stdout)

    def turned_away(self, *words):
        done = run('status', *words)
        self.assertEqual(done.returncode, 3, (words, done.stdout, done.stderr))

    def test_passwords_over_tls(self):
        hub = self.make()
        at = ['-h', '127.0.0.1', '-p', str(hub.served)]
        tls = ['--cafile', str(hub.folder / 'tls/ca.crt')]
        self.check_people(hub, hub.served)
        self.turned_away(*at, *tls)
        self.turned_away(*at, *tls, '-u', 'mopti-17')
        self.turned_away(*at, *tls, '-u', 'mopti-17', '-P', 'guessed')
        self.turned_away(*at, *tls, '-u', 'stranger', '-P', 'guessed')
        # Its certificate is not for another name, not by another authority, not for no TLS.
        self.turned_away(*hub.handed('chief'), '-h', '127.0.0.2')
        other = hub.above / 'other'
        self.assertEqual(init(other, *NAMES).returncode, 0)
        self.turned_away(*hub.handed('chief'), '--cafile', str(other / 'tls/ca.crt'))
        self.turned_away(*at, '-u', 'stranger', '-P', 'guessed')
        # On this machine the same accounts, without TLS.
        secret = re.search(r'-P (\S+)', (hub.folder / 'secrets/chief/tocsin').read_text())[1]
        done = run('status', '-h', '127.0.0.1', '-p', str(hub.port), '-u', 'chief', '-P', secret, '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        # What mosquitto_passwd adds stands beside ours.
        subprocess.run(['mosquitto_passwd', '-b', str(hub.folder / 'passwords'), 'late', 'secret'], check=True,
                       capture_output=True)
        hub.reload()
        hub.log('tocsin: loaded 6 rules', 2)
        mqtt.knock(hub.port)
        hub.client('late', password='secret')
        done = run('status', *hub.handed('chief'))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_certificates(self):
        hub = self.make('--login', 'certificate')
        at = ['-h', 'localhost', '-p', str(hub.served)]
        tls = ['--cafile', str(hub.folder / 'tls/ca.crt')]
        self.check_people(hub, hub.served)
        self.turned_away(*at, *tls, '-u', 'mopti-17')
        other = hub.above / 'other'
        self.assertEqual(init(other, *NAMES, '--login', 'certificate').returncode, 0)
        theirs = other / 'secrets/mopti-17/mopti-17'
        self.turned_away(*at, *tls, '-u', 'mopti-17', '--cert', f'{theirs}.crt', '--key', f'{theirs}.key')
        # The name is the certificate's, whatever is claimed; the server's opens nothing.
        done = run('silence', 'list', *hub.handed('mopti-17'), '-u', 'chief')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertIn('the broker does not let this user publish to $CONTROL/tocsin/v1', done.stderr)
        self.turned_away(*at, *tls, '-u', 'chief', '--cert', str(hub.folder / 'tls/server.crt'), '--key',
                         str(hub.folder / 'tls/server.key'))
        # On this machine an admin has a password, and nobody else.
        self.assertEqual((hub.folder / 'passwords').read_text().count('\n'), 1)
        done = run('status', *hub.handed('chief', 'local'), '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('rules_file', done.stdout)
        self.turned_away('-h', '127.0.0.1', '-p', str(hub.port), '-u', 'mopti-17', '-P', 'guessed')
        if shutil.which('openssl') is None:
            return
        late = self.one_more(hub)
        done = run('report', *at, *tls, '-u', 'late', '--cert', f'{late}.crt', '--key', f'{late}.key', *ATTACK)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn('sender.unknown', done.stdout + done.stderr)

    def one_more(self, hub):
        """By the two commands of the manual page."""
        page = (SOURCE / 'clients/manual/pages/init.roff').read_text().replace('\\-', '-').replace('\\e\n', '')
        commands = re.findall(r'^openssl .*$', page, re.MULTILINE)
        self.assertEqual(len(commands), 2)
        for command in commands:
            words = command.replace('DIR', str(hub.folder)).replace('NAME', 'late').split()
            subprocess.run(words, cwd=hub.above, check=True, capture_output=True)
        return hub.above / 'late'

    def test_without_tls(self):
        hub = self.make('--login', 'no-tls')
        self.assertIn('\nWithout TLS, whoever is on the line reads passwords and reports.\n', hub.made.stdout)
        self.assertFalse((hub.folder / 'tls').exists())
        self.check_people(hub, hub.port)
        self.turned_away('-h', '127.0.0.1', '-p', str(hub.port), '-u', 'mopti-17', '-P', 'guessed')
        self.turned_away('-h', '127.0.0.1', '-p', str(hub.port))

    def test_a_line_that_breaks(self):
        hub = self.make()
        link = Link(types.SimpleNamespace(port=hub.served)).up()
        self.addCleanup(link.end)
        watch = self.watch(hub, 'msf-duty', link.port)
        self.addCleanup(lambda: watch.process.poll() is None and watch.end(signal.SIGKILL))
        # The next two break in the middle of TLS's greeting.
        link.rude = 2
        link.reset().up()
        hub.log("New client connected .* u'msf-duty'", 2)
        self.assertEqual(run('report', *hub.handed('mopti-17'), *ATTACK).returncode, 0)
        code, text = watch.end()
        self.assertEqual((code, text.count('\n')), (0, 1), watch.errors)

    def test_a_lost_journal_key_or_a_restart(self):
        hub = self.make()
        done = run('report', *hub.handed('mopti-17'), *ATTACK)
        self.assertEqual(done.returncode, 0, done.stderr)
        key = (hub.folder / 'state/id.key').read_bytes()
        hub.stop()
        Hub._start(hub)
        self.assertEqual((hub.folder / 'state/id.key').read_bytes(), key)
        done = run('journal', str(hub.folder / 'state/journal.sqlite'), '--json')
        self.assertEqual(done.stdout.count('\n'), 1)


class Files(unittest.TestCase):
    def setUp(self):
        above = tempfile.TemporaryDirectory(prefix='tocsin-init-')
        self.addCleanup(above.cleanup)
        self.above = pathlib.Path(os.path.realpath(above.name))
        self.folder = self.above / 'hub'

    def refused(self, said, *words, folder=None, code=1):
        folder = folder or self.folder
        before = sorted(self.above.rglob('*'))
        done = init(folder, *words)
        self.assertEqual((done.returncode, done.stdout), (code, ''), (words, done.stderr))
        self.assertEqual(done.stderr.splitlines()[0], f'tocsin init: {said}')
        self.assertEqual(sorted(self.above.rglob('*')), before)

    def test_what_is_made(self):
        done = init(self.folder, *NAMES, '--login', 'certificate')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertEqual(done.stdout, f'''\
The hub bamako is made:
  {self.folder}/mosquitto.conf   the broker
  {self.folder}/rules/rules.yaml who is alerted of what: yours to change
  {self.folder}/acl              who may read and report, made from the rules
  {self.folder}/passwords        the accounts, as hashes
  {self.folder}/tls/             certificates, valid for five years
  {self.folder}/secrets/         a folder a person: hand it out, then take it off this machine
  {self.folder}/state/           the journal, once it runs

Start it, then check it:
  mosquitto -c {self.folder}/mosquitto.conf
  tocsin doctor {self.folder}/mosquitto.conf
''')
        modes = {str(path.relative_to(self.folder)): oct(path.stat().st_mode & 0o777)[2:]
                 for path in self.folder.rglob('*')}
        people = ('chief', 'coord', 'gao-3', 'mopti-17', 'msf-duty', 'nrc-duty')
        self.assertEqual(modes, {
            'mosquitto.conf': '600', 'acl': '600', 'passwords': '600', 'state': '700', 'rules': '700',
            'rules/rules.yaml': '600', 'rules/regions': '755', 'rules/regions/ml.csv': '644',
            'rules/regions/places.csv': '644', 'tls': '755', 'tls/ca.crt': '644', 'tls/server.crt': '644',
            'tls/server.key': '600', 'secrets': '700', 'secrets/ca.key': '600', 'secrets/chief/local': '600',
            **{f'secrets/{name}{rest}': mode for name in people for rest, mode in (
                ('', '700'), ('/tocsin', '600'), ('/ca.crt', '644'), (f'/{name}.crt', '644'),
                (f'/{name}.key', '600'))}})
        # No village of another country, which the list of places would not know.
        villages = (self.folder / 'rules/regions/places.csv').read_text().splitlines()
        self.assertEqual(villages[0], 'Name,Aliases,P-Code,Latitude,Longitude')
        self.assertTrue(all(',ML' in line for line in villages[1:]) and len(villages) > 5, villages)
        check = run('check', str(self.folder / 'rules/rules.yaml'), '--strict')
        self.assertEqual(check.returncode, 0, check.stderr)
        self.assertNotIn('warning', check.stderr)
        acl = (self.folder / 'acl').read_text()
        first = acl.splitlines()[0]
        self.assertEqual(first, f'# Made by: tocsin acl {self.folder}/rules/rules.yaml --admins chief -o '
                                f'{self.folder}/acl')
        again = run(*first.split(': ')[1].split()[1:])
        self.assertEqual((again.returncode, again.stderr), (0, ''))
        self.assertEqual((self.folder / 'acl').read_text(), acl)
        self.assertEqual((self.folder / 'acl').stat().st_mode & 0o777, 0o600)

    def test_what_the_broker_needs(self):
        init(self.folder, *NAMES)
        lines = (self.folder / 'mosquitto.conf').read_text().splitlines()
        for line in ('per_listener_settings false', 'set_tcp_nodelay true', 'max_queued_messages 100000',
                     'persistence true', 'autosave_on_changes true', 'autosave_interval 1000',
                     'allow_anonymous false', 'listener 8883', 'listener 1883 127.0.0.1', 'tls_version tlsv1.2',
                     f'persistence_location {self.folder}/state/', f'acl_file {self.folder}/acl',
                     f'plugin {os.environ["TOCSIN_PLUGIN"]}', 'plugin_opt_hub bamako', 'plugin_opt_admins chief',
                     'plugin_opt_guard beside'):
            self.assertEqual(lines.count(line), 1, line)
        self.assertFalse([line for line in lines if 'require_certificate' in line])

    def test_secrets_are_strong_and_stand_once(self):
        init(self.folder, *NAMES)
        secrets = [re.search(r'^-P (\S+)$', path.read_text(), re.MULTILINE)[1]
                   for path in sorted(self.folder.glob('secrets/*/tocsin'))]
        self.assertEqual(len(set(secrets)), 6)
        for secret in secrets:
            self.assertRegex(secret, r'^([a-km-np-z2-9]{6}-){3}[a-km-np-z2-9]{6}$')
        for path in self.folder.rglob('*'):
            if path.is_file():
                found = [secret for secret in secrets if secret.encode() in path.read_bytes()]
                self.assertEqual(len(found), path.name == 'tocsin', path)
        hashes = (self.folder / 'passwords').read_text().splitlines()
        self.assertEqual(len({line.split(':')[1] for line in hashes}), 6)

    @unittest.skipIf(shutil.which('openssl') is None, 'no openssl to judge by')
    def test_certificates_verify(self):
        done = init(self.folder, *NAMES, '--address', '192.0.2.7', '--login', 'certificate')
        self.assertEqual(done.returncode, 0, done.stderr)
        server, authority = self.folder / 'tls/server.crt', self.folder / 'tls/ca.crt'

        def verify(*words):
            return subprocess.run(['openssl', 'verify', '-x509_strict', '-CAfile', str(authority), *map(str, words)],
                                  capture_output=True, text=True, check=False).returncode

        client = self.folder / 'secrets/mopti-17/mopti-17.crt'
        self.assertEqual(verify('-purpose', 'sslserver', '-verify_ip', '192.0.2.7', server), 0)
        self.assertEqual(verify('-purpose', 'sslserver', '-verify_hostname', 'localhost', server), 0)
        self.assertEqual(verify('-purpose', 'sslclient', client), 0)
        self.assertNotEqual(verify('-purpose', 'sslserver', '-verify_ip', '192.0.2.8', server), 0)
        self.assertNotEqual(verify('-purpose', 'sslserver', client), 0)
        self.assertNotEqual(verify('-purpose', 'sslclient', server), 0)

    def test_countries_without_a_list(self):
        done = init(self.folder, '--countries', 'sdn, no', '--senders', '-', '--admins', '-', '--partners', '-')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertIn("\nEvery account may report: 'senders' in the rules names those who may.\n", done.stdout)
        rules = (self.folder / 'rules/rules.yaml').read_text()
        for line in ('# No list came for SD (Sudan): only the country is known until one stands above.',
                     '      region: [SD, NO]', '  partners: {max_sensitivity: high}', '# senders:'):
            self.assertIn(line + '\n', rules)
        self.assertNotIn('gazetteer:', rules)
        self.assertEqual(run('check', str(self.folder / 'rules/rules.yaml')).returncode, 0)
        self.assertNotIn('plugin_opt_admins', (self.folder / 'mosquitto.conf').read_text())

    def test_certificates_and_nobody_with_a_password(self):
        self.assertEqual(init(self.folder, '--login', 'certificate', '--admins', '-').returncode, 0)
        self.assertFalse((self.folder / 'passwords').exists())
        text = (self.folder / 'mosquitto.conf').read_text()
        self.assertEqual(re.findall(r'^listener .*$', text, re.MULTILINE), ['listener 8883'])
        self.assertNotIn('password_file', text)

    def test_a_folder_that_is_there(self):
        self.folder.mkdir()
        self.assertEqual(init(self.folder, *NAMES).returncode, 0)
        self.refused(f'{self.folder} is not empty: nothing is written. Name a folder that is not there yet.', *NAMES)
        self.refused(f'{self.folder}/acl: Not a directory', *NAMES, folder=self.folder / 'acl')
        hidden = self.above / 'hidden'
        hidden.mkdir()
        (hidden / '.keep').write_text('')
        self.refused(f'{hidden} is not empty: nothing is written. Name a folder that is not there yet.',
                     folder=hidden)

    def test_refused_and_nothing_left(self):
        plain = 'a path of letters, digits and /._+,@%=- is wanted, for configuration and shell take it as it is'
        self.refused(f'{self.above}/a b: {plain}', folder=self.above / 'a b')
        self.refused(f'{self.above}/a\nplugin x: {plain}'.splitlines()[0], folder=self.above / 'a\nplugin x')
        self.refused(f'{self.above}/no/hub: the folder that it should lie in is not there',
                     folder=self.above / 'no' / 'hub')
        for option in ('--plugin', '--regions'):
            self.refused(f'{self.above}/no: No such file or directory', option, str(self.above / 'no'))
        self.refused('no user nobody-of-that-name on this machine: --broker-user names the one that runs the broker',
                     '--broker-user', 'nobody-of-that-name')
        self.refused('--port and --local-port are both 1883', '--port', '1883')

    @unittest.skipIf(os.path.exists('/usr/lib/tocsin') or os.path.exists('/etc/mosquitto/tocsin'), 'installed here')
    def test_a_command_alone_finds_neither_plugin_nor_places(self):
        alone = self.above / 'bin' / 'tocsin'
        alone.parent.mkdir()
        shutil.copy(TOCSIN, alone)
        for words, said in (
                ([], 'mosquitto_tocsin.so is not found: --plugin FILE says where it is'),
                (['--plugin', str(alone)],
                 'no lists of places are found: --regions DIR says where they are, such as rules/regions')):
            done = subprocess.run([alone, 'init', str(self.folder), *OURSELVES, *words], env=environment(),
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (1, f'tocsin init: {said}\n'))

    def test_what_options_take(self):
        codes = 'wants ISO 3166 codes of countries with commas between them, such as ML,BF'
        names = "wants user names of A-Z, a-z, 0-9, '_' and '-', 64 at most, with commas between them"
        for words, said in (
                (['--countries', 'XX'], f'--countries: {codes}'), (['--countries', ''], f'--countries: {codes}'),
                (['--countries', 'Mali'], f'--countries: {codes}'),
                (['--senders', 'a/b'], f'--senders: {names}'), (['--admins', 'a\nb'], f'--admins: {names}'),
                (['--coordination', '-'], '--coordination: wants at least one name: what no rule sends anywhere '
                                          'goes there'),
                (['--hub', 'a\nplugin /x'], '--hub: wants a name of 1 to 64 characters'),
                (['--address', 'a,DNS:b'], '--address: wants a host name or an address, of 1 to 64 characters'),
                (['--login', 'none'], '--login: wants password, certificate or no-tls'),
                (['--port', '0'], '--port: wants a number from 1 to 65535')):
            self.refused(said, *words, code=2)
        self.assertEqual(run('init').returncode, 2)

    def test_a_broken_list_of_places_leaves_nothing(self):
        regions = self.above / 'regions'
        regions.mkdir()
        (regions / 'ml.csv').write_text('Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\nx\n')
        done = init(self.folder, '--countries', 'ML', '--regions', str(regions))
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertIn(f'{self.folder}/rules/regions/ml.csv:2:', done.stderr)
        self.assertFalse(self.folder.exists())
        self.folder.mkdir()
        self.assertEqual(init(self.folder, '--countries', 'ML', '--regions', str(regions)).returncode, 1)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_answers_in_a_file(self):
        answers = self.above / 'answers'
        answers.write_text('# our hub\n--hub gao\n--countries ML\n--senders gao-3, gao-4\n--yes\n')
        done = init(self.folder, '--answers', str(answers), '--hub', 'mopti')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('plugin_opt_hub mopti\n', (self.folder / 'mosquitto.conf').read_text())
        self.assertTrue((self.folder / 'secrets/gao-4').is_dir())
        answers.write_text('--hub gao\n--contries ML\n--port x\n--answers more\n')
        done = init(self.above / 'second', '--answers', str(answers))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, f'{answers}:2: --contries: unknown option; did you mean --countries?\n'
                                      f'{answers}:3: --port: wants a number from 1 to 65535\n'
                                      f'{answers}:4: --answers: cannot stand in a configuration file\n')
        self.assertFalse((self.above / 'second').exists())

    @unittest.skipUnless(os.geteuid() == 0, 'only root gives files away')
    def test_for_the_broker_s_own_user(self):
        done = init(self.folder, *NAMES, '--broker-user', 'nobody')
        self.assertEqual(done.returncode, 0, done.stderr)
        nobody = pwd.getpwnam('nobody')
        about = {str(path.relative_to(self.folder)): path.stat() for path in self.folder.rglob('*')}
        # What it writes, and what it only reads.
        self.assertEqual({name for name, one in about.items() if one.st_uid == nobody.pw_uid},
                         {'state', 'rules', 'rules/rules.yaml'})
        self.assertEqual({name: oct(one.st_mode & 0o777) for name, one in about.items()
                          if one.st_uid != nobody.pw_uid and one.st_gid == nobody.pw_gid},
                         dict.fromkeys(['mosquitto.conf', 'acl', 'passwords', 'tls/server.key'], '0o640'))
        self.assertIn('user nobody\n', (self.folder / 'mosquitto.conf').read_text())
        # The authority's key and what is handed out are not the broker's to read.
        self.assertEqual(stat.S_IMODE((self.folder / 'secrets').stat().st_mode), 0o700)

    def test_in_french(self):
        done = init(self.folder, *NAMES, LC_ALL='fr_FR.UTF-8')
        self.assertIn('Le serveur bamako est prêt :\n', done.stdout)


class Asked(unittest.TestCase):
    def setUp(self):
        above = tempfile.TemporaryDirectory(prefix='tocsin-init-')
        self.addCleanup(above.cleanup)
        self.folder = pathlib.Path(os.path.realpath(above.name)) / 'hub'

    def begin(self, *words):
        terminal = Terminal('init', str(self.folder), *OURSELVES, '--regions', REGIONS, *words)
        self.addCleanup(terminal.kill)
        return terminal

    def to_the_end(self, terminal):
        terminal.expect('nothing is written before the end.')
        terminal.expect('What is the hub called?').expect('] > ').line('gao')
        terminal.expect('By which name or address').expect('] > ').line('<')
        terminal.expect('What is the hub called?').expect('[gao] > ').line('bamako')
        terminal.expect('By which name or address').expect('] > ').line('hub.example.org')
        terminal.expect('Which countries').expect('[ML,BF,NE] > ').line('Mali')
        terminal.expect('wants ISO 3166 codes').expect('> ').line('ml')
        terminal.expect('Who reports?').expect('[field-1] > ').line('mopti-17, gao-3')
        terminal.expect('Who sees everything').expect('[coordinator] > ').line('-')
        terminal.expect('wants at least one name').expect('> ').line()
        terminal.expect('Which relief agencies').expect('[agency-1] > ').line('msf-duty')
        terminal.expect('may be told to everyone').expect('[-] > ').line()
        terminal.expect('Who steers').expect('[operator] > ').line('chief')
        terminal.expect('How do they log in?').expect('[password] > ').line('certificate')
        return terminal.expect(f'Make this hub in {self.folder}? [y/n] ')

    def test_all_questions(self):
        terminal = self.to_the_end(self.begin())
        self.assertFalse(self.folder.exists())
        terminal.line('y').expect('The hub bamako is made:')
        self.assertEqual(terminal.wait(), 0)
        rules = (self.folder / 'rules/rules.yaml').read_text()
        for line in ('gazetteer: [regions/ml.csv]', '  coordination: {max_sensitivity: severe, members: [coordinator]}',
                     '  partners: {max_sensitivity: high, members: [msf-duty]}',
                     '  gao-3: {regions: [ML], max_rate: 60/min}'):
            self.assertIn(line + '\n', rules)
        self.assertIn('-h hub.example.org\n', (self.folder / 'secrets/mopti-17/tocsin').read_text())
        self.assertTrue((self.folder / 'secrets/chief/local').exists())

    def test_broken_off(self):
        for leave in (lambda terminal: terminal.line('n'), lambda terminal: terminal.type('\x03'),
                      lambda terminal: terminal.type('\x04')):
            terminal = self.to_the_end(self.begin())
            leave(terminal)
            terminal.expect('Nothing is written.')
            self.assertEqual(terminal.wait(), 1)
            self.assertFalse(self.folder.exists())

    def test_what_stands_in_the_way_is_said_before_the_questions(self):
        self.folder.mkdir()
        (self.folder / 'mine').write_text('text')
        for words, said in (([], f'{self.folder} is not empty: nothing is written.'),
                            (['--plugin', '/nowhere'], 'is not empty')):
            terminal = self.begin(*words).expect(said)
            self.assertEqual(terminal.wait(), 1)
            self.assertNotIn('?', terminal.text)
        self.assertEqual([path.name for path in self.folder.iterdir()], ['mine'])

    def test_asks_only_for_the_rest(self):
        terminal = self.begin(*NAMES)
        terminal.expect('may be told to everyone').expect('> ').line()
        terminal.expect('How do they log in?').expect('> ').line()
        terminal.expect('[y/n] ').line('y')
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn('Who reports?', terminal.text)

    def test_yes_asks_nothing(self):
        terminal = self.begin('--yes')
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn('?', terminal.text)


if __name__ == '__main__':
    unittest.main()
