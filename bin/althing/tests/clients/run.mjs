// Runs the client suites: node run.mjs --althing PATH [--networks dev,testnet,...] [--keep] [SUITE...]
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MNEMONIC, start } from "./network.mjs";
import { prepare } from "./prepare.mjs";
import { recorded } from "./recorder.mjs";
import { rpc, until } from "./requests.mjs";
import { PRIVATE_KEYS, SUITES } from "./suites.mjs";

const SUITE_MS_MAX = 300_000; // a suite that hangs fails; the slowest takes about a minute
const OURS = ["dev", "testnet", "priced"]; // the others are no business of the recorder's
const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const TOGETHER = 2; // suites at a time: the machine the tests are sized for has two cores

const { values: options, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: { althing: { type: "string" }, networks: { type: "string", default: "dev,testnet,priced" }, keep: { type: "boolean", default: false } },
});
const total = { passed: 0, failed: 0 };

const work = prepare();
try {
  compileContracts();
  for (const kind of options.networks.split(",")) await runOn(kind);
} finally {
  if (!options.keep) rmSync(work, { recursive: true, force: true });
}
console.log(`clients: ${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function runOn(kind) {
  const picked = SUITES.filter(({ name, networks }) => networks.includes(kind) && (chosen.length === 0 || chosen.includes(name)));
  if (picked.length === 0) return;
  const folder = join(work, `network-${kind}`);
  mkdirSync(folder);
  const log = join(folder, "network.log");
  const tools = { althing: options.althing && resolve(options.althing), work, folder };
  const started = await start(kind, tools).catch((error) => fail(`${kind}: ${error.message}`, log));
  if (started === undefined) return;
  const network = OURS.includes(kind) ? await recorded(started, work) : started;
  try {
    const queue = picked.filter(({ alone }) => !alone);
    await Promise.all(Array.from({ length: TOGETHER }, async () => {
      for (let suite = queue.shift(); suite !== undefined; suite = queue.shift()) await runSuite(suite, network);
    }));
    for (const suite of picked.filter(({ alone }) => alone)) await runSuite(suite, network);
    if (network.rpcUrls.length > 1) await sameHead(network).then(() => pass(`${kind}: every validator has the same block`), (error) => fail(`${kind}: every validator has the same block: ${error.message}`, log));
    if (network.results) formOfResults(kind, network.results);
  } finally {
    await network.stop();
  }
}

/** Every result the suites saw has the form its method's description gives. */
function formOfResults(kind, { checked, methods, faults }) {
  for (const [fault, result] of faults) fail(`${kind}: ${fault}: ${result}`);
  if (faults.size === 0 && checked > 0) pass(`${kind}: ${checked} results of ${methods.size} methods have the form they should`);
}

/** Runs one suite, prints its output in one piece and adds up its closing line. */
async function runSuite({ name, command, account, msMax = SUITE_MS_MAX }, network) {
  const started = Date.now();
  const env = {
    ...process.env,
    SUITE: `${network.kind} ${name}`, NETWORK: network.kind, MNEMONIC, PRIVATE_KEY: PRIVATE_KEYS[account], ARTIFACTS: join(work, "artifacts"),
    RPC_URL: network.rpcUrls[0], WS_URL: network.wsUrls[0], RPC_URLS: network.rpcUrls.join(","), NO_COLOR: "1", CI: "1",
    ALTHING: resolve(options.althing ?? ""), BOOK: join(REPOSITORY, "book/src"), SOLIDITY: join(REPOSITORY, "crates/contracts/solidity"),
  };
  delete env.FORCE_COLOR;
  const child = spawn(command[0].startsWith("/") ? command[0] : join(work, command[0]), command.slice(1), { cwd: work, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const lines = [];
  child.stdout.on("data", (bytes) => lines.push(bytes));
  child.stderr.on("data", (bytes) => lines.push(bytes));
  const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), msMax); // its own process group
  const status = await new Promise((done) => { child.once("close", done); child.once("error", done); });
  clearTimeout(timer);
  const output = Buffer.concat(lines).toString();
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  const broken = passed === undefined || (status !== 0 && failed === "0");
  process.stdout.write(output.replace(/^\d+ passed, \d+ failed\n/m, ""));
  console.log(`        ${network.kind} ${name}: ${passed ?? 0} passed, ${failed ?? 0} failed${broken ? ` and the suite itself ended with ${status}` : ""} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  total.passed += Number(passed ?? 0);
  total.failed += Number(failed ?? 0) + (broken ? 1 : 0);
}

/** The lowest head of all validators is the same block on each: their state roots are equal too. */
async function sameHead({ rpcUrls }) {
  const head = async () => Math.min(...await Promise.all(rpcUrls.map(async (url) => Number(await rpc(url, "eth_blockNumber")))));
  const number = `0x${(await head()).toString(16)}`;
  const blocks = await until(async () => {
    const found = await Promise.all(rpcUrls.map((url) => rpc(url, "eth_getBlockByNumber", [number, false])));
    return found.every(Boolean) && found;
  });
  if (new Set(blocks.map(({ hash, stateRoot }) => `${hash} ${stateRoot}`)).size !== 1) throw new Error(`block ${Number(number)} differs`);
}

function compileContracts() {
  const { status, stderr } = spawnSync(process.execPath, ["compile.mjs", "contracts", "artifacts"], { cwd: work, encoding: "utf8" });
  if (status !== 0) throw new Error(`contracts do not compile: ${stderr}`);
}

function pass(line) {
  total.passed += 1;
  console.log(`ok      ${line}`);
}

function fail(line, log) {
  total.failed += 1;
  console.log(`FAILED  ${line}`);
  if (log) console.log(readFileSync(log, "utf8").split("\n").slice(-30).map((text) => `        ${text}`).join("\n"));
}
