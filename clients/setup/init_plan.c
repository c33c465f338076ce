/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/setup/init.h"

enum { TLS_PORT = 8883, PLAIN_PORT = 1883 };

static bool complain(const char *format, const char *text)
{
	fputs("tocsin init: ", stderr);
	fprintf(stderr, format, text);
	fputc('\n', stderr);
	return false;
}

/* Can stand in a configuration file, and be typed in a shell, as it is. */
static bool is_plain(const char *path)
{
	for (const char *at = path; *at; at++)
		if (!isalnum((unsigned char)*at) && !((unsigned char)*at & 0x80) &&
			!strchr("/._+,@%=-", *at))
			return complain(
				_("%s: a path of letters, digits and /._+,@%%=- is wanted, for configuration and "
				  "shell take it as it is"),
				path);
	return true;
}

/* The folder need not be there, its parent must. */
static bool plan_folder(struct tocsin_init_plan *plan, const char *folder)
{
	char *copy = strdup(folder);
	if (!copy)
		return complain("%s", _("out of memory"));
	size_t length = strlen(copy);
	while (length > 1 && copy[length - 1] == '/')
		copy[--length] = '\0';
	plan->folder = realpath(copy, NULL);
	if (!plan->folder && errno == ENOENT) {
		char *slash = strrchr(copy, '/');
		const char *name = slash ? slash + 1 : copy;
		if (slash)
			*slash = '\0';
		char *parent = realpath(!slash ? "." : *copy ? copy : "/", NULL);
		if (parent && asprintf(&plan->folder, "%s/%s", strcmp(parent, "/") ? parent : "", name) < 0)
			plan->folder = NULL;
		free(parent);
	}
	free(copy);
	if (!plan->folder)
		return complain(_("%s: the folder that it should lie in is not there"), folder);
	if (!is_plain(plan->folder))
		return false;
	if (tocsin_tree_is_free(plan->folder))
		return true;
	if (errno == ENOTEMPTY)
		return complain(
			_("%s is not empty: nothing is written. Name a folder that is not there yet."),
			plan->folder);
	fprintf(stderr, "tocsin init: %s: %s\n", plan->folder, strerror(errno));
	return false;
}

static bool plan_file(char **path, const char *given, char *(*find)(void), const char *missing)
{
	*path = given ? realpath(given, NULL) : find();
	if (!*path && given)
		fprintf(stderr, "tocsin init: %s: %s\n", given, strerror(errno));
	else if (!*path)
		fprintf(stderr, "tocsin init: %s\n", missing);
	return *path && is_plain(*path);
}

static bool plan_user(struct tocsin_init_plan *plan, const char *given)
{
	bool root = geteuid() == 0;
	errno = 0;
	const struct passwd *user = given ? getpwnam(given)
		: root                        ? getpwnam("mosquitto")
									  : getpwuid(geteuid());
	if (!user)
		return complain(_("no user %s on this machine: --broker-user names the one that runs the "
						  "broker"),
			given ? given : "mosquitto");
	if (!root && user->pw_uid != geteuid())
		return complain(_("only root can make files for another user: %s"), user->pw_name);
	plan->broker_user = strdup(user->pw_name);
	plan->tree.give = user->pw_uid != geteuid();
	plan->tree.uid = user->pw_uid;
	plan->tree.gid = user->pw_gid;
	return plan->broker_user || complain("%s", _("out of memory"));
}

static bool add_names(struct tocsin_user_names *to, const struct tocsin_user_names *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (!tocsin_user_names_add(to, from->items[i]))
			return false;
	return true;
}

static bool plan_people(struct tocsin_init_plan *plan, const char *const *texts)
{
	const struct {
		enum tocsin_init_answer answer;
		struct tocsin_user_names *names;
	} lists[] = {
		{TOCSIN_INIT_SENDERS, &plan->senders},
		{TOCSIN_INIT_COORDINATION, &plan->members[0]},
		{TOCSIN_INIT_PARTNERS, &plan->members[1]},
		{TOCSIN_INIT_PUBLIC, &plan->members[2]},
		{TOCSIN_INIT_ADMINS, &plan->admins},
	};
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const char *wrong = tocsin_user_names_read(lists[i].names, texts[lists[i].answer]);
		if (wrong)
			return complain("%s", _(wrong));
		if (!add_names(&plan->people, lists[i].names))
			return complain("%s", _("out of memory"));
	}
	tocsin_user_names_sort(&plan->people);
	return true;
}

static int read_port(const char *text, int standard)
{
	int64_t number;
	return text && tocsin_number_read(text, &number) ? (int)number : standard;
}

static bool plan_ports(struct tocsin_init_plan *plan, const char *const *texts)
{
	bool tls = plan->login != TOCSIN_LOGIN_NO_TLS;
	plan->port = read_port(texts[TOCSIN_INIT_PORT], tls ? TLS_PORT : PLAIN_PORT);
	plan->local_port = read_port(texts[TOCSIN_INIT_LOCAL_PORT], PLAIN_PORT);
	return !tls || plan->port != plan->local_port ||
		complain(_("--port and --local-port are both %s"),
			texts[TOCSIN_INIT_LOCAL_PORT] ? texts[TOCSIN_INIT_LOCAL_PORT] : "1883");
}

bool tocsin_init_has_passwords(const struct tocsin_init_plan *plan)
{
	return plan->login != TOCSIN_LOGIN_CERTIFICATE || plan->admins.count > 0;
}

bool tocsin_init_plan(
	struct tocsin_init_plan *plan, const struct tocsin_init *init, const char *folder)
{
	const char *texts[TOCSIN_INIT_ANSWERS];
	*plan = (struct tocsin_init_plan){.tree.folder = -1, .now_s = time(NULL)};
	for (size_t i = 0; i < TOCSIN_INIT_ANSWERS; i++)
		texts[i] = init->given[i]
			? init->given[i]
			: tocsin_init_standard((enum tocsin_init_answer)i, plan->texts[i]);
	plan->hub = texts[TOCSIN_INIT_HUB];
	plan->host = texts[TOCSIN_INIT_HOST];
	/* Judged when they were given. */
	(void)tocsin_init_login_read(texts[TOCSIN_INIT_LOGIN], &plan->login);
	(void)tocsin_init_countries(
		texts[TOCSIN_INIT_COUNTRIES], plan->countries, &plan->country_count);
	return plan_folder(plan, folder) && plan_ports(plan, texts) && plan_people(plan, texts) &&
		plan_user(plan, texts[TOCSIN_INIT_BROKER_USER]) &&
		plan_file(&plan->plugin, texts[TOCSIN_INIT_PLUGIN], tocsin_init_find_plugin,
			_("mosquitto_tocsin.so is not found: --plugin FILE says where it is")) &&
		plan_file(&plan->regions, texts[TOCSIN_INIT_REGIONS], tocsin_init_find_regions,
			_("no lists of places are found: --regions DIR says where they are, such as "
			  "rules/regions"));
}

void tocsin_init_plan_finish(struct tocsin_init_plan *plan)
{
	tocsin_user_names_finish(&plan->senders);
	for (size_t i = 0; i < TOCSIN_INIT_AUDIENCES; i++)
		tocsin_user_names_finish(&plan->members[i]);
	tocsin_user_names_finish(&plan->admins);
	tocsin_user_names_finish(&plan->people);
	free(plan->folder);
	free(plan->plugin);
	free(plan->regions);
	free(plan->broker_user);
}
