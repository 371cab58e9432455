// Members govern with what they have: cast, viem, OpenZeppelin's published ABIs, MetaMask, `althing member`.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createPublicClient, createWalletClient, defineChain, encodeFunctionData, http, keccak256, toBytes } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { stale } from "../interfaces.mjs";
import { addNetwork, openWallet, sendAndConfirm } from "../metamask/wallet.mjs";
import { foundry, run } from "../processes.mjs";
import { check, finish, network, rpc } from "../suite.mjs";
import { PRIVATE_KEYS } from "../suites.mjs";

const GOVERNANCE = "0xC0C0000000000000000000000000000000000001";
const PARAMETERS = "0xc0C0000000000000000000000000000000000005";
const MEMBERS = "0xc0C0000000000000000000000000000000000002";
const [STATE_ACTIVE, STATE_CANCELED, STATE_EXECUTED] = [1, 2, 7];
const { SOLIDITY, ALTHING } = process.env;

const abi = (name) => JSON.parse(readFileSync(join(SOLIDITY, "abi", `${name}.json`), "utf8"));
const published = (name) => JSON.parse(readFileSync(`node_modules/@openzeppelin/contracts/build/contracts/${name}.json`, "utf8")).abi;
const governance = abi("IGovernance");
const chain = defineChain({ id: network.chainId, name: "Althing", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [network.rpcUrl] } } });
const client = createPublicClient({ chain, transport: http(), pollingInterval: 100 });
const keys = PRIVATE_KEYS.slice(0, 4); // the members of `althing testnet --validators 4`
const wallets = keys.map((key) => createWalletClient({ account: privateKeyToAccount(key), chain, transport: http() }));
const read = (functionName, args = []) => client.readContract({ address: GOVERNANCE, abi: governance, functionName, args });
const althing = (...args) => run(ALTHING, args, { env: { ETH_RPC_URL: network.rpcUrl } });
const cast = (...args) => run(foundry("cast"), args, { env: { ETH_RPC_URL: network.rpcUrl } });

async function write(wallet, functionName, args, from = governance) {
  const hash = await wallet.writeContract({ address: GOVERNANCE, abi: from, functionName, args });
  const receipt = await client.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, "success");
  return receipt;
}

/** Proposes a pool limit nobody minds and returns its id. */
async function propose(wallet, size) {
  const call = encodeFunctionData({ abi: abi("IParameters"), functionName: "setPoolLimits", args: [size, 100] });
  const description = `pool of ${size} ${randomBytes(4).toString("hex")}`;
  const lists = [[PARAMETERS], [0n], [call]];
  await write(wallet, "propose", [...lists, description]);
  return read("hashProposal", [...lists, keccak256(toBytes(description))]);
}

const poolSize = async () => (await client.readContract({ address: PARAMETERS, abi: abi("IParameters"), functionName: "terms" })).poolTransactionsMax;
const errorName = (error) => error.walk((cause) => cause.data?.errorName)?.data.errorName;

await check("the package's ABIs are what solc says", async () => assert.deepEqual(stale(SOLIDITY), []));

await check("OpenZeppelin's governor: every function and event it publishes is ours too", async () => {
  const ours = new Set(governance.map(signature));
  const counted = ["IGovernor", "GovernorStorage", "GovernorCountingSimple"].flatMap(published).filter(({ type, name }) => type === "function" || (type === "event" && name.startsWith("Proposal")));
  const notOurs = ["relay", "onERC721Received", "onERC1155Received", "onERC1155BatchReceived"]; // it holds no tokens; what it calls, a proposal says
  assert.deepEqual([...new Set(counted.filter(({ name }) => !notOurs.includes(name)).map(signature))].filter((item) => !ours.has(item)), []);
});

await check("viem: propose, three ballots, executed in the third's transaction", async () => {
  const id = await propose(wallets[0], 20_001);
  assert.equal(await read("state", [id]), STATE_ACTIVE);
  for (const wallet of wallets.slice(0, 2)) await write(wallet, "castVote", [id, 1]);
  const last = await write(wallets[2], "castVote", [id, 1]);
  assert.equal(last.logs.some(({ address }) => address.toLowerCase() === PARAMETERS.toLowerCase()), true);
  assert.equal(await read("state", [id]), STATE_EXECUTED);
  assert.equal(await poolSize(), 20_001);
});

