#!/usr/bin/env bash
# run-offline.sh SUITE DIR [--jobs N] [--filter TEXT] [--expected FILE] [--json OUT]
#
# Plays anybody's fixtures against Althing without Docker. SUITE is
#   rpc-compat    DIR is laid out like execution-apis' tests/: genesis.json, chain.rlp, forkenv.json, headfcu.json, *.io files
#   blockchain    blockchain_test JSON files, each through the container's start script, as hive's consume-rlp does
#   state         state_test JSON files
#   transactions  transaction_test JSON files
# Prints a line for each failure, closes with "N passed, N failed", and exits non-zero unless all passed.
# ALTHING and CONFORMANCE name the binaries; without them they are built.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
if [ $# -lt 2 ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

# Builds a package of this repository and prints where its binary is.
build() { # package, binary
    local target=${CARGO_TARGET_DIR:-$here/../target}
    (cd "$here/.." && cargo build --quiet --release --locked --package "$1" >&2)
    echo "$target/release/$2"
}

case $1 in
    state | transactions)
        exec "${CONFORMANCE:-$(build althing-conformance conformance)}" "$@"
        ;;
    rpc-compat | blockchain)
        "$here/../.ci/setup" >&2
        export ALTHING=${ALTHING:-$(build althing althing)}
        exec node "$here/offline/run.mjs" "$@"
        ;;
    *)
        echo "no suite is called $1: rpc-compat, blockchain, state or transactions" >&2
        exit 2
        ;;
esac
