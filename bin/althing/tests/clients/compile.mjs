// Compiles contracts/*.sol with solc from npm: `node compile.mjs SOURCES OUT` writes OUT/<Contract>.json.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import solc from "solc";

export function compile(sources, out) {
  const files = readdirSync(sources).filter((file) => file.endsWith(".sol"));
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(files.map((file) => [file, { content: readFileSync(join(sources, file), "utf8") }])),
    settings: { optimizer: { enabled: true }, outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const errors = (output.errors ?? []).filter((error) => error.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
  mkdirSync(out, { recursive: true });
  for (const contracts of Object.values(output.contracts))
    for (const [name, { abi, evm }] of Object.entries(contracts))
      writeFileSync(join(out, `${name}.json`), JSON.stringify({ abi, bytecode: `0x${evm.bytecode.object}` }));
}

if (process.argv.length === 4) compile(process.argv[2], process.argv[3]);
