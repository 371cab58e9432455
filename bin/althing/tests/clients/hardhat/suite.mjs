// Hardhat 3 with Ignition: compile, deploy, wait for five confirmations on a chain nobody else uses.
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { check, finish, network, rpc } from "../suite.mjs";
import { run } from "../processes.mjs";

const folder = join(process.cwd(), "hardhat");
const deployment = `network-${network.name}`;
cpSync("contracts/Token.sol", join(folder, "contracts/Token.sol"));
rmSync(join(folder, "ignition/deployments", deployment), { recursive: true, force: true });
const hardhat = (...args) => run(process.execPath, [join(folder, "node_modules/hardhat/dist/src/cli.js"), ...args], { cwd: folder, env: { HARDHAT_IGNITION_CONFIRM_DEPLOYMENT: "true" } });

await check("compile", () => hardhat("build"));

await check("Ignition deploys and reaches its five confirmations on an otherwise idle chain", async () => {
  await hardhat("ignition", "deploy", "ignition/modules/Exchange.mjs", "--network", "althing", "--deployment-id", deployment);
  const addresses = JSON.parse(readFileSync(join(folder, "ignition/deployments", deployment, "deployed_addresses.json"), "utf8"));
  for (const id of ["Exchange#First", "Exchange#Second"]) assert.notEqual(await rpc(network.rpcUrl, "eth_getCode", [addresses[id], "latest"]), "0x");
  const data = `0x70a08231${addresses["Exchange#Second"].slice(2).padStart(64, "0")}`;
  assert.equal(BigInt(await rpc(network.rpcUrl, "eth_call", [{ to: addresses["Exchange#First"], data }, "latest"])), 10n);
});

await check("a second run of the same deployment sends nothing", async () => {
  const output = await hardhat("ignition", "deploy", "ignition/modules/Exchange.mjs", "--network", "althing", "--deployment-id", deployment);
  assert.match(output, /Nothing new to deploy|previously deployed/);
});

finish();
