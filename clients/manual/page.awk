# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# One manual page of a command: from its table (table.awk), the tables of its
# verbs, and pages/COMMAND.roff, what a hand has to add.
#
#   awk -f page.awk -v command=report -v about=SUMMARY -v version=0.1.0 \
#       body=pages/report.roff TABLE verb=update TABLE ...
# Lines of the body before "@OPTIONS@" belong to the description.
BEGIN { FS = "\t" }

function text(words) {
	gsub(/\\/, "\\e", words)
	gsub(/-/, "\\-", words)
	gsub(/~/, "\\(ti", words)
	gsub(/\^/, "\\(ha", words)
	gsub(/'/, "\\(aq", words)
	gsub(/`/, "\\(ga", words)
	sub(/^\./, "\\\\\\&.", words)
	return words
}

function bold(words) { return "\\fB" text(words) "\\fR" }

FNR == 1 { tables++ }
$1 == "summary" { summary[tables] = summary[tables] text($2) "\n" }
$1 == "example" { example[tables] = example[tables] text(substr($2, 3)) "\n" }
$1 == "synopsis" { synopsis[tables] = $2 }
$1 == "note" { note[tables] = note[tables] text($2) "\n" }
$1 == "exit" { ends[tables] = $2 }
$1 == "section" && $2 != "Options" { options[tables] = options[tables] ".SS " text($2) "\n" }
$1 == "option" {
	left = $2 == "" ? "" : bold("-" $2) ", "
	left = left bold("--" $3) ($4 == "" ? "" : " \\fI" text($4) "\\fR")
	row = ".TP\n" left "\n" text($5) "\n"
	options[tables] = options[tables] row
	if (tables == 1) {
		first[row] = 1
		count++
	} else if (row in first)
		shared[tables]++
	else
		fresh[tables] = fresh[tables] row
}

function print_body(after,    line, past) {
	while ((getline line < body) > 0) {
		if (line == "@OPTIONS@")
			past = 1
		else if (line !~ /^\.\\"/ && (past ? 1 : 0) == after)
			print line
	}
	close(body)
}

function print_synopsis(words) {
	sub(/^tocsin /, "", words)
	match(words, command)
	print "\\fBtocsin " text(command) "\\fR" text(substr(words, RSTART + RLENGTH))
}

function print_example(table) {
	printf ".EX\n%s.EE\n", example[table]
}

# "0 done, 1 refused; 2 usage" one code a line; a comma that no code follows stays.
function print_exits(words,    i, count, parts, code) {
	gsub(/[,;] +/, "&\n", words)
	count = split(words, parts, "\n")
	for (i = 1; i <= count; i++) {
		code = parts[i]
		if (code ~ /^[0-4] /) {
			printf "%s.TP\n\\fB%s\\fR\n", (i > 1 ? "\n" : ""), substr(code, 1, 1)
			code = substr(code, 3)
		}
		if (i == count || parts[i + 1] ~ /^[0-4] /)
			sub(/[,;.] *$/, "", code)
		printf "%s", text(code)
	}
	print ""
}

END {
	upper = toupper("tocsin-" command)
	printf ".\\\" Made from the command's own help: do not edit.\n"
	printf ".TH %s 1 \"\" \"Tocsin %s\" \"Tocsin\"\n", text(upper), version
	print ".nh\n.ad l"
	printf ".SH NAME\ntocsin\\-%s \\- %s\n", text(command), text(about)
	print ".SH EXAMPLE"
	print_example(1)
	for (i = 2; i <= tables; i++)
		print_example(i)
	print ".SH SYNOPSIS"
	print_synopsis(synopsis[1])
	for (i = 2; i <= tables; i++) {
		print ".br"
		print_synopsis(synopsis[i])
	}
	printf ".SH DESCRIPTION\n%s", summary[1]
	if (note[1] != "")
		printf ".PP\n%s", note[1]
	print_body(0)
	printf ".SH OPTIONS\n%s", options[1]
	printf ".SS Help\n.TP\n%s\nwhat is used most, on a screen\n", bold("--help")
	printf ".TP\n%s\nevery option\n", bold("--help-all")
	for (i = 2; i <= tables; i++) {
		split(synopsis[i], words, " ")
		printf ".SH %s\n%s", toupper(text(words[3])), summary[i]
		if (note[i] != "" && note[i] != note[1])
			printf ".PP\n%s", note[i]
		# Most verbs take what the command takes, and more.
		if (shared[i] < count)
			printf "%s", options[i]
		else if (fresh[i] == "")
			print "It takes the options above."
		else
			printf "It takes the options above, and\n%s", fresh[i]
	}
	print ".SH EXIT STATUS"
	print_exits(ends[1])
	print_body(1)
	print ".SH SEE ALSO\n.BR tocsin (1),\n.BR tocsin\\-rules (5),\n.BR mosquitto\\-tocsin (7)"
}
