# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A flood of garbage leaves the broker up and its memory flat."""

import os
import random
import unittest

import messages
from hub import BrokerTest

MESSAGES = int(os.environ.get('TOCSIN_FLOOD', '20000'))
ROUNDS = 4
GROWTH_BYTES = 8 * 1024 * 1024


def mutated(source, seed):
    data = bytearray(seed)
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(data))
        what = source.randrange(4)
        if what == 0:
            data[at] = source.randrange(256)
        elif what == 1:
            del data[at:at + source.randint(1, 20)]
        elif what == 2:
            data[at:at] = source.randbytes(source.randint(1, 20))
        else:
            data += data[:at]
        if not data:
            data = bytearray(b'\0')
    return bytes(data[:70000])


def hostile(source, seed):
    kind = source.randrange(8)
    if kind == 0:
        return source.randbytes(source.randint(0, 600))
    if kind == 1:
        return b'\x6a\x00' * source.randint(1, 3000)       # empty claims
    if kind == 2:
        return b'\x0a\xff\xff\xff\xff\x7f' + b'x' * 20     # a length beyond the end
    if kind == 3:
        return b'\x5a' * source.randint(1, 2000)
    if kind == 4:
        return b'{"id":' * source.randint(1, 500)
    if kind == 5:
        return b'[' * source.randint(1, 5000)
    return mutated(source, seed)


class Flood(BrokerTest):
    def test_memory_stays_flat(self):
        for journal in (False, True):
            with self.subTest(journal=journal):
                self.flood(journal)

    def flood(self, journal):
        hub = self.hub(journal=journal)
        source = random.Random(20240807)
        seed = messages.kouakourou(id='0').SerializeToString()
        field = hub.client('mopti-17')
        sizes = []
        for number in range(ROUNDS):
            for count in range(MESSAGES // ROUNDS):
                leaf = 'incident-json' if count % 4 == 0 else 'incident'
                field.publish(messages.box('mopti-17', leaf), hostile(source, seed),
                              qos=count % 3, wait=count % 50 == 0)
            answer = messages.kouakourou()
            field.publish(messages.box('mopti-17'), answer.SerializeToString())
            field.wait(lambda m, incident=answer.id: m.topic.endswith('/receipt') and
                       messages.receipt(m.payload).incident_id == incident and
                       messages.verdict(m.payload) == 'VERDICT_ACCEPTED')
            sizes.append(hub.resident_bytes())
            field.clear()
        self.assertEqual(field.disconnects, 0)
        self.assertLess(sizes[-1] - sizes[1], GROWTH_BYTES, sizes)
        ledger = hub.stop()
        self.assertEqual(ledger['received'], MESSAGES // ROUNDS * ROUNDS + ROUNDS)
        self.assertEqual(ledger['accepted'], ROUNDS)


if __name__ == '__main__':
    unittest.main()
