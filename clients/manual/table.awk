# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# What `tocsin COMMAND --help-all` prints, as a table with tabs; both come from
# the rows that parse the command line, so a page cannot say what is not so.
#
#   summary TEXT · example LINE · synopsis TEXT · section TITLE
#   option LETTER NAME VALUE HELP · note LINE · exit TEXT
BEGIN { OFS = "\t"; part = "summary" }

function flush() {
	if (name != "")
		print "option", letter, name, value, help
	name = ""
}

# "  -h, --host HOST             broker to talk to"
function read_option(line) {
	flush()
	letter = value = help = ""
	if (line ~ /^  -[^-], /)
		letter = substr(line, 4, 1)
	line = substr(line, 9)
	match(line, /^[^ ]+/)
	name = substr(line, 1, RLENGTH)
	line = substr(line, RLENGTH + 1)
	if (line ~ /^ [^ ]/) {
		line = substr(line, 2)
		match(line, /^[^ ]+/)
		value = substr(line, 1, RLENGTH)
		line = substr(line, RLENGTH + 1)
	}
	sub(/^ +/, "", line)
	help = line
}

function read_note(line) {
	if (exits == "" && match(line, /Exit: /)) {
		if (RSTART > 1)
			print "note", substr(line, 1, RSTART - 1)
		exits = substr(line, RSTART + RLENGTH)
	} else if (exits != "")
		exits = exits " " line
	else
		print "note", line
}

part == "summary" && /^$/ { part = "example"; next }
part == "summary" { print "summary", $0; next }
part == "example" && /^Usage: / {
	sub(/^Usage: /, "")
	print "synopsis", $0
	part = "options"
	next
}
part == "example" { if ($0 != "") print "example", $0; next }
part == "options" && /^$/ { next }
part == "options" && /^  (-[^-],|   ) --/ {
	if (title != "")
		print "section", title
	title = ""
	read_option($0)
	next
}
part == "options" && /^                            / {
	line = $0
	sub(/^ +/, "", line)
	help = help (help == "" ? "" : " ") line
	next
}
part == "options" && title == "" { flush(); title = $0; next }
# A second line beneath a heading that is no option: the heading was a note.
part == "options" { part = "notes"; read_note(title); title = ""; read_note($0); next }
part == "notes" { read_note($0) }

END {
	flush()
	if (title != "")
		read_note(title)
	if (exits != "")
		print "exit", exits
	if (part == "summary" || part == "example") {
		print "table.awk: no help to read" > "/dev/stderr"
		exit 1
	}
}
