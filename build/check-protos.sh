#!/usr/bin/env bash
# Compares protos/ with those of an earlier state: a change that clients or hosts of then would not understand is told and fails.
# usage: build/check-protos.sh [COMMIT]     default: the last release, a tag v*
# Exit codes: 0 compatible, 1 not, 2 it could not be looked at.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

base=${1:-$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)}
if [[ -z $base ]]; then
    echo "There is no release yet to compare with (no tag v*); name a commit: build/check-protos.sh COMMIT"
    exit 0
fi
command -v npx >/dev/null || {
    echo "check-protos.sh: npx is missing, which fetches buf: apt-get install npm" >&2
    exit 2
}
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
git archive "$base" protos | tar --extract --directory "$before"

# WIRE_JSON: what the bytes or the JSON of a message would no longer tell; and methods and services that are gone. What only C# or C that is
# compiled anew would notice, such as a field that is renamed, is in it because JSON has the names.
(cd protos && npx --yes @bufbuild/buf@1.75.0 breaking . --against "$before/protos" \
    --config '{"version":"v2","breaking":{"use":["WIRE_JSON","RPC_NO_DELETE","PACKAGE_SERVICE_NO_DELETE"]}}') && found=0 || found=$?
case $found in
    0) echo "protos/ is compatible with $base" ;;
    100) # what buf ends with where it has named lines
        echo "protos/ is not compatible with $base: docs/adding-an-api.md says what may change" >&2
        exit 1
        ;;
    *)
        echo "check-protos.sh: npx could not fetch or start buf; what it said stands above" >&2
        exit 2
        ;;
esac
