/**
 * Throws where an answer differs from the recorded one: no member missing and none extra, numbers by value. Of two error objects, at any
 * depth, the messages may differ.
 */
export function compare(recorded, found, path = "") {
  if (isObject(recorded) && isObject(found)) {
    for (const key of Object.keys(found)) if (!(key in recorded)) throw new Error(`${path}/${key} is extra`);
    for (const key of Object.keys(recorded)) {
      if (!(key in found)) throw new Error(`${path}/${key} is missing`);
      const bothErrors = key === "error" && isObject(recorded[key]) && isObject(found[key]);
      const strip = (error) => (bothErrors && "message" in recorded[key] && "message" in found[key] ? { ...error, message: "" } : error);
      compare(strip(recorded[key]), strip(found[key]), `${path}/${key}`);
    }
    return;
  }
  if (Array.isArray(recorded) && Array.isArray(found) && recorded.length === found.length) {
    recorded.forEach((item, index) => compare(item, found[index], `${path}/${index}`));
    return;
  }
  if (recorded !== found) throw new Error(`${path} is ${brief(found)}, recorded ${brief(recorded)}`);
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const brief = (value) => (JSON.stringify(value) ?? "absent").slice(0, 200);
