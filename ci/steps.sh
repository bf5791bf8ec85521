# Named steps with their output in build/logs/, for ci/verify and ci/test.  Sourced, in the
# project's folder.
# shellcheck shell=bash

logs=build/logs
failed_steps=()
n_steps=0

# run_step SHOW NAME COMMAND…: with SHOW "show" its output is also printed as it comes.
run_step() {
    local show=$1 name=$2 log=$logs/${2// /-}.log status=0 started=$SECONDS
    shift 2
    mkdir -p "$logs"
    n_steps=$((n_steps + 1))
    if [ "$show" = show ]; then
        printf '== %s\n' "$name"
        "$@" </dev/null 2>&1 | tee "$log" || status=$?
    else
        "$@" </dev/null >"$log" 2>&1 || status=$?
    fi
    if [ $status -eq 0 ]; then
        printf '== %s: ok (%d s)\n' "$name" $((SECONDS - started))
    else
        printf '== %s: FAILED (%d s)\n' "$name" $((SECONDS - started))
        failed_steps+=("$name")
    fi
    return $status
}

# step NAME COMMAND…: a failure is remembered, and the next step goes on.
step() {
    run_step quiet "$@" || true
}

# show NAME COMMAND…: as step, with its output.
show() {
    run_step show "$@" || true
}

# must NAME COMMAND…: nothing that follows makes sense without it.
must() {
    run_step quiet "$@" || finish
}

# Prints, last, what failed and the end of its output.  Exits.
finish() {
    local name
    for name in "${failed_steps[@]}"; do
        printf '\n---- %s failed; the end of %s:\n' "$name" "$logs/${name// /-}.log"
        tail -n 60 "$logs/${name// /-}.log"
    done
    if [ ${#failed_steps[@]} -gt 0 ]; then
        printf '\n%d of %d steps failed:' ${#failed_steps[@]} "$n_steps"
        printf ' %s;' "${failed_steps[@]}" | sed 's/;$/\n/'
        exit 1
    fi
    printf '\nall %d steps passed\n' "$n_steps"
    exit 0
}
