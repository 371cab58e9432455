// From the name of a fixture's network to the HIVE_ variables a simulator sets for it.

import { readJson } from "./client.mjs";

/** Forks in order: their names, fields of a genesis file, and their variables. Those that are `alone` come only where they are named. */
const FORKS = readJson(new URL("networks.json", import.meta.url));

/** The variables of `Berlin`, `BerlinToLondonAt5`, `ArrowGlacierToParisAtDiffC0000`, `ParisToShanghaiAtTime15k`, with its blob parameters. */
export function variables({ network, config = {} }) {
  const [, base, next, at] = /^(.+?)(?:To(.+)At(.+))?$/.exec(network);
  const found = { HIVE_CHAIN_ID: `${BigInt(config.chainid ?? 1)}`, HIVE_NETWORK_ID: "1" };
  const first = indexOf(base, network);
  activate(found, 0, first, "0");
  if (next) activate(found, first + 1, indexOf(next, network), moment(at));
  if (found.HIVE_FORK_DAO_BLOCK) found.HIVE_FORK_DAO_VOTE = "1";
  for (const [fork, entry] of Object.entries(config.blobSchedule ?? {})) {
    const prefix = `HIVE_${fork.toUpperCase()}_BLOB`;
    found[`${prefix}_TARGET`] = `${BigInt(entry.target)}`;
    found[`${prefix}_MAX`] = `${BigInt(entry.max)}`;
    found[`${prefix}_BASE_FEE_UPDATE_FRACTION`] = `${BigInt(entry.baseFeeUpdateFraction)}`;
  }
  return found;
}

function indexOf(name, network) {
  const index = FORKS.findIndex(({ names }) => names.includes(name));
  if (index < 0) throw new Error(`network ${network} is unknown`);
  return index;
}

/** Every fork of a range begins at the same moment; the last of it even where it is alone. */
function activate(found, from, to, at) {
  FORKS.slice(from, to + 1).forEach(({ hive, alone }, offset) => {
    if (!alone || from + offset === to) for (const name of hive) found[name] = at;
  });
}

/** `5`, `Time15k`, `DiffC0000`, as decimal text. */
function moment(text) {
  if (text.startsWith("Diff")) return `${BigInt(`0x${text.slice(4).replace(/^0x/, "")}`)}`;
  const [, digits, thousands] = /^(?:Time|Block)?(\d+)(k?)$/.exec(text);
  return `${BigInt(digits) * (thousands ? 1000n : 1n)}`;
}
