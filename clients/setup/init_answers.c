/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/setup/init.h"
#include "clients/setup/init_add.h"
#include "proto/text.h"

enum { MAX_HUB = 64, MAX_HOST = 64, MAX_PORT = 65535, MAX_ANSWERS_FILE = 64 * 1024 };

/* The first TOCSIN_INIT_ANSWERS are answers, by number. */
enum { YES = TOCSIN_INIT_ANSWERS, ANSWERS_FILE, ADD, AS, PLACES, OPTIONS };

static const struct tocsin_option options[OPTIONS] = {
	[TOCSIN_INIT_HUB] = {"hub", 0, "NAME",
		N_("name of the hub, as in its alerts (this machine's)")},
	[TOCSIN_INIT_COUNTRIES] = {"countries", 0, "CODES",
		N_("ISO codes of its countries, with commas (ML,BF,NE)")},
	[TOCSIN_INIT_HOST] = {"address", 0, "HOST",
		N_("name or address by which it is reached; stands in its certificate (this machine's)")},
	[TOCSIN_INIT_SENDERS] = {"senders", 0, "NAMES",
		N_("user names that may report, with commas; '-' for any account (field-1)")},
	[TOCSIN_INIT_COORDINATION] = {"coordination", 0, "NAMES",
		N_("members of the audience that sees everything (coordinator)")},
	[TOCSIN_INIT_PARTNERS] = {"partners", 0, "NAMES",
		N_("members of the audience of relief agencies; '-' for none (agency-1)")},
	[TOCSIN_INIT_PUBLIC] = {"public", 0, "NAMES",
		N_("members of the audience that sees least (-)")},
	[TOCSIN_INIT_ADMINS] = {"admins", 0, "NAMES",
		N_("user names that may steer it; '-' for none (operator)")},
	[TOCSIN_INIT_LOGIN] = {"login", 0, "HOW",
		N_("password or certificate, both over TLS; or no-tls: passwords on an open line "
		   "(password)")},
	[TOCSIN_INIT_PORT] = {"port", 'p', "PORT", N_("for everybody (8883, without TLS 1883)")},
	[TOCSIN_INIT_LOCAL_PORT] = {"local-port", 0, "PORT",
		N_("without TLS, for this machine alone (1883)")},
	[TOCSIN_INIT_PLUGIN] = {"plugin", 0, "FILE", N_("mosquitto_tocsin.so (where it is installed)")},
	[TOCSIN_INIT_REGIONS] = {"regions", 0, "DIR",
		N_("lists of places to copy, such as ml.csv (where they are installed)")},
	[TOCSIN_INIT_BROKER_USER] = {"broker-user", 0, "NAME",
		N_("the system's user that runs the broker (for root mosquitto, else who types this)")},
	[YES] = {"yes", 'y', NULL, N_("do not ask: take the defaults")},
	[ANSWERS_FILE] = {"answers", 0, "FILE", N_("these options from a file, one a line")},
	[ADD] = {"add", 0, "NAME", N_("one person more in a hub that lies in DIR: this user name")},
	[AS] = {"as", 0, "ROLE", N_("what the person is: sender, member:AUDIENCE or admin")},
	[PLACES] = {"places", 0, "CODES",
		N_("regions that the new sender may report from, with commas")},
};

static const char *judge_hub(const char *text)
{
	size_t length = strlen(text), code_points;
	if (tocsin_text_check(text, length, &code_points) != TOCSIN_TEXT_FINE || code_points < 1 ||
		code_points > MAX_HUB || strpbrk(text, "\t\n") || text[0] == ' ' || text[length - 1] == ' ')
		return N_("wants a name of 1 to 64 characters");
	return NULL;
}

