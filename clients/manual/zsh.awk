# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# zsh completion, from the list of verbs, the commands and all options.
#   awk -f zsh.awk verbs commands options
BEGIN { FS = "\t" }
FNR == 1 { file++ }

# For a single-quoted word that _arguments reads.
function text(words) {
	gsub(/\\|\[|\]|:/, "\\\\&", words)
	gsub(/'/, "'\\''", words)
	sub(/^ +/, "", words)
	return words
}

file == 1 {
	match($0, /[:=]/)
	name = substr($0, 1, RSTART - 1)
	verbs[name] = verbs[name] (verbs[name] == "" ? "" : " ") substr($0, RSTART + 1)
	next
}
file == 2 { names = names "\t\t'" $2 ":" text($3) "'\n"; next }
{
	if (!($1 in options))
		order[++count] = $1
	value = ""
	if ($6 == "word")
		value = ":" text($4) ":(" $7 ")"
	else if ($6 == "file")
		value = ":" text($4) ":_files"
	else if ($6 == "dir")
		value = ":" text($4) ":_files -/"
	else if ($6 == "audience")
		value = ":" text($4) ":_tocsin_audience"
	else if ($6 == "free")
		value = ":" text($4) ":"
	about = "[" text($5) "]" value "'"
	equals = value == "" ? "" : "="
	if ($2 == "")
		row = "'*--" $3 equals about
	else
		row = "'*-" $2 (value == "" ? "" : "+") about " \\\n\t\t\t\t'*--" $3 equals about
	options[$1] = options[$1] " \\\n\t\t\t\t" row
}

END {
	print "#compdef tocsin"
	print "# zsh completion for tocsin. Made from the command's own help: do not edit.\n"
	print "_tocsin_audience() {"
	print "\tlocal file=${TOCSIN_RULES:-} i"
	print "\tfor ((i = 2; i <= ${#words}; i++)); do"
	print "\t\tcase ${words[i]} in"
	print "\t\t\t(--rules) file=${words[i + 1]} ;;"
	print "\t\t\t(*.yaml|*.yml) file=${words[i]} ;;"
	print "\t\tesac\n\tdone"
	print "\t[[ -r $file ]] || return 1"
	print "\tlocal -a names"
	print "\tnames=(${(f)\"$(awk '/^[^ #]/ { inside = /^audiences:/; next }"
	print "\t\tinside && match($0, /^ +/) {"
	print "\t\t\tif (!depth) depth = RLENGTH"
	print "\t\t\tif (RLENGTH == depth && $1 ~ /^[A-Za-z0-9_-]+:$/) print substr($1, 1, length($1) - 1)"
	print "\t\t}' \"$file\")\"})"
	print "\tcompadd -a names\n}\n"
	print "_tocsin_options() {\n\tcase $1 in"
	for (i = 1; i <= count; i++) {
		name = order[i]
		operand = verbs[name] == "" ? "'*:file:_files'" : "'1: :(" verbs[name] ")' '*:file:_files'"
		printf "\t\t(%s)\n\t\t\t_arguments -s -S%s \\\n\t\t\t\t%s\n\t\t\t;;\n", name, options[name], operand
	}
	print "\tesac\n}\n"
	print "_tocsin() {\n\tlocal -a commands\n\tcommands=("
	printf "%s", names
	print "\t\t'help:what a command does'\n\t)"
	print "\tif ((CURRENT == 2)); then"
	print "\t\t_describe -t commands 'command' commands"
	print "\t\t_arguments '--help[what there is]' '--version[which one this is]'"
	print "\t\treturn\n\tfi"
	print "\tif [[ ${words[2]} == help ]]; then"
	print "\t\t((CURRENT > 3)) || _describe -t commands 'command' commands"
	print "\t\treturn\n\tfi"
	print "\tlocal name=${words[2]}\n\tshift words\n\t((CURRENT--))"
	print "\tcase $name-${words[2]} in"
	for (i = 1; i <= count; i++)
		if (order[i] ~ /-/)
			printf "\t\t(%s) ((CURRENT > 2)) && { name=$name-${words[2]}; shift words; ((CURRENT--)) } ;;\n", order[i]
	print "\tesac"
	print "\t_tocsin_options $name\n}\n"
	print "_tocsin \"$@\""
}
