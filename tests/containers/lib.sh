# What the tests on containers share.  Sourced, with the build folder's pgstair in PGSTAIR.
# shellcheck shell=bash disable=SC2154,SC2016 # of who sources it; of the shell in the container
set -euo pipefail

# Where an engine is required, as in the project's CI, nothing is skipped.
skip() {
    if [ "${PGSTAIR_TEST_REQUIRE_ENGINE:-}" = 1 ]; then
        printf 'FAILED: %s (PGSTAIR_TEST_REQUIRE_ENGINE=1)\n' "$1"
        exit 1
    fi
    printf 'SKIPPED: %s\n' "$1"
    exit 77
}

need_engine() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
    local said
    said=$("$1" version 2>&1 >/dev/null) || skip "$1 does not answer: $(tail -n 1 <<<"$said")"
}

# need_image ENGINE IMAGE HOW: HOW makes it.
need_image() {
    "$1" image inspect "$2" >/dev/null 2>&1 || skip "$1 has no image $2; $3 makes it"
}

failures=0
# check WHAT COMMAND…
check() {
    local what=$1
    shift
    if "$@"; then
        printf 'ok      %s\n' "$what"
    else
        printf 'FAILED  %s\n' "$what"
        failures=$((failures + 1))
    fi
}

# is_same WHAT A B
is_same() {
    if [ "$2" = "$3" ]; then
        printf 'ok      %s\n' "$1"
    else
        printf 'FAILED  %s\n' "$1"
        diff <(echo "$2") <(echo "$3") | head -n 20 | sed 's/^/        /' || :
        failures=$((failures + 1))
    fi
}

finish() {
    [ "$failures" -eq 0 ] || {
        printf '%d failed\n' "$failures"
        exit 1
    }
}

scratch=$(mktemp -d)
containers=()
tidy_hooks=()
tidy() {
    local status=$? name hook
    trap - EXIT INT TERM
    for hook in "${tidy_hooks[@]}"; do
        "$hook" || :
    done
    for name in "${containers[@]}"; do
        "$engine" rm -f -v "$name" >/dev/null 2>&1 || :
    done
    rm -rf "$scratch"
    exit "$status"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
