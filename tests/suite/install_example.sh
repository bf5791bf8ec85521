#!/usr/bin/env bash
# install_example.sh BUILD: installs that build into a temporary prefix, moves it, and builds and runs examples/suite
# against it, with CMake and with pkg-config; compares what the library exports with what the headers declare.
set -euo pipefail
build=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PGSTAIR_SUPERVISOR PGSTAIR_CONFIG PGSTAIR_SHARED_SERVER PGSTAIR_RECORD_DIR PGSTAIR_JUNIT_DIR

die() {
    printf 'install_example: %s\n' "$*" >&2
    exit 1
}

# Where it was installed to must not matter.
cmake --install "$build" --prefix "$work/first" >"$work/install.log" || die "$(cat "$work/install.log")"
mv "$work/first" "$work/prefix"
prefix=$work/prefix
pc=$(dirname "$(find "$prefix" -name pgstair.pc)")
library=$(find "$prefix" -name libpgstair.so)

exported=$(nm -D --defined-only "$library" | awk '{ print $3 }' | sort)
declared=$(sed 's,/\*.*\*/,,' "$prefix"/include/pgstair/{version,pgstair,pool}.h | tr '\n' ' ' | sed 's,/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/,,g' |
    grep -o '\bpgs_[a-z_]*(' | tr -d '(' | grep -v '^pgs_where$' | sort -u)
[ -n "$exported" ] || die "the library exports nothing"
[ "$exported" = "$declared" ] || die "exported and declared functions differ:
$(diff <(echo "$exported") <(echo "$declared"))"

supervisor=$("$prefix/bin/pgstair" doctor | grep -o '[^ ]*/pgstair-supervisor' | head -1) || true
[ "$supervisor" = "$(find "$prefix" -name pgstair-supervisor)" ] ||
    die "the installed program's supervisor is \"$supervisor\""

# check_record FILE: both requirements proven, and nothing failed.
check_record() {
    [ -s "$1" ] || die "there is no record $1"
    "$prefix/bin/pgstair" report "$1" --require-all || die "the record $1 does not prove what it should"
    [ "$(grep -c '<finding check="suite.case"' "$1")" -eq 3 ] || die "the record $1 does not tell of three cases"
}

cp -r "$source/examples/suite" "$work/cmake"
cmake -S "$work/cmake" -B "$work/cmake/build" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" 2>&1 ||
    die "$(cat "$work/log")"
cmake --build "$work/cmake/build" >"$work/log" 2>&1 || die "$(cat "$work/log")"
PGSTAIR_RECORD_DIR="$work/records" PGSTAIR_JUNIT_DIR="$work/junit" \
    ctest --test-dir "$work/cmake/build" --output-on-failure
check_record "$work/records/notes.xml"
[ -s "$work/junit/notes.xml" ] || die "there is no JUnit report"

cp -r "$source/examples/suite" "$work/make"
rm "$work/records/notes.xml"
PKG_CONFIG_PATH="$pc" LD_LIBRARY_PATH=$(dirname "$library") PGSTAIR_RECORD_DIR="$work/records" \
    make -C "$work/make" check
check_record "$work/records/notes.xml"

# The headers are good for strict C99, and for C++ where there is a compiler for it.
export PKG_CONFIG_PATH=$pc
read -ra flags < <(pkg-config --cflags --libs pgstair-cmocka)
cc -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only "$work/make/suite_notes.c" "${flags[@]}"
if command -v c++ >/dev/null; then
    cp "$work/make/suite_notes.c" "$work/make/suite_notes.cpp"
    c++ -std=c++11 -pedantic -Wall -Wextra -Werror "$work/make/suite_notes.cpp" -o "$work/make/cpp" "${flags[@]}"
    rm "$work/records/notes.xml"
    (cd "$work/make" && LD_LIBRARY_PATH=$(dirname "$library") PGSTAIR_RECORD_DIR="$work/records" ./cpp)
    check_record "$work/records/notes.xml"
else
    echo "install_example: there is no C++ compiler, and C++ was not tried"
fi

# The static library, with the shared ones of all that it needs: the .pc file names them.
mapfile -t private < <(pkg-config --print-requires-private pgstair)
read -ra libraries < <(pkg-config --libs "${private[@]}")
cc -std=c11 "$work/make/suite_notes.c" -o "$work/make/static" "${flags[@]/#-lpgstair/-l:libpgstair.a}" "${libraries[@]}" \
    -lpg_query -lm
(cd "$work/make" && PGSTAIR_SUPERVISOR=$(find "$prefix" -name pgstair-supervisor) ./static)
# The pool by itself, as a service uses it.
cp -r "$source/examples/pool" "$work/pool"
PKG_CONFIG_PATH=$pc make -C "$work/pool" register >"$work/log" 2>&1 || die "$(cat "$work/log")"
"$prefix/bin/pgstair" server start --shared "$work/server" --watch parent >"$work/log" || die "$(cat "$work/log")"
DATABASE_URL="$(sed -n 's/^conninfo=//p' "$work/server") dbname=postgres"
export DATABASE_URL
"$prefix/bin/pgstair" ready >"$work/log" || die "$(cat "$work/log")"
said=$(LD_LIBRARY_PATH=$(dirname "$library") "$work/pool/register" a@example.org) && die "register needs tables"
[ "$said" = '500 usage: relation "users" does not exist' ] || die "register says: $said"
"$prefix/bin/pgstair" server stop "$work/server" >/dev/null

echo "install_example: installed, moved, built and run with CMake, make and statically"
