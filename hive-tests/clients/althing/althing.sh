#!/usr/bin/env bash
# Starts Althing as hive asks: genesis and blocks from files, fork schedule from HIVE_ variables, then JSON-RPC.
#
#   /genesis.json    genesis as geth writes it
#   /chain.rlp       blocks to import, optional
#   /blocks/*.rlp    more blocks, in the order of their names, optional
#
# Outside a container (run-offline.sh) ROOT is the folder with these files, ALTHING the binary, and the ports are free ones.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
root=${ROOT:-}
althing=${ALTHING:-/usr/local/bin/althing}
data=$root/althing-data

case "${HIVE_LOGLEVEL:-3}" in
    0 | 1) level=error ;;
    2) level=warn ;;
    3) level=info ;;
    4) level=debug ;;
    *) level=trace ;;
esac

jq -f "$here/genesis.jq" "$root/genesis.json" >"$root/althing-genesis.json"
chain=(--datadir "$data" --genesis "$root/althing-genesis.json" --log.level "$level")

shopt -s nullglob
blocks=("$root"/blocks/*.rlp)
[ ! -f "$root/chain.rlp" ] || blocks=("$root/chain.rlp" "${blocks[@]}")
if [ ${#blocks[@]} -gt 0 ]; then
    "$althing" import "${chain[@]}" "${blocks[@]}" || echo "a block is invalid: the head is the last valid one"
fi

# The secret every client is given by hive's simulators.
(umask 077 && printf %s 7365637265747365637265747365637265747365637265747365637265747365 >"$root/jwt.secret")

# shellcheck disable=SC2086 # flags, separated by blanks
exec "$althing" node "${chain[@]}" --no-consensus \
    --http --http.addr "${HTTP_ADDR:-0.0.0.0}" --http.port "${HTTP_PORT:-8545}" --http.vhosts '*' --http.corsdomain '*' \
    --ws --ws.port "${WS_PORT:-8546}" \
    --authrpc.addr "${HTTP_ADDR:-0.0.0.0}" --authrpc.port "${ENGINE_PORT:-8551}" --authrpc.jwtsecret "$root/jwt.secret" \
    ${ALTHING_FLAGS:-}
