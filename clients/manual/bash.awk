# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# bash completion, from the list of verbs, the commands and all options.
#   awk -f bash.awk verbs commands options
BEGIN { FS = "\t" }
FNR == 1 { file++ }

file == 1 {
	match($0, /[:=]/)
	name = substr($0, 1, RSTART - 1)
	verbs[name] = verbs[name] (verbs[name] == "" ? "" : " ") substr($0, RSTART + 1)
	next
}
file == 2 { names = names (names == "" ? "" : " ") $2; next }
{
	if (!($1 in options))
		order[++count] = $1
	words = "--" $3 ($2 == "" ? "" : " -" $2)
	options[$1] = options[$1] (options[$1] == "" ? "" : " ") words
	if ($6 == "none")
		next
	pattern = "--" $3 ($2 == "" ? "" : " | -" $2)
	if ($6 == "word")
		does = "_tocsin_words '" $7 "'"
	else if ($6 == "file" || $6 == "dir" || $6 == "audience")
		does = "_tocsin_" $6
	else
		does = "COMPREPLY=()"
	takes[$1] = takes[$1] "\t\t\t\t" pattern ") " does " ;;\n"
}

END {
	print "# bash completion for tocsin. Made from the command's own help: do not edit."
	print "# shellcheck shell=bash disable=SC2207\n"
	while ((getline line < body) > 0) {
		if (line == "@COMMANDS@")
			printf "_tocsin_commands='%s help'\n", names
		else if (line == "@VERBS@") {
			for (i = 1; i <= count; i++)
				if (verbs[order[i]] != "")
					printf "\t\t%s) _tocsin_verbs='%s' ;;\n", order[i], verbs[order[i]]
		} else if (line == "@OPTIONS@") {
			for (i = 1; i <= count; i++)
				printf "\t\t%s) _tocsin_options='%s' ;;\n", order[i], options[order[i]]
		} else if (line == "@VALUES@") {
			for (i = 1; i <= count; i++)
				printf "\t\t%s)\n\t\t\tcase $2 in\n%s\t\t\t\t*) return 1 ;;\n\t\t\tesac\n\t\t\t;;\n",
					order[i], takes[order[i]]
		} else if (line !~ /^# SPDX/)
			print line
	}
}
