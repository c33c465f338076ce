/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "clients/base/tongue.h"
#include "clients/hub/doctor_checks.h"

enum { SOON_DAYS = 30, OTHERS = 0027 };

bool tocsin_doctor_plain(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark plain = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("port {0} is in the clear, and open to the network"),
		.why = N_("passwords and reports can be read on the way"),
		.type = N_("certfile /etc/mosquitto/certs/server.crt and keyfile "
				   "/etc/mosquitto/certs/server.key, or listener {0} 127.0.0.1"),
		.line = true};
	struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS];
	const size_t count = tocsin_conf_listeners(&doctor->conf, listeners);
	for (size_t i = 0; i < count; i++) {
		const struct tocsin_conf_listener *listener = &listeners[i];
		if (listener->local || tocsin_conf_of(&doctor->conf, listener, "certfile") ||
			tocsin_conf_of(&doctor->conf, listener, "psk_hint"))
			continue;
		char port[16] = "1883";
		if (strcmp(listener->line->key, "bind_address") != 0)
			snprintf(port, sizeof(port), "%.*s", (int)strcspn(listener->line->value, " "),
				listener->line->value);
		tocsin_doctor_say(doctor, &plain, tocsin_doctor_at(doctor, listener->line), port, NULL);
	}
	return true;
}

static X509 *read_certificate(const char *path)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return NULL;
	errno = 0;
	X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	return certificate;
}

bool tocsin_certificate_name(const char *path, char name[256])
{
	X509 *certificate = read_certificate(path);
	if (!certificate)
		return false;
	const int length =
		X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, 256);
	X509_free(certificate);
	return length > 0;
}

/* Days until then, below 0 where it is past; false where the time is none. */
static bool days_until(const ASN1_TIME *time, int *days, char date[48])
{
	struct tm tm;
	int seconds = 0;
	if (ASN1_TIME_diff(days, &seconds, NULL, time) != 1 || ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	if (*days == 0 && seconds < 0)
		*days = -1;
	snprintf(date, 48, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	return true;
}

static void say_unread(struct tocsin_doctor *doctor, const struct tocsin_conf_line *line, int why)
{
	static const struct tocsin_remark unreadable = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} is no certificate that can be read ({1})"),
		.why = N_("the listener does not start"),
		.type = "openssl x509 -noout -text -in {0}"};
	const struct tocsin_spot place = tocsin_doctor_at(doctor, line);
	if (why == EACCES)
		tocsin_doctor_say_closed(doctor, line->value);
	else
		tocsin_doctor_say(
			doctor, &unreadable, place, line->value, why ? strerror(why) : "PEM", NULL);
}

/* key: the file of the certificate's own key; NULL for an authority's. */
static void look_at_certificate(
	struct tocsin_doctor *doctor, const struct tocsin_conf_line *line, const char *key)
{
	static const struct tocsin_remark expired = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} expired on {1}"),
		.why = N_("no client that checks it can connect"),
		.type = "openssl x509 -x509toreq -in {0} -signkey {2} -out renewal.csr"};
	static const struct tocsin_remark soon = {.mark = TOCSIN_MARK_WARN,
		.what = N_("{0} expires on {1}"),
		.why = N_("from then on no client that checks it can connect"),
		.type = "openssl x509 -x509toreq -in {0} -signkey {2} -out renewal.csr"};
	static const struct tocsin_remark early = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} is valid from {1} on alone"),
		.why = N_("no client that checks it can connect, or this machine's clock is wrong"),
		.type = "date -u"};
	X509 *certificate = read_certificate(line->value);
	if (!certificate) {
		say_unread(doctor, line, errno);
		return;
	}
	int begin = 0, end = 0;
	char from[48] = "?", until[48] = "?";
	const bool known = days_until(X509_get0_notBefore(certificate), &begin, from) &&
		days_until(X509_get0_notAfter(certificate), &end, until);
	const struct tocsin_spot place = tocsin_doctor_at(doctor, line);
	const char *signer = key ? key : "ca.key";
	if (!known)
		say_unread(doctor, line, 0);
	else if (end < 0)
		tocsin_doctor_say(doctor, &expired, place, line->value, until, signer, NULL);
	else if (end < SOON_DAYS)
		tocsin_doctor_say(doctor, &soon, place, line->value, until, signer, NULL);
	else if (begin > 0)
		tocsin_doctor_say(doctor, &early, place, line->value, from, NULL);
	X509_free(certificate);
}

bool tocsin_doctor_certificates(struct tocsin_doctor *doctor)
{
	struct tocsin_conf_listener listeners[TOCSIN_MAX_LISTENERS];
	bool looked = false;
	const size_t count = tocsin_conf_listeners(&doctor->conf, listeners);
	for (size_t i = 0; i < count; i++) {
		const struct tocsin_conf_line *own =
			tocsin_conf_of(&doctor->conf, &listeners[i], "certfile");
		const struct tocsin_conf_line *key =
			tocsin_conf_of(&doctor->conf, &listeners[i], "keyfile");
		const struct tocsin_conf_line *authority =
			tocsin_conf_of(&doctor->conf, &listeners[i], "cafile");
		looked = looked || own || authority;
		if (own)
			look_at_certificate(doctor, own, key ? key->value : NULL);
		if (authority)
			look_at_certificate(doctor, authority, NULL);
	}
	return looked;
}

bool tocsin_doctor_tls_keys(struct tocsin_doctor *doctor)
{
	static const struct tocsin_remark open = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} is open to others ({1})"),
		.why = N_("who has it can pose as the hub"),
		.type = "chmod 0640 {0}"};
	static const struct tocsin_remark gone = {.mark = TOCSIN_MARK_FAIL,
		.what = N_("{0} is not there ({1})"),
		.why = N_("the listener does not start"),
		.type = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out {0}"};
	bool looked = false;
	for (size_t i = 0; i < doctor->conf.count; i++) {
		const struct tocsin_conf_line *line = &doctor->conf.lines[i];
		struct stat is;
		char mode[16];
		if (strcmp(line->key, "keyfile") != 0)
			continue;
		looked = true;
		if (stat(line->value, &is) != 0 && errno == EACCES) {
			tocsin_doctor_say_closed(doctor, line->value);
			continue;
		}
		if (stat(line->value, &is) != 0) {
			tocsin_doctor_say(
				doctor, &gone, tocsin_doctor_at(doctor, line), line->value, strerror(errno), NULL);
			continue;
		}
		snprintf(mode, sizeof(mode), "%04o", (unsigned)is.st_mode & 07777U);
		if (is.st_mode & OTHERS)
			tocsin_doctor_say(
				doctor, &open, tocsin_doctor_at(doctor, line), line->value, mode, NULL);
	}
	return looked;
}
