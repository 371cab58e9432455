// web3.js 4: HTTP provider for requests, WebSocket provider for subscriptions.
import assert from "node:assert/strict";
import { Web3 } from "web3";
import { artifact, check, finish, network, until } from "../suite.mjs";

const web3 = new Web3(network.rpcUrl);
const socket = new Web3(network.wsUrl);
web3.eth.transactionPollingInterval = 100;
const account = web3.eth.accounts.wallet.add(network.privateKey).get(0);
const from = account.address;
const receiver = web3.eth.accounts.create().address;
const { abi, bytecode } = artifact("Token");
const supply = 10n ** 24n;

await check("chain id", async () => assert.equal(await web3.eth.getChainId(), BigInt(network.chainId)));

await check("network id", async () => assert.equal(await web3.eth.net.getId(), BigInt(network.chainId)));

await check("client version", async () => assert.match(await web3.eth.getNodeInfo(), /\w+\/\S+/));

await check("balance", async () => assert.ok((await web3.eth.getBalance(from)) > 10n ** 18n));

await check("EIP-1559 transfer", async () => {
  const receipt = await web3.eth.sendTransaction({ from, to: receiver, value: 15n * 10n ** 17n, type: 2 });
  assert.equal(receipt.status, 1n);
  assert.equal(receipt.type, 2n);
  assert.equal(await web3.eth.getBalance(receiver), 15n * 10n ** 17n);
});

await check("legacy transfer", async () => {
  const receipt = await web3.eth.sendTransaction({ from, to: receiver, value: 1n, type: 0, gasPrice: await web3.eth.getGasPrice() });
  assert.equal(receipt.status, 1n);
});

const token = await check("deploy", async () => {
  const contract = new web3.eth.Contract(abi);
  return contract.deploy({ data: bytecode, arguments: [supply] }).send({ from });
});

await check("call", async () => {
  assert.equal(await token.methods.symbol().call(), "ATT");
  assert.equal(await token.methods.balanceOf(from).call(), supply);
});

await check("custom error of a revert is decoded", async () => {
  const error = await token.methods.transfer(receiver, supply + 1n).call({ from }).catch((e) => e);
  const cause = error.cause ?? error.innerError ?? error;
  assert.equal(cause.errorName, "InsufficientBalance");
  assert.deepEqual([cause.errorArgs.balance, cause.errorArgs.needed], [supply, supply + 1n]);
});

await check("event query", async () => {
  const receipt = await token.methods.transfer(receiver, 7n).send({ from });
  const events = await token.getPastEvents("Transfer", { fromBlock: receipt.blockNumber, filter: { to: receiver } });
  assert.deepEqual(events.map(({ returnValues }) => returnValues.value), [7n]);
});

await check("event subscription over WebSocket", async () => {
  const values = [];
  const watched = new socket.eth.Contract(abi, token.options.address);
  const subscription = watched.events.Transfer({ filter: { to: receiver } });
  subscription.on("data", ({ returnValues }) => values.push(returnValues.value));
  await new Promise((resolve, reject) => { subscription.on("connected", resolve); subscription.on("error", reject); });
  await token.methods.transfer(receiver, 9n).send({ from });
  await until(() => values.length > 0);
  assert.deepEqual(values, [9n]);
});

await check("newHeads over WebSocket", async () => {
  const heads = [];
  const subscription = await socket.eth.subscribe("newBlockHeaders");
  subscription.on("data", ({ number }) => heads.push(number));
  const receipt = await web3.eth.sendTransaction({ from, to: receiver, value: 1n });
  await until(() => heads.includes(receipt.blockNumber));
  await subscription.unsubscribe();
});

await check("proof", async () => {
  const proof = await web3.eth.getProof(token.options.address, [`0x${"00".repeat(32)}`], "latest");
  assert.equal(BigInt(proof.storageProof[0].value), supply);
});

finish();
