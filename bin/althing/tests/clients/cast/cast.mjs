// Foundry's cast, every subcommand an operator reaches for.
import assert from "node:assert/strict";
import { artifact, check, finish, network } from "../suite.mjs";
import { foundry, run } from "../processes.mjs";

const program = foundry("cast");
const cast = (...args) => run(program, args, { env: { ETH_RPC_URL: network.rpcUrl } });
const json = async (...args) => JSON.parse(await cast(...args, "--json"));
const send = async (...args) => {
  const receipt = await json("send", "--private-key", network.privateKey, ...args);
  assert.equal(BigInt(receipt.status), 1n);
  return receipt;
};
const { bytecode } = artifact("Token");
const supply = 10n ** 24n;
const from = await cast("wallet", "address", "--private-key", network.privateKey);
const receiver = JSON.parse(await cast("wallet", "new", "--json"))[0].address;
const firstWord = (text) => text.split(/\s+/)[0];

await check("chain-id", async () => assert.equal(await cast("chain-id"), `${network.chainId}`));
await check("client", async () => assert.match(await cast("client"), /\w+\/\S+/));
await check("balance", async () => assert.ok(BigInt(await cast("balance", from)) > 10n ** 18n));
await check("block-number", async () => assert.ok(Number(await cast("block-number")) >= 0));
await check("gas-price", async () => assert.ok(BigInt(await cast("gas-price")) >= 0n));
await check("base-fee", async () => assert.ok(BigInt(await cast("base-fee")) >= 0n));

await check("send (EIP-1559)", async () => {
  const receipt = await send(receiver, "--value", "1.5ether");
  assert.equal(BigInt(receipt.type), 2n);
  assert.equal(await cast("balance", receiver), `${15n * 10n ** 17n}`);
});

await check("send --legacy", async () => assert.equal(BigInt((await send(receiver, "--value", "1", "--legacy")).type), 0n));

const token = await check("send --create", async () => {
  const receipt = await send("--create", bytecode, "constructor(uint256)", `${supply}`);
  return receipt.contractAddress;
});

await check("call", async () => {
  assert.equal(firstWord(await cast("call", token, "balanceOf(address)(uint256)", from)), `${supply}`);
  assert.match(await cast("call", token, "symbol()(string)"), /ATT/);
});

await check("call shows a revert's custom error", async () => {
  const error = await cast("call", token, "transfer(address,uint256)", receiver, `${supply + 1n}`, "--from", from).catch((e) => e);
  assert.match(String(error), /execution reverted/);
  assert.match(String(error), /InsufficientBalance|0xdb42144d/);
});

await check("estimate", async () => {
  assert.equal(await cast("estimate", receiver, "--value", "1", "--from", from), "21000");
  assert.ok(Number(await cast("estimate", token, "transfer(address,uint256)", receiver, "1", "--from", from)) > 21_000);
});

await check("code", async () => {
  assert.ok((await cast("code", token)).length > 100);
  assert.equal(await cast("code", receiver), "0x");
});
await check("storage", async () => assert.equal(BigInt(await cast("storage", token, "0")), supply));
await check("nonce", async () => assert.ok(Number(await cast("nonce", from)) >= 3));

const transfer = await check("send to a contract", () => send(token, "transfer(address,uint256)", receiver, "7"));

await check("block", async () => {
  const block = await json("block", `${BigInt(transfer.blockNumber)}`);
  assert.equal(block.hash, transfer.blockHash);
  assert.ok(block.transactions.includes(transfer.transactionHash));
});
await check("tx", async () => assert.equal((await json("tx", transfer.transactionHash)).hash, transfer.transactionHash));
await check("tx --raw", async () => assert.match(await cast("tx", transfer.transactionHash, "--raw"), /^0x02/));
await check("receipt", async () => assert.equal((await json("receipt", transfer.transactionHash)).blockHash, transfer.blockHash));

await check("logs", async () => {
  const logs = await json("logs", "--address", token, "--from-block", `${BigInt(transfer.blockNumber)}`, "Transfer(address indexed,address indexed,uint256)");
  assert.equal(BigInt(logs.at(-1).data), 7n);
});

await check("proof", async () => {
  const proof = await json("proof", token, "0");
  assert.equal(BigInt(proof.storageProof[0].value), supply);
});

await check("access-list", async () => {
  const answer = await json("access-list", token, "balanceOf(address)(uint256)", from, "--from", from);
  assert.equal((answer.accessList ?? answer.access_list)[0].address.toLowerCase(), token.toLowerCase());
});

await check("run replays a transaction from the previous block's state", async () => {
  const trace = await cast("run", transfer.transactionHash, "--evm-version", "osaka"); // by itself cast takes unknown chains for older ones
  assert.match(trace, /Transaction successfully executed/);
  assert.match(trace, new RegExp(`Gas used: ${BigInt(transfer.gasUsed)}`));
});

await check("tx-pool", async () => {
  assert.ok("pending" in JSON.parse(await cast("tx-pool", "content")));
  assert.ok("pending" in JSON.parse(await cast("tx-pool", "status")));
  JSON.parse(await cast("tx-pool", "inspect"));
  JSON.parse(await cast("tx-pool", "content-from", "--from", from));
});

await check("find-block", async () => assert.ok(Number(await cast("find-block", `${Number((await json("block", `${BigInt(transfer.blockNumber)}`)).timestamp)}`)) >= 0));
await check("rpc with an unknown method answers -32601", async () => {
  const error = await cast("rpc", "eth_noSuchMethod").catch((e) => e);
  assert.match(String(error), /-32601/);
});

finish();
