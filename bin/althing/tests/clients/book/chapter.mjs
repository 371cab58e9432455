// A chapter of the book as a list of steps: what is typed, what is saved to a file, what it prints.

/** Code blocks in order: `{ language, flags, text, line }`. */
export function blocks(markdown) {
  const found = [];
  let open;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (!fence) {
      open?.lines.push(line);
    } else if (open) {
      found.push({ language: open.language, flags: open.flags, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    } else {
      const [language, ...flags] = fence[1].trim().split(/[\s,]+/);
      open = { language, flags, lines: [], line: index + 2 };
    }
  }
  if (open) throw new Error(`the block of line ${open.line} does not end`);
  return found;
}

/**
 * Steps: `{ kind: "run", text, shown, background, line }` for `sh` with the `text` block that follows it, `{ kind: "save", path, text }`
 * for blocks whose first line is a comment with a file's name.
 */
export function steps(markdown) {
  const all = blocks(markdown);
  return all.flatMap(({ language, flags, text, line }, index) => {
    const next = all[index + 1];
    if (language === "sh") return [{ kind: "run", text, line, background: flags.includes("background"), shown: next?.language === "text" ? next.text : undefined }];
    const file = /^\/\/ (\S+\.(?:sol|mjs))$/.exec(text.split("\n")[0]);
    return file ? [{ kind: "save", path: file[1], text, line }] : [];
  });
}

/** Whether output is what the book shows: `…` stands for anything, runs of spaces for each other. */
export function matches(shown, output) {
  const tidy = (text) => text.trim().split("\n").map((line) => line.trim().replace(/\s+/g, " ")).join("\n");
  const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${tidy(shown).split("…").map(literal).join("[\\s\\S]*")}$`).test(tidy(output));
}
