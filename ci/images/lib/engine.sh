# The engines that the images go to.  Sourced.
# shellcheck shell=bash disable=SC2154 # of ci/images/build

engines=()

answers() {
    command -v "$1" >/dev/null && "$1" version >/dev/null 2>&1
}

pick_engines() {
    local wanted=$1 engine
    case $wanted in
    docker | podman) engines=("$wanted") ;;
    both) engines=(docker podman) ;;
    auto)
        for engine in docker podman; do
            if answers $engine; then
                engines=("$engine")
                return
            fi
        done
        engines=(docker)
        ;;
    *) die "there is no engine \"$wanted\"" "docker, podman, or both" ;;
    esac
    for engine in "${engines[@]}"; do
        command -v "$engine" >/dev/null ||
            die "$engine is not installed" "apt-get install $([ "$engine" = docker ] && echo docker.io || echo podman)"
        answers "$engine" ||
            die "$engine does not answer: $("$engine" version 2>&1 >/dev/null | tail -n 1)" \
                "does its daemon run (ci/engine starts one), and may you use its socket?"
    done
}

is_up_to_date() {
    local name=$1 fingerprint=$2 engine
    for engine in "${engines[@]}"; do
        [ "$("$engine" image inspect -f '{{index .Config.Labels "org.pgstair.image"}}' "$name" \
            2>/dev/null)" = "$fingerprint" ] || return 1
    done
}

image_size() {
    local bytes
    bytes=$("${engines[0]}" image inspect -f '{{.Size}}' "$1")
    echo "$((bytes / 1000000)) MB"
}

write_context() {
    local version=$1 suite=$2 folder=$3 fingerprint=$4 context=$3/context data script locale_list
    mkdir -p "$folder"/{context,root/usr/local/bin,root/usr/local/share/pgstair,root/docker-entrypoint-initdb.d}
    install -m 755 "$here/docker-entrypoint.sh" "$here/docker-ensure-initdb.sh" \
        "$folder/root/usr/local/bin/"
    install -m 755 "$here/setup" "$folder/root/usr/local/share/pgstair/setup"
    for script in "${scripts[@]}"; do
        cp -p "$script" "$folder/root/docker-entrypoint-initdb.d/"
    done
    locale_list=$(printf ', "%s"' "${locales[@]}")
    [ ${#locales[@]} -gt 0 ] || locale_list=
    tar -C "$folder/root" --numeric-owner --owner=0 --group=0 --sort=name -cf "$context/root.tar" .
    data=/var/lib/postgresql/data
    local volume=$data
    if [ "$version" -ge 18 ]; then
        data=/var/lib/postgresql/$version/docker
        volume=/var/lib/postgresql
    fi
    cat >"$context/Dockerfile" <<DOCKERFILE
FROM scratch
ADD root.tar /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$version/bin LANG=en_US.utf8 PG_MAJOR=$version PG_VERSION=$(package_version "$version" "$folder") PGDATA=$data
RUN ["/bin/bash", "/usr/local/share/pgstair/setup", "$kind", "$version"$locale_list]
VOLUME $volume
ENTRYPOINT ["docker-entrypoint.sh"]
STOPSIGNAL SIGINT
EXPOSE 5432
CMD ["postgres"]
LABEL org.pgstair.image=$fingerprint org.pgstair.packages="Debian $suite"
DOCKERFILE
    rm -rf "$folder/root"
}

make_image() {
    local name=$1 folder=$2 engine first=${engines[0]} old
    for engine in "${engines[@]}"; do
        if [ "$engine" = "$first" ]; then
            engine_build "$engine" "$name" "$folder"
        else
            "$first" save "$name" | "$engine" load >"$folder/load.log" 2>&1 ||
                { tail -n 5 "$folder/load.log" >&2; die "$engine does not take the image"; }
        fi
        # Those that had the name before; whoever still uses one keeps it.
        for old in $("$engine" image ls -q -f dangling=true -f label=org.pgstair.image); do
            "$engine" rmi "$old" >/dev/null 2>&1 || :
        done
    done
}

engine_build() {
    local engine=$1 name=$2 folder=$3 options=()
    # Without a network; podman without a runtime, either, so that it needs no cgroups.
    options=(--force-rm --network none)
    [ "$engine" = docker ] || options=(--force-rm --isolation chroot --format docker)
    if ! "$engine" build "${options[@]}" -t "$name" "$folder/context" >"$folder/build.log" 2>&1; then
        tail -n 20 "$folder/build.log" >&2
        die "$engine build failed"
    fi
}
