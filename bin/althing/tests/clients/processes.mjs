// Runs a client that is a program, and says what it printed when it fails.
import { spawn } from "node:child_process";
import { join } from "node:path";

const RUN_MS_MAX = 120_000;

/** Runs `command` to its end and returns its trimmed stdout. */
export function run(command, args, { cwd = process.cwd(), env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], timeout: RUN_MS_MAX });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (bytes) => { stdout += bytes; });
    child.stderr.on("data", (bytes) => { stderr += bytes; });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(stdout.trim());
      reject(`${command.split("/").pop()} ${args[0]} ended with ${code ?? signal}\n${stdout}${stderr}`);
    });
  });
}

/** The Foundry program of that name, as npm installs it. */
export const foundry = (name) => join(process.cwd(), `node_modules/@foundry-rs/${name}-linux-amd64/bin/${name}`);
