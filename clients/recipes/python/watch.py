#!/usr/bin/env python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Receive an audience's alerts: each once, exercises passed over.

    watch.py --host hub.example.org --user msf-duty --audience partners --region ML/ML05

Prints a line an alert; put your own system into act(). Alerts come at least once, so the
ids of those acted on are kept in --memory: neither a restart nor the broker repeats one.
"""

import argparse
import collections
import json
import pathlib
import sys

import paho.mqtt.client as paho

ROOT = 'tocsin/v1'
MAX_IDS = 10000


def new_client(client_id):
    version = getattr(paho, 'CallbackAPIVersion', None)
    # Not clean: while this program is away, the broker keeps what comes.
    return paho.Client(*([version.VERSION2] if version else []), client_id=client_id, clean_session=False,
                       protocol=paho.MQTTv311)


def act(alert):
    """What your organisation does with an alert."""
    area = alert.get('area', {})
    state = {'update': 'UPDATE ', 'cancel': 'CANCELLED '}.get(alert.get('msg_type'), '')
    print(f'{state}{alert.get("severity", "unknown").upper()} {alert.get("event", {}).get("type", "?")} '
          f'{area.get("name", area.get("country", "?"))}: {alert.get("headline", "")} [{alert["id"]}]', flush=True)


class Seen:
    """The newest ids, on disk."""

    def __init__(self, file):
        self.file = file
        self.ids = collections.OrderedDict()
        if file and file.exists():
            self.ids.update((line, None) for line in file.read_text(encoding='utf-8').split())

    def __contains__(self, alert_id):
        return alert_id in self.ids

    def add(self, alert_id):
        self.ids[alert_id] = None
        while len(self.ids) > MAX_IDS:
            self.ids.popitem(last=False)
        if self.file:
            fresh = self.file.with_suffix('.new')
            fresh.write_text('\n'.join(self.ids) + '\n', encoding='utf-8')
            fresh.replace(self.file)


class Watch:
    def __init__(self, options):
        self.options = options
        self.seen = Seen(options.memory)
        self.acted = 0
        self.failed = None

    def filters(self):
        to = f'{ROOT}/to/{self.options.audience}'
        region = f'/{self.options.region}' if self.options.region else ''
        return [f'{to}/alert-json/+/+{region}/#', f'{to}/open-json{region}/#']

    def on_connect(self, client, _data, _flags, code, _properties=None):
        if code == 0:
            client.subscribe([(topic, 1) for topic in self.filters()])
        else:
            self.failed = str(code) if hasattr(code, 'value') else paho.connack_string(code)
            client.disconnect()

    def on_subscribe(self, _client, _data, _mid, granted, _properties=None):
        print('watching' if all(getattr(code, 'value', code) < 128 for code in granted) else 'the broker refuses the subscription',
              file=sys.stderr, flush=True)

    def on_message(self, client, _data, message):
        if not message.payload:  # an open alert was closed
            return
        try:
            alert = json.loads(message.payload)
            alert_id = alert['id']
        except (ValueError, KeyError, TypeError):
            print(f'not an alert on {message.topic}', file=sys.stderr)
            return
        # The topic says where we subscribed; the payload is the truth.
        if alert.get('status') != 'actual' or alert_id in self.seen:
            return
        act(alert)
        # After the act: killed between the two, it comes again rather than never.
        self.seen.add(alert_id)
        self.acted += 1
        if self.options.count and self.acted >= self.options.count:
            client.disconnect()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--host', default='localhost')
    parser.add_argument('--port', type=int, default=1883)
    parser.add_argument('--user', required=True)
    parser.add_argument('--password-file', type=pathlib.Path)
    parser.add_argument('--cafile', help='switches TLS on')
    parser.add_argument('--audience', default='partners')
    parser.add_argument('--region', help='path of a region, such as ML/ML05 (all)')
    parser.add_argument('--memory', type=pathlib.Path, help='file for the ids acted on')
    parser.add_argument('--count', type=int, help='end after so many')
    options = parser.parse_args()
    watch = Watch(options)
    client = new_client(f'watch-{options.user}')
    client.username_pw_set(options.user, options.password_file.read_text(encoding='utf-8').strip()
                           if options.password_file else None)
    if options.cafile:
        client.tls_set(options.cafile)
    client.on_connect, client.on_message, client.on_subscribe = watch.on_connect, watch.on_message, watch.on_subscribe
    try:
        client.connect(options.host, options.port)
        client.loop_forever()
    except KeyboardInterrupt:
        client.disconnect()
    except OSError as error:
        watch.failed = error
    if watch.failed:
        print(f'cannot connect: {watch.failed}', file=sys.stderr)
        return 3
    return 0


if __name__ == '__main__':
    sys.exit(main())
