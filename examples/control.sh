#!/bin/sh
# A controller in shell: denies every held call that names a file in /etc, and
# allows the others.
#
#	utrace run --control s -e hold:openat -- cat /etc/hostname
#	examples/control.sh s
set -eu
[ $# -eq 1 ] || { echo "usage: control.sh SOCKET" >&2; exit 2; }
api() { curl --silent --fail --unix-socket "$socket" "$@"; }
socket=$1

while held=$(api http://utrace/v1/held); do
	echo "$held" | jq -r '.[] | "\(.id)\t\(.text)"' | while IFS="$(printf '\t')" read -r id text; do
		case $text in
		*'"/etc/'*) decision='{"verb":"abort","errno":"EACCES","by":"control.sh"}' ;;
		*) decision='{"verb":"run","by":"control.sh"}' ;;
		esac
		echo "$text: $decision"
		api -X POST "http://utrace/v1/held/$id" -d "$decision" || echo "too late"
	done
done
