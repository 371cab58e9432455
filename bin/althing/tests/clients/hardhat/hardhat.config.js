import { join } from "node:path";
import { configVariable, defineConfig } from "hardhat/config";
import ignition from "@nomicfoundation/hardhat-ignition";

export default defineConfig({
  plugins: [ignition],
  solidity: { compilers: [{ version: "0.8.37", path: join(import.meta.dirname, "node_modules/solc/soljson.js"), settings: { optimizer: { enabled: true } } }] },
  networks: {
    althing: { type: "http", chainType: "l1", url: configVariable("RPC_URL"), accounts: [configVariable("PRIVATE_KEY")], chainId: 930930 },
  },
});
