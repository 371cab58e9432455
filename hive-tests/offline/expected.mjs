/**
 * Reads a reviewed list of cases that fail: lines `PATTERN: reason`, `#` begins a remark; `*` in a pattern stands for anything, `$` after it
 * for the end of the name. Returns whether a case is to fail.
 */
export function expectedFailures(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const patterns = lines.map((line) => {
    const [pattern, reason] = line.split(": ", 2);
    if (!pattern || !reason?.trim()) throw new Error(`\`${line}\` gives no reason`);
    const atEnd = pattern.endsWith("$");
    const parts = pattern.slice(0, atEnd ? -1 : undefined).split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(parts.join(".*") + (atEnd ? "$" : ""));
  });
  return (name) => patterns.some((pattern) => pattern.test(name));
}
