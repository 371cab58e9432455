import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Two tokens, the second sent to the first's holder only after the first exists: two batches with confirmations between. */
export default buildModule("Exchange", (module) => {
  const first = module.contract("Token", [1000n], { id: "First" });
  const second = module.contract("Token", [2000n], { id: "Second", after: [first] });
  module.call(first, "transfer", [second, 10n], { id: "Fund" });
  return { first, second };
});
