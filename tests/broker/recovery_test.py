# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What is open is published again after a start, over many turns, while new versions of it
come: what stands at the end is what was said last."""

import unittest

import messages
import mqtt
from hub import BrokerTest
from restart_test import about, cancel

COUNT = 600
AHEAD = 100  # incidents between one that is on its way and one that is cancelled
STEP = 20    # ... and between two that are
AUDIENCES = [f'a{number:02}' for number in range(16)]  # two forms of each: 32 messages an incident
OPEN = f'tocsin/v1/to/{AUDIENCES[-1]}/open/'
RULES = 'version: 1\ngazetteer: [places.csv]\nopen_senders: true\naudiences:\n' + ''.join(
    f'  {name}: {{max_sensitivity: severe}}\n' for name in AUDIENCES) + '''\
rules:
  - id: all
    alert:
''' + ''.join(f'      - {{audience: {name}, open: true}}\n' for name in AUDIENCES) + f'''\
default:
  alert: [{{audience: {AUDIENCES[0]}}}]
'''


def come(hub, known=True):
    """In a session that outlives the broker."""
    watch = hub.client('watch', 'watch', clean=False)
    assert watch.session_present == known
    return watch


def told(client):
    """Ids that came beneath open/ of the last audience, in their order, what stood there before
    apart."""
    return [message.topic.split('/')[-1] for message in list(client.messages)
            if message.topic.startswith(OPEN) and message.payload and not message.retain]


class Recovery(BrokerTest):
    def filled(self, **more):
        """A hub that ended with so many open incidents."""
        hub = self.hub(rules=RULES, journal=True, **more)
        watch = come(hub, known=False).subscribe(f'{OPEN}#')
        field = hub.client('mopti-17')
        incidents = [about('battles') for _ in range(COUNT)]
        for incident in incidents:
            field.publish(messages.box('mopti-17'), incident.SerializeToString(), wait=False)
        field.wait_topic(messages.box('mopti-17', 'receipt'), COUNT)
        watch.until(lambda: len(told(watch)) == COUNT, 'all of open/')
        hub.stop()
        return hub, incidents

    def standing(self, hub):
        late = hub.client('later').subscribe(f'{OPEN}#')
        mqtt.barrier(late, late)
        return set(topic.split('/')[-1] for topic in late.topics(OPEN))

    def test_cancelled_meanwhile(self):
        hub, incidents = self.filled()
        order = {incident.id: at for at, incident in enumerate(incidents)}
        cancelled = set()
        hub.start()
        field = hub.client('mopti-17')
        # Who acknowledges each has the broker turn more often.
        watch = hub.client('late').subscribe(f'{OPEN}#', qos=0)
        newest = 0
        while newest + AHEAD < COUNT:
            over = incidents[newest + AHEAD]
            field.publish(messages.box('mopti-17'), cancel(over).SerializeToString(), wait=False)
            cancelled.add(over.id)
            newest = watch.until(
                lambda least=newest + STEP: next((order[i] for i in reversed(told(watch)) if order[i] >= least), 0),
                'more of open/')
        self.assertGreater(len(cancelled), 5)
        for receipt in field.wait_topic(messages.box('mopti-17', 'receipt'), len(cancelled)):
            self.assertEqual(messages.verdict(receipt.payload), 'VERDICT_ACCEPTED')
        hub.log('tocsin: published again after the start: ')
        watch.until(
            lambda: cancelled <= {m.topic.split('/')[-1] for m in watch.messages if not m.payload},
            'what is over to be cleared')
        self.assertEqual(self.standing(hub), set(order) - cancelled)

    def test_the_disk_answers_nothing_for_a_while(self):
        hub, incidents = self.filled(faults=True)
        hub.start()
        # It is slow to read so that not all is out before it is seen to hang.
        hub.fault('read delay 20', 'sync hang')
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), about('battles').SerializeToString(), wait=False)
        hub.log('what is to be published again cannot be read: the disk does not answer now. Trying again')
        watch = come(hub)
        self.assertLess(len(told(watch)), COUNT)
        hub.fault()
        hub.log('tocsin: published again after the start: ')
        everything = {incident.id for incident in incidents}
        watch.until(lambda: everything <= set(told(watch)), 'all that is open')
        self.assertLessEqual(everything, self.standing(hub))


if __name__ == '__main__':
    unittest.main()
