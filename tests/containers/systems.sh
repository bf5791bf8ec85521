#!/usr/bin/env bash
# systems.sh PGSTAIR ENGINE VERSION…: the bundled systems are verified on every version, in one run,
# with one JUnit report.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
pgstair=$1
engine=$2
shift 2
need_engine "$engine"
servers=()
for version; do
    need_image "$engine" "localhost/pgstair-postgres:$version" "ci/images/build $version --engine $engine"
    servers+=(--server "$engine:$version")
done
cd "$(dirname "$0")/../.."

status=0
"$pgstair" verify migrations "${servers[@]}" --record "$scratch/record.xml" \
    --junit "$scratch/junit.xml" >"$scratch/said" 2>&1 || status=$?
is_same "verified" 0 "$status"
[ "$status" -eq 0 ] || tail -n 40 "$scratch/said"
# Each system's way up is a case of its own on each version.
for version; do
    label=" [$engine:$version]"
    [ $# -gt 1 ] || label=
    is_same "systems in the JUnit report on $version" 4 \
        "$(grep -cF "<testcase name=\"base to head$label\" " "$scratch/junit.xml" || :)"
done
finish