static const char *judge_host(const char *text)
{
	size_t length = strlen(text);
	if (length == 0 || length > MAX_HOST || text[0] == '-' ||
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:") != length)
		return N_("wants a host name or an address, of 1 to 64 characters");
	return NULL;
}

static const struct tocsin_country *find_country(const char *text, size_t length)
{
	char code[4];
	if (length != 2 && length != 3)
		return NULL;
	for (size_t i = 0; i < length; i++)
		code[i] = (char)toupper((unsigned char)text[i]);
	code[length] = '\0';
	return length == 2 ? tocsin_country_by_alpha2(code) : tocsin_country_by_alpha3(code);
}

const char *tocsin_init_countries(const char *text,
	const struct tocsin_country *countries[TOCSIN_MAX_INIT_COUNTRIES], size_t *count)
{
	static const char between[] = ", \t";
	*count = 0;
	for (text += strspn(text, between); *text; text += strspn(text, between)) {
		size_t length = strcspn(text, between), i = 0;
		const struct tocsin_country *country = find_country(text, length);
		if (!country)
			return N_("wants ISO 3166 codes of countries with commas between them, such as ML,BF");
		while (i < *count && countries[i] != country)
			i++;
		if (i == TOCSIN_MAX_INIT_COUNTRIES)
			return N_("too many countries");
		if (i == *count)
			countries[(*count)++] = country;
		text += length;
	}
	return *count ? NULL
				  : N_("wants ISO 3166 codes of countries with commas between them, such as ML,BF");
}

static const char *judge_countries(const char *text)
{
	const struct tocsin_country *countries[TOCSIN_MAX_INIT_COUNTRIES];
	size_t count;
	return tocsin_init_countries(text, countries, &count);
}

static const char *judge_names(const char *text)
{
	struct tocsin_user_names names = {0};
	const char *wrong = tocsin_user_names_read(&names, text);
	tocsin_user_names_finish(&names);
	return wrong;
}

static const char *judge_some_names(const char *text)
{
	struct tocsin_user_names names = {0};
	const char *wrong = tocsin_user_names_read(&names, text);
	/* It is where goes what no rule sends anywhere: somebody must see it. */
	if (!wrong && names.count == 0)
		wrong = N_("wants at least one name: what no rule sends anywhere goes there");
	tocsin_user_names_finish(&names);
	return wrong;
}

static const char *judge_login(const char *text)
{
	enum tocsin_init_login login;
	return tocsin_init_login_read(text, &login) ? NULL
												: N_("wants password, certificate or no-tls");
}

static const char *judge_port(const char *text)
{
	int64_t number;
	return tocsin_number_read(text, &number) && number >= 1 && number <= MAX_PORT
		? NULL
		: N_("wants a number from 1 to 65535");
}

static const char *judge_text(const char *text)
{
	return *text ? NULL : N_("wants a value");
}

static const char *(*const judges[TOCSIN_INIT_ANSWERS])(const char *text) = {
	[TOCSIN_INIT_HUB] = judge_hub,
	[TOCSIN_INIT_COUNTRIES] = judge_countries,
	[TOCSIN_INIT_HOST] = judge_host,
	[TOCSIN_INIT_SENDERS] = judge_names,
	[TOCSIN_INIT_COORDINATION] = judge_some_names,
	[TOCSIN_INIT_PARTNERS] = judge_names,
	[TOCSIN_INIT_PUBLIC] = judge_names,
	[TOCSIN_INIT_ADMINS] = judge_names,
	[TOCSIN_INIT_LOGIN] = judge_login,
	[TOCSIN_INIT_PORT] = judge_port,
	[TOCSIN_INIT_LOCAL_PORT] = judge_port,
	[TOCSIN_INIT_PLUGIN] = judge_text,
	[TOCSIN_INIT_REGIONS] = judge_text,
	[TOCSIN_INIT_BROKER_USER] = judge_text,
};

bool tocsin_init_login_read(const char *text, enum tocsin_init_login *login)
{
	static const char *const names[] = {
		[TOCSIN_LOGIN_PASSWORD] = "password",
		[TOCSIN_LOGIN_CERTIFICATE] = "certificate",
		[TOCSIN_LOGIN_NO_TLS] = "no-tls",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*login = (enum tocsin_init_login)i;
		return true;
	}
	return false;
}

const char *tocsin_init_judge(enum tocsin_init_answer answer, const char *text)
{
	return judges[answer](text);
}

static const char *take_rest(struct tocsin_init *init, size_t index, char *value)
{
	struct tocsin_init_newcomer newcomer;
	switch (index) {
	case YES:
		init->yes = true;
		return NULL;
	case ANSWERS_FILE:
		init->answers = value;
		return NULL;
	case ADD:
		init->add = value;
		return tocsin_text_is_level(value, strlen(value))
			? NULL
			: N_("wants one user name of A-Z, a-z, 0-9, '_' and '-', 64 at most");
	case AS:
		init->as = value;
		return tocsin_init_role_read(value, &newcomer)
			? NULL
			: N_("wants sender, member:AUDIENCE or admin");
	case PLACES:
		init->places = value;
		return tocsin_init_places_judge(value);
	default:
		return N_("cannot be taken");
	}
}

static const char *take(void *ctx, size_t index, char *value)
{
	struct tocsin_init *init = ctx;
	if (index >= TOCSIN_INIT_ANSWERS)
		return take_rest(init, index, value);
	init->given[index] = value;
	return tocsin_init_judge((enum tocsin_init_answer)index, value);
}

struct tocsin_option_set tocsin_init_options(struct tocsin_init *init)
{
	return (struct tocsin_option_set){"Options", options, OPTIONS, take, init};
}

bool tocsin_init_read_file(struct tocsin_init *init)
{
	struct tocsin_init file = {0};
	if (!init->answers)
		return true;
	enum tocsin_status status = tocsin_input_read(init->answers, MAX_ANSWERS_FILE, &init->file);
	if (status != TOCSIN_OK) {
		tocsin_input_complain(init->answers, status, MAX_ANSWERS_FILE);
		return false;
	}
	const struct tocsin_option_set set = tocsin_init_options(&file);
	if (!tocsin_options_read(&set, "--answers", init->answers, (char *)init->file.data, stderr))
		return false;
	if (file.add || file.as || file.places) {
		fprintf(stderr, _("%s: --add, --as and --places are no answers\n"), init->answers);
		return false;
	}
	for (size_t i = 0; i < TOCSIN_INIT_ANSWERS; i++)
		init->given[i] = init->given[i] ? init->given[i] : file.given[i];
	init->yes = true;
	return true;
}

/* This machine's name, up to its first dot where that is all that is wanted. */
static const char *machine(char text[TOCSIN_MAX_INIT_TEXT], bool first_label)
{
	if (gethostname(text, TOCSIN_MAX_INIT_TEXT) != 0)
		text[0] = '\0';
	text[TOCSIN_MAX_INIT_TEXT - 1] = '\0';
	if (first_label)
		text[strcspn(text, ".")] = '\0';
	return judge_host(text) ? "localhost" : text;
}

const char *tocsin_init_standard(enum tocsin_init_answer answer, char text[TOCSIN_MAX_INIT_TEXT])
{
	static const char *const standards[TOCSIN_INIT_ANSWERS] = {
		[TOCSIN_INIT_COUNTRIES] = "ML,BF,NE",
		[TOCSIN_INIT_SENDERS] = "field-1",
		[TOCSIN_INIT_COORDINATION] = "coordinator",
		[TOCSIN_INIT_PARTNERS] = "agency-1",
		[TOCSIN_INIT_PUBLIC] = "-",
		[TOCSIN_INIT_ADMINS] = "operator",
		[TOCSIN_INIT_LOGIN] = "password",
		[TOCSIN_INIT_LOCAL_PORT] = "1883",
	};
	if (answer == TOCSIN_INIT_HUB || answer == TOCSIN_INIT_HOST)
		return machine(text, answer == TOCSIN_INIT_HUB);
	return standards[answer];
}
