// Installs what the suites need into the cache (once per lockfile) and stages the suites beside it, so that the source tree stays clean.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = dirname(fileURLToPath(import.meta.url));
const CACHE = process.env.ALTHING_CACHE ?? join(homedir(), ".cache", "althing");

/** Folders with a package.json of their own; the rest share the one at the top. */
const PACKAGES = [".", "hardhat", "metamask", "ponder", "workload"];

/** Installs everything and returns the folder the suites run in. */
export function prepare() {
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), "althing-clients-"));
  cpSync(SOURCE, work, { recursive: true, filter: (path) => !path.includes("node_modules") });
  for (const folder of PACKAGES) symlinkSync(join(installNpm(join(SOURCE, folder), folder === "." ? "shared" : folder), "node_modules"), join(work, folder, "node_modules"));
  symlinkSync(installPip(), join(work, "web3py", "venv"));
  return work;
}

/** Installs the packages a folder locks into the cache and returns where, `node_modules` within. */
export function installNpm(from, name) {
  const lock = readFileSync(join(from, "package-lock.json"));
  const to = join(CACHE, `npm-${name}-${digest(lock)}`);
  return once(to, () => {
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(from, file), join(to, file));
    // Not `npm ci`: npm locks the optional packages of this platform only, and `ci` then refuses its own lockfile.
    run("npm", ["install", "--no-save", "--prefer-offline", "--loglevel=error"], to);
  });
}

function installPip() {
  const requirements = join(SOURCE, "web3py", "requirements.txt");
  const to = join(CACHE, `venv-${digest(readFileSync(requirements))}`);
  return once(to, () => {
    run("python3", ["-m", "venv", to], CACHE);
    run(join(to, "bin", "pip"), ["install", "--quiet", "-r", requirements], CACHE);
  });
}

/** Fills `folder` unless an earlier run completed it. */
function once(folder, fill) {
  const mark = join(folder, ".complete");
  if (existsSync(mark)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill();
  writeFileSync(mark, "");
  return folder;
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error ?? `${stdout}${stderr}`.slice(0, 2000)}`);
}

const digest = (bytes) => createHash("sha256").update(bytes).update(process.version).digest("hex").slice(0, 12);