await check("OpenZeppelin's ABIs: ballots, counting, proposals in storage, IVotes", async () => {
  const id = await propose(wallets[0], 20_002);
  const counting = published("GovernorCountingSimple");
  await write(wallets[1], "castVoteWithReason", [id, 0, "too many"], published("IGovernor"));
  const votes = await client.readContract({ address: GOVERNANCE, abi: counting, functionName: "proposalVotes", args: [id] });
  assert.deepEqual(votes, [1n, 0n, 0n]);
  const [targets] = await client.readContract({ address: GOVERNANCE, abi: published("GovernorStorage"), functionName: "proposalDetails", args: [id] });
  assert.deepEqual(targets.map((target) => target.toLowerCase()), [PARAMETERS.toLowerCase()]);
  assert.equal(await client.readContract({ address: MEMBERS, abi: published("IVotes"), functionName: "getVotes", args: [wallets[0].account.address] }), 1n);
  await write(wallets[0], "cancel", [id], published("GovernorStorage"));
  assert.equal(await read("state", [id]), STATE_CANCELED);
});

await check("castVoteBySig: signed with viem's signTypedData, carried by another, worth nothing a second time", async () => {
  const id = await propose(wallets[0], 20_003);
  const [, name, version, chainId, verifyingContract] = await read("eip712Domain");
  const voter = wallets[3].account.address;
  const signature = await wallets[3].signTypedData({
    domain: { name, version, chainId, verifyingContract },
    types: { Ballot: [{ name: "proposalId", type: "uint256" }, { name: "support", type: "uint8" }, { name: "voter", type: "address" }, { name: "nonce", type: "uint256" }] },
    primaryType: "Ballot",
    message: { proposalId: id, support: 1, voter, nonce: await read("nonces", [voter]) },
  });
  await write(wallets[1], "castVoteBySig", [id, 1, voter, signature]);
  assert.equal(await read("hasVoted", [id, voter]), true);
  const again = { address: GOVERNANCE, abi: governance, functionName: "castVoteBySig", args: [id, 1, voter, signature], account: wallets[1].account };
  assert.match(await client.simulateContract(again).catch(errorName), /GovernorInvalidSignature|GovernorAlreadyCastVote/);
});

await check("viem and cast read the custom error of a ballot by nobody", async () => {
  const id = await propose(wallets[0], 20_004);
  const stranger = privateKeyToAccount(`0x${randomBytes(32).toString("hex")}`);
  const call = { address: GOVERNANCE, abi: governance, functionName: "castVote", args: [id, 1], account: stranger };
  const name = await client.simulateContract(call).catch(errorName);
  assert.equal(name, "NotAMember");
  const told = await cast("call", GOVERNANCE, "castVote(uint256,uint8)", `${id}`, "1", "--from", stranger.address).catch(String);
  const data = /0x[0-9a-f]{72,}/.exec(told)?.[0];
  assert.ok(data, told);
  assert.match(await cast("decode-error", "--sig", "NotAMember(address)", data), new RegExp(stranger.address, "i"));
});

await check("MetaMask sends a ballot that decides, with its own estimate", async () => {
  const id = await propose(wallets[0], 20_005);
  for (const wallet of wallets.slice(0, 2)) await write(wallet, "castVote", [id, 1]);
  const wallet = await openWallet(keys[2]);
  const metamask = await addNetwork(wallet, network.chainId, network.rpcUrl);
  const meta = await sendAndConfirm(wallet, metamask, { to: GOVERNANCE, data: encodeFunctionData({ abi: governance, functionName: "castVote", args: [id, 1] }) });
  assert.equal(meta.txReceipt.status, "0x1");
  assert.equal(await read("state", [id]), STATE_EXECUTED);
  assert.equal(await poolSize(), 20_005);
});

await check("a ballot costs less than 100,000 gas", async () => {
  const id = await propose(wallets[0], 20_006);
  const { gasUsed } = await write(wallets[1], "castVote", [id, 1]);
  assert.ok(gasUsed < 100_000n, `${gasUsed}`);
});

await check("althing member: keystore file, JSON, events", async () => {
  const keystore = await accountFile(keys[0]);
  const made = JSON.parse(await althing("member", "propose", "--call", "Parameters.setPoolLimits", "20007", "100", "--description", `by keystore ${randomBytes(4).toString("hex")}`, "--json", ...keystore));
  assert.equal(made.proposal.state, "Active");
  assert.equal(made.events[0].event, "ProposalCreated");
  for (const key of keys.slice(1, 4)) await althing("member", "vote", made.proposal.id, "for", "--private-key", key);
  assert.equal(JSON.parse(await althing("member", "status", made.proposal.id, "--json")).state, "Executed");
  assert.equal(await poolSize(), 20_007);
});

