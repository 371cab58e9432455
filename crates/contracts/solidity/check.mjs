// The Solidity files against what the native code is tested with: node check.mjs [--write]
//   compiled.json      layout of storage and selectors, which crates/governance/tests/layout.rs reads
//   trampoline.hex     the frozen code of Governance
//   imports            by an npm package's name with solc, by a remapping with forge
// Run with the packages that the client suites lock.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installNpm } from "../../../bin/althing/tests/clients/prepare.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const CLIENTS = join(HERE, "../../../bin/althing/tests/clients");
const PACKAGE = "@althing/contracts";
const modules = join(installNpm(CLIENTS, "shared"), "node_modules");
const solc = createRequire(join(modules, "x.js"))("solc");

const USER = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;
import {Althing} from "${PACKAGE}/interfaces/Althing.sol";
import {IConstitution} from "${PACKAGE}/interfaces/IConstitution.sol";
import {ITransactionHook} from "${PACKAGE}/interfaces/ITransactionHook.sol";

contract User is IConstitution {
    function resolve(uint256 proposalId) external view returns (Resolution) {
        return Althing.GOVERNANCE.proposalProposer(proposalId) == msg.sender ? Resolution.Open : Resolution.Rejected;
    }
    function members() external view returns (uint32 total) { (total,,) = Althing.MEMBERS.activeMembers(); }
}
`;

/** Compiles, finding imports as npm would, and fails on any error or warning. */
function compile(sources, selection, language = "Solidity") {
  const input = { language, sources, settings: { optimizer: { enabled: true, runs: 200 }, outputSelection: { "*": { "*": selection } } } };
  const find = (path) => (path.startsWith(`${PACKAGE}/`) ? { contents: readFileSync(join(HERE, path.slice(PACKAGE.length + 1)), "utf8") } : { error: "not found" });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
  const wrong = (output.errors ?? []).filter(({ severity, message }) => severity === "error" || !/Yul is still experimental|license/.test(message));
  assert.deepEqual(wrong.map(({ formattedMessage }) => formattedMessage), []);
  return output.contracts;
}

function folder(name) {
  const files = readdirSync(join(HERE, name)).filter((file) => file.endsWith(".sol"));
  return Object.fromEntries(files.map((file) => [`${PACKAGE}/${name}/${file}`, { content: readFileSync(join(HERE, name, file), "utf8") }]));
}

const sorted = (entries) => Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

function layout() {
  const contracts = Object.values(compile(folder("layout"), ["storageLayout"])).flatMap((file) => Object.entries(file));
  return sorted(contracts.map(([name, { storageLayout: { storage, types } }]) => {
    const place = ({ slot, offset, type }) => [Number(slot), offset, Number(types[type].numberOfBytes)];
    const fields = storage.filter(({ type }) => types[type].members === undefined).map((field) => [field.label, place(field)]);
    const structs = storage.filter(({ type }) => types[type].members !== undefined).map((field) => [field.label, place(field)]);
    for (const { label, members } of Object.values(types).filter(({ members }) => members !== undefined)) {
      const struct = label.replace(/^struct .*\./, "");
      for (const member of members) fields.push([`${struct}.${member.label}`, place(member)]);
    }
    return [name, sorted([...fields, ...structs])];
  }));
}

function selectors() {
  const files = compile(folder("interfaces"), ["evm.methodIdentifiers"]);
  const contracts = Object.values(files).flatMap((file) => Object.entries(file));
  return sorted(contracts.filter(([name]) => name !== "Althing").map(([name, { evm }]) => [name, sorted(Object.entries(evm.methodIdentifiers))]));
}

function trampoline() {
  const content = readFileSync(join(HERE, "trampoline/Trampoline.yul"), "utf8");
  const contracts = Object.values(compile({ "Trampoline.yul": { content } }, ["evm.bytecode.object", "evm.deployedBytecode.object"], "Yul"))[0];
  return contracts.Trampoline.evm.bytecode.object;
}

function importedByForge() {
  const project = mkdtempSync(join(tmpdir(), "althing-forge-"));
  try {
    mkdirSync(join(project, "src"));
    cpSync(HERE, join(project, "lib/contracts"), { recursive: true });
    writeFileSync(join(project, "src/User.sol"), USER);
    cpSync(join(CLIENTS, "forge/solc.cjs"), join(project, "solc.cjs"));
    writeFileSync(join(project, "foundry.toml"), `[profile.default]\nsrc = "src"\nsolc = "./solc.cjs"\noffline = true\nremappings = ["${PACKAGE}/=lib/contracts/"]\n`);
    const forge = join(modules, "@foundry-rs/forge-linux-amd64/bin/forge");
    const { status, stdout, stderr } = spawnSync(forge, ["build"], { cwd: project, encoding: "utf8", env: { ...process.env, NODE_PATH: modules } });
    assert.equal(status, 0, `${stdout}${stderr}`);
    return JSON.parse(readFileSync(join(project, "out/User.sol/User.json"), "utf8")).abi.length;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

const compiled = `${JSON.stringify({ layout: layout(), selectors: selectors() }, null, 1).replace(/\[\s+(\d+),\s+(\d+),\s+(\d+)\s+\]/g, "[$1, $2, $3]")}\n`;
if (process.argv.includes("--write")) writeFileSync(join(HERE, "compiled.json"), compiled);
const total = { passed: 0, failed: 0 };
function check(name, test) {
  try {
    test();
    total.passed += 1;
    console.log(`ok   ${name}`);
  } catch (error) {
    total.failed += 1;
    console.log(`FAIL ${name}: ${error.message}`);
  }
}
check("layout and selectors are what solc makes", () => assert.equal(readFileSync(join(HERE, "compiled.json"), "utf8"), compiled));
check("the trampoline's code is what solc makes", () => {
  const frozen = readFileSync(join(HERE, "../src/bytecode/trampoline.hex"), "utf8").trim();
  assert.ok(trampoline().endsWith(frozen), "trampoline.hex differs");
});
check("an npm project imports the interfaces", () => assert.ok(compile({ "User.sol": { content: USER } }, ["abi"])["User.sol"].User.abi.length === 2));
check("a Foundry project imports the interfaces", () => assert.equal(importedByForge(), 2));
console.log(`contracts: ${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
