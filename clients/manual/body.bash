# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
@COMMANDS@

_tocsin_words() {
	local lead=
	# Of a list with commas, the last word.
	case $_tocsin_current in
		*,*)
			lead=${_tocsin_current%,*},
			_tocsin_current=${_tocsin_current##*,}
			;;
	esac
	COMPREPLY=($(compgen -P "$lead" -W "$1" -- "$_tocsin_current"))
}

_tocsin_file() {
	compopt -o filenames 2> /dev/null
	local IFS=$'\n'
	COMPREPLY=($(compgen -f -- "$_tocsin_current"))
}

_tocsin_dir() {
	compopt -o filenames 2> /dev/null
	local IFS=$'\n'
	COMPREPLY=($(compgen -d -- "$_tocsin_current"))
}

# The rule file that the line names, else $TOCSIN_RULES, says which audiences there are.
_tocsin_audience() {
	local file=${TOCSIN_RULES:-} i names
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
			--rules) file=${COMP_WORDS[i + 1]} ;;
			*.yaml | *.yml) file=${COMP_WORDS[i]} ;;
		esac
	done
	[[ $file == = ]] && file=
	[[ -r $file ]] || return 0
	names=$(awk '/^[^ #]/ { inside = /^audiences:/; next }
		inside && match($0, /^ +/) {
			if (!depth)
				depth = RLENGTH
			if (RLENGTH == depth && $1 ~ /^[A-Za-z0-9_-]+:$/)
				print substr($1, 1, length($1) - 1)
		}' "$file")
	_tocsin_words "$names"
}

# _tocsin_find COMMAND : its verbs and its options.
_tocsin_find_verbs() {
	_tocsin_verbs=
	case $1 in
@VERBS@
	esac
}

_tocsin_find_options() {
	_tocsin_options=
	case $1 in
@OPTIONS@
	esac
}

# _tocsin_value COMMAND OPTION : completes the option's value; false where it takes none.
_tocsin_value() {
	case $1 in
@VALUES@
		*) return 1 ;;
	esac
}

_tocsin() {
	local _tocsin_current=${COMP_WORDS[COMP_CWORD]} _tocsin_verbs _tocsin_options
	local before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		_tocsin_words "$_tocsin_commands --help --version"
		return
	fi
	if [[ $command == help ]]; then
		((COMP_CWORD > 2)) || _tocsin_words "$_tocsin_commands"
		return
	fi
	_tocsin_find_verbs "$command"
	if ((COMP_CWORD == 2)) && [[ -n $_tocsin_verbs && $_tocsin_current != -* ]]; then
		_tocsin_words "$_tocsin_verbs"
		((${#COMPREPLY[@]} > 0)) && return
	fi
	# A verb with options of its own.
	_tocsin_find_options "$command-${COMP_WORDS[2]}"
	[[ -n $_tocsin_options ]] && command=$command-${COMP_WORDS[2]}
	_tocsin_find_options "$command"
	# "--name=va": readline makes three words of it.
	if [[ $_tocsin_current == = ]]; then
		_tocsin_current=
	elif [[ $before == = ]] && ((COMP_CWORD > 3)); then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $before == -* && $before != -- ]] && _tocsin_value "$command" "$before"; then
		return
	fi
	if [[ $_tocsin_current == -* ]]; then
		_tocsin_words "$_tocsin_options"
	else
		_tocsin_file
	fi
}

complete -F _tocsin tocsin