await check("althing member: a signer behind JSON-RPC, as Clef and as Web3Signer", async () => {
  for (const [prefix, wrap] of [["account", (raw) => ({ raw, tx: {} })], ["eth", (raw) => raw]]) {
    const id = await propose(wallets[0], 20_008);
    const signer = await startSigner(prefix, keys[1], wrap);
    try {
      const cast = JSON.parse(await althing("member", "vote", `${id}`, "for", "--signer", signer.url, "--json"));
      assert.equal(cast.proposal.for, "1");
    } finally {
      signer.stop();
    }
  }
});

await check("althing member: a signer that signs something else is not believed", async () => {
  const id = await propose(wallets[0], 20_009);
  const signer = await startSigner("eth", keys[1], (raw) => raw, { to: MEMBERS });
  try {
    const told = await althing("member", "vote", `${id}`, "for", "--signer", signer.url).catch(String);
    assert.match(told, /signed another transaction than it was asked to/);
  } finally {
    signer.stop();
  }
});

await check("althing member: unsigned, signed elsewhere, sent by cast", async () => {
  const id = await propose(wallets[0], 20_010);
  const unsigned = JSON.parse(await althing("member", "vote", `${id}`, "against", "--unsigned", "--from", wallets[3].account.address));
  const { to, data, nonce, gas, maxFeePerGas, maxPriorityFeePerGas } = unsigned;
  const raw = await wallets[3].account.signTransaction({ type: "eip1559", chainId: network.chainId, to, data, nonce: Number(nonce), gas: BigInt(gas), maxFeePerGas: BigInt(maxFeePerGas), maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas) });
  await cast("publish", raw);
  assert.deepEqual(await read("proposalVotes", [id]), [1n, 0n, 0n]);
});

await check("althing governance: show, export, and simulate before and after", async () => {
  const state = JSON.parse(await althing("governance", "show", "--json"));
  assert.equal(state.members.length, 4);
  assert.equal(state.nodes.validators.length, 4);
  assert.equal(state.constitution.defaultRule.kind, "Majority");
  const exported = JSON.parse(await althing("governance", "export"));
  assert.equal(exported.proposals.length, Number(await read("proposalCount")));
  const id = await propose(wallets[0], 20_011);
  const { success, differences } = JSON.parse(await althing("governance", "simulate", `${id}`, "--json"));
  assert.ok(success);
  assert.deepEqual(differences.filter(({ path }) => path === "parameters.poolTransactionsMax").map(({ after }) => after), [20_011]);
  assert.equal(JSON.parse(await althing("governance", "show", "--json", "--block", "0")).members[0].status, "Active");
});

finish();

function signature({ type, name, inputs = [] }) {
  const typed = ({ type: kind, components }) => (components ? kind.replace("tuple", `(${components.map(typed).join(",")})`) : kind);
  return `${type} ${name}(${inputs.map(typed).join(",")})`;
}

/** A keystore file of a key, and the flags that name it. */
async function accountFile(key) {
  const folder = join(process.cwd(), "governance");
  const [keyFile, password, store] = ["key", "password", "keystore"].map((name) => join(folder, name));
  writeFileSync(keyFile, key.slice(2));
  writeFileSync(password, "a password for this test only\n");
  await run(ALTHING, ["account", "import", keyFile, "--keystore", store, "--password", password]);
  const file = (await run(ALTHING, ["account", "list", "--keystore", store])).split(" ")[1];
  return ["--keystore", file, "--password-file", password];
}

/** A signer that speaks Clef's or Web3Signer's names, and signs with `changes` put over what it was asked. */
async function startSigner(prefix, key, wrap, changes = {}) {
  const account = privateKeyToAccount(key);
  const methods = {
    [prefix === "account" ? "account_list" : "eth_accounts"]: () => [account.address],
    [`${prefix}_signTransaction`]: async ([tx]) => wrap(await account.signTransaction({
      type: "eip1559", chainId: Number(tx.chainId), to: tx.to, data: tx.data, value: BigInt(tx.value), nonce: Number(tx.nonce), gas: BigInt(tx.gas),
      maxFeePerGas: BigInt(tx.maxFeePerGas), maxPriorityFeePerGas: BigInt(tx.maxPriorityFeePerGas), ...changes,
    })),
  };
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()));
    const method = methods[body.method];
    const answer = method ? { result: await method(body.params) } : { error: { code: -32601, message: "unknown" } };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ jsonrpc: "2.0", id: body.id, ...answer }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
