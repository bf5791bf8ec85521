#!/usr/bin/env bash
# For any CI system, or none: verifies a folder in parts side by side, merges their records and
# leaves the reports in pgstair/.  Exits as "pgstair report" does: 0 verified, 1 not, 2 and 3 no verdict.
#
#   plain.sh FOLDER [PARTS]
#
# Parts on one machine pay off where one migration keeps one processor busy; on several machines each
# runs the line in verify_part, and one collects the records.
set -euo pipefail

folder=${1:?usage: plain.sh FOLDER [PARTS]}
parts=${2:-2}

verify_part() {
    pgstair verify "$folder" --shard "$1/$parts" --record "pgstair/records/$1.xml" --quiet
}

rm -rf pgstair
mkdir -p pgstair/records
for ((part = 1; part <= parts; part++)); do
    verify_part "$part" >"pgstair/$part.log" 2>&1 &
done
# What a part found stands in its record; a part without one fails the report.
wait

status=0
pgstair report pgstair/records/*.xml --record pgstair/record.xml --junit pgstair/junit.xml \
    --html pgstair/report.html --markdown pgstair/comment.md || status=$?
for ((part = 1; part <= parts; part++)); do
    [ -f "pgstair/records/$part.xml" ] || sed "s|^|part $part: |" "pgstair/$part.log" >&2
done
exit "$status"
