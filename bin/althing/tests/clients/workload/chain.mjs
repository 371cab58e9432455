// What every application here does: deploy from an npm artifact and send, each time through another validator.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { createPublicClient, createWalletClient, getContract, http, parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { artifact, network } from "../suite.mjs";

const require = createRequire(import.meta.url);
const definition = { id: network.chainId, name: "Althing", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: network.rpcUrls } } };
const nodes = network.rpcUrls.map((url) => createPublicClient({ chain: definition, transport: http(url), pollingInterval: 100 }));
let turn = 0;
const gas = network.name === "anvil" ? 7_000_000n : undefined; // anvil estimates in the last block's context and falls short; we must not

export const owner = privateKeyToAccount(network.privateKey);
export const deadline = 10n ** 12n;
/** The compiled contract inside an npm package. */
export const packaged = (path) => { const { abi, bytecode } = require(path); return { abi, bytecode: bytecode.object ?? bytecode }; };

/** Sends from `account` through the next node, waits there and insists on success. */
export async function send(contract, functionName, args, { account = owner, value } = {}) {
  const client = nodes[turn++ % nodes.length];
  const wallet = createWalletClient({ account, chain: definition, transport: http(client.transport.url) });
  const hash = await wallet.writeContract({ address: contract.address, abi: contract.abi, functionName, args, value, gas });
  return mined(client, hash);
}

/** Deploys and returns a readable contract. */
export async function deploy({ abi, bytecode }, args = []) {
  const client = nodes[turn++ % nodes.length];
  const wallet = createWalletClient({ account: owner, chain: definition, transport: http(client.transport.url) });
  const { contractAddress } = await mined(client, await wallet.deployContract({ abi, bytecode, args }));
  return at(contractAddress, abi);
}

/** A new account with one ether. */
export async function funded() {
  const account = privateKeyToAccount(generatePrivateKey());
  await transfer(account.address, parseEther("1"));
  return account;
}

export async function transfer(to, value) {
  const client = nodes[turn++ % nodes.length];
  const wallet = createWalletClient({ account: owner, chain: definition, transport: http(client.transport.url) });
  return mined(client, await wallet.sendTransaction({ to, value }));
}

export const at = (address, abi) => getContract({ address, abi, client: nodes[0] });
export const balance = (address) => nodes[0].getBalance({ address });
export const newToken = () => deploy(artifact("Token"), [parseEther("1000000")]);

async function mined(client, hash) {
  const receipt = await client.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, "success");
  await Promise.all(nodes.map((node) => node.waitForTransactionReceipt({ hash }))); // the next step may ask any node
  return receipt;
}
