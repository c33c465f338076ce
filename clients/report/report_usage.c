/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What `tocsin report --help` says. */
#include "clients/base/tongue.h"
#include "clients/report/report.h"

static const char new_screen[] =
	N_("Report an incident. It is kept here until the hub has recorded it.\n"
	   "\n"
	   "  tocsin report -h hub.example.org -u mopti-17 --event battles --pcode ML0503 \\\n"
	   "    --severity severe --certainty observed --locality Kouakourou --killed 21-40\n"
	   "\n"
	   "  tocsin report                      asks, on a terminal\n"
	   "  tocsin report --file FILE          Tocsin JSON; - for standard input\n"
	   "  tocsin report --csv FILE           many, beneath a row of HXL tags; --dry-run\n"
	   "  tocsin report update ID OPTION...  a later version of a report\n"
	   "  tocsin report cancel ID --cause resolved|error|merged\n"
	   "\n"
	   "  --list             what has arrived, what was refused and why, what waits\n"
	   "  --send             send what waits (from cron, say); --severe-first, --stay\n"
	   "  --later            only keep it for --send\n"
	   "  --edit ID          mend one that was refused      --drop ID  give one up\n"
	   "  --wipe             overwrite and delete all that is kept here\n"
	   "  --rules FILE       check places by these rules    --check    keep nothing\n"
	   "  --timeout SECONDS  give up waiting for an answer (120)\n"
	   "\n"
	   "'tocsin report --help-all' lists every option: what an incident can say, and how\n"
	   "to connect. Exit: 0 all recorded, 1 refused, 2 usage, 3 cannot connect, 4 not\n"
	   "confirmed in time; what is not recorded stays in the outbox.");

static const char notes[] =
	N_("The outbox is --outbox, else $XDG_STATE_HOME/tocsin/outbox, else\n"
	   "~/.local/state/tocsin/outbox. An ID may be cut to what tells it apart.\n"
	   "Exit: 0 all recorded, 1 refused, 2 usage, 3 cannot connect,\n"
	   "4 not confirmed in time or put off: it stays in the outbox.");

static const char new_example[] =
	"  tocsin report -h hub.example.org -u mopti-17 --event battles --severity severe \\\n"
	"    --certainty observed --country ML --pcode ML0503 --locality Kouakourou \\\n"
	"    --occurred 2024-08-07T18:30Z --not-reported killed --claimant-class official \\\n"
	"    --sensitivity moderate --headline 'Attack on the army post'\n"
	"  tocsin report --file incident.json\n"
	"  producer | tocsin report -";

struct tocsin_usage tocsin_report_usage(
	enum tocsin_report_verb verb, const struct tocsin_option_set *sets, size_t count)
{
	static const struct tocsin_usage usages[] = {
		[TOCSIN_REPORT_NEW] = {.command = "report",
			.synopsis = N_("[update ID | cancel ID] [OPTION]... [-]"),
			.summary = N_("Report an incident. It is kept here until the hub has recorded it."),
			.example = new_example,
			.screen = new_screen},
		[TOCSIN_REPORT_UPDATE] = {.command = "report update",
			.synopsis = N_("ID [OPTION]..."),
			.summary = N_("Report a later version of an incident."),
			.example = "  tocsin report update 3f1f1c52 --severity extreme --killed 21-40",
			.screen = N_(
				"Report a later version of an incident.\n"
				"\n"
				"  tocsin report update 3f1f1c52 --severity extreme --killed 21-40\n"
				"\n"
				"ID is that of any version before, as 'tocsin report --list' shows it, or its\n"
				"beginning. Place, event, time, severity, certainty and sensitivity are those of\n"
				"before where no option says otherwise; texts, tolls, figures, needs and sources\n"
				"are not carried over: the new version replaces the old one whole.\n"
				"It never leaves before the hub has answered for the earlier version.\n"
				"\n"
				"'tocsin report update --help-all' lists every option.")},
		[TOCSIN_REPORT_CANCEL] = {.command = "report cancel",
			.synopsis = N_("ID --cause CAUSE [--note TEXT] [OPTION]..."),
			.summary = N_("Report that an incident is over, was an error, or is part of another."),
			.example = "  tocsin report cancel 3f1f1c52 --cause error --note 'wrong village'",
			.screen = N_(
				"Report that an incident is over, was an error, or is part of another.\n"
				"\n"
				"  tocsin report cancel 3f1f1c52 --cause error --note 'wrong village'\n"
				"\n"
				"ID is that of any version, as 'tocsin report --list' shows it, or its beginning.\n"
				"  --cause CAUSE  resolved, error or merged\n"
				"  --note TEXT    for those who were alerted\n"
				"It reaches everybody whom an earlier version reached, and never leaves before\n"
				"the hub has answered for that.\n"
				"\n"
				"'tocsin report cancel --help-all' lists every option.")},
	};
	struct tocsin_usage usage = usages[verb];
	usage.notes = notes;
	usage.sets = sets;
	usage.set_count = count;
	usage.max_operands = 1;
	return usage;
}
