# Which Debian mirror apt is configured with, and an apt of our own that uses it.  Sourced.
# shellcheck shell=bash disable=SC2154 # of ci/images/build

# configured_archives: a line for each of the machine's own sources that may be Debian's:
# main or security, URI, keyring ("-": apt's trusted ones).
configured_archives() {
    # Without lists apt does not know whose a source is; on Debian it is taken for Debian's.
    local unknown=-
    grep -qx 'ID=debian' /etc/os-release 2>/dev/null && unknown=main
    # shellcheck disable=SC2016
    apt-get indextargets --format \
        '$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)|$(SOURCESENTRY)' 'Created-By: Packages' |
        UNKNOWN=$unknown perl -F'\|' -lane '
            my ($origin, $release, $component, $uri, $entry) = @F;
            $origin = "" if $origin =~ /^\$/;
            next unless $origin eq "Debian" || ($origin eq "" && $ENV{UNKNOWN} eq $component);
            next if $release =~ /-(updates|backports)/;
            my $kind = $release =~ m{-security$|/updates$} ? "security" : "main";
            print "$kind $uri ", signed_by($entry) unless $seen{"$kind $uri"}++;

            sub signed_by {
                my ($file, $n) = $_[0] =~ /^(.*):(\d+)$/ or return "-";
                open(my $in, "<", $file) or return "-";
                my $text = do { local $/; <$in> };
                if ($file !~ /\.sources$/) {
                    my $line = (split /\n/, $text)[$n - 1] // "";
                    return $line =~ /signed-by=(\/[^\s\],]+)/i ? $1 : "-";
                }
                my $stanza = (split /\n(?:[ \t]*\n)+/, $text)[$n - 1] // "";
                return $stanza =~ /^Signed-By:[ \t]*(\/\S+)/mi ? $1 : "-";
            }' | sort -s -k1,1
}

# Whose keys sign Debian's releases: those that this machine's source has, and the whole keyring.
keyrings() {
    local own=$1 whole=/usr/share/keyrings/debian-archive-keyring.gpg list=()
    [ -f "$own" ] && list+=("$own")
    [ -f "$whole" ] && [ "$whole" != "$own" ] && list+=("$whole")
    (IFS=,; echo "${list[*]}")
}

# private_apt SUITE COMMAND…: apt with the machine's settings for its network (proxies, time
# limits, certificates), but with sources, lists, and packages of its own.
private_apt() {
    local place=$cache/$1
    shift
    APT_CONFIG=$place/apt.conf "$@"
}

# Prepares private_apt for a suite; fails when the mirror does not have it.
prepare_suite() {
    local suite=$1 place=$cache/$1 kind uri keys found=false log
    mkdir -p "$place"/{lists/partial,archives/partial,etc/trusted.gpg.d}
    log=$place/update.log
    {
        apt-config dump --format '%F "%v";%n' | grep -E '^(Acquire::|APT::Architecture )' || :
        cat <<CONF
Dir::Etc "/etc/apt";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$place/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$place";
Dir::State::lists "$place/lists";
Dir::State::status "$place/status";
Dir::State::extended_states "$place/extended_states";
Dir::Cache "$place";
Dir::Cache::archives "$place/archives";
Dir::Log "/dev/null";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
APT::Get::List-Cleanup "true";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
    } >"$place/apt.conf"
    touch "$place/status"
    while read -r kind uri keys; do
        [ "$kind" = main ] || continue
        keys=$(keyrings "$keys")
        echo "deb ${keys:+[signed-by=$keys] }$uri $suite main" >"$place/sources.list"
        if private_apt "$suite" apt-get -q update -o APT::Update::Error-Mode=any >"$log" 2>&1; then
            found=true
            break
        fi
    done < <(archives)
    $found || return 1
    # Packages that the mirror has replaced since go.
    private_apt "$suite" apt-get -q autoclean >/dev/null 2>&1 || :
    # What is fixed since the release; a mirror need not have it, and sid has none.
    while read -r kind uri keys; do
        [ "$kind" = security ] || continue
        keys=$(keyrings "$keys")
        cp "$place/sources.list" "$place/sources.list.main"
        echo "deb ${keys:+[signed-by=$keys] }$uri $suite-security main" >>"$place/sources.list"
        private_apt "$suite" apt-get -q update -o APT::Update::Error-Mode=any >"$log.security" 2>&1 && break
        mv "$place/sources.list.main" "$place/sources.list"
    done < <(archives)
}

archives() {
    if [ -n "$mirror" ]; then
        echo "main $mirror -"
        echo "security ${mirror%/}-security -"
    else
        configured_archives
    fi
}

# choose_suite VERSION: sets "suite" to the first Debian release that has the version, and holds
# its lock: builds side by side share the cache.
choose_suite() {
    local version=$1 list tried=()
    list=$forced_suite
    lock=
    [ -n "$list" ] || list=$(suites | sed -n "s/^$version  *//p")
    [ -n "$(archives)" ] ||
        die "apt on this machine is configured with no Debian mirror" \
            "name one: --mirror URL (its keys: the package debian-archive-keyring)"
    for suite in $list; do
        mkdir -p "$cache"
        exec {lock}>"$cache/$suite.lock"
        flock "$lock"
        if prepare_suite "$suite" &&
            private_apt "$suite" apt-cache show "postgresql-$version" >/dev/null 2>&1; then
            return
        fi
        exec {lock}>&-
        tried+=("$suite")
    done
    {
        echo "${label}no PostgreSQL $version in Debian ${tried[*]} at this mirror:"
        grep -E '^(E|W|Err):' "$cache/${tried[-1]}/update.log" | sed 's/^/    /' | head -n 5 || :
    } >&2
    die "PostgreSQL $version is not to be had" \
        "another mirror: --mirror URL; another Debian release: --suite NAME" \
        "keys unknown? apt-get install debian-archive-keyring"
}
