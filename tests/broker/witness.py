# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Reports of which a test knows that their alerts went out, for those that look at somebody else's."""

import messages
from hub import BrokerTest


class WitnessTest(BrokerTest):
    def join(self, hub):
        self.witness = hub.client('agency', client_id='witness').subscribe('tocsin/v1/to/partners/alert/#')
        self.field = hub.client('mopti-17')

    def report(self, count, **changes):
        """Reports, until all of their alerts went out; their ids. Not more at once than a small queue holds."""
        ids = []
        while len(ids) < count:
            part = min(count - len(ids), 50)
            self.witness.clear()
            for _ in range(part):
                self.field.publish(messages.box('mopti-17'), messages.kouakourou(**changes).SerializeToString(),
                                   wait=False)
            found = self.witness.wait(lambda message: '/alert/' in message.topic, count=part)
            ids += [messages.alert(message.payload).id for message in (found if part > 1 else [found])]
        return ids
