# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# tocsin(1): pages/tocsin.roff with the commands, grouped, in place of @COMMANDS@.
function text(words) {
	gsub(/-/, "\\-", words)
	return words
}
NR == FNR {
	split($0, row, "\t")
	if (row[1] != group)
		list = list ".SS " row[1] "\n"
	group = row[1]
	list = list ".TP\n.BR tocsin\\-" text(row[2]) " (1)\n" text(row[3]) "\n"
	next
}
$0 == "@COMMANDS@" { printf "%s", list; next }
{ print }
