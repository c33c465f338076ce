# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A hub whose people are at work, and an intruder among them: somebody with the
credentials of one sender who tries to speak and to read as another."""

import time

import access
import messages
import mqtt
from control_test import ask
from hub import RULES, TIMEOUT, check_ledger

SELF, OTHER, CHIEF = 'mopti-99', 'mopti-17', 'chief'
PEOPLE = (SELF, OTHER, CHIEF, *access.READERS)
LISTED = RULES.replace('open_senders: true\n', (
    'senders:\n'
    f'  {OTHER}: {{regions: [ML05]}}\n'
    f'  {SELF}: {{regions: [ML05]}}\n'))
COUNTED = ('received', 'accepted', 'rejected', 'duplicate', 'deferred', 'reserved', 'guarded')
MARK = b'forged-marker-4711'


def forged(**changes):
    """An incident that whoever sees it was told a lie."""
    return messages.kouakourou(description=MARK.decode(), **changes).SerializeToString()


class Scene:
    """Ends with its hub."""

    def __init__(self, hub, kind):
        self.hub = hub
        self.kind = kind
        hub.options['admins'] = CHIEF
        access.KINDS[kind](hub, PEOPLE)
        hub.start()
        self.intruders = []
        self.chief = self.person(CHIEF)
        self.other = self.person(OTHER).subscribe(f'{messages.box(OTHER, "#")}')
        self.readers = {user: self.person(user).subscribe(f'tocsin/v1/to/{audience}/#')
                        for user, audience in access.READERS.items()}
        self.innocent = [self.chief, self.other, *self.readers.values()]

    def person(self, user, client_id=None, **more):
        return self.hub.client(user, client_id, password=access.PASSWORD, **more)

    def intruder(self, client_id=None, version=mqtt.V5, **more):
        client = self.person(SELF, client_id, version=version, **more)
        self.intruders.append(client)
        return client

    def bare(self, user=SELF, client_id='bare', version=mqtt.V5, **more):
        return mqtt.Bare(self.hub.port, user, client_id, version, password=access.PASSWORD, **more)

    def will(self, topic, payload=MARK, qos=1, retain=False, version=mqtt.V5):
        """The last will of an intruder whose link breaks. False where the broker itself
        takes no such will."""
        try:
            client = self.bare(client_id='doomed', version=version,
                               will=(topic, payload, qos, retain))
        except ConnectionError:
            return False
        client.close()
        return True

    def granted(self, topic_filter, version=mqtt.V5):
        client = self.bare(version=version)
        code = client.ask_for(topic_filter)
        client.leave()
        return code < 0x80

    def settle(self):
        """Returns once all that the intruders sent was judged; they are gone then."""
        intruders, self.intruders = self.intruders, []
        for client in intruders:
            if not client.closing and client.disconnects == 0:
                mqtt.barrier(client, self.chief)
            client.close()

    def counts(self, least=None):
        """What the hub counts now; or, where it must still come to least, then."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            data = ask(self.chief, 'getStatus')['data']
            check_ledger(data['ledger'])
            counted = {key: data['ledger'][key] for key in COUNTED}
            counted['control'] = data['control_refused']
            waits = data['ledger']['pending'] or data['outbox']
            if not waits and all(counted[key] >= (least or {}).get(key, 0) for key in counted):
                return counted
            if time.monotonic() > deadline:
                raise TimeoutError(f'{counted} did not become {least}')

    def lies(self):
        """What innocent people got that is forged, and who was thrown out."""
        told = [(client.client_id, message.topic) for client in self.innocent
                for message in list(client.messages) if MARK in message.payload]
        return told + [client.client_id for client in self.innocent if client.disconnects]

    def report(self, user=OTHER, client=None):
        """A true report, and its receipt."""
        client = client or self.other
        incident = messages.kouakourou()
        client.publish(messages.box(user), incident.SerializeToString())
        answer = client.wait(lambda m: m.topic == messages.box(user, 'receipt') and
                             messages.receipt(m.payload).incident_id == incident.id)
        return incident, messages.receipt(answer.payload)
