// Fee mode zero: an account that owns nothing deploys with each client's untouched defaults.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { ContractFactory, JsonRpcProvider, Wallet } from "ethers";
import { Web3 } from "web3";
import { deploy as deployWithHardhat } from "../hardhat/ignition.mjs";
import { addNetwork, openWallet, sendAndConfirm } from "../metamask/wallet.mjs";
import { foundry, run } from "../processes.mjs";
import { artifact, check, finish, network, receipt, rpc } from "../suite.mjs";

const { abi, bytecode } = artifact("Token");
const newKey = () => `0x${randomBytes(32).toString("hex")}`;
const deployed = async (address) => assert.notEqual(await rpc(network.rpcUrl, "eth_getCode", [address, "latest"]), "0x");
const free = async (hash) => {
  const found = await receipt(network.rpcUrl, hash);
  assert.equal(BigInt(found.effectiveGasPrice), 0n);
  assert.equal(BigInt(await rpc(network.rpcUrl, "eth_getBalance", [found.from, "latest"])), 0n);
  return deployed(found.contractAddress);
};

await check("every price the node names is 0", async () => {
  for (const method of ["eth_gasPrice", "eth_maxPriorityFeePerGas"]) assert.equal(await rpc(network.rpcUrl, method), "0x0");
  const history = await rpc(network.rpcUrl, "eth_feeHistory", ["0x4", "latest", [50]]);
  assert.ok([...history.baseFeePerGas, ...history.reward.flat()].every((price) => BigInt(price) === 0n));
  assert.equal((await rpc(network.rpcUrl, "eth_getBlockByNumber", ["latest", false])).baseFeePerGas, "0x0");
});

await check("web3.js", async () => {
  const web3 = new Web3(network.rpcUrl);
  web3.eth.transactionPollingInterval = 100;
  const from = web3.eth.accounts.wallet.add(newKey()).get(0).address;
  const contract = await new web3.eth.Contract(abi).deploy({ data: bytecode, arguments: [1000n] }).send({ from });
  await deployed(contract.options.address);
});

await check("ethers", async () => {
  const wallet = new Wallet(newKey(), new JsonRpcProvider(network.rpcUrl, undefined, { pollingInterval: 100 }));
  const contract = await new ContractFactory(abi, bytecode, wallet).deploy(1000n);
  await contract.waitForDeployment();
  await free(contract.deploymentTransaction().hash);
});

await check("MetaMask", async () => {
  const wallet = await openWallet(newKey());
  const client = await addNetwork(wallet, network.chainId, network.rpcUrl);
  const meta = await sendAndConfirm(wallet, client, { data: `${bytecode}${(1000n).toString(16).padStart(64, "0")}` });
  await free(meta.hash);
});

await check("Hardhat with Ignition", async () => {
  const { addresses } = await deployWithHardhat(newKey(), `zero-${network.name}`);
  await deployed(addresses["Exchange#Second"]);
});

await check("cast", async () => {
  const sent = await run(foundry("cast"), ["send", "--json", "--rpc-url", network.rpcUrl, "--private-key", newKey(), "--create", bytecode, "constructor(uint256)", "1000"]);
  await free(JSON.parse(sent).transactionHash);
});

await check("a transaction that offers a fee pays none", async () => {
  const wallet = new Wallet(newKey(), new JsonRpcProvider(network.rpcUrl, undefined, { pollingInterval: 100 }));
  const contract = await new ContractFactory(abi, bytecode, wallet).deploy(1000n, { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n });
  await free(contract.deploymentTransaction().hash);
});

finish();
