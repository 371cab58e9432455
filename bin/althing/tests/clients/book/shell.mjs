// One bash that runs the steps of a chapter one after the other and keeps its variables and functions.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";

/** Starts it in `cwd`; `run(text)` resolves to `{ output, status }` of standard output, errors included where they fail. */
export function openShell(cwd, env) {
  const child = spawn("bash", ["--noprofile", "--norc"], { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  let heard = () => {};
  child.stdout.on("data", (bytes) => { output += bytes; heard(); });
  child.stderr.on("data", (bytes) => { errors += bytes; });
  const ended = new Promise((_, reject) => child.once("close", () => reject(new Error(`the shell ended: ${errors}`))));
  ended.catch(() => {});

  const run = async (text) => {
    const mark = `end-${randomBytes(8).toString("hex")}`;
    [output, errors] = ["", ""];
    child.stdin.write(`${text}\nprintf '\\n${mark} %d\\n' $?\n`);
    const done = new Promise((resolve) => {
      heard = () => {
        const end = new RegExp(`\\n${mark} (\\d+)\\n`).exec(output);
        if (end) resolve({ output: output.slice(0, end.index), status: Number(end[1]), errors });
      };
    });
    return Promise.race([done, ended]);
  };
  return { run, close: () => child.stdin.end() };
}
