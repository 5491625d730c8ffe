# The tools that a build needs from the machine: where they are, and how to install those that are missing.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# Ubuntu packages the SDK; Debian and others do not, and Microsoft's script puts it into ~/.dotnet.
dotnet_install_command() {
    local ID=''
    [[ ! -r /etc/os-release ]] || source /etc/os-release
    if [[ $ID == ubuntu ]]; then
        echo "sudo apt-get update && sudo apt-get install -y dotnet-sdk-10.0"
    else
        echo "curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
    fi
}

# The SDK that global.json asks for, on the PATH or where dotnet-install.sh puts it.
require_dotnet() {
    if ! command -v dotnet >/dev/null && [[ -x ${HOME:-}/.dotnet/dotnet ]]; then
        PATH=$HOME/.dotnet:$PATH
    fi

    local problem=''
    if ! command -v dotnet >/dev/null; then
        problem='is not installed'
    elif ! dotnet --version >/dev/null 2>&1; then
        local found
        found=$(cd / && dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ')
        problem="is not installed (found: ${found:-no SDK})"
    fi

    if [[ -n $problem ]]; then
        echo "build.sh: the .NET SDK 10.0 $problem. Install it with:" >&2
        echo "    $(dotnet_install_command)" >&2
        exit 1
    fi

    # The programs that are built look for the runtime here, where it is not in a standard place.
    if [[ -z ${DOTNET_ROOT:-} ]]; then
        DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
        export DOTNET_ROOT
    fi
}

# What builds the C side. Only Linux has one.
require_c_tools() {
    [[ $(uname -s) == Linux ]] || return 0
    local missing=()
    command -v gcc >/dev/null || missing+=(gcc libc6-dev)
    command -v make >/dev/null || missing+=(make)
    command -v cmake >/dev/null || missing+=(cmake)
    if ((${#missing[@]})); then
        echo "build.sh: not installed: ${missing[*]}. Install with:" >&2
        echo "    sudo apt-get update && sudo apt-get install -y ${missing[*]}" >&2
        exit 1
    fi
}
