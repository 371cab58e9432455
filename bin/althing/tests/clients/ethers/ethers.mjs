// ethers 6: JsonRpcProvider (which batches), WebSocketProvider, ContractFactory.
import assert from "node:assert/strict";
import { Contract, ContractFactory, JsonRpcProvider, Wallet, WebSocketProvider, isCallException, parseEther } from "ethers";
import { artifact, check, finish, network, until } from "../suite.mjs";

// ethers answers equal requests within 250 ms from its own cache: with blocks this fast it would count nonces from the last block but one.
const provider = new JsonRpcProvider(network.rpcUrl, undefined, { pollingInterval: 100, cacheTimeout: -1 });
const socket = new WebSocketProvider(network.wsUrl);
const wallet = new Wallet(network.privateKey, provider);
const receiver = Wallet.createRandom().address;
const { abi, bytecode } = artifact("Token");
const supply = parseEther("1000000");

const mined = async (sent) => {
  const receipt = await (await sent).wait();
  assert.equal(receipt.status, 1);
  return receipt;
};

await check("chain id", async () => assert.equal((await provider.getNetwork()).chainId, BigInt(network.chainId)));

await check("balance", async () => assert.ok((await provider.getBalance(wallet.address)) > parseEther("1")));

await check("EIP-1559 transfer", async () => {
  const value = parseEther("1.5");
  // With a base fee of 0 ethers takes the chain for one before EIP-1559 and sends type 0 unless told the fees.
  const { baseFeePerGas } = await provider.getBlock("latest");
  const fees = baseFeePerGas === 0n ? { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n } : {};
  const receipt = await mined(wallet.sendTransaction({ to: receiver, value, ...fees }));
  assert.equal(receipt.type, 2);
  assert.equal(await provider.getBalance(receiver), value);
});

await check("legacy transfer", async () => {
  const { gasPrice } = await provider.getFeeData();
  const receipt = await mined(wallet.sendTransaction({ to: receiver, value: 1n, type: 0, gasPrice: gasPrice ?? 0n }));
  assert.equal(receipt.type, 0);
});

const token = await check("deploy", async () => {
  const contract = await new ContractFactory(abi, bytecode, wallet).deploy(supply);
  await contract.waitForDeployment();
  return new Contract(await contract.getAddress(), abi, wallet);
});

await check("call", async () => {
  assert.equal(await token.symbol(), "ATT");
  assert.equal(await token.balanceOf(wallet.address), supply);
});

await check("many calls in one batch", async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => token.totalSupply()));
  assert.ok(answers.every((answer) => answer === supply));
});

await check("custom error of a revert is decoded", async () => {
  const error = await token.transfer.staticCall(receiver, supply + 1n).catch((e) => e);
  assert.ok(isCallException(error));
  assert.equal(error.revert?.name, "InsufficientBalance");
  assert.deepEqual([...error.revert.args], [wallet.address, supply, supply + 1n]);
});

await check("custom error of a failing estimate is decoded", async () => {
  const error = await token.transfer(receiver, supply + 1n).catch((e) => e);
  assert.ok(isCallException(error));
  assert.equal(error.action, "estimateGas");
  assert.equal(error.revert?.name ?? token.interface.parseError(error.data)?.name, "InsufficientBalance");
});

await check("event query", async () => {
  const receipt = await mined(token.transfer(receiver, 7n));
  const events = await token.queryFilter(token.filters.Transfer(undefined, receiver), receipt.blockNumber);
  assert.deepEqual(events.map((event) => event.args.value), [7n]);
});

await check("event subscription over WebSocket", async () => {
  const values = [];
  const watched = token.connect(socket);
  await watched.on(watched.filters.Transfer(undefined, receiver), ({ args }) => values.push(args.value));
  await subscribed();
  await mined(token.transfer(receiver, 9n));
  await until(() => values.length > 0);
  await watched.removeAllListeners();
  assert.deepEqual(values, [9n]);
});

await check("newHeads over WebSocket", async () => {
  const heads = [];
  await socket.on("block", (number) => heads.push(number));
  await subscribed();
  const receipt = await mined(wallet.sendTransaction({ to: receiver, value: 1n }));
  await until(() => heads.includes(receipt.blockNumber));
  await socket.removeAllListeners("block");
});

await check("block with its transactions", async () => {
  const receipt = await mined(wallet.sendTransaction({ to: receiver, value: 2n }));
  const block = await provider.getBlock(receipt.blockNumber, true);
  assert.equal(block.hash, receipt.blockHash);
  assert.ok(block.prefetchedTransactions.some(({ hash }) => hash === receipt.hash));
});

await check("pending nonce counts transactions that are not in a block yet", async () => {
  const nonce = await provider.getTransactionCount(wallet.address, "latest");
  const sent = [0, 1, 2].map((index) => wallet.sendTransaction({ to: receiver, value: 1n, nonce: nonce + index }));
  await Promise.all(sent);
  assert.equal(await provider.getTransactionCount(wallet.address, "pending"), nonce + 3);
  await Promise.all(sent.map(mined));
});

await check("signed typed data is recognised", async () => {
  const types = { Mail: [{ name: "to", type: "address" }, { name: "body", type: "string" }] };
  const signature = await wallet.signTypedData({ name: "Althing", chainId: network.chainId }, types, { to: receiver, body: "thing" });
  assert.equal(signature.length, 132);
});

finish();

// The node has handled everything sent earlier on this socket when it answers this.
async function subscribed() {
  for (let trip = 0; trip < 3; trip += 1) await socket.send("eth_chainId", []);
}
