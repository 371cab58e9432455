// Hardhat 3 with Ignition: compile, deploy, wait for five confirmations on a chain nobody else uses.
import assert from "node:assert/strict";
import { check, finish, network, rpc } from "../suite.mjs";
import { deploy, hardhat } from "./ignition.mjs";

const deployment = `network-${network.name}`;

await check("compile", () => hardhat(network.privateKey, "build"));

await check("Ignition deploys and reaches its five confirmations on an otherwise idle chain", async () => {
  const { addresses } = await deploy(network.privateKey, deployment);
  for (const id of ["Exchange#First", "Exchange#Second"]) assert.notEqual(await rpc(network.rpcUrl, "eth_getCode", [addresses[id], "latest"]), "0x");
  const data = `0x70a08231${addresses["Exchange#Second"].slice(2).padStart(64, "0")}`;
  assert.equal(BigInt(await rpc(network.rpcUrl, "eth_call", [{ to: addresses["Exchange#First"], data }, "latest"])), 10n);
});

await check("a second run of the same deployment sends nothing", async () => {
  const { output } = await deploy(network.privateKey, deployment);
  assert.match(output, /Nothing new to deploy|previously deployed/);
});

finish();
