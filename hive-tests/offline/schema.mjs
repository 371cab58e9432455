// Result schemas of execution-apis' openrpc.json, checked with Ajv.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installNpm } from "../../bin/althing/tests/clients/prepare.mjs";

/** A function that throws unless a method's result has the form its description says. */
export function resultSchemas(openRpc) {
  const validators = new Map();
  let ajv;
  return (method, result) => {
    if (!validators.has(method)) {
      const description = openRpc?.methods.find(({ name }) => name === method);
      if (!description?.result?.schema) throw new Error(`openrpc.json does not say what ${method} answers`);
      ajv ??= load();
      // Schemas refer to `#/components/schemas/NAME` of the whole document.
      validators.set(method, ajv.compile({ allOf: [description.result.schema], components: openRpc.components ?? {} }));
    }
    const valid = validators.get(method);
    if (!valid(result)) throw new Error(`not as openrpc.json says: ${ajv.errorsText(valid.errors)}`);
  };
}

function load() {
  const folder = installNpm(fileURLToPath(new URL(".", import.meta.url)), "hive-tests");
  const { default: Ajv } = createRequire(join(folder, "node_modules", "x.js"))("ajv/dist/2019.js");
  return new Ajv({ strict: false });
}
