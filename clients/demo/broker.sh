# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# A broker of one's own with the plugin, for `./dev demo` and `./dev up`.
# Sourced. Everything lies in one folder beneath build/.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=$HERE/build
export TOCSIN=$BUILD/clients/tocsin
# Debian puts the broker where a user's PATH may not look.
MOSQUITTO=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v mosquitto) || {
	echo "mosquitto is not installed." >&2
	exit 1
}
PEOPLE=(corpus mopti-17 msf-duty nrc-duty coord-duty operator)

# is_free PORT: nobody listens there.
is_free() {
	! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

# free_port: one that nobody listens on, by chance.
free_port() {
	local port
	while :; do
		port=$((20000 + RANDOM % 12000))
		! is_free "$port" || break
	done
	echo "$port"
}

# broker_prepare FOLDER PORT RULES: configuration, accounts, and one file a person
# for `tocsin --config`. The passwords guard nothing but a broker on this machine
# that lives as long as the script.
broker_prepare() {
	local folder=$1 port=$2 rules=$3 person
	mkdir -p "$folder"
	: > "$folder/passwords"
	chmod 0600 "$folder/passwords"
	for person in "${PEOPLE[@]}"; do
		printf '%s:%s\n' "$person" "$person" >> "$folder/passwords"
		printf -- '-h 127.0.0.1\n-p %s\n-u %s\n-P %s\n' "$port" "$person" "$person" > "$folder/$person"
	done
	mosquitto_passwd -U "$folder/passwords"
	cat > "$folder/acl" <<- TEXT
		pattern readwrite tocsin/v1/from/%u/#

		user msf-duty
		topic read tocsin/v1/to/partners/#

		user nrc-duty
		topic read tocsin/v1/to/partners/#

		user coord-duty
		topic read tocsin/v1/to/coordination/#

		user operator
		topic write \$CONTROL/tocsin/v1
		topic read \$CONTROL/tocsin/v1/response
		topic read \$SYS/broker/tocsin/#
		topic read tocsin/v1/ops/#
	TEXT
	cat > "$folder/mosquitto.conf" <<- TEXT
		listener $port 127.0.0.1
		user $(id -un)
		allow_anonymous false
		password_file $folder/passwords
		acl_file $folder/acl
		per_listener_settings false
		set_tcp_nodelay true
		max_queued_messages 100000
		persistence true
		persistence_location $folder/
		autosave_on_changes true
		autosave_interval 1000
		log_dest stderr
		log_type all
		plugin $BUILD/broker-plugin/mosquitto_tocsin.so
		plugin_opt_rules_file $rules
		plugin_opt_journal_file $folder/journal.sqlite
		plugin_opt_hub $(basename "$folder")
		plugin_opt_guard beside
		plugin_opt_admins operator
	TEXT
}

# await FILE PATTERN: until a line of a growing file matches, at most 20 seconds,
# and no longer than the broker lives.
await() {
	local code=0 tail
	timeout 20 grep -q -m 1 -E -e "$2" <(exec tail -n +1 -F --pid="$BROKER" "$1" 2> /dev/null) || code=$?
	tail=$!
	kill "$tail" 2> /dev/null || true
	return "$code"
}

# broker_start FOLDER: sets BROKER, its process id, and returns once it listens.
broker_start() {
	: > "$1/broker.log"
	"$MOSQUITTO" -c "$1/mosquitto.conf" 2> "$1/broker.log" &
	BROKER=$!
	await "$1/broker.log" ' running$' && return 0
	echo "The broker did not start. It said:" >&2
	tail -n 20 "$1/broker.log" >&2
	return 1
}

broker_stop() {
	[ -n "${BROKER:-}" ] || return 0
	kill "$BROKER" 2> /dev/null || true
	wait "$BROKER" 2> /dev/null || true
	BROKER=
}

# demo_lines: what to paste while `./dev up` runs.
demo_lines() {
	local rules=build/up/rules/sahel.yaml line
	line=$(grep -n -m 1 'min_severity: severe' "$HERE/rules/sahel.yaml")
	cat <<- TEXT
		  build/clients/tocsin watch --config build/up/msf-duty --audience partners --region ML05

		  build/clients/tocsin report --config build/up/mopti-17 --outbox build/up/outbox --event battles --severity moderate --certainty observed --pcode ML0503 --sensitivity moderate

		  \${EDITOR:-nano} +${line%%:*} $rules    # change \`severe\` to \`moderate\` in this line, save, report again: see the alert change

		  build/clients/tocsin status --config build/up/operator    # an operator may steer it: also journal, silence, quarantine, reload
	TEXT
}
