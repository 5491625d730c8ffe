#!/usr/bin/env bash
# Installs the host as a systemd service of the user who runs this: no root, started at every logon.
# Running it again replaces what is installed.
#
#   ./install-agent.sh [options of WinAPIService]      for instance  ./install-agent.sh --log-level DEBUG
set -euo pipefail

from=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
to=$HOME/.local/lib/winapi
units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user

fail() {
    printf 'install-agent: %s\n' "$@" >&2
    exit 1
}

# As systemd reads a word of a command line.
quoted() {
    local word=$1
    word=${word//\\/\\\\}
    word=${word//\"/\\\"}
    word=${word//%/%%}
    word=${word//\$/\$\$}
    printf ' "%s"' "$word"
}

[[ -x $from/WinAPIService ]] || fail "WinAPIService is not beside this script." \
    "'./build.sh publish' makes artifacts/publish/linux-x64, from which it is to be run."
command -v systemctl >/dev/null || fail "this system has no systemd." \
    "Start the host by hand: $from/WinAPIService"
systemctl --user show-environment >/dev/null 2>&1 || fail "systemd does not run for this user (systemctl --user failed)." \
    "In WSL: put 'systemd=true' under [boot] into /etc/wsl.conf, and run 'wsl --shutdown' in Windows." \
    "Over ssh or su: log on so that XDG_RUNTIME_DIR is set. Or start it by hand: $from/WinAPIService"

systemctl --user stop winapi.service 2>/dev/null || true
mkdir -p "$to" "$units"
[[ $from == "$to" ]] || cp -r "$from/." "$to/" || fail "the programs cannot be copied to $to."
cp "$to/winapi.service" "$units/winapi.service" || fail "the unit cannot be copied to $units."

options=$units/winapi.service.d/options.conf
rm -f "$options"
if (($#)); then
    mkdir -p "$(dirname "$options")"
    {
        printf '# Written by install-agent.sh.\n[Service]\nExecStart=\nExecStart=%%h/.local/lib/winapi/WinAPIService'
        for option; do quoted "$option"; done
        printf '\n'
    } >"$options" || fail "the options cannot be written to $options."
fi

systemctl --user daemon-reload || fail "'systemctl --user daemon-reload' failed."
systemctl --user enable --quiet winapi.service || fail "'systemctl --user enable winapi.service' failed."
systemctl --user start winapi.service || fail "the host is installed and does not start; the reason is in:" \
    "journalctl --user -u winapi.service -n 20"

echo "The host runs, and will start at every logon. Its log: journalctl --user -u winapi.service"
echo "The programs are in $to."
echo
echo "Next:            $to/winapi status"
echo "To remove it:    $to/uninstall-agent.sh"
