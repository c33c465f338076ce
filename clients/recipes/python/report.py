#!/usr/bin/env python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Publish an incident as Tocsin JSON and wait for the hub's receipt.

    report.py --host hub.example.org --user mopti-17 --password-file ~/.hub-password incident.json

Exit: 0 recorded, 1 refused (every reason on stderr), 3 cannot connect, 4 no receipt in
time, or "ask again later": run it again with what stderr then shows, which is the file and
what was filled in. Another id would be another report, another time an id with other bytes.
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import queue
import sys
import uuid

import paho.mqtt.client as paho

ROOT = 'tocsin/v1'


def new_client(client_id):
    # paho 2 wants to be told which shape of callbacks is meant, paho 1 knows only its own.
    version = getattr(paho, 'CallbackAPIVersion', None)
    return paho.Client(*([version.VERSION2] if version else []), client_id=client_id, protocol=paho.MQTTv311)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('incident', help='a file with one incident; - for standard input')
    parser.add_argument('--host', default='localhost')
    parser.add_argument('--port', type=int, default=1883)
    parser.add_argument('--user', required=True, help='user name; reports go to its own box')
    parser.add_argument('--password-file', type=pathlib.Path, help='never an option: others could read it')
    parser.add_argument('--cafile', help='switches TLS on')
    parser.add_argument('--timeout', type=float, default=60, help='seconds to wait for the receipt')
    return parser.parse_args()


def read_incident(name):
    text = sys.stdin.read() if name == '-' else pathlib.Path(name).read_text(encoding='utf-8')
    incident = json.loads(text)
    # Id and time make sending again safe: keep them with the report, not only here.
    incident.setdefault('id', str(uuid.uuid4()))
    incident.setdefault('sent', datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ'))
    incident.setdefault('status', 'actual')
    incident.setdefault('msg_type', 'alert')
    return incident


def ask(options, payload):
    """Publishes payload until a receipt for just these bytes comes; None where none does."""
    receipts = queue.Queue()
    client = new_client(f'report-{uuid.uuid4()}')
    if options.password_file:
        client.username_pw_set(options.user, options.password_file.read_text(encoding='utf-8').strip())
    else:
        client.username_pw_set(options.user)
    if options.cafile:
        client.tls_set(options.cafile)
    digest = hashlib.sha256(payload).hexdigest()

    def on_connect(_client, _data, _flags, code, _properties=None):
        if code == 0:
            client.publish(f'{ROOT}/from/{options.user}/incident-json', payload, qos=1)
        else:
            receipts.put(ConnectionError(str(code) if hasattr(code, 'value') else paho.connack_string(code)))

    def on_message(_client, _data, message):
        # Sent to this client alone; nobody has to subscribe to it.
        if message.topic == f'{ROOT}/from/{options.user}/receipt-json':
            receipt = json.loads(message.payload)
            if receipt.get('payload_sha256') == digest:
                receipts.put(receipt)

    client.on_connect = on_connect
    client.on_message = on_message
    client.connect(options.host, options.port)
    client.loop_start()
    try:
        answer = receipts.get(timeout=options.timeout)
    except queue.Empty:
        return None
    finally:
        client.disconnect()
        client.loop_stop()
    if isinstance(answer, Exception):
        raise answer
    return answer


def again(incident, when=''):
    print(f'send it again{when}, just like this:\n{json.dumps(incident, ensure_ascii=False)}', file=sys.stderr)
    return 4


def main():
    options = arguments()
    incident = read_incident(options.incident)
    try:
        receipt = ask(options, json.dumps(incident, ensure_ascii=False).encode())
    except OSError as error:
        print(f'cannot connect: {error}', file=sys.stderr)
        return 3
    if receipt is None:
        print(f'no receipt for {incident["id"]} yet', file=sys.stderr)
        return again(incident)
    print(json.dumps(receipt, ensure_ascii=False))
    for violation in receipt.get('violations', []):
        print(f'{violation["level"]}: {violation.get("field", "the report")} {violation["message"]} '
              f'[{violation["check"]}]', file=sys.stderr)
    # duplicate: the hub had it already. deferred: keep it and send it again.
    verdict = {'accepted': 0, 'duplicate': 0, 'rejected': 1}.get(receipt['verdict'], 4)
    return verdict if verdict != 4 else again(incident, f' in {receipt.get("retry_after", 0)} s')


if __name__ == '__main__':
    sys.exit(main())
