// One Hardhat project, driven through its command line as its users drive it.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../processes.mjs";

const folder = join(process.cwd(), "hardhat");

/** Runs a Hardhat task from `privateKey`'s account. */
export function hardhat(privateKey, ...args) {
  cpSync("contracts/Token.sol", join(folder, "contracts/Token.sol"));
  const env = { PRIVATE_KEY: privateKey, HARDHAT_IGNITION_CONFIRM_DEPLOYMENT: "true" };
  return run(process.execPath, [join(folder, "node_modules/hardhat/dist/src/cli.js"), ...args], { cwd: folder, env });
}

/** Deploys the module under that deployment id and returns its addresses by future id. */
export async function deploy(privateKey, deployment) {
  const output = await hardhat(privateKey, "ignition", "deploy", "ignition/modules/Exchange.js", "--network", "althing", "--deployment-id", deployment);
  const addresses = JSON.parse(readFileSync(join(folder, "ignition/deployments", deployment, "deployed_addresses.json"), "utf8"));
  return { output, addresses };
}
