# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin report --edit, update and cancel: what was refused is mended, what has arrived is
followed, and nothing overtakes what it follows."""

import json
import unittest

import messages
from command import lines, run
from laptop import FLAGS, Laptop, LaptopTest, journal, journalled, with_rate
from tocsin.v1 import incident_pb2


class Amend(LaptopTest):
    def test_edit_a_refused_report(self):
        hub = self.hub(with_rate('60/min'), journal=True)
        laptop = self.laptop(hub)
        first = json.loads(laptop.report(*FLAGS, '--json').stdout)['incident_id']
        # Of another status than what it refers to: only the hub can know.
        done = laptop.report(*FLAGS, '--update', first, '--status', 'exercise', '--json')
        refused = json.loads(done.stdout)
        self.assertEqual(refused['violations'][0]['check'], 'references.status')
        short = refused['incident_id'][:8]
        done = laptop.report('--edit', short, '--yes', EDITOR='sed -i s/exercise/acual/')
        self.assertEqual(done.returncode, 1)
        self.assertIn('[references.status]', done.stderr)
        self.assertIn('[status.enum]', done.stdout)
        self.assertEqual([one['state'] for one in laptop.list()], ['refused', 'recorded'])
        # The text of the last try is gone on with.
        done = laptop.report('--edit', short, '--yes', EDITOR='sed -i s/acual/actual/')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('Going on with', done.stderr)
        # The hub had not remembered the id: it is the same.
        self.assertEqual(sorted(journal(hub)), sorted([(first, 1), (refused['incident_id'], 2)]))
        self.assertEqual([one['state'] for one in laptop.list()], ['recorded', 'recorded'])
        self.assertEqual([name for name in laptop.files() if 'edit' in name or name[0].isdigit()], [])

    def test_edit_where_the_id_was_the_fault(self):
        hub = self.hub(with_rate('60/min'), journal=True)
        laptop, other = self.laptop(hub), self.laptop(hub, user='gao-3')
        taken = json.loads(laptop.report(*FLAGS, '--json').stdout)['incident_id']
        done = other.report(*FLAGS, '--incident-id', taken)
        self.assertIn('[incident.id_taken]', done.stdout)
        done = other.report('--edit', taken[:8], '--yes', EDITOR='true')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('It gets a new id.', done.stderr)
        self.assertEqual([one['state'] for one in other.list()], ['recorded'])
        self.assertNotEqual(self.only(other)['id'], taken)
        # Other words under an id that has arrived can only be an update.
        done = laptop.report(*FLAGS, '--incident-id', taken, '--headline', 'Autre')
        self.assertIn('[incident.id_reused]', done.stdout)
        done = laptop.report('--edit', taken[:8], '--yes', EDITOR='true')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('this becomes an update of it', done.stderr)
        chain = [incident for incident in journalled(hub) if incident.references]
        self.assertEqual([reference.id for reference in chain[0].references], [taken])
        self.assertEqual(chain[0].headline, 'Autre')

    def test_a_waiting_report_is_edited_and_dropped(self):
        hub = self.hub(journal=True)
        laptop = Laptop(self, hub)
        laptop.report(*FLAGS, '--headline', 'Premier', '--later')
        waiting = self.only(laptop)['id']
        done = laptop.report('--edit', waiting, '--later', '--yes', EDITOR='sed -i s/Premier/Second/')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.only(laptop)['id'], waiting)
        laptop.link.up()
        self.assertEqual(laptop.report('--send').returncode, 0)
        self.assertEqual([incident.headline for incident in journalled(hub)], ['Second'])
        laptop.report(*FLAGS, '--killed', '3', '--later')
        waiting = [one for one in laptop.list() if one['state'] == 'waiting'][0]['id']
        self.assertEqual(laptop.report('--drop', waiting).returncode, 1)
        self.assertEqual(laptop.report('--drop', waiting[:3], '--yes').returncode, 1)
        self.assertEqual(laptop.report('--drop', waiting[:8], '--yes').returncode, 0)
        self.assertEqual(self.only(laptop)['state'], 'recorded')
        self.assertEqual(laptop.report('--drop', waiting[:8], '--yes').returncode, 1)

    def test_updates_refer_to_what_is_known_here(self):
        hub = self.hub(with_rate('60/min'), journal=True)
        laptop = self.laptop(hub)
        first = json.loads(laptop.report(*FLAGS, '--locality', 'Sy', '--killed', '2', '--headline', 'Un',
                                         '--json').stdout)['incident_id']
        done = laptop.verb('update', first[:8], '--severity', 'extreme', '--killed', '21-40')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = laptop.verb('cancel', first[:8], '--cause', 'error', '--note', 'wrong village')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        one, update, cancel = journalled(hub)
        for later in (update, cancel):
            self.assertEqual(len(later.references), 1)
            self.assertEqual(later.references[0].sender, 'mopti-17')
            self.assertEqual(later.references[0].id, first)
            self.assertEqual(later.references[0].sent, one.sent)
            self.assertNotEqual(later.id, first)
            self.assertEqual(later.status, one.status)
        self.assertEqual((update.location, update.event), (one.location, one.event))
        self.assertEqual((update.sensitivity, update.certainty), (one.sensitivity, one.certainty))
        self.assertEqual(update.headline, '')
        self.assertEqual([(claim.low, claim.high) for claim in update.casualty_claims], [(21, 40)])
        self.assertEqual(cancel.close.note, 'wrong village')
        self.assertFalse(cancel.HasField('location'))
        self.assertEqual([revision for _, revision in journal(hub)], [1, 2, 3])
        # Half an old place and half a new one would be neither.
        done = laptop.verb('update', update.id, '--pcode', 'ML0501', '--country', 'ML')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(journalled(hub)[3].location.locality, '')

    def test_updates_of_what_is_not_known(self):
        hub = self.hub(with_rate('60/min'), journal=True)
        laptop = self.laptop(hub)
        done = laptop.verb('update', '12345678', '--severity', 'extreme')
        self.assertEqual(done.returncode, 1)
        self.assertIn('no report 12345678 is known here', done.stderr)
        done = laptop.verb('cancel', '12345678')
        self.assertEqual(done.returncode, 2)
        self.assertIn('--cause', done.stderr)
        elsewhere = messages.kouakourou()
        done = laptop.verb('update', elsewhere.id, *FLAGS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('nothing of it is filled in', done.stderr)
        self.assertEqual(journalled(hub)[0].references[0].id, elsewhere.id)
        # One that was refused is mended, not followed.
        done = laptop.report(*FLAGS, '--update', journalled(hub)[0].id, '--status', 'test', '--json')
        refused = json.loads(done.stdout)
        self.assertEqual(refused['verdict'], 'rejected')
        done = laptop.verb('update', refused['incident_id'], '--severity', 'minor')
        self.assertEqual(done.returncode, 1)
        self.assertIn('--edit mends it', done.stderr)

    def test_an_update_waits_for_the_answer_to_what_it_follows(self):
        """On a broker without the plugin nothing is ever answered."""
        hub = self.hub(plugin=False)
        laptop = self.laptop(hub)
        seen = hub.client('watcher').subscribe('tocsin/v1/from/+/incident')
        laptop.report(*FLAGS, '--later')
        first = self.only(laptop)['id']
        laptop.verb('update', first, '--severity', 'extreme', '--later')
        for severity in ('minor', 'extreme', 'unknown'):
            words = [severity if word == 'severe' else word for word in FLAGS]
            laptop.report(*words, '--killed', '1', '--later')
        done = laptop.report('--send', '--severe-first', '--timeout', '1', '--json')
        self.assertEqual(done.returncode, 4)
        unanswered = lines(done.stdout)
        self.assertEqual(len(unanswered), 4)
        self.assertFalse(any('verdict' in receipt for receipt in unanswered))
        came = [incident_pb2.Incident.FromString(message.payload)
                for message in seen.wait(lambda message: True, count=4)]
        order = []
        for incident in came:
            if incident.id not in [one.id for one in order]:
                order.append(incident)
        # The first version goes with the extremes, since one of them follows it.
        self.assertEqual(order[0].id, first)
        self.assertEqual([one.severity for one in order[1:]], [5, 1, 2])
        self.assertNotIn(2, [one.msg_type for one in came])
        listed = run('report', '--list', '--outbox', str(laptop.outbox)).stdout
        self.assertIn(f'waiting for the answer to {first[:8]}', listed)


if __name__ == '__main__':
    unittest.main()
