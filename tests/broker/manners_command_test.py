# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""How commands end and what they show of themselves: Ctrl-C, a reader that has gone, and
the process list."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from command import TIMEOUT, TOCSIN, Relay, Watch, environment, lines, run, to
from hub import BrokerTest

SOURCE = pathlib.Path(os.environ['TOCSIN_SOURCE'])
RULES = str(SOURCE / 'rules/sahel.yaml')
INCIDENT = str(SOURCE / 'tests/corpus/incidents/01-kouakourou.json')
SECRET = 'not-for-everybody'
REPORT = ('--event', 'battles', '--severity', 'severe', '--certainty', 'observed', '--country', 'ML', '--pcode',
          'ML0503', '--sensitivity', 'moderate')


class Displacement(Watch):
    command = 'displacement'
    ready = 'all that the hub keeps is here'


class Interrupted(BrokerTest):
    def waiting(self, bare, count, *words, **more):
        """A command that has sent its question to a broker where nobody answers."""
        process = subprocess.Popen([TOCSIN, *words, *to(bare, 'chief')], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**more))
        try:
            bare.log('Received PUBLISH from', count)
        except BaseException:
            process.kill()
            raise
        return process

    def wait_blocked(self, process, stop):
        """Until it takes the signal itself; while it connects, that would end it."""
        status = pathlib.Path(f'/proc/{process.pid}/status')
        deadline = time.monotonic() + TIMEOUT
        while not int(re.search(r'SigBlk:\s+(\w+)', status.read_text()).group(1), 16) >> stop - 1 & 1:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def end(self, process, stop):
        process.send_signal(stop)
        out, err = process.communicate(timeout=TIMEOUT)
        return process.returncode, out, err

    def test_what_runs_on_and_on(self):
        hub = self.hub()
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for kind in (Watch, Displacement, Relay):
                with tempfile.TemporaryDirectory() as state:
                    running = kind(hub, XDG_STATE_HOME=state)
                    code, _ = running.end(stop)
                    self.assertEqual(code, 0, (kind.command, stop, running.errors))

    def test_what_waits_for_a_hub(self):
        bare = self.hub(plugin=False, after='log_type debug')
        for count, words in enumerate((['silence', 'list'], ['journal'], ['quarantine', 'list'], ['reload', RULES],
                                       ['replay', '--from', '1h'], ['status'], ['doctor']), 1):
            code, out, err = self.end(self.waiting(bare, count, *words), signal.SIGINT)
            self.assertEqual((code, out), (4, ''), (words, err))
            self.assertIn('no sign of a hub' if words == ['status'] else 'interrupted', err, words)
            self.assertEqual(len(err.splitlines()), 1, err)
        for count, words in enumerate((['silence', 'list'], ['replay', '--from', '1h']), 8):
            code, _, err = self.end(self.waiting(bare, count, *words, LC_ALL='fr_FR.UTF-8'), signal.SIGINT)
            self.assertEqual((code, err.split(': ')[-1]), (4, 'interrompu\n'))

    def test_what_waits_for_the_broker(self):
        """One that takes the line and says nothing, such as a satellite modem's."""
        with socket.create_server(('127.0.0.1', 0)) as silent, tempfile.TemporaryDirectory() as state:
            port = silent.getsockname()[1]
            for words in (['watch'], ['displacement'], ['relay'], ['replay', '--from', '1h'], ['status'],
                          ['silence', 'list'], ['report', *REPORT]):
                process = subprocess.Popen([TOCSIN, *words, '-h', '127.0.0.1', '-p', str(port), '-u', 'chief'],
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                           text=True, env=environment(XDG_STATE_HOME=state))
                self.addCleanup(process.kill)
                silent.settimeout(TIMEOUT)
                with silent.accept()[0] as line:
                    line.settimeout(TIMEOUT)
                    self.assertEqual(line.recv(1), b'\x10', words)
                    self.wait_blocked(process, signal.SIGINT)
                    code, out, err = self.end(process, signal.SIGINT)
                self.assertEqual((code, out), (3, ''), (words, err))
                self.assertIn(f'interrupted before 127.0.0.1 port {port} answered', err, words)
            self.assertIn('1 waiting: kept in the outbox', err)

    def test_a_report_stays_in_the_outbox(self):
        bare = self.hub(plugin=False, after='log_type debug')
        with tempfile.TemporaryDirectory() as state:
            more = {'XDG_STATE_HOME': state}
            for count, words in enumerate((['report', *REPORT], ['report', '--send', '--stay']), 1):
                process = self.waiting(bare, count, *words, **more)
                code, _, err = self.end(process, signal.SIGINT)
                self.assertEqual(code, 4, (words, err))
                self.assertIn('interrupted', err)
                kept = lines(run('report', '--list', '--json', **more).stdout)
                self.assertEqual([row['state'] for row in kept], ['sent'])

    def test_what_reads_its_input(self):
        for words in (['decode'], ['encode'], ['explain', RULES, '-'], ['report', '--check', '-']):
            reading, writing = os.pipe()
            process = subprocess.Popen([TOCSIN, *words], stdin=reading, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, env=environment())
            os.close(reading)
            os.write(writing, b'{')
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=TIMEOUT)
            os.close(writing)
            self.assertEqual((process.returncode, out, err), (-signal.SIGINT, b'', b''), words)


