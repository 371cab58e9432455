/**
 * Reads a reviewed list of cases that fail: lines `PATTERN: reason`, `#` begins a remark; `*` in a pattern stands for anything. Returns
 * whether a case is to fail.
 */
export function expectedFailures(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const patterns = lines.map((line) => {
    const [pattern, reason] = line.split(": ", 2);
    if (!pattern || !reason?.trim()) throw new Error(`\`${line}\` gives no reason`);
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(parts.join(".*"));
  });
  return (name) => patterns.some((pattern) => pattern.test(name));
}
