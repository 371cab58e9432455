// One check, one line. A suite's process ends with `N passed, N failed`, and with status 1 when any failed.
import { readFileSync } from "node:fs";
import { within } from "./requests.mjs";

export { receipt, rpc, until, within } from "./requests.mjs";

const CHECK_MS_MAX = 240_000; // the slowest honest check waits for an epoch of 240 blocks, a minute on a machine with nothing else to do

const need = (name) => process.env[name] ?? fail(`${name} is not set: start suites through run.mjs`);
const fail = (message) => { throw new Error(message); };

/** What the runner tells every suite. */
export const network = {
  name: process.env.NETWORK ?? "unnamed",
  chainId: 930930,
  rpcUrl: need("RPC_URL"),
  wsUrl: need("WS_URL"),
  rpcUrls: need("RPC_URLS").split(","),
  privateKey: need("PRIVATE_KEY"),
  mnemonic: "test test test test test test test test test test test junk",
};

/** The compiled contract of that name: `{ abi, bytecode }`. */
export const artifact = (name) => JSON.parse(readFileSync(`${need("ARTIFACTS")}/${name}.json`, "utf8"));

const suite = process.env.SUITE ?? "suite";
const counts = { passed: 0, failed: 0 };

/** Runs one check and prints its line; a failed check does not stop the suite. */
export async function check(name, body) {
  const started = Date.now();
  try {
    const value = await within(CHECK_MS_MAX, body());
    counts.passed += 1;
    console.log(`ok      ${suite}: ${name} (${Date.now() - started} ms)`);
    return value;
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED  ${suite}: ${name} (${Date.now() - started} ms)`);
    console.log(String(error?.stack ?? error).split("\n").slice(0, 16).map((line) => `        ${line}`).join("\n"));
    return undefined;
  }
}

/** Prints the closing line and ends the process (open sockets of a client library do not keep it alive). */
export function finish() {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
}
