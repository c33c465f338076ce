/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "folder_rig.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "clients/hub/doctor.h"

#define RULES                                                                                      \
	"version: 1\n"                                                                                 \
	"audiences:\n"                                                                                 \
	"  coordination: {max_sensitivity: severe, members: [coord]}\n"                                \
	"  partners: {max_sensitivity: high, members: [agency]}\n"                                     \
	"  public: {max_sensitivity: low}\n"                                                           \
	"open_senders: true\n"                                                                         \
	"senders: {bridge: {relays: ['mopti-*']}}\n"                                                   \
	"rules: []\n"                                                                                  \
	"default: {alert: [{audience: coordination}]}\n"

/* What is right in each of its lines. FOLDER is the rig's, USER who runs this. */
#define GOOD                                                                                       \
	"user USER\n"                                                                                  \
	"per_listener_settings false\n"                                                                \
	"allow_anonymous false\n"                                                                      \
	"password_file FOLDER/passwords\n"                                                             \
	"acl_file FOLDER/acl\n"                                                                        \
	"set_tcp_nodelay true\n"                                                                       \
	"max_queued_messages 100000\n"                                                                 \
	"max_packet_size 262144\n"                                                                     \
	"persistence true\n"                                                                           \
	"autosave_on_changes true\n"                                                                   \
	"listener 1883 127.0.0.1\n"                                                                    \
	"plugin FOLDER/mosquitto_tocsin.so\n"                                                          \
	"plugin_opt_guard beside\n"                                                                    \
	"plugin_opt_rules_file FOLDER/rules.yaml\n"                                                    \
	"plugin_opt_journal_file FOLDER/journal.db\n"
#define GOOD_ACL                                                                                   \
	"pattern readwrite tocsin/v1/from/%u/#\n"                                                      \
	"user coord\ntopic read tocsin/v1/to/coordination/#\ntopic read tocsin/v1/to/partners/#\n"     \
	"user agency\ntopic read tocsin/v1/to/partners/#\ntopic read tocsin/v1/to/public/#\n"          \
	"user monitor\ntopic read tocsin/v1/to/+/heartbeat\ntopic read $SYS/#\n"                       \
	"user bridge\ntopic readwrite tocsin/v1/from/+/#\n"

/* Only the rules say that a user is a bridge. */
#define NO_RELAYS                                                                                  \
	"warn acl.box: bridge may read boxes of others by \"tocsin/v1/from/+/#\" > FOLDER/acl:12 > "   \
	"pattern readwrite tocsin/v1/from/%u/#\n"                                                      \
	"warn acl.forge: bridge may write by \"tocsin/v1/from/+/#\" what is not theirs > "             \
	"FOLDER/acl:12 > topic read tocsin/v1/from/+/#\n"

struct rig {
	char folder[RIG_PATH];
	char path[2 * RIG_PATH];
	struct tocsin_doctor doctor;
};

static char *replaced(char *text, const char *word, const char *by)
{
	struct page page;
	const char *at = text, *found;
	page_open(&page);
	while ((found = strstr(at, word))) {
		fprintf(page.out, "%.*s%s", (int)(found - at), at, by);
		at = found + strlen(word);
	}
	fputs(at, page.out);
	free(text);
	fclose(page.out);
	return page.text;
}

static void put(const struct rig *rig, const char *name, const char *text, mode_t mode)
{
	char path[2 * RIG_PATH];
	char *filled = replaced(strdup(text), "FOLDER", rig->folder);
	filled = replaced(filled, "USER", getpwuid(geteuid())->pw_name);
	snprintf(path, sizeof(path), "%s/%s", rig->folder, name);
	rig_write(path, filled);
	assert_int_equal(chmod(path, mode), 0);
	free(filled);
}

/* A hub without a fault. */
static void begin(struct rig *rig)
{
	*rig = (struct rig){0};
	rig_folder(rig->folder);
	snprintf(rig->path, sizeof(rig->path), "%s/m.conf", rig->folder);
	put(rig, "m.conf", GOOD, 0644);
	put(rig, "acl", GOOD_ACL, 0640);
	put(rig, "passwords", "", 0640);
	put(rig, "rules.yaml", RULES, 0644);
	put(rig, "mosquitto_tocsin.so", "", 0644);
	put(rig, "journal.db", "", 0600);
	put(rig, "journal.db.key", "", 0600);
}

