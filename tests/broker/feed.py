# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A duty officer's client: a persistent session that takes whatever comes."""

import collections
import json

import messages
import mqtt


class Feed:
    """Takes the alerts of all audiences, in both forms. Its session must be in the
    broker's store before the first kill."""

    MARKS = 'crash/marks'
    FILTERS = ('tocsin/v1/to/+/alert/#', 'tocsin/v1/to/+/alert-json/#', MARKS)

    def __init__(self, name, version=mqtt.V311):
        self.name, self.version = name, version
        self.bare = None
        self.mark = None
        self.messages = 0
        # By kind: {(topic as in the journal, alert id): the payloads that came}.
        self.came = {kind: collections.defaultdict(set) for kind in ('alert', 'alert-json')}

    def connect(self, port, _life=None, first=False):
        self.bare = mqtt.Bare(port, self.name, self.name, self.version, clean=False)
        assert self.bare.session_present != first, f'session present: {self.bare.session_present}'
        if first:
            self.bare.subscribe(*self.FILTERS)

    def close(self):
        self.bare.close()
        self.bare = None

    def take(self, kind, body, _now=None):
        """A packet from the broker: an alert, or a mark."""
        assert kind & 0xf0 == 0x30, hex(kind)
        publish = mqtt.Publish(kind, body, self.version)
        assert publish.qos == 1 and not publish.retain, publish.topic
        if publish.topic == self.MARKS:
            self.mark = publish.payload
            self.bare.reply(0x40, publish.mid)
            return False
        form = publish.topic.split('/')[4]
        alert_id = (messages.alert(publish.payload).id if form == 'alert'
                    else json.loads(publish.payload)['id'])
        topic = publish.topic.replace(f'/{form}/', '/alert/', 1)
        self.came[form][topic, alert_id].add(publish.payload)
        self.messages += 1
        self.bare.reply(0x40, publish.mid)
        return False

    def different(self):
        return sum(len(came) for came in self.came.values())
