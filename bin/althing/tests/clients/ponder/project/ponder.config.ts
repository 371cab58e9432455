import { readFileSync } from "node:fs";
import { createConfig } from "ponder";
import { http } from "viem";

const { abi } = JSON.parse(readFileSync(`${process.env.ARTIFACTS}/Token.json`, "utf8"));

export default createConfig({
  // Ponder keeps what it fetched by chain id, which the networks share: each has a folder of its own.
  database: { kind: "pglite", directory: `.ponder/${process.env.NETWORK}` },
  networks: { althing: { chainId: 930930, transport: http(process.env.RPC_URL), pollingInterval: 200 } },
  contracts: {
    Token: { network: "althing", abi, address: process.env.TOKEN as `0x${string}`, startBlock: Number(process.env.START_BLOCK) },
  },
});
