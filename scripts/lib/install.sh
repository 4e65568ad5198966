# Installs Debian packages that are missing, and nothing else. To be sourced by scripts that `set -euo pipefail`.
#
#   install_build_packages     what `swift build` needs besides a Swift toolchain
#   install_hasher_packages    what the package's trait NativeHashers needs too
#   install_server_packages    the servers and tools that the tests and the demo run
#   install_directory_packages Samba and 389 Directory Server, for the tests that run on them
#   install_packages WHY PACKAGE...

install_build_packages() {
    install_packages "to build" \
        git ca-certificates binutils libc6-dev libgcc-12-dev libstdc++-12-dev tzdata libldap2-dev libsqlite3-dev
}

install_hasher_packages() {
    install_packages "to build with the trait NativeHashers (Argon2 and bcrypt)" libargon2-dev libcrypt-dev
}

install_server_packages() {
    install_packages "to run a directory on this machine" slapd ldap-utils libsasl2-modules openssl sqlite3
}

install_directory_packages() {
    install_packages "to run Active Directory (Samba) and 389 Directory Server" \
        gcc libc6-dev samba samba-ad-provision samba-dsdb-modules python3-samba 389-ds-base
}

install_packages() {
    local why=$1 package
    local -a missing=()
    shift
    if ! command -v apt-get >/dev/null; then
        echo "This is no Debian system, so nothing is installed. Needed $why: $*" >&2
        return
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Installing $why: ${missing[*]}" >&2
    as_root true || return
    case " ${missing[*]} " in
        *" slapd "* | *" samba "* | *" 389-ds-base "*) apt_install_servers "${missing[@]}" ;;
        *) apt_install "${missing[@]}" ;;
    esac
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "Installing needs root: run this as root, or install sudo." >&2
        return 1
    fi
}

# Package lists are fetched only if a package is unknown or the known version has vanished from the mirror.
apt_install() {
    local package output
    for package in "$@"; do
        if ! apt-cache show "$package" >/dev/null 2>&1; then
            apt_quietly update || return
            break
        fi
    done
    if ! output=$(apt_quietly install --yes --no-install-recommends "$@" 2>&1); then
        apt_quietly update || return
        apt_quietly install --yes --no-install-recommends "$@"
    fi
}

apt_quietly() {
    local output
    if ! output=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" </dev/null 2>&1); then
        printf '%s\n' "$output" "apt-get $* failed." >&2
        return 1
    fi
}

# Debian's packages of servers make a directory or a file server, start it on every interface and start it again at each
# boot. We want the programs alone: nothing is configured, nothing is started, nothing is enabled. Somebody who had them
# before us keeps them as they are, because then this function does not see them.
apt_install_servers() (
    local policy=/usr/sbin/policy-rc.d status=0 service
    apt_install debconf || return
    as_root debconf-set-selections <<<"slapd slapd/no_configuration boolean true"
    if [ ! -e "$policy" ]; then
        # invoke-rc.d(8) asks this program whether a service may be started; 101 forbids it.
        trap 'as_root rm -f "$policy"' EXIT
        as_root sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy"
    fi
    apt_install "$@" || status=$?
    for service in $(services_of "$@"); do as_root update-rc.d "$service" disable >/dev/null 2>&1 || true; done
    return "$status"
)

# The services that installed packages would start at the next boot.
services_of() {
    local package
    for package in "$@"; do
        case $package in
            slapd) echo slapd ;;
            samba) echo smbd nmbd samba-ad-dc ;;
        esac
    done
}
