#!/bin/sh
# Holds the plans of the working tree against their budgets and against what they cost at another commit.
#
#   usage: gate.sh [COMMIT]        without it origin/main
#
# Exit codes are those of `llmcost check`: 0 pass or warn, 1 fail, 2 wrong input or nothing compared.
set -eu
commit=${1:-origin/main}
work=$(mktemp -d)
trap 'git worktree remove --force "$work/base" > /dev/null 2>&1 || true; rm -rf "$work"' EXIT

git worktree add --quiet --detach "$work/base" "$commit"
# Whether the old plans kept their budgets is not the question here; without plans there is no baseline.
(cd "$work/base" && llmcost check --quiet scenarios --save-baseline "$work/baseline.json" > /dev/null) || true

llmcost check scenarios --baseline "$work/baseline.json" --max-increase 10%
