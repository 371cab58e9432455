// `make bench`: the same load on ours, anvil and hardhat node in one run: node bench.mjs --althing PATH --out DIR [--seconds S] [--book FILE]
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startOfManyAccounts } from "./genesis-start.mjs";
import { start } from "./network.mjs";
import { prepare } from "./prepare.mjs";

const { values: options } = parseArgs({
  options: { althing: { type: "string" }, out: { type: "string" }, book: { type: "string" }, seconds: { type: "string", default: "60" } },
});
const althing = resolve(options.althing);
const seconds = Number(options.seconds);
const work = prepare();
const results = [];
let genesis;
const [load0] = loadavg(); // what else the machine was doing
mkdirSync(options.out, { recursive: true });

try {
  await on("testnet", "4 validators", async (network) => {
    const idle = memory(network);
    const full = await load(network, "4 validators, transfers", { kind: "transfer", batch: 100 });
    results.push({ ...full, idle });
    results.push(await load(network, "4 validators, transfers at half that rate", { kind: "transfer", batch: 10, rate: Math.floor(full.includedPerSecond / 2) }));
    results.push(await load(network, "4 validators, mixed", { kind: "mixed", batch: 100 }));
  });
  await on("dev", "1 validator", async (network) => {
    results.push(await load(network, "1 validator, transfers", { kind: "transfer", batch: 100 }));
    results.push(await load(network, "1 validator, ERC-20", { kind: "erc20", batch: 100 }));
  });
  await on("anvil", "anvil", async (network) => results.push(await load(network, "anvil 1.7.1, transfers, 1 s blocks", { kind: "transfer", batch: 100 })));
  await on("hardhat", "hardhat node", async (network) => results.push(await load(network, "hardhat node 3.18, transfers, 1 s blocks", { kind: "transfer", batch: 100 })));
  console.error("a genesis of a million accounts ...");
  genesis = await startOfManyAccounts({ althing, work }).catch((error) => ({ failed: error.message }));
} finally {
  rmSync(work, { recursive: true, force: true });
}
const page = table();
writeFileSync(join(options.out, "figures.json"), JSON.stringify({ results, genesis }, undefined, 2));
writeFileSync(join(options.out, "figures.md"), page);
if (options.book) writeFileSync(options.book, page);
console.log(page);
process.exit([...results, genesis].some(({ failed }) => failed) ? 1 : 0);

/** Starts a fresh network for one group of cases; a case that fails is said and leaves the others. */
async function on(kind, name, body) {
  const folder = mkdtempSync(join(tmpdir(), "althing-bench-"));
  console.error(`${name} ...`);
  try {
    const network = await start(kind, { althing, work, folder });
    try {
      await body({ ...network, log: join(folder, "network.log") });
    } finally {
      await network.stop();
    }
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    results.push({ name, failed: error.message });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One run of `althing load`, whatever the node. */
async function load(network, name, { kind, batch, rate = "max" }) {
  const json = join(work, `${results.length}.json`);
  const args = ["load", "--rpc", network.rpcUrls.join(","), "--kind", kind, "--rate", `${rate}`, "--duration", `${seconds}s`, "--batch", `${batch}`, "--validators", `${network.rpcUrls.length}`, "--presign", "24000", "--seed", name, "--json", json];
  const child = spawn(althing, args, { stdio: ["ignore", "inherit", "inherit"] });
  const status = await new Promise((done) => child.once("close", done));
  if (status !== 0) throw new Error(`althing load ended with ${status}`);
  return { name, command: `althing ${args.slice(0, -6).join(" ")}`, ...JSON.parse(readFileSync(json, "utf8")) };
}

/** Resident MiB of each node, as its line in the network's output names the process. */
function memory({ log, pid, rpcUrls }) {
  const named = [...readFileSync(log, "utf8").matchAll(/process (\d+)/g)].map(([, id]) => id).slice(0, rpcUrls.length);
  return (named.length > 0 ? named : [pid]).map((id) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))[1]) / 1024));
}

function genesisLines() {
  if (genesis.failed) return `A genesis of a million accounts: failed: ${genesis.failed}\n`;
  const { accounts, startSeconds, restartSeconds, bytesPerAccount } = genesis;
  return `A genesis of ${accounts.toLocaleString("en")} accounts starts in ${startSeconds.toFixed(1)} s and restarts in ${restartSeconds.toFixed(1)} s (from the start of the
process to its first answer); an account takes ${bytesPerAccount.toFixed(0)} bytes of resident memory.
`;
}

function table() {
  const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", cwd: new URL(".", import.meta.url).pathname }).stdout?.trim() || "unknown";
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const rows = results.map((result) => {
    if (result.failed) return `| ${result.name} | failed: ${result.failed} | | | | | | |`;
    const cpu = result.processes.filter(({ name }) => !name.includes("load generator")).map(({ cpuUsPerTransaction }) => cpuUsPerTransaction);
    const mean = cpu.reduce((sum, us) => sum + us, 0) / cpu.length;
    return `| ${result.name} | ${result.offeredPerSecond.toFixed(0)} | ${result.ranOut ? "≥ " : ""}${result.includedPerSecond.toFixed(0)} | ${result.latency.p50Ms.toFixed(0)} | ${result.latency.p99Ms.toFixed(0)} | ${mean.toFixed(0)} | ${result.recoversPerSecond.toFixed(0)} | ${result.efficiency.toFixed(3)} |`;
  });
  const idle = results.find((result) => result.idle)?.idle;
  return `# Figures

Made by \`make bench\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${machine}; nodes, loader and
JSON-RPC share the machine, sealing is on, each case offers load for ${seconds} s. The load average before the first case was ${load0.toFixed(1)}: anything above
0.5 is other work that took part of the cores. R is what one core recovers of signatures a second in the same run,
E = included a second × validators / (cores × R): the machine's own speed cancels out, as far as it
held still: an E above 0.6 says that R read low, being measured a second before and a second after the load.

| case | offered tx/s | included tx/s | p50 ms | p99 ms | CPU µs per tx and node | R | E |
|---|---|---|---|---|---|---|---|
${rows.join("\n")}
${idle ? `\nResident memory of each idle validator of a fresh network: ${idle.join(", ")} MiB.\n` : ""}
${genesisLines()}
The cases, as commands (against the endpoints of a fresh network):

\`\`\`text
${results.filter(({ command }) => command).map(({ command }) => command).join("\n")}
\`\`\`
`;
}
