// `hardhat node` as the benchmark runs it: our chain id and gas limit, a block a second.
import { defineConfig } from "hardhat/config";

export default defineConfig({
  networks: {
    node: { type: "edr-simulated", chainId: 930930, blockGasLimit: 100_000_000n, mining: { auto: false, interval: 1000 }, loggingEnabled: false },
  },
});
