// Ponder indexes ERC-20 transfers, historical and live; its totals equal what the contract says.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { createPublicClient, createWalletClient, getContract, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { artifact, check, finish, network, until } from "../suite.mjs";

const chain = { id: network.chainId, name: "Althing", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [network.rpcUrl] } } };
const account = privateKeyToAccount(network.privateKey);
const client = createPublicClient({ chain, transport: http(), pollingInterval: 100 });
const wallet = createWalletClient({ account, chain, transport: http() });
const { abi, bytecode } = artifact("Token");
const holders = Array.from({ length: 7 }, (_, index) => `0x${(0xb0b00000 + index).toString(16).padStart(40, "0")}`);
let moved = 1_000_000n;
let transfers = 1;

const deployment = await client.waitForTransactionReceipt({ hash: await wallet.deployContract({ abi, bytecode, args: [moved] }) });
const token = getContract({ address: deployment.contractAddress, abi, client: { public: client, wallet } });

/** Sends `count` transfers at once and waits for all of them. */
async function transferMany(count) {
  let nonce = await client.getTransactionCount({ address: account.address, blockTag: "pending" });
  const hashes = await Promise.all(Array.from({ length: count }, (_, index) => {
    const value = BigInt(3 * index + 1);
    moved += value;
    transfers += 1;
    return token.write.transfer([holders[index % holders.length], value], { nonce: nonce++, gas: 100_000n });
  }));
  for (const hash of hashes) assert.equal((await client.waitForTransactionReceipt({ hash })).status, "success");
}

const port = await new Promise((resolve) => { const server = createServer().listen(0, "127.0.0.1", () => { const { port: free } = server.address(); server.close(() => resolve(free)); }); });
await check("transfers before indexing starts", () => transferMany(40));

const ponder = spawn(process.execPath, [join(process.cwd(), "ponder/node_modules/ponder/dist/esm/bin/ponder.js"), "start", "--root", join(process.cwd(), "ponder/project"), "--port", `${port}`, "--hostname", "127.0.0.1", "--schema", `indexed_${network.name}`], {
  cwd: join(process.cwd(), "ponder/project"),
  env: { ...process.env, TOKEN: token.address, START_BLOCK: `${deployment.blockNumber}`, PONDER_TELEMETRY_DISABLED: "1" },
  stdio: ["ignore", "pipe", "pipe"],
});
let talk = "";
ponder.stdout.on("data", (bytes) => { talk += bytes; });
ponder.stderr.on("data", (bytes) => { talk += bytes; });

const totals = async () => {
  const response = await fetch(`http://127.0.0.1:${port}/totals`).catch(() => undefined);
  return response?.ok ? response.json() : undefined;
};

/** Waits until Ponder has seen as many transfers as were sent, then compares every sum. */
async function agrees() {
  const found = await until(async () => { const now = await totals(); return now?.transfers === transfers && now; }, { ms: 80_000 })
    .catch((error) => { throw new Error(`${error.message}\n${talk.slice(-2000)}`); });
  assert.equal(found.moved, `${moved}`);
  for (const holder of holders) assert.equal(found.balances[holder], `${await token.read.balanceOf([holder])}`);
}

await check("history is indexed with totals equal to ours", agrees);
await check("live transfers are indexed with totals equal to ours", async () => { await transferMany(20); await agrees(); });

ponder.kill("SIGTERM");
finish();
