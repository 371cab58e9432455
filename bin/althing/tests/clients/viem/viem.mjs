// viem 2 as an application would use it: HTTP for requests, WebSocket for subscriptions.
import assert from "node:assert/strict";
import {
  BaseError, ContractFunctionRevertedError, createPublicClient, createWalletClient, defineChain, encodeDeployData,
  getContract, http, parseEther, webSocket,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { artifact, check, finish, network, until } from "../suite.mjs";

const chain = defineChain({
  id: network.chainId,
  name: "Althing",
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
  rpcUrls: { default: { http: [network.rpcUrl], webSocket: [network.wsUrl] } },
  contracts: { multicall3: { address: "0xcA11bde05977b3631167028862bE2a173976CA11" } },
});
const account = privateKeyToAccount(network.privateKey);
const client = createPublicClient({ chain, transport: http(), pollingInterval: 100 });
const socket = createPublicClient({ chain, transport: webSocket() });
const wallet = createWalletClient({ account, chain, transport: http() });
const { abi, bytecode } = artifact("Token");
const supply = parseEther("1000000");
const receiver = privateKeyToAccount(generatePrivateKey());

const mined = async (hash) => {
  const receipt = await client.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, "success");
  return receipt;
};

await check("chain id", async () => assert.equal(await client.getChainId(), network.chainId));

await check("balance", async () => assert.ok((await client.getBalance({ address: account.address })) > parseEther("1")));

await check("EIP-1559 transfer", async () => {
  const value = parseEther("1.5");
  const receipt = await mined(await wallet.sendTransaction({ to: receiver.address, value }));
  assert.equal(receipt.type, "eip1559");
  assert.equal(receipt.gasUsed, 21_000n);
  assert.equal(await client.getBalance({ address: receiver.address }), value);
});

await check("legacy transfer", async () => {
  const gasPrice = await client.getGasPrice();
  const receipt = await mined(await wallet.sendTransaction({ to: receiver.address, value: 1n, type: "legacy", gasPrice }));
  assert.equal(receipt.type, "legacy");
});

await check("EIP-2930 transfer with the access list the node proposes", async () => {
  const { accessList } = await client.createAccessList({ account, to: receiver.address, value: 1n });
  const receipt = await mined(await wallet.sendTransaction({ to: receiver.address, value: 1n, type: "eip2930", accessList, gasPrice: await client.getGasPrice() }));
  assert.equal(receipt.type, "eip2930");
});

const token = await check("deploy", async () => {
  const receipt = await mined(await wallet.deployContract({ abi, bytecode, args: [supply] }));
  return getContract({ address: receipt.contractAddress, abi, client: { public: client, wallet } });
});

await check("call", async () => {
  assert.equal(await token.read.name(), "Althing Test Token");
  assert.equal(await token.read.balanceOf([account.address]), supply);
});

await check("custom error of a revert is decoded", async () => {
  const error = await token.simulate.transfer([account.address, supply + 1n], { account: receiver.address }).then(() => undefined, (e) => e);
  assert.ok(error instanceof BaseError);
  const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  assert.equal(revert?.data?.errorName, "InsufficientBalance");
  assert.deepEqual(revert.data.args, [receiver.address, 0n, supply + 1n]);
});

await check("event query", async () => {
  const receipt = await mined(await token.write.transfer([receiver.address, 7n]));
  const logs = await token.getEvents.Transfer({ to: receiver.address }, { fromBlock: receipt.blockNumber });
  assert.deepEqual(logs.map((log) => log.args.value), [7n]);
  assert.equal(logs[0].transactionHash, receipt.transactionHash);
});

await check("event filter over HTTP", async () => {
  const filter = await token.createEventFilter.Transfer({ to: receiver.address });
  await mined(await token.write.transfer([receiver.address, 8n]));
  const logs = await until(async () => { const found = await client.getFilterChanges({ filter }); return found.length > 0 && found; });
  assert.deepEqual(logs.map((log) => log.args.value), [8n]);
  assert.ok(await client.uninstallFilter({ filter }));
});

