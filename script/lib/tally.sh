# shellcheck shell=bash
# Runs the steps of script/test and counts what passed and failed. Needs lib/common.sh.
#
# A step that only says yes or no counts as one. A suite counts what its runner reports; a suite that ran nothing, or
# that ended badly without naming a failure, counts as one failure.

passed=0 failed=0 skipped=0
failures=()

# Runs "${@:2}" under the title $1, shows and keeps what it says in $step_log. Returns its status.
step_log=
run_step() {
    local title=$1 status=0 started=$SECONDS
    shift
    say "$title"
    "$@" 2>&1 | tee -- "$step_log" || status=$?
    say "$title: $([ "$status" -eq 0 ] && printf 'done' || printf 'FAILED') after $((SECONDS - started)) s"
    return "$status"
}

failure() {
    failed=$((failed + 1))
    failures+=("$1")
}

# A step that counts as one.
check() {
    if run_step "$@"; then
        passed=$((passed + 1))
    else
        failure "$1"
    fi
}

# A suite: $1 says how to read its report (nextest, doc or node), $2 is the title, the rest is the command.
suite() {
    local reader=$1 status=0 good bad left
    shift
    run_step "$@" || status=$?
    read -r good bad left < <(sed -E 's/\x1b\[[0-9;]*m//g' "$step_log" | "read_$reader")
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
    if [ "$bad" -gt 0 ]; then
        failures+=("$1 ($bad)")
    elif [ "$status" -ne 0 ]; then
        failure "$1 (ended badly)"
    elif [ $((good + bad)) -eq 0 ]; then
        failure "$1 (ran nothing)"
    fi
}

# `Summary [ 21.3s] 34 tests run: 31 passed (1 slow), 2 failed, 1 timed out, 4 skipped`
read_nextest() {
    awk '/^ *Summary \[/ {
            sub(/.*tests? run: /, "")
            gsub(/\([^)]*\)/, "")
            count = split($0, parts, ",")
            for (i = 1; i <= count; i++) {
                split(parts[i], words, " ")
                if (words[2] == "passed") good += words[1]
                else if (words[2] == "skipped") left += words[1]
                else bad += words[1]
            }
        }
        END { print good + 0, bad + 0, left + 0 }'
}

# `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`, once for each crate.
read_doc() {
    awk '/^test result: / {
            for (i = 2; i <= NF; i++) {
                if ($i == "passed;") good += $(i - 1)
                if ($i == "failed;") bad += $(i - 1)
                if ($i == "ignored;") left += $(i - 1)
            }
        }
        END { print good + 0, bad + 0, left + 0 }'
}

# `# pass 5`, or with a sign for information before it, as newer versions print; the end of each run of node:test.
read_node() {
    awk '/^(#|ℹ) (pass|fail|cancelled|skipped|todo) [0-9]+$/ {
            if ($2 == "pass") good += $3
            else if ($2 == "fail" || $2 == "cancelled") bad += $3
            else left += $3
        }
        END { print good + 0, bad + 0, left + 0 }'
}

# Ends the script with the count as its last line, and a status that tells.
report() {
    local one line
    if [ ${#failures[@]} -gt 0 ]; then
        say 'what failed:'
        for one in "${failures[@]}"; do
            printf '    %s\n' "$one" >&2
        done
    fi
    line="$passed passed, $failed failed"
    if [ "$skipped" -gt 0 ]; then
        line="$line, $skipped skipped"
    fi
    printf '%s\n' "$line"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
