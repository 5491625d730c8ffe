#!/usr/bin/env bash
# Checks that the tools are there, then hands over to build.cake.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

target=''
configuration=Release
minutes=3

refuse() {
    echo "build.sh: $1; './build.sh help' lists targets and options." >&2
    exit 2
}

while (($#)); do
    case $1 in
        help | -h | --help) exec cat build/help.txt ;;
        --configuration=*) configuration=${1#*=} ;;
        --configuration)
            (($# > 1)) || refuse "--configuration needs a value, Debug or Release"
            configuration=$2
            shift
            ;;
        --minutes=*) minutes=${1#*=} ;;
        --minutes)
            (($# > 1)) || refuse "--minutes needs a number"
            minutes=$2
            shift
            ;;
        -*) refuse "unknown option '$1'" ;;
        build | demo | test | beds | soak | publish | pack | clean)
            [[ -z $target ]] || refuse "one target at a time, not both '$target' and '$1'"
            target=$1
            ;;
        *) refuse "unknown target '$1'" ;;
    esac
    shift
done
[[ $configuration == Debug || $configuration == Release ]] ||
    refuse "unknown configuration '$configuration'; use Debug or Release"

[[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || refuse "--minutes needs a number, not '$minutes'"

source build/tools.sh
require_dotnet
require_c_tools
[[ -t 2 ]] || export NO_COLOR=1

restored=$(dotnet tool restore 2>&1) || { echo "$restored" >&2; exit 1; }
exec dotnet cake build.cake --target="${target:-build}" --configuration="$configuration" \
    --minutes="$minutes" --verbosity=quiet --no-report