await check("event subscription over WebSocket", async () => {
  const values = [];
  const stop = socket.watchContractEvent({ address: token.address, abi, eventName: "Transfer", onLogs: (logs) => values.push(...logs.map((log) => log.args.value)) });
  await subscribed();
  await mined(await token.write.transfer([receiver.address, 9n]));
  await until(() => values.length > 0);
  stop();
  assert.deepEqual(values, [9n]);
});

await check("newHeads over WebSocket", async () => {
  const heads = [];
  const stop = socket.watchBlocks({ onBlock: (block) => heads.push(block) });
  await subscribed();
  const receipt = await mined(await wallet.sendTransaction({ to: receiver.address, value: 1n }));
  const head = await until(() => heads.find((block) => block.number === receipt.blockNumber));
  stop();
  assert.equal(head.hash, receipt.blockHash);
});

await check("pending transactions over WebSocket", async () => {
  const hashes = [];
  const stop = socket.watchPendingTransactions({ onTransactions: (found) => hashes.push(...found) });
  await subscribed();
  const hash = await wallet.sendTransaction({ to: receiver.address, value: 1n });
  await until(() => hashes.includes(hash));
  stop();
  await mined(hash);
});

await check("multicall", async () => {
  const [name, balance] = await client.multicall({
    allowFailure: false,
    contracts: [{ ...token, functionName: "name" }, { ...token, functionName: "balanceOf", args: [receiver.address] }],
  });
  assert.deepEqual([name, balance], ["Althing Test Token", 24n]);
});

await check("proof", async () => {
  const proof = await client.getProof({ address: token.address, storageKeys: [`0x${"00".repeat(32)}`] });
  assert.equal(proof.storageProof[0].value, supply);
  assert.ok(proof.accountProof.length > 0 && proof.storageProof[0].proof.length > 0);
});

await check("call with a state override", async () => {
  const address = receiver.address;
  const gas = await client.estimateGas({ account: address, to: account.address, value: parseEther("77"), stateOverride: [{ address, balance: parseEther("78") }] });
  assert.equal(gas, 21_000n);
});

await check("fee history", async () => {
  const history = await client.getFeeHistory({ blockCount: 4, rewardPercentiles: [25, 75] });
  assert.equal(history.baseFeePerGas.length, history.gasUsedRatio.length + 1);
});

await check("EIP-7702 transaction (type 4)", async () => {
  const owner = privateKeyToAccount(generatePrivateKey());
  await mined(await wallet.sendTransaction({ to: owner.address, value: parseEther("1") }));
  const delegator = createWalletClient({ account: owner, chain, transport: http() });
  const authorization = await delegator.signAuthorization({ contractAddress: token.address, executor: "self" });
  const receipt = await mined(await delegator.sendTransaction({ to: owner.address, authorizationList: [authorization], data: "0x313ce567" }));
  assert.equal(receipt.type, "eip7702");
  assert.equal((await client.getCode({ address: owner.address })).toLowerCase(), `0xef0100${token.address.slice(2).toLowerCase()}`);
  assert.equal(await client.readContract({ address: owner.address, abi, functionName: "symbol" }), "ATT");
});

await check("deployment gas estimate suffices and is at most 5 % over", async () => {
  const data = encodeDeployData({ abi, bytecode, args: [supply] });
  const gas = await client.estimateGas({ account, data });
  const receipt = await mined(await wallet.sendTransaction({ data, gas }));
  assert.ok(receipt.gasUsed <= gas && gas - receipt.gasUsed < gas / 20n);
});

await check("signed message is recognised", async () => {
  const signature = await wallet.signMessage({ message: "thing" });
  assert.ok(await client.verifyMessage({ address: account.address, message: "thing", signature }));
});

finish();

// viem returns from watch* before the node has confirmed the subscription; round trips on the same socket order us behind it.
async function subscribed() {
  for (let trip = 0; trip < 3; trip += 1) await socket.getBlockNumber({ cacheTime: 0 });
}
