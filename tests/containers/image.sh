#!/usr/bin/env bash
# image.sh PGSTAIR ENGINE IMAGE FOLDER: a folder of migrations is verified on an image, whatever its
# way to make a cluster is.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
pgstair=$1
engine=$2
image=$3
folder=$4
need_engine "$engine"
need_image "$engine" "$image" ci/images/for-tests
cd "$(dirname "$0")/../.."

status=0
"$pgstair" verify "$folder" --server "$engine=$image" --record "$scratch/record.xml" \
    >"$scratch/said" 2>&1 || status=$?
is_same "verified" 0 "$status"
[ "$status" -eq 0 ] || tail -n 40 "$scratch/said"
check "on that server" grep -qF "$engine" "$scratch/said"
finish