static void end(struct rig *rig)
{
	tocsin_doctor_finish(&rig->doctor);
	rig_folder_remove(rig->folder);
}

static void examine(struct rig *rig)
{
	char *bad = NULL;
	tocsin_doctor_finish(&rig->doctor);
	rig->doctor = (struct tocsin_doctor){.path = rig->path, .root = "tocsin/v1", .english = true};
	assert_int_equal(tocsin_conf_read(rig->path, &rig->doctor.conf, &bad), TOCSIN_OK);
	rig->doctor.plugged = tocsin_conf_plugin(&rig->doctor.conf, "tocsin", 0, &rig->doctor.plugin);
	tocsin_doctor_examine(&rig->doctor);
	assert_false(rig->doctor.out_of_memory);
}

/* The clock is the machine's matter, the disk, too. */
static bool is_of_the_machine(const struct tocsin_doctor_finding *finding)
{
	return strcmp(finding->check, "clock") == 0 || strcmp(finding->check, "file.space") == 0;
}

/* Everything that is not ok, a line each: "FAIL check: what > where > type". */
static char *complaints(struct rig *rig)
{
	static const char *const marks[] = {"ok", "warn", "FAIL", "unseen"};
	struct page page;
	page_open(&page);
	examine(rig);
	for (size_t i = 0; i < rig->doctor.count; i++) {
		const struct tocsin_doctor_finding *finding = &rig->doctor.findings[i];
		if (finding->mark == TOCSIN_MARK_OK || is_of_the_machine(finding))
			continue;
		fprintf(page.out, "%s %s: %s > ", marks[finding->mark], finding->check, finding->what);
		if (finding->file && finding->line)
			fprintf(page.out, "%s:%u > ", finding->file, finding->line_number);
		fprintf(page.out, "%s\n", finding->type ? finding->type : "");
	}
	fclose(page.out);
	return replaced(page.text, rig->folder, "FOLDER");
}

/* With line in place of was the complaints are these, and none without. */
static void expect(const char *file, const char *was, const char *is, const char *wanted)
{
	struct rig rig;
	begin(&rig);
	const bool acl = strcmp(file, "acl") == 0, rules = strcmp(file, "rules.yaml") == 0;
	const char *good = acl ? GOOD_ACL : rules ? RULES : GOOD;
	if (was && !strstr(good, was))
		fail_msg("%s has no %s", file, was);
	char *text = was ? replaced(strdup(good), was, is) : strdup(is);
	put(&rig, file, text, 0644);
	char *found = complaints(&rig);
	assert_string_equal(found, wanted);
	free(found);
	free(text);
	end(&rig);
}

static void a_good_hub_has_nothing(void **state)
{
	struct rig rig;
	(void)state;
	begin(&rig);
	char *found = complaints(&rig);
	assert_string_equal(found, "");
	assert_true(rig.doctor.count >= 17);
	free(found);
	end(&rig);
}

