// Safe: a 2-of-3 wallet; one signature is refused, two move its money.
import assert from "node:assert/strict";
import { concat, encodeFunctionData, parseEther, parseEventLogs, zeroAddress } from "viem";
import { at, balance, deploy, funded, packaged, send, transfer } from "./chain.mjs";

const artifacts = "@safe-global/safe-contracts/build/artifacts/contracts";
const TYPES = {
  SafeTx: [
    { name: "to", type: "address" }, { name: "value", type: "uint256" }, { name: "data", type: "bytes" }, { name: "operation", type: "uint8" },
    { name: "safeTxGas", type: "uint256" }, { name: "baseGas", type: "uint256" }, { name: "gasPrice", type: "uint256" },
    { name: "gasToken", type: "address" }, { name: "refundReceiver", type: "address" }, { name: "nonce", type: "uint256" },
  ],
};

export async function safe() {
  const singleton = await deploy(packaged(`${artifacts}/Safe.sol/Safe.json`));
  const factory = await deploy(packaged(`${artifacts}/proxies/SafeProxyFactory.sol/SafeProxyFactory.json`));
  const owners = [await funded(), await funded(), await funded()].sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
  const initializer = encodeFunctionData({
    abi: singleton.abi, functionName: "setup", args: [owners.map(({ address }) => address), 2n, zeroAddress, "0x", zeroAddress, zeroAddress, 0n, zeroAddress],
  });
  const { logs } = await send(factory, "createProxyWithNonce", [singleton.address, initializer, 7n]);
  const [{ args: { proxy } }] = parseEventLogs({ abi: factory.abi, logs, eventName: "ProxyCreation" });
  const wallet = at(proxy, singleton.abi);
  assert.equal(await wallet.read.getThreshold(), 2n);
  await transfer(proxy, parseEther("2"));

  const to = "0x000000000000000000000000000000000005afe0";
  const before = await balance(to);
  const chainId = Number(await wallet.read.getChainId());
  const message = { to, value: parseEther("1"), data: "0x", operation: 0, safeTxGas: 0n, baseGas: 0n, gasPrice: 0n, gasToken: zeroAddress, refundReceiver: zeroAddress, nonce: await wallet.read.nonce() };
  const sign = (account) => account.signTypedData({ domain: { chainId, verifyingContract: proxy }, types: TYPES, primaryType: "SafeTx", message });
  const execute = async (signers) => {
    const signatures = concat(await Promise.all(signers.map(sign)));
    const { nonce: _, ...fields } = message;
    return send(wallet, "execTransaction", [...Object.values(fields), signatures], { account: owners[2] });
  };
  await assert.rejects(execute(owners.slice(0, 1)), /GS020|revert/);
  await execute(owners.slice(0, 2));
  assert.equal((await balance(to)) - before, parseEther("1"));
  assert.equal(await wallet.read.nonce(), 1n);
}
