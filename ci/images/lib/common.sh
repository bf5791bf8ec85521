# What the parts of ci/images/build share.  Sourced.
# shellcheck shell=bash disable=SC2034 # the others use it

label=

say() {
    printf '%s%s\n' "$label" "$*"
}

# die WHAT [HINT…]
die() {
    printf '%s%s\n' "$label" "$1" >&2
    shift
    [ $# -eq 0 ] || printf 'HINT: %s\n' "$@" >&2
    exit 1
}

need_tools() {
    local tool missing=()
    for tool in apt-get apt-cache dpkg dpkg-deb perl tar sha256sum flock; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    [ ${#missing[@]} -eq 0 ] ||
        die "this needs ${missing[*]}" \
            "on Debian or Ubuntu: apt-get install apt dpkg perl-base tar coreutils util-linux" \
            "an image made elsewhere does as well: docker save there, docker load here"
}

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/pgstair/images
