# The files of an image: packages unpacked without their scripts, cut down to what a server needs.
# Sourced.
# shellcheck shell=bash disable=SC2154 # of ci/images/build

# What a shell script in such an image may expect, and the entry point uses.
base_packages=(base-files base-passwd bash coreutils dash debianutils diffutils findutils gosu grep
    gzip hostname libc-bin libnss-wrapper locales mawk sed tar tzdata util-linux xz-utils zstd)

# What only installing needs.  apt is told that it is there: the packages are unpacked, not
# configured, and a cluster is made by the entry point.  LLVM is for JIT, which is left out: it
# would be half of the image, and PostgreSQL does without, silently, where its module is missing.
not_needed=(postgresql-common postgresql-client-common ssl-cert debconf init-system-helpers
    sysvinit-utils lsb-base adduser passwd login dpkg perl-base perl netbase media-types
    libpam-runtime sensible-utils ucf libpam-modules libpam-modules-bin
    postgresql-common-dev mount)

# resolve_packages VERSION SUITE FOLDER: FOLDER/packages, a line "name version architecture" each.
resolve_packages() {
    local version=$1 suite=$2 folder=$3 name architecture place=$cache/$2 jit
    architecture=$(dpkg --print-architecture)
    jit=$(private_apt "$suite" apt-cache show "postgresql-$version" | sed -n 's/.*\(libllvm[0-9]*\).*/\1/p' | sort -u)
    for name in "${not_needed[@]}" $jit; do
        printf 'Package: %s\nStatus: install ok installed\nVersion: 9999:1\n' "$name"
        printf 'Architecture: %s\nMulti-Arch: allowed\nMaintainer: none\nDescription: none\n\n' \
            "$architecture"
    done >"$place/status"
    if ! private_apt "$suite" apt-get -s -q install "${base_packages[@]}" "postgresql-$version" \
        "${with[@]}" >"$folder/apt.log" 2>&1; then
        grep -E '^(E:| )' "$folder/apt.log" | head -n 20 >&2
        die "apt cannot resolve postgresql-$version${with[*]:+ with ${with[*]}}" \
            "a package's name in Debian $suite: apt-cache search, or packages whose names begin with postgresql-$version-"
    fi
    sed -nE 's/^Inst ([^ ]+) .*\(([^ ]+) .*\[([^]]+)\]\).*/\1 \2 \3/p' "$folder/apt.log" |
        sort >"$folder/packages"
    if ! private_apt "$suite" apt-get -q -y --download-only install "${base_packages[@]}" \
        "postgresql-$version" "${with[@]}" >"$folder/download.log" 2>&1; then
        grep -E '^(E|W|Err):' "$folder/download.log" | head -n 5 >&2
        die "the packages cannot be fetched" "is the mirror reachable, and is there room in $cache?"
    fi
}

package_version() {
    sed -n "s/^postgresql-$1 \([^ ]*\) .*/\1/p" "$2/packages"
}

# fingerprint FOLDER: all that makes an image what it is.
fingerprint() {
    {
        echo "$kind" "${locales[@]}"
        cat "$1/packages" "$here"/docker-entrypoint.sh "$here"/docker-ensure-initdb.sh \
            "$here/setup" "$here"/lib/*.sh "${scripts[@]}"
        printf '%s\n' "${scripts[@]##*/}"
    } | sha256sum | cut -c -16
}

# Not unpacked: nothing that a server, its tools or a shell script reads.
left_out=(usr/lib/*/gconv/IBM* usr/lib/*/gconv/EBCDIC* usr/share/dict usr/share/readline boot
    usr/share/doc usr/share/doc-base usr/share/man usr/share/info usr/share/lintian
    usr/share/bug usr/share/bash-completion usr/share/zsh usr/share/common-licenses
    usr/share/pixmaps usr/share/icons usr/share/applications usr/share/menu usr/share/apport
    usr/share/zoneinfo/right usr/share/zoneinfo/posix usr/share/polkit-1 usr/share/initramfs-tools
    usr/share/gcc usr/share/gdb usr/share/perl5/Debconf etc/init.d etc/cron.d etc/cron.daily
    etc/default etc/pam.d etc/apt etc/systemd usr/lib/systemd lib/systemd lib/udev usr/lib/udev
    usr/lib/tmpfiles.d usr/lib/sysusers.d usr/lib/postgresql/*/lib/bitcode
    usr/lib/postgresql/*/lib/llvmjit.so usr/lib/postgresql/*/lib/llvmjit_types.bc
    usr/lib/postgresql/*/lib/pgxs usr/include var/lib/dpkg var/cache usr/share/postgresql-common)

unpack_packages() {
    local folder=$1 place=$cache/$suite root=$1/root name version architecture path
    local exclude=()
    for path in "${left_out[@]}"; do
        exclude+=("--exclude=./$path")
    done
    # Translations of messages: the server's own are kept, since lc_messages is a setting.
    exclude+=('--exclude=./usr/share/locale/*/LC_MESSAGES/[!p]*' '--exclude=./usr/share/locale/*/LC_MESSAGES/p[!lo]*')
    # One /usr, whatever the release's packages call it.
    mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
    for path in bin sbin lib lib64; do
        ln -s "usr/$path" "$root/$path"
    done
    local file install=$root/usr/local/share/pgstair/install
    mkdir -p "$install"
    while read -r name version architecture; do
        file=$place/archives/${name}_${version//:/%3a}_$architecture.deb
        # The one thing of packages' scripts that counts here: names like awk, libblas.so.3 and
        # postgis.control are theirs to give.
        if dpkg-deb -I "$file" postinst 2>/dev/null | grep -q '^[^#]*update-alternatives'; then
            dpkg-deb -I "$file" postinst >"$install/$name"
        fi
        dpkg-deb --fsys-tarfile "$file" |
            tar -x -C "$root" --keep-directory-symlink --no-same-owner --delay-directory-restore \
                "${exclude[@]}" -f -
    done <"$folder/packages"
    exec {lock}>&-
}

# cut_down FOLDER: removes libraries that no program, module or kept library uses.
cut_down() {
    local root=$1/root
    perl "$here/lib/closure.pl" "$root" || die "the packages do not fit together"
}
