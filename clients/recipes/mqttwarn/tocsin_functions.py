# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What mqttwarn.ini calls. Filters say True for what is not to be sent.

An exception in a filter would let the message through, so none may leave one.
"""

import collections
import json
import os

MAX_IDS = 10000
SMS_LETTERS = 160
TOO_MILD_FOR_SMS = ('minor', 'moderate')

# Ids that were handed on, by section. The file outlives a restart of mqttwarn.
_file = os.environ.get('TOCSIN_SEEN', '/var/lib/mqttwarn/tocsin-seen.json')
_seen = None


def _load():
    try:
        with open(_file, encoding='utf-8') as file:
            return {name: collections.OrderedDict.fromkeys(ids) for name, ids in json.load(file).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _save(srv):
    try:
        with open(_file + '.new', 'w', encoding='utf-8') as file:
            json.dump({name: list(ids) for name, ids in _seen.items()}, file)
        os.replace(_file + '.new', _file)
    except OSError as error:
        if srv:
            srv.logging.warning('%s: %s: after a restart alerts may come twice', _file, error)


def _is_known(section, alert_id, srv):
    """Whether this section had it; from now on it has."""
    global _seen
    if _seen is None:
        _seen = _load()
    ids = _seen.setdefault(section, collections.OrderedDict())
    if alert_id in ids:
        return True
    ids[alert_id] = None
    while len(ids) > MAX_IDS:
        ids.popitem(last=False)
    _save(srv)
    return False


def _read(payload):
    """The alert, or None where it is none or no real one."""
    try:
        alert = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(alert, dict) or not isinstance(alert.get('id'), str):
        return None
    # The topic says where we subscribed; the payload is the truth.
    return alert if alert.get('status') == 'actual' else None


def not_for_mail(topic, payload, section=None, srv=None):
    alert = _read(payload)
    return alert is None or _is_known(section, alert['id'], srv)


def not_for_sms(topic, payload, section=None, srv=None):
    alert = _read(payload)
    # What is unknown might be severe.
    return alert is None or alert.get('severity') in TOO_MILD_FOR_SMS or _is_known(section, alert['id'], srv)


def _place(alert):
    area = alert.get('area') or {}
    return area.get('name') or area.get('country') or 'place unknown'


def _title(alert):
    state = {'update': 'UPDATE: ', 'cancel': 'CANCELLED: '}.get(alert.get('msg_type'), '')
    event = (alert.get('event') or {}).get('type') or 'event unknown'
    severity = (alert.get('severity') or 'unknown').upper()
    # One line, whatever the message holds: it becomes a mail's header.
    return ' '.join(f'{state}{severity} {event.replace("_", " ")}, {_place(alert)}'.split())


def words(topic, data, srv=None):
    """Texts for title and format. The alert's own keys are there beside them."""
    alert = _read(data.get('payload', '')) or {}
    title = _title(alert)
    occurred = (alert.get('occurred') or {}).get('start') or 'time unknown'
    lines = [alert.get('text') or alert.get('headline') or title, '',
             f'occurred: {occurred}',
             f'certainty: {alert.get("certainty") or "unknown"}',
             f'holds until: {alert.get("expires") or "further notice"}',
             f'alert: {alert.get("id") or "?"}, incident: {alert.get("incident_id") or "?"}',
             f'rules: {", ".join(alert.get("rules") or [])}']
    return {'mail_title': f'[Tocsin] {title}', 'mail_text': '\n'.join(lines),
            'sms_text': f'{title}, {occurred}'[:SMS_LETTERS]}
