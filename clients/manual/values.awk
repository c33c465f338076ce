# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# The options of one command with what their values may be, from enums.proto, the
# list `values` and the command's table.
BEGIN { OFS = "\t" }

FNR == 1 { file++ }

# enum EventType { EVENT_TYPE_BATTLES = 1; -> words["EventType"] = "battles"
file == 1 && $1 == "enum" {
	enum = $2
	prefix = enum
	gsub(/[A-Z]/, "_&", prefix)
	prefix = toupper(substr(prefix, 2)) "_"
	next
}
file == 1 && /^ *[A-Z0-9_]+ = [1-9]/ && index($1, prefix) == 1 {
	word = tolower(substr($1, length(prefix) + 1))
	words[enum] = words[enum] (words[enum] == "" ? "" : " ") word
	next
}
file == 1 { next }

file == 2 && ($0 == "" || /^#/) { next }
file == 2 {
	option = $1
	kind[option] = $2
	if ($2 == "enum" && words[$3] == "") {
		print "values: no such enum: " $3 > "/dev/stderr"
		exit 1
	}
	if ($2 == "enum")
		list[option] = words[$3]
	if ($2 == "word") {
		sub(/^[^ ]+ word /, "")
		list[option] = $0
	}
	next
}

{ split($0, row, "\t") }
# Where a name stands twice, the command takes the first.
row[1] == "option" && !(row[3] in seen) {
	seen[row[3]] = 1
	key = (command ":" row[3]) in kind ? command ":" row[3] : row[3]
	what = key in kind ? kind[key] : ""
	if (row[4] == "")
		what = "none"
	else if (what == "")
		what = row[4] == "FILE" ? "file" : row[4] == "DIR" ? "dir" : "free"
	else if (what == "enum")
		what = "word"
	print command, row[2], row[3], row[4], row[5], what, list[key]
}
END {
	print command, "", "help", "", "what is used most, on a screen", "none", ""
	print command, "", "help-all", "", "every option", "none", ""
}
