# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# A page with rows of a README's tables in place of "@TABLES@": in rules/README.md the
# keys, between <!-- keys --> marks; elsewhere the rows that begin with `plugin_opt_`.
#   awk -f tables.awk README.md PAGE.roff
function text(words) {
	gsub(/\\\|/, "|", words)
	gsub(/\\/, "\\e", words)
	gsub(/-/, "\\-", words)
	gsub(/~/, "\\(ti", words)
	gsub(/\^/, "\\(ha", words)
	gsub(/'/, "\\(aq", words)
	gsub(/“|”/, "\"", words)
	gsub(/…/, "...", words)
	# `code` is bold.
	while (sub(/`/, "\\fB", words) && sub(/`/, "\\fR", words))
		;
	return words
}

function strip(words) {
	gsub(/^ +| +$/, "", words)
	gsub(/\*\*/, "", words)
	return words
}

NR == FNR && /^<!-- \/?keys -->/ { inside = !inside; next }
NR == FNR && inside && /^### / { list = list ".SS " text(substr($0, 5)) "\n"; next }
NR == FNR && /^\| `/ && (inside || /^\| `plugin_opt_/) {
	row = $0
	gsub(/\\\|/, "\001", row)
	count = split(row, cell, "|")
	for (i = 1; i <= count; i++) {
		gsub(/\001/, "|", cell[i])
		cell[i] = text(strip(cell[i]))
	}
	list = list ".TP\n" cell[2] "\n"
	if (!inside)
		list = list cell[3] "\n"
	else
		list = list cell[5] "\n.br\nTakes " cell[3] ". Without it: " cell[4] ". Such as " cell[6] ".\n"
	next
}
NR == FNR { next }
$0 == "@TABLES@" {
	if (list == "") {
		print "tables.awk: no rows" > "/dev/stderr"
		exit 1
	}
	printf "%s", list
	next
}
{ print }