class Pipes(BrokerTest):
    def deaf(self, *words, **more):
        """Run with a reader that has gone already."""
        reading, writing = os.pipe()
        os.close(reading)
        try:
            return subprocess.run([TOCSIN, *words], stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE,
                                  text=True, env=environment(**more), timeout=TIMEOUT, check=False)
        finally:
            os.close(writing)

    def judge(self, *words, **more):
        heard = run(*words, **more)
        self.assertNotEqual(heard.stdout, '', (words, heard.stderr))
        done = self.deaf(*words, **more)
        self.assertIn(done.returncode, (0, -signal.SIGPIPE), (words, done.stderr))
        # Nothing is said that would not be said otherwise.
        self.assertLessEqual(set(done.stderr.splitlines()), set(heard.stderr.splitlines()), words)

    def test_without_a_hub(self):
        for words in (['--help'], ['--version'], ['watch', '--help-all'], ['check', RULES], ['check', RULES, '--json'],
                      ['explain', RULES, INCIDENT], ['explain', RULES, INCIDENT, '--json'], ['diff', RULES, RULES],
                      ['diff', RULES, RULES, '--json'], ['topics', RULES], ['encode', INCIDENT],
                      ['rehearse', RULES], ['rehearse', RULES, '--json'],
                      ['displacement', '--from', str(SOURCE / 'tests/corpus/incidents/06-mali-dtm.json'), '--csv']):
            self.judge(*words)

    def test_with_a_hub(self):
        hub = self.hub(journal=True, options={'admins': 'chief'})
        with tempfile.TemporaryDirectory() as state:
            more = {'XDG_STATE_HOME': state}
            self.assertEqual(run('report', *to(hub, 'mopti-17'), *REPORT, **more).returncode, 0)
            run('report', *to(hub, 'mopti-17'), *REPORT, '--lat', '99', '--lon', '3', '--no-validate', **more)
            self.judge('report', '--list', **more)
        chief, agency = to(hub, 'chief'), to(hub, 'agency')
        for words in (['journal', *chief], ['journal', str(hub.journal_file), '--csv'], ['quarantine', 'list', *chief],
                      ['silence', 'list', *chief, '--json'], ['status', *chief], ['status', *agency, '--json'],
                      ['reload', str(hub.rules_file), '--dry-run', *chief, '--json'],
                      ['replay', *agency, '--from', '1h', '--json', '-q'],
                      ['displacement', *agency, '--once', '--json', '-q'],
                      ['watch', *agency, '--count', '1', '--for', '30', '-q']):
            self.judge(*words)


