// From the name of a fixture's network to the HIVE_ variables a simulator sets for it.

/** Forks in order: their names and their variables. Those that are `alone` come only where they are named. */
const FORKS = [
  { names: ["Frontier"], set: [] },
  { names: ["Homestead"], set: ["HIVE_FORK_HOMESTEAD"] },
  { names: ["Dao", "DAO", "HomesteadDao"], set: ["HIVE_FORK_DAO_BLOCK"], alone: true },
  { names: ["EIP150", "TangerineWhistle"], set: ["HIVE_FORK_TANGERINE"] },
  { names: ["EIP158", "SpuriousDragon"], set: ["HIVE_FORK_SPURIOUS"] },
  { names: ["Byzantium"], set: ["HIVE_FORK_BYZANTIUM"] },
  { names: ["ConstantinopleFix", "Petersburg"], set: ["HIVE_FORK_CONSTANTINOPLE", "HIVE_FORK_PETERSBURG"] },
  { names: ["Istanbul"], set: ["HIVE_FORK_ISTANBUL"] },
  { names: ["MuirGlacier"], set: ["HIVE_FORK_MUIR_GLACIER"], alone: true },
  { names: ["Berlin"], set: ["HIVE_FORK_BERLIN"] },
  { names: ["London"], set: ["HIVE_FORK_LONDON"] },
  { names: ["ArrowGlacier"], set: ["HIVE_FORK_ARROW_GLACIER"], alone: true },
  { names: ["GrayGlacier"], set: ["HIVE_FORK_GRAY_GLACIER"], alone: true },
  { names: ["Paris", "Merge"], set: ["HIVE_TERMINAL_TOTAL_DIFFICULTY"] },
  ...["Shanghai", "Cancun", "Prague", "Osaka", "BPO1", "BPO2", "BPO3", "BPO4", "BPO5"].map((name) => ({ names: [name], set: [`HIVE_${name.toUpperCase()}_TIMESTAMP`] })),
];

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
  FORKS.slice(from, to + 1).forEach(({ set, alone }, offset) => {
    if (!alone || from + offset === to) for (const name of set) found[name] = at;
  });
}

/** `5`, `Time15k`, `DiffC0000`, as decimal text. */
function moment(text) {
  if (text.startsWith("Diff")) return `${BigInt(`0x${text.slice(4).replace(/^0x/, "")}`)}`;
  const [, digits, thousands] = /^(?:Time|Block)?(\d+)(k?)$/.exec(text);
  return `${BigInt(digits) * (thousands ? 1000n : 1n)}`;
}
