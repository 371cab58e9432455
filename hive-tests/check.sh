#!/usr/bin/env bash
# What `make test` plays without Docker: both recorded rpc-compat suites whole and some blockchain fixtures, through the start script.
# ALTHING names the binary; the test data lies at ALTHING_TEST_DATA, or beside the repository.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
data=${ALTHING_TEST_DATA:-$here/../../shared/data}/ethereum
if [ ! -d "$data" ]; then
    echo "hive-tests: SKIPPED, no test data at $data; set ALTHING_TEST_DATA"
    exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0
play() { # archive, suite, folder in it
    local members=("$1/$3")
    [ "$2" != rpc-compat ] || members+=("$1/openrpc.json")
    tar --zstd -xf "$data/$1.tar.zst" -C "$scratch" "${members[@]}"
    echo "hive-tests: $2 $1/$3: $("$here/run-offline.sh" "$2" "$scratch/$1/$3" | tee "$scratch/out" | tail -n 1)"
    grep '^FAILED' "$scratch/out" && status=1 || true
    grep -qE '^[1-9][0-9]* passed, 0 failed' "$scratch/out" || status=1
}
play rpc-compat-prague-genesis rpc-compat tests
play rpc-compat-ladder-prague rpc-compat tests
play eest-v5.4.0 blockchain blockchain_tests/paris
play eest-v5.4.0 blockchain blockchain_tests/homestead
exit $status