class ProcessList(BrokerTest):
    """What anybody on the machine may read of a command that runs."""

    def seen(self, process):
        return pathlib.Path(f'/proc/{process.pid}/cmdline').read_bytes().decode().split('\0')

    def test_no_password(self):
        hub = self.hub()
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, 'tocsin')
            file.write_text(f'-P {SECRET}\n')
            url = f'mqtt://agency:{SECRET}@127.0.0.1:{hub.port}'
            for words in (['-P', SECRET], [f'-P{SECRET}'], ['--pw', SECRET], [f'--pw={SECRET}'], ['-L', url],
                          [f'--url={url}'], ['--config', str(file)]):
                for kind in (Watch, Relay):
                    running = kind(hub, *words, XDG_STATE_HOME=folder)
                    try:
                        told = self.seen(running.process)
                    finally:
                        code, _ = running.interrupt()
                    self.assertEqual(code, 0)
                    self.assertFalse([word for word in told if SECRET in word], told)
                    self.assertFalse([line for line in running.errors if line and SECRET in line])
            # The usual place of the file.
            running = Watch(hub, XDG_CONFIG_HOME=folder)
            told = self.seen(running.process)
            running.interrupt()
            self.assertFalse([word for word in told if SECRET in word], told)

    def test_the_file_is_really_read(self):
        """Else the test above would pass without a password."""
        with tempfile.TemporaryDirectory() as folder:
            hub = self.make_hub(authentication=f'allow_anonymous false\npassword_file {folder}/passwords')
            passwords = pathlib.Path(folder, 'passwords')
            subprocess.run(['mosquitto_passwd', '-c', '-b', str(passwords), 'agency', SECRET], check=True,
                           capture_output=True)
            passwords.chmod(0o644)
            os.chmod(folder, 0o755)
            hub.start()
            file = pathlib.Path(folder, 'tocsin')
            for line in (f'-P {SECRET}', f'-P{SECRET}', f'--pw {SECRET}', f'--pw={SECRET}', f' --pw\t {SECRET} '):
                file.write_text(line + '\n')
                done = run('watch', *to(hub, 'agency'), '--config', str(file), '--for', '1')
                self.assertEqual((done.returncode, done.stdout), (0, ''), (line, done.stderr))
            for words in (['-P', SECRET], ['-L', f'mqtt://agency:{SECRET}@127.0.0.1:{hub.port}']):
                done = run('watch', *to(hub, 'agency'), *words, '--for', '1')
                self.assertEqual(done.returncode, 0, done.stderr)
            file.write_text('-P wrong\n')
            done = run('watch', *to(hub, 'agency'), '--config', str(file), '--for', '1')
            self.assertEqual(done.returncode, 3)
            self.assertNotIn('wrong', done.stderr)
            self.assertNotIn('no password', done.stderr)
            # Who gave none is told where it belongs.
            for words in ([], ['-V', 'mqttv311']):
                done = run('report', *to(hub, 'agency'), *words, *REPORT, '--outbox', f'{folder}/outbox')
                self.assertEqual(done.returncode, 3)
                self.assertRegex(done.stderr, r"(?m)^tocsin: cannot connect to .*\n"
                                              r"tocsin: no password was given: put '-u NAME' and '-P PASSWORD' into "
                                              r'~/\.config/tocsin, one a line$')
            done = run('watch', '-h', '127.0.0.1', '-p', '1', '--for', '1')
            self.assertEqual(done.returncode, 3)
            self.assertNotIn('no password', done.stderr)

    def test_a_mistake_does_not_print_it(self):
        for words in (['-P', SECRET], ['-L', f'http://u:{SECRET}@h'], [f'--pwd={SECRET}'], [f'-Q{SECRET}'],
                      [f'--insecure={SECRET}']):
            done = run('status', *words, '-p', '0')
            self.assertEqual(done.returncode, 2)
            self.assertNotIn(SECRET, done.stdout + done.stderr)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, 'tocsin')
            for line, said in ((f'--pasword {SECRET}', '--pasword: unknown option'), ('-P', '-P: wants a value'),
                               (f'--pasword={SECRET}', '--pasword: unknown option'),
                               (f'-Q{SECRET}', '-Q: unknown option'), (f'-p{SECRET}', '-p: wants a number'),
                               (f'--config={SECRET}', '--config: cannot stand'),
                               (f'--insecure={SECRET}', '--insecure: takes no value'),
                               (SECRET, 'unknown option'), (f'pw={SECRET}', 'unknown option')):
                file.write_text(f'\n{line}\n')
                done = run('status', '--config', str(file))
                self.assertEqual(done.returncode, 2)
                self.assertIn(f'{file}:2: {said}', done.stderr)
                self.assertNotIn(SECRET, done.stderr)


if __name__ == '__main__':
    unittest.main()
