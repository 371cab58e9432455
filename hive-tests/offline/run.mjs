// Plays a suite through the container's start script: node run.mjs SUITE DIR [--jobs N] [--filter TEXT] [--expected FILE] [--json OUT]
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { expectedFailures } from "./expected.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: "string", default: "0" }, filter: { type: "string" }, expected: { type: "string" }, json: { type: "string" } },
});
const [name, folder] = positionals;
const suite = await import(`./${name}.mjs`);
const listed = options.expected ?? fileURLToPath(new URL(`../expected-failures/${name}.txt`, import.meta.url));
const toFail = expectedFailures(readFileSync(listed, "utf8"));
const jobs = suite.IN_ORDER ? 1 : Number(options.jobs) || availableParallelism();

const opened = await suite.open(resolve(folder));
const cases = [];
try {
  const chosen = opened.cases(options.filter);
  await Promise.all(Array.from({ length: jobs }, () => worker(chosen)));
} finally {
  await opened.close();
}
cases.sort((one, other) => (one.name < other.name ? -1 : 1));
for (const { name, result, error } of cases) {
  if (result === "fail") console.log(`FAILED ${name}: ${error ?? "passes, but is listed as an expected failure"}`);
}
const failed = cases.filter(({ result }) => result === "fail").length;
const passed = cases.length - failed;
if (options.json) writeFileSync(options.json, JSON.stringify({ suite: name, passed, failed, cases }));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

/** Takes the next case until there is none. */
async function worker(iterator) {
  for (let next = iterator.next(); !next.done; next = iterator.next()) {
    const { name, play } = next.value;
    const error = await play().then(() => undefined, (reason) => reason.message);
    const expectedToFail = toFail(name);
    cases.push({ name, result: (error !== undefined) === expectedToFail ? "pass" : "fail", error, expectedToFail });
  }
}
