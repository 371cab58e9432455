// MetaMask's own network, keyring and transaction controllers: add the network, send, deploy, confirm.
import assert from "node:assert/strict";
import { artifact, check, finish, network, rpc } from "../suite.mjs";
import { addNetwork, openWallet, sendAndConfirm } from "./wallet.mjs";

const { bytecode } = artifact("Token");
const receiver = "0x00000000000000000000000000000000000a17e5";
const wallet = await check("unlock and import an account", () => openWallet(network.privateKey));
const balance = async (address) => BigInt(await rpc(network.rpcUrl, "eth_getBalance", [address, "latest"]));

const client = await check("add the network and switch to it", async () => {
  const id = await addNetwork(wallet, network.chainId, network.rpcUrl);
  assert.equal(wallet.network.state.selectedNetworkClientId, id);
  return id;
});

await check("network status is available and knows EIP-1559", async () => {
  await wallet.network.lookupNetwork();
  const { status, EIPS } = wallet.network.state.networksMetadata[client];
  assert.equal(status, "available");
  assert.equal(EIPS[1559], true);
});

await check("send", async () => {
  const before = await balance(receiver);
  const meta = await sendAndConfirm(wallet, client, { to: receiver, value: "0xde0b6b3a7640000" });
  assert.equal(meta.txReceipt.status, "0x1");
  assert.equal(meta.txParams.type, "0x2");
  assert.equal((await balance(receiver)) - before, 10n ** 18n);
});

const token = await check("deploy", async () => {
  const meta = await sendAndConfirm(wallet, client, { data: `${bytecode}${(1000n).toString(16).padStart(64, "0")}` });
  assert.equal(meta.txReceipt.status, "0x1");
  assert.notEqual(await rpc(network.rpcUrl, "eth_getCode", [meta.txReceipt.contractAddress, "latest"]), "0x");
  return meta.txReceipt.contractAddress;
});

await check("call the contract", async () => {
  const data = `0xa9059cbb${receiver.slice(2).padStart(64, "0")}${(7n).toString(16).padStart(64, "0")}`;
  const meta = await sendAndConfirm(wallet, client, { to: token, data });
  assert.equal(meta.txReceipt.logs.length, 1);
});

await check("a transaction that would revert is marked so before it is sent", async () => {
  const data = `0xa9059cbb${receiver.slice(2).padStart(64, "0")}${"f".repeat(64)}`;
  const { gas, simulationFails } = await wallet.transactions.estimateGas({ from: wallet.address, to: token, data }, client);
  assert.ok(BigInt(gas) > 0n);
  assert.ok(simulationFails?.reason);
});

await check("sign a message", async () => {
  assert.equal((await wallet.keyring.signPersonalMessage({ from: wallet.address, data: "0x7468696e67" })).length, 132);
});

finish();
