// The ABIs of the system contracts' package: `node interfaces.mjs FOLDER` compares abi/*.json with what solc says, `--write` writes them.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import solc from "solc";

/** The ABI of each interface in `folder/interfaces`, by name. */
export function abis(folder) {
  const names = readdirSync(join(folder, "interfaces")).filter((file) => file.endsWith(".sol"));
  const sources = Object.fromEntries(names.map((file) => [file, { content: readFileSync(join(folder, "interfaces", file), "utf8") }]));
  const input = { language: "Solidity", sources, settings: { outputSelection: { "*": { "*": ["abi"] } } } };
  const { errors = [], contracts } = JSON.parse(solc.compile(JSON.stringify(input)));
  const failed = errors.filter(({ severity }) => severity === "error");
  if (failed.length > 0) throw new Error(failed.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const all = Object.values(contracts).flatMap(Object.entries);
  return Object.fromEntries(all.filter(([name]) => name.startsWith("I")).map(([name, { abi }]) => [name, abi]));
}

/** Names of the stored ABIs that are not what solc says. */
export function stale(folder) {
  const stored = (name) => { try { return readFileSync(join(folder, "abi", `${name}.json`), "utf8"); } catch { return ""; } };
  return Object.entries(abis(folder)).filter(([name, abi]) => stored(name) !== text(abi)).map(([name]) => name);
}

const text = (abi) => `[\n${abi.map((item) => `  ${JSON.stringify(item)}`).join(",\n")}\n]\n`;

if (process.argv[1]?.endsWith("interfaces.mjs")) {
  const { values, positionals: [folder] } = parseArgs({ allowPositionals: true, options: { write: { type: "boolean", default: false } } });
  if (values.write) {
    mkdirSync(join(folder, "abi"), { recursive: true });
    for (const [name, abi] of Object.entries(abis(folder))) writeFileSync(join(folder, "abi", `${name}.json`), text(abi));
  }
  const names = stale(folder);
  if (names.length > 0) console.error(`stale: ${names.join(", ")}`);
  process.exit(names.length === 0 ? 0 : 1);
}
