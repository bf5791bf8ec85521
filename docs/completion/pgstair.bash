# bash completion for pgstair.  Made by "pgstair completion bash"; do not edit.
# shellcheck shell=bash

# _pgstair_reply KIND WORD WORDS: those of WORDS that WORD begins, or the last of its list.
_pgstair_reply() {
    local head='' word=$2 colon=''
    [[ $1 != files ]] || return 0
    [[ $1 != pairs || $word != *=* ]] || return 0
    compopt +o default +o bashdefault 2>/dev/null
    [[ $1 != pairs ]] || compopt -o nospace 2>/dev/null
    if [[ $1 == list ]]; then
        head=${word%"${word##*,}"}
        word=${word##*,}
    fi
    mapfile -t COMPREPLY < <(compgen -P "$head" -W "$3" -- "$word")
    if [[ $COMP_WORDBREAKS == *:* ]]; then
        colon=${2%"${2##*:}"}
        COMPREPLY=("${COMPREPLY[@]#"$colon"}")
    fi
}

_pgstair() {
    local line=${COMP_LINE:0:COMP_POINT} word='' command='' option='' options='' kind='' known=''
    local -a words=()
    COMPREPLY=()
    word=${line##*[[:space:]]}
    read -ra words <<<"${line%"$word"}"
    command=${words[1]:-}
    if [[ $word == --*=* ]]; then
        option=${word%%=*}
        word=${word#*=}
    elif [[ ${#words[@]} -gt 2 && ${words[-1]} == -* && ${words[-1]} != *=* ]]; then
        option=${words[-1]}
    fi
    if [[ ${#words[@]} -lt 2 ]]; then
        _pgstair_reply words "$word" 'verify init report snapshot diff shell migrate ready health server doctor explain help completion --help --version'
        return 0
    fi
    case $command in
    verify)
        options='--config --no-config --system --format --server --set --floor --since --since-git --only --skip --tolerate --strict --live --seed --rows --fail-on --require-all --statement-timeout --start-timeout --record --junit --report --html --markdown --markdown-limit --compliance --shard --durations --keep --quiet --verbose --help'
        case $option in
        --config) kind=files known='' ;;
        --system) kind=nothing known='' ;;
        --format) kind=words known='goose sql-migrate dbmate flyway liquibase sqitch yoyo node-pg-migrate postgrator refinery prisma atlas alembic diesel sqlx golang-migrate maragudk plain patterns commands' ;;
        --server) kind=words known='auto local local:13 local:14 local:15 local:16 local:17 local:18 local:13..18 docker docker:13 docker:14 docker:15 docker:16 docker:17 docker:18 docker:13..18 podman podman:13 podman:14 podman:15 podman:16 podman:17 podman:18 podman:13..18' ;;
        --set) kind=nothing known='' ;;
        --floor) kind=nothing known='' ;;
        --since) kind=nothing known='' ;;
        --since-git) kind=nothing known='' ;;
        --only) kind=list known='folder run cycle stairway graph expect data exercise plan drift redundancy servers suite accept tolerance coverage requirement folder.format folder.unmatched folder.encoding folder.orphan-down folder.metadata folder.name-mismatch folder.edited folder.out-of-order folder.duplicate folder.behind folder.missing-down folder.checksum folder.heads folder.sort folder.case folder.mark folder.variable folder.external folder.code folder.beyond run.completed run.shards run.same cycle.up cycle.down cycle.again stairway.up stairway.down stairway.again stairway.verify graph.path expect.table expect.column expect.primary-key expect.unique expect.foreign-key expect.check expect.index expect.enum expect.trigger expect.object expect.absent expect.unlisted data.load data.idempotent data.upgrade data.downgrade data.again exercise.foreign-key exercise.not-null exercise.primary-key exercise.unique exercise.check exercise.exclusion exercise.enum exercise.domain exercise.limit exercise.generated exercise.identity exercise.rows exercise.settings exercise.tautology exercise.contradiction exercise.case exercise.coverage plan.query plan.index plan.volume drift.model drift.live drift.autogenerate redundancy.duplicate-index redundancy.covered-index redundancy.foreign-key-index redundancy.not-validated redundancy.invalid-index servers.available servers.verdict servers.schema suite.open suite.end suite.case suite.refused suite.accepted suite.result suite.affected suite.true suite.migration accept.unused accept.expired tolerance.expired coverage.lines requirement.uncovered' ;;
        --skip) kind=list known='folder run cycle stairway graph expect data exercise plan drift redundancy servers suite accept tolerance coverage requirement folder.format folder.unmatched folder.encoding folder.orphan-down folder.metadata folder.name-mismatch folder.edited folder.out-of-order folder.duplicate folder.behind folder.missing-down folder.checksum folder.heads folder.sort folder.case folder.mark folder.variable folder.external folder.code folder.beyond run.completed run.shards run.same cycle.up cycle.down cycle.again stairway.up stairway.down stairway.again stairway.verify graph.path expect.table expect.column expect.primary-key expect.unique expect.foreign-key expect.check expect.index expect.enum expect.trigger expect.object expect.absent expect.unlisted data.load data.idempotent data.upgrade data.downgrade data.again exercise.foreign-key exercise.not-null exercise.primary-key exercise.unique exercise.check exercise.exclusion exercise.enum exercise.domain exercise.limit exercise.generated exercise.identity exercise.rows exercise.settings exercise.tautology exercise.contradiction exercise.case exercise.coverage plan.query plan.index plan.volume drift.model drift.live drift.autogenerate redundancy.duplicate-index redundancy.covered-index redundancy.foreign-key-index redundancy.not-validated redundancy.invalid-index servers.available servers.verdict servers.schema suite.open suite.end suite.case suite.refused suite.accepted suite.result suite.affected suite.true suite.migration accept.unused accept.expired tolerance.expired coverage.lines requirement.uncovered' ;;
        --tolerate) kind=list known='column-order white-space comments owners privileges storage-parameters statistics enum-labels extensions constraint-names index-names' ;;
        --live) kind=nothing known='' ;;
        --seed) kind=nothing known='' ;;
        --rows) kind=nothing known='' ;;
        --fail-on) kind=words known='warning' ;;
        --statement-timeout) kind=nothing known='' ;;
        --start-timeout) kind=nothing known='' ;;
        --record) kind=files known='' ;;
        --junit) kind=files known='' ;;
        --report) kind=pairs known='junit= junit-strict= html= compliance= markdown= tap= sarif= json= codequality=' ;;
        --html) kind=files known='' ;;
        --markdown) kind=files known='' ;;
        --markdown-limit) kind=nothing known='' ;;
        --compliance) kind=files known='' ;;
        --shard) kind=nothing known='' ;;
        --durations) kind=files known='' ;;
        *) [[ $word == -* ]] || kind=files known='' ;;
        esac
        ;;
    init)
        options='--format --server --set --statement-timeout --start-timeout --output --force --no-expect --quiet --verbose --help'
        case $option in
        --format) kind=words known='goose sql-migrate dbmate flyway liquibase sqitch yoyo node-pg-migrate postgrator refinery prisma atlas alembic diesel sqlx golang-migrate maragudk plain patterns commands' ;;
        --server) kind=words known='auto local local:13 local:14 local:15 local:16 local:17 local:18 local:13..18 docker docker:13 docker:14 docker:15 docker:16 docker:17 docker:18 docker:13..18 podman podman:13 podman:14 podman:15 podman:16 podman:17 podman:18 podman:13..18' ;;
        --set) kind=nothing known='' ;;
        --statement-timeout) kind=nothing known='' ;;
        --start-timeout) kind=nothing known='' ;;
        -o | --output) kind=files known='' ;;
        *) [[ $word == -* ]] || kind=files known='' ;;
        esac
        ;;
    report)
        options='--fail-on --require-all --coverage --record --junit --report --html --markdown --markdown-limit --compliance --format --check --output --quiet --verbose --help'
        case $option in
        --fail-on) kind=words known='warning' ;;
        --coverage) kind=files known='' ;;
        --record) kind=files known='' ;;
        --junit) kind=files known='' ;;
        --report) kind=pairs known='junit= junit-strict= html= compliance= markdown= tap= sarif= json= codequality=' ;;
        --html) kind=files known='' ;;
        --markdown) kind=files known='' ;;
        --markdown-limit) kind=nothing known='' ;;
        --compliance) kind=files known='' ;;
        --format) kind=words known='junit junit-strict html compliance markdown tap sarif json codequality' ;;
        --check) kind=files known='' ;;
        -o | --output) kind=files known='' ;;
        *) [[ $word == -* ]] || kind=files known='' ;;
        esac
        ;;
    snapshot)
        options='--config --no-config --system --format --server --set --at --statement-timeout --start-timeout --output --quiet --verbose --help'
        case $option in
        --config) kind=files known='' ;;
        --system) kind=nothing known='' ;;
        --format) kind=words known='goose sql-migrate dbmate flyway liquibase sqitch yoyo node-pg-migrate postgrator refinery prisma atlas alembic diesel sqlx golang-migrate maragudk plain patterns commands' ;;
        --server) kind=words known='auto local local:13 local:14 local:15 local:16 local:17 local:18 local:13..18 docker docker:13 docker:14 docker:15 docker:16 docker:17 docker:18 docker:13..18 podman podman:13 podman:14 podman:15 podman:16 podman:17 podman:18 podman:13..18' ;;
        --set) kind=nothing known='' ;;
        --at) kind=nothing known='' ;;
        --statement-timeout) kind=nothing known='' ;;
        --start-timeout) kind=nothing known='' ;;
        -o | --output) kind=files known='' ;;
        *) [[ $word == -* ]] || kind=files known='' ;;
        esac
        ;;
    diff)
        options='--config --no-config --system --format --server --set --tolerate --strict --statement-timeout --start-timeout --quiet --verbose --help'
        case $option in
        --config) kind=files known='' ;;
        --system) kind=nothing known='' ;;
        --format) kind=words known='goose sql-migrate dbmate flyway liquibase sqitch yoyo node-pg-migrate postgrator refinery prisma atlas alembic diesel sqlx golang-migrate maragudk plain patterns commands' ;;
        --server) kind=words known='auto local local:13 local:14 local:15 local:16 local:17 local:18 local:13..18 docker docker:13 docker:14 docker:15 docker:16 docker:17 docker:18 docker:13..18 podman podman:13 podman:14 podman:15 podman:16 podman:17 podman:18 podman:13..18' ;;
        --set) kind=nothing known='' ;;
        --tolerate) kind=list known='column-order white-space comments owners privileges storage-parameters statistics enum-labels extensions constraint-names index-names' ;;
        --statement-timeout) kind=nothing known='' ;;
        --start-timeout) kind=nothing known='' ;;
        *) [[ $word == -* ]] || kind=files known='' ;;
        esac
        ;;
    shell)
        options='--config --no-config --system --format --server --set --at --statement-timeout --start-timeout --keep --quiet --verbose --help'
        case $option in
        --config) kind=files known='' ;;
        --system) kind=nothing known='' ;;
        --format) kind=words known='goose sql-migrate dbmate flyway liquibase sqitch yoyo node-pg-migrate postgrator refinery prisma atlas alembic diesel sqlx golang-migrate maragudk plain patterns commands' ;;
        --server) kind=words known='auto local local:13 local:14 local:15 local:16 local:17 local:18 local:13..18 docker docker:13 docker:14 docker:15 docker:16 docker:17 docker:18 docker:13..18 podman podman:13 podman:14 podman:15 podman:16 podman:17 podman:18 podman:13..18' ;;
        --set) kind=nothing known='' ;;
        --at) kind=nothing known='' ;;
        --statement-timeout) kind=nothing known='' ;;
        --start-timeout) kind=nothing known='' ;;
        *) [[ $word == -* ]] || kind=files known='' ;;
        esac
        ;;
    migrate)
        options='--config --no-config --system --format --server --set --tolerate --strict --statement-timeout --start-timeout --output --force --url --environment --folder --yes --dry-run --no-backup --out-of-order --backup-folder --verify-first --lock-timeout --lock-wait --retries --from-diff --of --json --quiet --verbose --help'
        case $option in
        --config) kind=files known='' ;;
        --system) kind=nothing known='' ;;
        --format) kind=words known='goose sql-migrate dbmate flyway liquibase sqitch yoyo node-pg-migrate postgrator refinery prisma atlas alembic diesel sqlx golang-migrate maragudk plain patterns commands' ;;
        --server) kind=words known='auto local local:13 local:14 local:15 local:16 local:17 local:18 local:13..18 docker docker:13 docker:14 docker:15 docker:16 docker:17 docker:18 docker:13..18 podman podman:13 podman:14 podman:15 podman:16 podman:17 podman:18 podman:13..18' ;;
        --set) kind=nothing known='' ;;
        --tolerate) kind=list known='column-order white-space comments owners privileges storage-parameters statistics enum-labels extensions constraint-names index-names' ;;
        --statement-timeout) kind=nothing known='' ;;
        --start-timeout) kind=nothing known='' ;;
        -o | --output) kind=files known='' ;;
        --url) kind=nothing known='' ;;
        -e | --environment) kind=nothing known='' ;;
        --folder) kind=nothing known='' ;;
        --backup-folder) kind=nothing known='' ;;
        --lock-timeout) kind=nothing known='' ;;
        --lock-wait) kind=nothing known='' ;;
        --retries) kind=nothing known='' ;;
        --from-diff) kind=nothing known='' ;;
        --of) kind=nothing known='' ;;
        *) [[ $word == -* ]] || kind=words known='status check upgrade downgrade history sql new stamp resolve align backup restore' ;;
        esac
        ;;
    ready)
        options='--config --no-config --system --url --environment --timeout --quiet --verbose --help'
        case $option in
        --config) kind=files known='' ;;
        --system) kind=nothing known='' ;;
        --url) kind=nothing known='' ;;
        -e | --environment) kind=nothing known='' ;;
        --timeout) kind=nothing known='' ;;
        *) [[ $word == -* ]] || kind=nothing known='' ;;
        esac
        ;;
    health)
        options='--config --no-config --system --format --url --environment --folder --timeout --quiet --verbose --help'
        case $option in
        --config) kind=files known='' ;;
        --system) kind=nothing known='' ;;
        --format) kind=words known='goose sql-migrate dbmate flyway liquibase sqitch yoyo node-pg-migrate postgrator refinery prisma atlas alembic diesel sqlx golang-migrate maragudk plain patterns commands' ;;
        --url) kind=nothing known='' ;;
        -e | --environment) kind=nothing known='' ;;
        --folder) kind=nothing known='' ;;
        --timeout) kind=nothing known='' ;;
        *) [[ $word == -* ]] || kind=nothing known='' ;;
        esac
        ;;
    server)
        options='--server --set --start-timeout --kept --shared --watch --quiet --verbose --help'
        case $option in
        --server) kind=words known='auto local local:13 local:14 local:15 local:16 local:17 local:18 local:13..18 docker docker:13 docker:14 docker:15 docker:16 docker:17 docker:18 docker:13..18 podman podman:13 podman:14 podman:15 podman:16 podman:17 podman:18 podman:13..18' ;;
        --set) kind=nothing known='' ;;
        --start-timeout) kind=nothing known='' ;;
        --shared) kind=files known='' ;;
        --watch) kind=words known='parent' ;;
        *) [[ $word == -* ]] || kind=words known='start stop status list sweep' ;;
        esac
        ;;
    doctor)
        options='--quiet --verbose --help'
        case $option in
        *) [[ $word == -* ]] || kind=nothing known='' ;;
        esac
        ;;
    explain)
        options='--quiet --verbose --help'
        case $option in
        *) [[ $word == -* ]] || kind=words known='folder run cycle stairway graph expect data exercise plan drift redundancy servers suite accept tolerance coverage requirement folder.format folder.unmatched folder.encoding folder.orphan-down folder.metadata folder.name-mismatch folder.edited folder.out-of-order folder.duplicate folder.behind folder.missing-down folder.checksum folder.heads folder.sort folder.case folder.mark folder.variable folder.external folder.code folder.beyond run.completed run.shards run.same cycle.up cycle.down cycle.again stairway.up stairway.down stairway.again stairway.verify graph.path expect.table expect.column expect.primary-key expect.unique expect.foreign-key expect.check expect.index expect.enum expect.trigger expect.object expect.absent expect.unlisted data.load data.idempotent data.upgrade data.downgrade data.again exercise.foreign-key exercise.not-null exercise.primary-key exercise.unique exercise.check exercise.exclusion exercise.enum exercise.domain exercise.limit exercise.generated exercise.identity exercise.rows exercise.settings exercise.tautology exercise.contradiction exercise.case exercise.coverage plan.query plan.index plan.volume drift.model drift.live drift.autogenerate redundancy.duplicate-index redundancy.covered-index redundancy.foreign-key-index redundancy.not-validated redundancy.invalid-index servers.available servers.verdict servers.schema suite.open suite.end suite.case suite.refused suite.accepted suite.result suite.affected suite.true suite.migration accept.unused accept.expired tolerance.expired coverage.lines requirement.uncovered' ;;
        esac
        ;;
    help)
        options='--quiet --verbose --help'
        case $option in
        *) [[ $word == -* ]] || kind=words known='verify init report snapshot diff shell migrate ready health server doctor explain help completion tolerances formats reports' ;;
        esac
        ;;
    completion)
        options='--quiet --verbose --help'
        case $option in
        *) [[ $word == -* ]] || kind=words known='bash zsh fish' ;;
        esac
        ;;
    *) return 0 ;;
    esac
    if [[ -n $kind ]]; then
        _pgstair_reply "$kind" "$word" "$known"
    elif [[ $word == -* && -z ${word##--*=*} ]]; then
        return 0
    elif [[ $word == -* ]]; then
        _pgstair_reply words "$word" "$options"
    fi
}

complete -o bashdefault -o default -F _pgstair pgstair
