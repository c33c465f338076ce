/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/doctor_checks.h"

#include "clients/base/tongue.h"

enum {
	CONF = TOCSIN_NEEDS_CONF,
	PLUGIN = TOCSIN_NEEDS_CONF | TOCSIN_NEEDS_PLUGIN,
	LINE = TOCSIN_NEEDS_LINE
};

/* The rules are loaded before whoever compares with them. */
const struct tocsin_doctor_check tocsin_doctor_checks[] = {
	{"plugin", CONF, tocsin_doctor_plugin, N_("the broker loads the plugin, once")},
	{"rules", PLUGIN, tocsin_doctor_rules, N_("the rule file loads")},
	{"access.anonymous", CONF, tocsin_doctor_anonymous, N_("nobody comes in without a name")},
	{"access.password", CONF, tocsin_doctor_backend, N_("names are proven")},
	{"access.control", CONF, tocsin_doctor_control, N_("something decides who may read what")},
	{"access.guard", PLUGIN, tocsin_doctor_guard, N_("the guard is on")},
	{"access.order", PLUGIN, tocsin_doctor_order, N_("the plugin is asked before others are")},
	{"acl", PLUGIN, tocsin_doctor_acl_text, N_("the ACL file can be read")},
	{"acl.box", PLUGIN, tocsin_doctor_acl_boxes, N_("the ACL file lets nobody read another's box")},
	{"acl.forge", PLUGIN, tocsin_doctor_acl_writes, N_("the ACL file lets nobody write alerts")},
	{"acl.audience", PLUGIN, tocsin_doctor_acl_audiences,
		N_("audiences are read by their members")},
	{"broker.listeners", CONF, tocsin_doctor_listeners, N_("one configuration for all listeners")},
	{"broker.delay", CONF, tocsin_doctor_nodelay, N_("receipts leave at once")},
	{"broker.queue", CONF, tocsin_doctor_queue, N_("alerts wait for who is away")},
	{"broker.packet", PLUGIN, tocsin_doctor_packet, N_("incidents fit into a packet")},
	{"broker.persistence", CONF, tocsin_doctor_persistence, N_("subscriptions outlive a restart")},
	{"broker.log", CONF, tocsin_doctor_log, N_("the broker's log tells no message's topic")},
	{"tls.listener", CONF, tocsin_doctor_plain, N_("nothing is sent in the clear over a network")},
	{"tls.certificate", CONF, tocsin_doctor_certificates, N_("certificates can be read and hold")},
	{"tls.key", CONF, tocsin_doctor_tls_keys, N_("private keys are private")},
	{"file.mode", PLUGIN, tocsin_doctor_modes, N_("files are open to whom they should be")},
	{"file.journal", PLUGIN, tocsin_doctor_journal_folder,
		N_("the broker can write its journal, and nobody else")},
	{"file.space", PLUGIN, tocsin_doctor_space, N_("there is room on the journal's disk")},
	{"clock", CONF, tocsin_doctor_synchronised, N_("this machine's clock is kept right")},
	{"hub", LINE, tocsin_doctor_signs, N_("the hub is well")},
	{"try.anonymous", LINE, tocsin_doctor_try_anonymous,
		N_("a client without a name was turned away")},
	{"try.admin", LINE, tocsin_doctor_try_admins,
		N_("administrators were turned away without a password")},
	{"try.control", LINE, tocsin_doctor_try_control, N_("this user cannot steer the hub")},
	{"try.publish", LINE, tocsin_doctor_try_publish, N_("a published alert was refused")},
	{"try.will", LINE, tocsin_doctor_try_wills, N_("a forged will did not arrive")},
	{"try.read", LINE, tocsin_doctor_try_reading, N_("another's box was not to be read")},
};

const size_t tocsin_doctor_check_count =
	sizeof(tocsin_doctor_checks) / sizeof(*tocsin_doctor_checks);
