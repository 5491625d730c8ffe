#!/usr/bin/env bash
# Installs what the test beds need from the packages of Debian: QEMU, its virtiofs server, Wine. The guest's kernel and
# busybox are never installed, only downloaded and unpacked into a cache. Without root it prints what is missing.
# The beds whose tools are missing skip with a reason, so this ends well in any case.
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/winapi-beds
packages=(qemu-system-x86 qemu-system-common wine wine64 xvfb gcc-mingw-w64-x86-64-win32 cpio gcc libc6-dev cmake make zlib1g-dev)

say() { echo "beds: $*"; }

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == "install ok installed" ]] || echo "$package"
    done
}

# The package that the metapackage for the newest kernel stands for.
kernel_package() {
    apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9]\)/\1/p' | head -1
}

# Unpacks a package without installing it.
unpack() {
    local package=$1 folder=$2
    local download
    download=$(mktemp -d)
    (cd "$download" && apt-get download -qq "$package" >/dev/null 2>&1 && dpkg -x ./*.deb "$folder.part") ||
        { rm -rf "$download" "$folder.part"; return 1; }
    rm -rf "$download" "$folder"
    mv "$folder.part" "$folder"
}

unpack_guest_parts() {
    mkdir -p "$cache"
    if [[ ! -x $cache/busybox/bin/busybox ]]; then
        unpack busybox-static "$cache/busybox"
    fi
    if ! compgen -G "$cache/kernel/lib/modules/*/modules.dep" >/dev/null; then
        unpack "$(kernel_package)" "$cache/kernel"
        # The package leaves the list of what each module needs to the machine that installs it.
        "$cache/busybox/bin/busybox" depmod -b "$cache/kernel" "$(basename "$cache"/kernel/lib/modules/*)"
    fi
}

guest_parts_are_there() {
    [[ -x $cache/busybox/bin/busybox ]] && compgen -G "$cache/kernel/lib/modules/*/modules.dep" >/dev/null
}

if ! command -v apt-get >/dev/null || [[ $(dpkg --print-architecture) != amd64 ]]; then
    say "only Debian and its relatives on amd64 have what the beds are made of; they will skip"
    exit 0
fi

mapfile -t missing < <(missing_packages)
if ((${#missing[@]})) && [[ $(id -u) != 0 ]]; then
    say "not installed: ${missing[*]}. Install with:"
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
    exit 0
fi

export DEBIAN_FRONTEND=noninteractive
if ((${#missing[@]})); then
    say "installing ${missing[*]}"
    apt-get update -qq || true
    # One by one when not all can be had: a bed needs only some of them.
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
        for package in "${missing[@]}"; do
            apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || say "$package cannot be installed"
        done
fi

if ! guest_parts_are_there; then
    say "unpacking a kernel and busybox into $cache"
    unpack_guest_parts || say "they cannot be downloaded; 'apt-get update' and try again"
fi