static void each_fault_of_the_configuration_is_found(void **state)
{
	static const struct {
		const char *was, *is, *wanted;
	} faults[] = {
		{"allow_anonymous false", "allow_anonymous true",
			"FAIL access.anonymous: clients without a name are let in > FOLDER/m.conf:3 > "
			"allow_anonymous false\n"},
		{"password_file FOLDER/passwords\n", "",
			"FAIL access.password: nothing proves who a client is > FOLDER/m.conf:0 > "
			"password_file /etc/mosquitto/passwd\n"},
		{"acl_file FOLDER/acl\n", "",
			"FAIL access.control: nothing decides who may read what > FOLDER/m.conf:0 > "
			"acl_file /etc/mosquitto/acl\n"
			"FAIL access.guard: the guard stands beside an ACL that is not there > "
			"FOLDER/m.conf:12 > plugin_opt_guard alone\n"},
		{"plugin_opt_guard beside\n", "",
			"warn access.guard: the guard is off > FOLDER/m.conf:12 > plugin_opt_guard beside\n"},
		{"plugin_opt_guard beside", "plugin_opt_guard besides",
			"FAIL access.guard: plugin_opt_guard knows alone, beside and off > "
			"FOLDER/m.conf:13 > plugin_opt_guard beside\n"},
		{"plugin_opt_guard beside", "plugin_opt_guard alone",
			"warn access.guard: the guard is alone, and yet there is another ACL > "
			"FOLDER/m.conf:13 > plugin_opt_guard beside\n"},
		{"plugin FOLDER", "plugin /x/mosquitto_dynamic_security.so\nplugin FOLDER",
			"FAIL access.order: dynamic security is asked before the plugin's guard > "
			"FOLDER/m.conf:12 > plugin FOLDER/mosquitto_tocsin.so\n"},
		{"per_listener_settings false", "per_listener_settings true",
			"FAIL broker.listeners: each listener has its own settings > FOLDER/m.conf:2 > "
			"per_listener_settings false\n"},
		{"set_tcp_nodelay true", "set_tcp_nodelay false",
			"warn broker.delay: set_tcp_nodelay is not on > FOLDER/m.conf:6 > "
			"set_tcp_nodelay true\n"},
		{"max_queued_messages 100000", "max_queued_messages 0",
			"FAIL broker.queue: max_queued_messages is 0 > FOLDER/m.conf:7 > "
			"max_queued_messages 100000\n"},
		{"max_queued_messages 100000", "max_queued_messages 999",
			"warn broker.queue: at most 999 messages wait for a subscriber who is away > "
			"FOLDER/m.conf:7 > max_queued_messages 100000\n"},
		{"max_packet_size 262144", "max_packet_size 65536",
			"FAIL broker.packet: max_packet_size is 65536 bytes, and incidents may have 65536 > "
			"FOLDER/m.conf:8 > max_packet_size 262144\n"},
		{"persistence true", "persistence false",
			"warn broker.persistence: persistence is off > FOLDER/m.conf:9 > "
			"persistence true\n"},
		{"autosave_on_changes true\n", "autosave_interval 600\n",
			"warn broker.persistence: the broker saves its sessions every 600 s alone > "
			"FOLDER/m.conf:0 > autosave_on_changes true\n"},
		{"persistence true\n", "persistence true\nlog_type notice\nlog_type debug\n",
			"warn broker.log: the broker's log tells every message's topic and who was sent it > "
			"FOLDER/m.conf:11 > log_type information\n"},
		{"persistence true\n", "persistence true\nlog_type all\n",
			"warn broker.log: the broker's log tells every message's topic and who was sent it > "
			"FOLDER/m.conf:10 > log_type information\n"},
		{"listener 1883 127.0.0.1", "listener 1883",
			"FAIL tls.listener: port 1883 is in the clear, and open to the network > "
			"FOLDER/m.conf:11 > certfile /etc/mosquitto/certs/server.crt and keyfile "
			"/etc/mosquitto/certs/server.key, or listener 1883 127.0.0.1\n"},
		{"FOLDER/mosquitto_tocsin.so", "FOLDER/lib/mosquitto_tocsin.so",
			"FAIL plugin: FOLDER/lib/mosquitto_tocsin.so cannot be read > install -D -m 0644 "
			"build/broker-plugin/mosquitto_tocsin.so FOLDER/lib/mosquitto_tocsin.so\n"},
		{"plugin_opt_rules_file FOLDER/rules.yaml\n", "",
			"FAIL plugin: plugin_opt_rules_file is missing > FOLDER/m.conf:12 > "
			"plugin_opt_rules_file /etc/mosquitto/tocsin/rules.yaml\n" NO_RELAYS
			"unseen acl.audience: without rules that load there are no members to compare "
			"with > \n"},
		{"plugin_opt_journal_file FOLDER", "plugin_opt_journal_file x",
			"FAIL plugin: plugin_opt_journal_file is not an absolute path > FOLDER/m.conf:15 > "
			"plugin_opt_journal_file /var/lib/tocsin/journal.sqlite\n"
			"FAIL file.journal: x is not there > install -d -o USER -g USER -m 0700 x\n"},
		{"plugin_opt_journal_file FOLDER/journal.db", "plugin_opt_journal_file none",
			"warn file.journal: there is no journal > FOLDER/m.conf:15 > "
			"plugin_opt_journal_file /var/lib/tocsin/journal.sqlite\n"},
		{"FOLDER/journal.db", "FOLDER/gone/journal.db",
			"FAIL file.journal: FOLDER/gone is not there > install -d -o USER -g USER -m 0700 "
			"FOLDER/gone\n"},
		{"acl_file FOLDER/acl", "acl_file FOLDER/gone",
			"FAIL file.mode: FOLDER/gone is not there > install -m 0640 -g mosquitto /dev/null "
			"FOLDER/gone\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		char *wanted = replaced(strdup(faults[i].wanted), "USER", getpwuid(geteuid())->pw_name);
		expect("m.conf", faults[i].was, faults[i].is, wanted);
		free(wanted);
	}
}

static void a_broker_without_the_plugin_is_one_finding(void **state)
{
	(void)state;
	expect("m.conf", NULL,
		"listener 1883 127.0.0.1\npassword_file FOLDER/passwords\nacl_file FOLDER/acl\n"
		"set_tcp_nodelay true\npersistence true\nautosave_on_changes true\n",
		"FAIL plugin: the broker does not load the plugin > FOLDER/m.conf:0 > "
		"plugin /usr/lib/tocsin/mosquitto_tocsin.so\n");
}

static void nothing_at_all_is_open_to_this_machine(void **state)
{
	struct rig rig;
	(void)state;
	begin(&rig);
	put(&rig, "m.conf", "", 0644);
	char *found = complaints(&rig);
	assert_has(found,
		"FAIL access.anonymous: without a listener the broker lets in whoever is on this "
		"machine > FOLDER/m.conf:0 > allow_anonymous false\n");
	free(found);
	end(&rig);
}

static void each_fault_of_the_acl_is_found(void **state)
{
	static const struct {
		const char *was, *is, *wanted;
	} faults[] = {
		{"user monitor\n", "user monitor\ntopic read tocsin/v1/from/#\n",
			"warn acl.box: monitor may read boxes of others by \"tocsin/v1/from/#\" > "
			"FOLDER/acl:9 > pattern readwrite tocsin/v1/from/%u/#\n"},
		{"user monitor\n", "user monitor\ntopic read tocsin/v1/from/agency/#\n",
			"warn acl.box: monitor may read boxes of others by \"tocsin/v1/from/agency/#\" > "
			"FOLDER/acl:9 > pattern readwrite tocsin/v1/from/%u/#\n"},
		{"user monitor\n", "user monitor\ntopic read tocsin/v1/from/monitor/#\n", ""},
		{"from/%u/#", "from/%c/#",
			"warn acl.box: everybody may read boxes of others by \"tocsin/v1/from/%c/#\" > "
			"FOLDER/acl:1 > pattern readwrite tocsin/v1/from/%u/#\n"
			"warn acl.forge: everybody may write by \"tocsin/v1/from/%c/#\" what is not theirs > "
			"FOLDER/acl:1 > pattern read tocsin/v1/from/%c/#\n"},
		{"user agency\ntopic read", "user agency\ntopic readwrite",
			"warn acl.forge: agency may write by \"tocsin/v1/to/partners/#\" what is not "
			"theirs > FOLDER/acl:6 > topic read tocsin/v1/to/partners/#\n"},
		{"user agency\n", "user agency\ntopic write tocsin/v1/ops/x\n",
			"warn acl.forge: agency may write by \"tocsin/v1/ops/x\" what is not theirs > "
			"FOLDER/acl:6 > # topic write tocsin/v1/ops/x\n"},
		{"user agency\n", "user agency\ntopic read tocsin/v1/to/coordination/alert/#\n",
			"FAIL acl.audience: agency may read by \"tocsin/v1/to/coordination/alert/#\" what is "
			"told to coordination, and is no member > FOLDER/acl:6 > # topic read "
			"tocsin/v1/to/coordination/alert/#\n"},
		{"user agency\n",
			"user agency\ntopic deny tocsin/v1/to/coordination/#\ntopic read tocsin/v1/to/#\n", ""},
		{"pattern readwrite", "topic read #\npattern readwrite",
			"warn acl.box: whoever has no name may read boxes of others by \"#\" > FOLDER/acl:1 > "
			"pattern readwrite tocsin/v1/from/%u/#\n"
			"FAIL acl.audience: whoever has no name may read by \"#\" what is told to "
			"coordination, partners, and is no member > FOLDER/acl:1 > # topic read #\n"},
		{"user coord\ntopic read tocsin/v1/to/coordination/#\n", "user coord\n",
			"warn acl.audience: coord is a member of coordination, and may read nothing of it > "
			"FOLDER/acl:0 > user coord, and beneath it: topic read tocsin/v1/to/coordination/#\n"},
		{"user monitor\n", "user monitor\ntopics read x\n",
			"FAIL acl: the broker does not understand this line of the ACL file > FOLDER/acl:9 > "
			"topic read tocsin/v1/to/partners/#\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		expect("acl", faults[i].was, faults[i].is, faults[i].wanted);
}

static void without_the_guard_an_acl_must_do(void **state)
{
	struct rig rig;
	(void)state;
	begin(&rig);
	put(&rig, "acl", GOOD_ACL "user x\ntopic tocsin/v1/#\n", 0640);
	char *text = replaced(strdup(GOOD), "plugin_opt_guard beside\n", "");
	put(&rig, "m.conf", text, 0644);
	char *found = complaints(&rig);
	assert_has(found, "FAIL acl.box: x may read boxes of others");
	assert_has(found, "FAIL acl.forge: x may write by \"tocsin/v1/#\" what is not theirs");
	assert_true(tocsin_doctor_acl_opens(&rig.doctor, "x"));
	assert_true(tocsin_doctor_acl_opens(&rig.doctor, "bridge"));
	assert_false(tocsin_doctor_acl_opens(&rig.doctor, "agency"));
	assert_false(tocsin_doctor_acl_opens(&rig.doctor, NULL));
	assert_true(tocsin_doctor_acl_lets_read(&rig.doctor, "agency", "tocsin/v1/from/agency/x"));
	assert_false(tocsin_doctor_acl_lets_read(&rig.doctor, "agency", "tocsin/v1/from/coord/x"));
	assert_true(tocsin_doctor_acl_lets_read(&rig.doctor, "monitor", "$SYS/broker/x"));
	assert_false(tocsin_doctor_acl_lets_read(&rig.doctor, "agency", "$SYS/broker/x"));
	free(found);
	free(text);
	end(&rig);
}

static void rules_that_do_not_load_are_quoted(void **state)
{
	(void)state;
	expect("rules.yaml", "max_sensitivity: high", "max_sensitivity: highest",
		"FAIL rules: the rule file does not load: FOLDER/rules.yaml:4:31: 'highest' is not a value "
		"of 'max_sensitivity': one of low, moderate, high, severe (mistakes: 1) > "
		"tocsin check FOLDER/rules.yaml\n" NO_RELAYS
		"unseen acl.audience: without rules that load there are no members to compare with > \n");
}

static void files_that_are_open_to_others_are_found(void **state)
{
	static const struct {
		const char *name;
		mode_t mode;
		const char *type;
	} files[] = {{"journal.db", 0640, "chmod 0600 FOLDER/journal.db"},
		{"journal.db.key", 0604, "chmod 0600 FOLDER/journal.db.key"},
		{"passwords", 0644, "chmod 0640 FOLDER/passwords"}, {"acl", 0666, "chmod go-w FOLDER/acl"},
		{"rules.yaml", 0664, "chmod go-w FOLDER/rules.yaml"},
		{"m.conf", 0646, "chmod go-w FOLDER/m.conf"}};
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[2 * RIG_PATH];
		struct rig rig;
		begin(&rig);
		snprintf(path, sizeof(path), "%s/%s", rig.folder, files[i].name);
		assert_int_equal(chmod(path, files[i].mode), 0);
		char *found = complaints(&rig);
		assert_has(found, "FAIL file.mode: ");
		assert_has(found, files[i].type);
		assert_int_equal(rig.doctor.marks[TOCSIN_MARK_FAIL], 1);
		free(found);
		end(&rig);
	}
}

/* What is closed is no fault. */
static void what_is_closed_is_not_seen(void **state)
{
	static const char *const checks[] = {"rules", "acl", "file.mode"};
	const uid_t self = geteuid();
	char *bad = NULL;
	struct rig rig;
	(void)state;
	begin(&rig);
	rig.doctor = (struct tocsin_doctor){.path = rig.path, .root = "tocsin/v1", .english = true};
	assert_int_equal(tocsin_conf_read(rig.path, &rig.doctor.conf, &bad), TOCSIN_OK);
	rig.doctor.plugged = tocsin_conf_plugin(&rig.doctor.conf, "tocsin", 0, &rig.doctor.plugin);
	assert_int_equal(chmod(rig.folder, 0), 0);
	if (self == 0)
		assert_int_equal(seteuid(65534), 0);
	tocsin_doctor_examine(&rig.doctor);
	assert_int_equal(seteuid(self), 0);
	assert_int_equal(chmod(rig.folder, 0700), 0);
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		size_t unseen = 0;
		for (size_t k = 0; k < rig.doctor.count; k++) {
			const struct tocsin_doctor_finding *finding = &rig.doctor.findings[k];
			const bool same = strcmp(finding->check, checks[i]) == 0;
			unseen += same && finding->mark == TOCSIN_MARK_UNSEEN;
			assert_false(same && finding->mark == TOCSIN_MARK_FAIL);
		}
		if (unseen == 0)
			fail_msg("%s saw what is closed", checks[i]);
	}
	end(&rig);
}

static void a_shared_folder_is_found(void **state)
{
	struct rig rig;
	(void)state;
	begin(&rig);
	assert_int_equal(chmod(rig.folder, 0770), 0);
	char *found = complaints(&rig);
	assert_has(found, "FAIL file.journal: others can write in FOLDER (0770) > chmod go-w FOLDER\n");
	free(found);
	end(&rig);
}

/* A certificate and its key in the rig's folder, valid from and until these days from now. */
static void certify(const struct rig *rig, int from_days, int until_days)
{
	char path[2 * RIG_PATH];
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	assert_non_null(key);
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_time_adj_ex(X509_getm_notBefore(certificate), from_days, 0, NULL);
	X509_time_adj_ex(X509_getm_notAfter(certificate), until_days, 60, NULL);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	snprintf(path, sizeof(path), "%s/server.crt", rig->folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	fclose(file);
	put(rig, "server.key", "", 0600);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void expect_certificate(int from_days, int until_days, const char *mark, const char *what)
{
	struct rig rig;
	begin(&rig);
	certify(&rig, from_days, until_days);
	char *text = replaced(strdup(GOOD), "listener 1883 127.0.0.1",
		"listener 8883\ncertfile FOLDER/server.crt\nkeyfile FOLDER/server.key");
	put(&rig, "m.conf", text, 0644);
	char *found = complaints(&rig);
	if (*mark) {
		assert_has(found, mark);
		assert_has(found, what);
	} else {
		assert_string_equal(found, "");
	}
	free(found);
	free(text);
	end(&rig);
}

static void certificates_expire(void **state)
{
	(void)state;
	expect_certificate(-1, 31, "", "");
	expect_certificate(-1, 29, "warn tls.certificate: FOLDER/server.crt expires on ",
		"openssl x509 -x509toreq -in FOLDER/server.crt -signkey FOLDER/server.key");
	expect_certificate(-1, 0, "warn tls.certificate: ", " expires on ");
	expect_certificate(-9, -1, "FAIL tls.certificate: FOLDER/server.crt expired on ",
		"openssl x509 -x509toreq -in FOLDER/server.crt -signkey FOLDER/server.key");
	expect_certificate(2, 90, "FAIL tls.certificate: ", " is valid from ");
}

static void certificates_must_be_some_and_keys_private(void **state)
{
	struct rig rig;
	(void)state;
	begin(&rig);
	char *text = replaced(strdup(GOOD), "listener 1883 127.0.0.1",
		"listener 8883\ncafile FOLDER/gone.crt\ncertfile FOLDER/server.crt\nkeyfile "
		"FOLDER/server.key\nlistener 8884\ncertfile FOLDER/server.crt\nkeyfile FOLDER/gone.key");
	put(&rig, "m.conf", text, 0644);
	put(&rig, "server.crt", "no certificate\n", 0644);
	put(&rig, "server.key", "", 0644);
	char *found = complaints(&rig);
	assert_has(found,
		"FAIL tls.certificate: FOLDER/server.crt is no certificate that can be read (PEM) > "
		"openssl x509 -noout -text -in FOLDER/server.crt\n");
	assert_has(found,
		"FAIL tls.certificate: FOLDER/gone.crt is no certificate that can be read (No such file "
		"or directory) > ");
	assert_has(found,
		"FAIL tls.key: FOLDER/server.key is open to others (0644) > chmod 0640 "
		"FOLDER/server.key\n");
	assert_has(found, "FAIL tls.key: FOLDER/gone.key is not there (No such file or directory) > ");
	free(found);
	free(text);
	end(&rig);
}

static void texts_are_filled_in(void **state)
{
	const char *const arguments[TOCSIN_REMARK_ARGUMENTS] = {"a", "b {0}", NULL, "it's", ""};
	(void)state;
	const struct {
		const char *text, *filled, *command;
	} texts[] = {{"", "", ""}, {"{0}{1}", "ab {0}", "a'b {0}'"},
		{"{2} {5} {x} {", "? {5} {x} {", "'?' {5} {x} {"}, {"{{0}}", "{a}", "{a}"},
		{"rm {3} {4}", "rm it's ", "rm 'it'\\''s' ''"}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *filled = tocsin_remark_text(texts[i].text, arguments, false);
		char *command = tocsin_remark_text(texts[i].text, arguments, true);
		assert_string_equal(filled, texts[i].filled);
		assert_string_equal(command, texts[i].command);
		free(filled);
		free(command);
	}
}

/* One line each, and a summary; whatever a file is called. */
static void findings_are_lines(void **state)
{
	static const struct tocsin_remark remark = {
		TOCSIN_MARK_FAIL, "{0} is wrong", "it is", "mend {0}", true};
	struct tocsin_doctor doctor = {.check = "x", .english = true};
	struct page page;
	(void)state;
	page_open(&page);
	tocsin_doctor_say(&doctor, &remark, (struct tocsin_spot){"f", 3}, "a\n\033[1mb", NULL);
	tocsin_doctor_print(&doctor, page.out);
	assert_string_equal(page_text(&page),
		"FAIL   x: a <U+001B>[1mb is wrong: it is; write at f:3: mend a <U+001B>[1mb\n"
		"1 thing to mend, 0 warnings, 0 ok, 0 not seen\n");
	page_close(&page);
	page_open(&page);
	assert_true(tocsin_doctor_print_json(&doctor, false, page.out));
	assert_string_equal(page_text(&page),
		"{\"ok\":false,\"failures\":1,\"warnings\":0,\"unseen\":0,\"fine\":0,\"findings\":[{"
		"\"check\":"
		"\"x\",\"mark\":\"fail\",\"what\":\"a\\n\\u001B[1mb is wrong\",\"why\":\"it "
		"is\",\"write\":\"mend "
		"a\\n\\u001B[1mb\",\"file\":\"f\",\"line\":3}]}\n");
	page_close(&page);
	tocsin_doctor_finish(&doctor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_hub_has_nothing),
		cmocka_unit_test(each_fault_of_the_configuration_is_found),
		cmocka_unit_test(a_broker_without_the_plugin_is_one_finding),
		cmocka_unit_test(nothing_at_all_is_open_to_this_machine),
		cmocka_unit_test(each_fault_of_the_acl_is_found),
		cmocka_unit_test(without_the_guard_an_acl_must_do),
		cmocka_unit_test(rules_that_do_not_load_are_quoted),
		cmocka_unit_test(files_that_are_open_to_others_are_found),
		cmocka_unit_test(what_is_closed_is_not_seen),
		cmocka_unit_test(a_shared_folder_is_found),
		cmocka_unit_test(certificates_expire),
		cmocka_unit_test(certificates_must_be_some_and_keys_private),
		cmocka_unit_test(texts_are_filled_in),
		cmocka_unit_test(findings_are_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
