#!/usr/bin/env bash
# Stops the host that install-agent.sh has installed for the user who runs this, and removes it.
set -euo pipefail

to=$HOME/.local/lib/winapi
units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user

if [[ -e $units/winapi.service ]]; then
    systemctl --user disable --now --quiet winapi.service || {
        echo "uninstall-agent: the host cannot be stopped: 'systemctl --user disable --now winapi.service' failed." >&2
        exit 1
    }
    rm -rf "$units/winapi.service" "$units/winapi.service.d"
    systemctl --user daemon-reload
    echo "The host is stopped and will not start at logon any more."
else
    echo "The host is not installed for this user."
fi
# The last line to be read: this script may be one of the files that go.
rm -rf "$to"; exit
