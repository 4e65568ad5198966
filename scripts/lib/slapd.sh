# Runs an OpenLDAP server of its own in a folder, on 127.0.0.1 alone. To be sourced by scripts that `set -euo pipefail`.
#
#   start_slapd FOLDER LDIF...   makes a directory in FOLDER (new or empty) from the files and prints its URI;
#                                the server's log is FOLDER/slapd.log, its configuration ldif/slapd.conf.template
#   stop_slapd FOLDER            stops the server; FOLDER stays
#   restart_slapd FOLDER URI     starts a stopped server again at the same address, with the data it had
#
# Variables that may be set before: slapd_global, lines for the global section of slapd.conf(5); slapd_debug, what is
# logged (default: stats, every operation).
#
# A caller stops what it has started: trap 'stop_slapd "$folder"' EXIT

# Debian keeps servers outside the search path of ordinary users.
PATH=$PATH:/usr/sbin
slapd_template=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../ldif" && pwd)/slapd.conf.template

start_slapd() {
    local folder port attempt
    mkdir -p "$1/database"
    folder=$(cd "$1" && pwd)
    shift
    sed -e "s|@FOLDER@|$folder|g" -e '/^@GLOBAL@$/r /dev/stdin' -e '/^@[A-Z]*@$/d' "$slapd_template" \
        <<<"${slapd_global-}" > "$folder/slapd.conf"
    # A blank line between the files, because it is what separates entries.
    awk 'FNR == 1 && NR > 1 { print "" } { print }' "$@" |
        slapadd -q -f "$folder/slapd.conf" -b dc=example,dc=org || return
    for attempt in 1 2 3 4 5; do
        # Below 32768, where Linux begins to choose the ports of outgoing connections.
        port=$((10000 + RANDOM % 22768))
        # Any -d keeps slapd in the foreground and makes standard error the log.
        slapd -f "$folder/slapd.conf" -h "ldap://127.0.0.1:$port" -d "${slapd_debug-stats}" \
            </dev/null >>"$folder/slapd.log" 2>&1 &
        if wait_until_listening "$!" "$port"; then
            echo "ldap://127.0.0.1:$port"
            return
        fi
        kill "$!" 2>/dev/null || true
    done
    echo "slapd did not start ($attempt attempts); the end of $folder/slapd.log:" >&2
    tail -n 5 "$folder/slapd.log" >&2
    return 1
}

restart_slapd() {
    local folder port=${2##*:}
    folder=$(cd "$1" && pwd)
    slapd -f "$folder/slapd.conf" -h "$2" -d "${slapd_debug-stats}" </dev/null >>"$folder/slapd.log" 2>&1 &
    wait_until_listening "$!" "$port" && echo "$2"
}

stop_slapd() {
    local pid
    # slapd deletes the file when it ends.
    pid=$(cat "$1/slapd.pid" 2>/dev/null) || return 0
    kill "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null && [ -e "$1/slapd.pid" ]; do sleep 0.05; done
}

wait_until_listening() {
    local pid=$1 address attempt
    # /proc/net/tcp shows 127.0.0.1 and the port as hexadecimal digits, and 0A for a listening socket, proc(5).
    address=$(printf '0100007F:%04X 00000000:0000 0A' "$2")
    for ((attempt = 0; attempt < 400; attempt++)); do
        kill -0 "$pid" 2>/dev/null || return 1
        if grep -q "$address" /proc/net/tcp; then return 0; fi
        sleep 0.05
    done
    return 1
}
