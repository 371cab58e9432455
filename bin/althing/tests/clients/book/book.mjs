// The book's governance chapter, command by command, against a network that it starts itself.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePorts } from "../ports.mjs";
import { foundry } from "../processes.mjs";
import { check, finish, rpc, until } from "../suite.mjs";
import { matches, steps } from "./chapter.mjs";
import { openShell } from "./shell.mjs";

const PORT_IN_THE_BOOK = "http://127.0.0.1:8545";
const NODES = 5; // four validators and a follower
const { BOOK, SOLIDITY, ALTHING } = process.env;

const folder = mkdtempSync(join(process.cwd(), "book", "reader-"));
const port = await freePorts(2 * NODES);
const url = `http://127.0.0.1:${port}`;
furnish();
const shell = openShell(folder, { ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}`, ETH_RPC_URL: url });
let network;

try {
  for (const step of steps(readFileSync(join(BOOK, "governance.md"), "utf8"))) {
    const done = await check(`line ${step.line}: ${step.text.split("\n").at(step.kind === "save" ? 0 : -1).trim().slice(0, 90)}`, () => play(step));
    if (done === undefined) break; // what follows builds on it
  }
} finally {
  shell.close();
  await stop();
}
finish();

async function play(step) {
  if (step.kind === "save") {
    mkdirSync(dirname(join(folder, step.path)), { recursive: true });
    writeFileSync(join(folder, step.path), `${step.text}\n`);
    return true;
  }
  if (step.background) return start(step.text);
  const { output, status, errors } = await shell.run(step.text.replaceAll(PORT_IN_THE_BOOK, url));
  const told = `it printed\n${output}\n${errors}`;
  if (step.shown === undefined) assert.equal(status, 0, told);
  else assert.ok(matches(step.shown, output), `the book shows\n${step.shown}\n${told}`);
  return true;
}

/** The chapter's own command, on free ports. */
async function start(command) {
  const [program, ...args] = command.trim().split(/\s+/);
  assert.equal(program, "althing");
  const log = createWriteStream(join(folder, "network.log"));
  network = spawn(ALTHING, [...args, "--http.port", `${port}`, "--p2p.port", `${port + NODES}`], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  network.stdout.pipe(log);
  network.stderr.pipe(log);
  const ended = new Promise((_, reject) => network.once("exit", (code) => reject(new Error(`the network ended with ${code}: ${readFileSync(join(folder, "network.log"), "utf8").slice(-2000)}`))));
  ended.catch(() => {});
  for (let node = 0; node < NODES; node += 1) {
    await Promise.race([ended, until(() => rpc(`http://127.0.0.1:${port + node}`, "eth_chainId").catch(() => undefined), { ms: 60_000 })]);
  }
  return true;
}

async function stop() {
  if (network === undefined || network.exitCode !== null) return;
  const ended = new Promise((resolve) => network.once("exit", resolve));
  network.kill("SIGINT");
  await ended;
}

/** What the reader has installed: the programs in the path, the npm packages, a Foundry project with solc from npm. */
function furnish() {
  mkdirSync(join(folder, "bin"));
  for (const name of ["cast", "forge"]) symlinkSync(foundry(name), join(folder, "bin", name));
  symlinkSync(ALTHING, join(folder, "bin", "althing"));
  mkdirSync(join(folder, "node_modules", "@althing"), { recursive: true });
  for (const name of ["viem", "ethers", "@openzeppelin", "solc"]) symlinkSync(join(process.cwd(), "node_modules", name), join(folder, "node_modules", name));
  symlinkSync(SOLIDITY, join(folder, "node_modules", "@althing", "contracts"));
  const solc = join(process.cwd(), "forge", "solc.cjs");
  chmodSync(solc, 0o755);
  writeFileSync(join(folder, "foundry.toml"), `[profile.default]\nsrc = "src"\nlibs = ["node_modules"]\nsolc = "${solc}"\noffline = true\nevm_version = "osaka"\nremappings = ["@althing/contracts/=node_modules/@althing/contracts/"]\n`);
}
