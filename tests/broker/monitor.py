# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A displacement monitor's or duty officer's client that keeps the picture: what stands
in open/ and figure/, topic by topic, in both forms."""

import json

import messages
import mqtt

ROOT = 'tocsin/v1/to'
AUDIENCES = ('coordination', 'partners')
KINDS = ('open', 'open-json', 'figure', 'figure-json')


class Monitor:
    """It starts anew where the broker does not know its session."""

    def __init__(self, hub, name, clean=False, version=mqtt.V311):
        self.hub, self.name, self.clean, self.version = hub, name, clean, version
        self.client = None
        self.standing = {}

    def come(self, known):
        """known: whether the broker must know the session."""
        session_expiry = 3600 if self.version == mqtt.V5 and not self.clean else None
        self.client = self.hub.client(self.name, self.name, version=self.version,
                                      clean=self.clean, session_expiry=session_expiry)
        if self.client.session_present != known:
            raise AssertionError(f'{self.name}: session present {self.client.session_present}')
        if not known:
            self.standing = {}
        self.client.subscribe(*(f'{ROOT}/{audience}/{kind}/#'
                                for audience in AUDIENCES for kind in KINDS))
        return self

    def leave(self):
        self.client.close()
        self.standing = self.picture()
        self.client = None

    def picture(self):
        """{topic: payload}"""
        picture = dict(self.standing)
        if self.client:
            with self.client.news:
                picture.update((m.topic, m.payload) for m in self.client.messages)
        return {topic: payload for topic, payload in picture.items() if payload}

    def open(self):
        """{(region, id): revision} of what coordination has open."""
        prefix = f'{ROOT}/coordination/open/ML/'
        return {tuple(topic.removeprefix(prefix).split('/')): messages.alert(payload).revision
                for topic, payload in self.picture().items() if topic.startswith(prefix)}

    def figures(self):
        """{operation: figure} of what stands for coordination."""
        prefix = f'{ROOT}/coordination/figure/'
        return {topic.split('/')[8]: messages.alert(payload).displacement[0].figure
                for topic, payload in self.picture().items() if topic.startswith(prefix)}

    def check(self):
        """JSON says what protobuf says, and partners see as much as coordination."""
        picture = self.picture()
        tails = {(audience, kind): set() for audience in AUDIENCES for kind in KINDS}
        for topic, payload in picture.items():
            _, _, _, audience, kind, tail = topic.split('/', 5)
            tails[audience, kind].add(tail)
            if not kind.endswith('-json'):
                alert = messages.alert(payload)
                twin = json.loads(picture[f'{ROOT}/{audience}/{kind}-json/{tail}'])
                for name in ('id', 'revision', 'sequence', 'topic_sequence'):
                    assert twin[name] == getattr(alert, name), (topic, name)
        for (audience, kind), found in tails.items():
            assert found == tails[audience, kind.removesuffix('-json')], (audience, kind)
            assert len(found) == len(tails['coordination', kind]), (audience, kind)
