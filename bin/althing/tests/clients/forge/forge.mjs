// Foundry's forge with solc from npm: build, create, a test on a fork, script --broadcast.
import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { check, finish, network, receipt, rpc } from "../suite.mjs";
import { foundry, run } from "../processes.mjs";

const project = join(process.cwd(), "forge", `project-${network.name}`);
cpSync("forge/project", project, { recursive: true });
cpSync("contracts/Token.sol", join(project, "src", "Token.sol"));
const forge = (args, env = {}) => run(foundry("forge"), args, { cwd: project, env: { ETH_RPC_URL: network.rpcUrl, ...env } });
const owner = await run(foundry("cast"), ["wallet", "address", "--private-key", network.privateKey]);
const balanceOf = async (token, holder) => {
  const data = `0x70a08231${holder.slice(2).padStart(64, "0")}`;
  return BigInt(await rpc(network.rpcUrl, "eth_call", [{ to: token, data }, "latest"]));
};

await check("build", () => forge(["build"]));

const token = await check("create --broadcast", async () => {
  const created = JSON.parse(await forge(["create", "src/Token.sol:Token", "--broadcast", "--json", "--private-key", network.privateKey, "--constructor-args", "1000000"]));
  assert.equal((await receipt(network.rpcUrl, created.transactionHash)).contractAddress.toLowerCase(), created.deployedTo.toLowerCase());
  return created.deployedTo;
});

await check("test on a fork", async () => {
  const head = `${Number(await rpc(network.rpcUrl, "eth_blockNumber"))}`;
  const skip = network.name === "anvil" ? ["--no-match-test", "predeployed"] : [];
  const output = await forge(["test", "--fork-url", network.rpcUrl, "--fork-block-number", head, ...skip], { TOKEN: token, OWNER: owner, FORK_BLOCK: head });
  assert.match(output, new RegExp(`${5 - skip.length / 2} passed; 0 failed`));
});

await check("script --broadcast --slow", async () => {
  await forge(["script", "script/Deploy.s.sol:Deploy", "--broadcast", "--slow", "--private-key", network.privateKey, "--rpc-url", network.rpcUrl]);
  const { transactions, receipts } = JSON.parse(readFileSync(join(project, `broadcast/Deploy.s.sol/${network.chainId}/run-latest.json`), "utf8"));
  assert.equal(receipts.length, 4);
  assert.ok(receipts.every(({ status }) => BigInt(status) === 1n));
  const [first, salted] = transactions.map(({ contractAddress }) => contractAddress);
  assert.equal(await balanceOf(first, "0x00000000000000000000000000000000000000a2"), 20n);
  assert.notEqual(await rpc(network.rpcUrl, "eth_getCode", [salted, "latest"]), "0x");
});

await check("script --broadcast, all transactions at once", async () => {
  await forge(["script", "script/Deploy.s.sol:Deploy", "--broadcast", "--private-key", network.privateKey, "--rpc-url", network.rpcUrl]);
  const { receipts } = JSON.parse(readFileSync(join(project, `broadcast/Deploy.s.sol/${network.chainId}/run-latest.json`), "utf8"));
  assert.equal(receipts.length, 4);
});

finish();
