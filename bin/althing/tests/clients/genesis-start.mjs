// How long a chain takes to start from a genesis of many accounts, to start again, and what an account costs in memory.
import { createHash } from "node:crypto";
import { copyFileSync, createWriteStream, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./network.mjs";
import { rpc } from "./requests.mjs";

const ACCOUNTS = 1_000_000;
const START_MS_MAX = 300_000;

/**
 * Starts a development chain, gives its genesis a million accounts more, starts a second chain from that, and that one again after it
 * made a block. Seconds from the start of the process to its first answer; bytes are the difference of resident memory per account.
 */
export async function startOfManyAccounts({ althing, work }) {
  const folder = mkdtempSync(join(tmpdir(), "althing-start-"));
  try {
    const [small, large] = ["small", "large"].map((name) => join(folder, name));
    const run = async (place) => {
      mkdirSync(place, { recursive: true });
      const began = performance.now();
      const network = await start("dev", { althing, work, folder: place, startMsMax: START_MS_MAX });
      return { ...network, seconds: (performance.now() - began) / 1000 };
    };
    const first = await run(small);
    const bare = resident(first.pid);
    await first.stop();
    await enlarge(join(small, "data"), join(large, "data"));

    const fresh = await run(large);
    const bytesPerAccount = (resident(fresh.pid) - bare) / ACCOUNTS;
    const balance = await rpc(fresh.rpcUrls[0], "eth_getBalance", [account(ACCOUNTS - 1), "latest"]);
    if (balance !== "0x1") throw new Error("the last account is not there");
    await fresh.stop();
    const again = await run(large);
    await again.stop();
    return { accounts: ACCOUNTS, startSeconds: fresh.seconds, restartSeconds: again.seconds, bytesPerAccount };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new data folder with the keys of another and its genesis plus the accounts. */
async function enlarge(from, to) {
  mkdirSync(to, { recursive: true });
  const keys = readdirSync(from).filter((name) => name.endsWith(".key") && statSync(join(from, name)).isFile());
  for (const name of keys) copyFileSync(join(from, name), join(to, name));
  const genesis = JSON.parse(readFileSync(join(from, "genesis.json"), "utf8"));
  const { alloc, ...rest } = genesis;
  const file = createWriteStream(join(to, "genesis.json"));
  file.write(`${JSON.stringify(rest).slice(0, -1)},"alloc":${JSON.stringify(alloc).slice(0, -1)}`);
  for (let index = 0; index < ACCOUNTS; index += 1) {
    if (!file.write(`,"${account(index)}":{"balance":"0x1"}`)) await once(file, "drain");
  }
  file.end("}}");
  await once(file, "finish");
}

const account = (index) => `0x${createHash("sha256").update(`${index}`).digest("hex").slice(0, 40)}`;

const resident = (pid) => 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
