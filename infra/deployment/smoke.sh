#!/bin/sh
# Asks a deployed API what a caller may ask without credentials: it is healthy, it refuses strangers in the contract's shape, and an
# unknown path is 404. Usage: smoke.sh https://api.example.com
set -eu
url=${1:?smoke.sh needs the URL of an API}

# expect STATUS PATH TEXT: the answer has the status and contains the text.
expect() {
	answer=$(curl -sS --max-time 30 -w '\n%{http_code}' "$url$2")
	case $answer in
	*"$3"*"
$1") echo "ok    $1 $2" ;;
	*) echo "WRONG $2: wanted $1 with $3, got: $answer" >&2; exit 1 ;;
	esac
}

expect 200 /health '"status"'
expect 401 /api/v1/orders AUTHENTICATION_ERROR
expect 404 /no-such-path NOT_FOUND_ERROR
