// ERC-4337: an account that does not exist yet pays for its own creation and first call through the EntryPoint.
import assert from "node:assert/strict";
import { concat, encodeFunctionData, pad, parseEther, parseEventLogs, toHex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { artifact } from "../suite.mjs";
import { deploy, newToken, owner, packaged, send } from "./chain.mjs";

const artifacts = "@account-abstraction/contracts/artifacts";
const pair = (high, low) => concat([pad(toHex(high), { size: 16 }), pad(toHex(low), { size: 16 })]);

export async function entryPoint() {
  const entry = await deploy(packaged(`${artifacts}/EntryPoint.json`));
  const factory = await deploy(packaged(`${artifacts}/SimpleAccountFactory.json`), [entry.address]);
  const token = await newToken();
  const signer = privateKeyToAccount(generatePrivateKey());
  const sender = await factory.read.getAddress([signer.address, 0n]);
  await send(entry, "depositTo", [sender], { value: parseEther("1") });
  await send(token, "transfer", [sender, 100n]);

  const transfer = encodeFunctionData({ abi: artifact("Token").abi, functionName: "transfer", args: [owner.address, 42n] });
  const operation = {
    sender,
    nonce: await entry.read.getNonce([sender, 0n]),
    initCode: concat([factory.address, encodeFunctionData({ abi: factory.abi, functionName: "createAccount", args: [signer.address, 0n] })]),
    callData: encodeFunctionData({ abi: packaged(`${artifacts}/SimpleAccount.json`).abi, functionName: "execute", args: [token.address, 0n, transfer] }),
    accountGasLimits: pair(1_000_000n, 300_000n),
    preVerificationGas: 50_000n,
    gasFees: pair(10n ** 9n, 3n * 10n ** 9n),
    paymasterAndData: "0x",
    signature: "0x",
  };
  const signature = await signer.sign({ hash: await entry.read.getUserOpHash([operation]) });
  const { logs } = await send(entry, "handleOps", [[{ ...operation, signature }], owner.address]);
  const [{ args }] = parseEventLogs({ abi: entry.abi, logs, eventName: "UserOperationEvent" });
  assert.equal(args.success, true);
  assert.equal(await token.read.balanceOf([sender]), 58n);
}
