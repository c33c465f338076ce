# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The three kinds of access control that the guard works with, each as loose as an
operator may leave it: whoever has a password may publish and subscribe anywhere, and
read every box and $CONTROL. Only who reads which audience is right."""

import base64
import glob
import hashlib
import json
import os
import subprocess

PASSWORD = 'secret'
READERS = {'agency': 'partners', 'coord': 'coordination'}
ITERATIONS = 101


def _passwords(hub, users):
    """Refuses whoever is not among the users."""
    file = hub.folder / 'passwords'
    file.write_text(''.join(f'{user}:{PASSWORD}\n' for user in users))
    subprocess.run(['mosquitto_passwd', '-U', str(file)], check=True, stdout=subprocess.DEVNULL)
    hub.authentication = f'allow_anonymous false\npassword_file {file}'


def _alone(hub, users):
    _passwords(hub, users)
    hub.options['guard'] = 'alone'


def _acl_file(hub, users):
    _passwords(hub, users)
    hub.options['guard'] = 'beside'
    file = hub.folder / 'acl'
    file.write_text('pattern readwrite tocsin/v1/from/#\npattern write tocsin/v1/#\n'
                    'pattern readwrite $CONTROL/#\npattern read $SYS/#\n'
                    'pattern readwrite barrier/#\npattern readwrite office/#\n' +
                    ''.join(f'user {user}\ntopic read tocsin/v1/to/{audience}/#\n'
                            for user, audience in READERS.items()))
    hub.sample += f'acl_file {file}\n'


def _rights(kind, *topics):
    return [{'acltype': kind, 'topic': topic, 'priority': 0, 'allow': True} for topic in topics]


def _account(user):
    salt = os.urandom(12)
    key = hashlib.pbkdf2_hmac('sha512', PASSWORD.encode(), salt, ITERATIONS, 64)
    roles = [{'rolename': 'everybody'}] + [{'rolename': user}] * (user in READERS)
    return {'username': user, 'password': base64.b64encode(key).decode(),
            'salt': base64.b64encode(salt).decode(), 'iterations': ITERATIONS, 'roles': roles}


def _dynamic_security(hub, users):
    hub.authentication = 'allow_anonymous false'
    hub.options['guard'] = 'beside'
    everybody = (_rights('publishClientSend', '#', '$CONTROL/tocsin/#') +
                 _rights('subscribePattern', '#', '$SYS/#', '$CONTROL/tocsin/#', '$share/#') +
                 _rights('publishClientReceive', 'tocsin/v1/from/#', 'barrier/#', 'office/#',
                         '$SYS/#', '$CONTROL/tocsin/#'))
    file = hub.folder / 'dynamic-security.json'
    file.write_text(json.dumps({
        'defaultACLAccess': {'publishClientSend': False, 'publishClientReceive': False,
                             'subscribe': False, 'unsubscribe': True},
        'clients': [_account(user) for user in users],
        'groups': [],
        'roles': [{'rolename': 'everybody', 'acls': everybody}] +
                 [{'rolename': user,
                   'acls': _rights('publishClientReceive', f'tocsin/v1/to/{audience}/#')}
                  for user, audience in READERS.items()],
    }))
    # Behind the line of ours: what it has answered for, we are not asked.
    hub.after = f'plugin {dynamic_security()}\nplugin_opt_config_file {file}'


KINDS = {'alone': _alone, 'acl_file': _acl_file, 'dynamic security': _dynamic_security}


def dynamic_security():
    """The module that comes with the broker, or None."""
    found = glob.glob('/usr/lib/*/mosquitto_dynamic_security.so')
    return found[0] if found else None


def missing(kind):
    """Why a kind cannot be tried here, or None."""
    if kind == 'dynamic security' and dynamic_security() is None:
        return 'this broker comes without its dynamic-security plugin'
    return None
