# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# What a real zsh would offer after a line, one a line: its own completion on a
# terminal of its own.
# Usage: zsh -f capture.zsh FOLDER-OF-_tocsin LINE
zmodload zsh/zpty || exit 2
zpty z zsh -f -i
function answer {
	local all= part
	while zpty -r z part; do
		all+=$part
		[[ $part == *"$1"* ]] && break
	done
	REPLY=$all
}
zpty -w z "unsetopt zle_bracketed_paste; PS1=; PS2="
zpty -w z "fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w z 'function compadd {
	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
	local -a hits; builtin compadd -A hits "$@"; local code=$?
	local hit; for hit in $hits; do print -r -- "hit<$hit>"; done
	return 1
}
function offer { print; _main_complete; print -r -- "the"" end"; }
zle -C offer complete-word offer
bindkey "^T" offer; print "re""ady"'
answer ready
zpty -w -n z "$2"$'\x14'
answer 'the end'
zpty -d z
print -rl -- ${(M)${(f)${REPLY//$'\r'/}}:#hit<*>}
