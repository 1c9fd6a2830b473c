// The licenses of everything that is in the bundle, for the bundle to travel with.
import { readFileSync, readdirSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json"));
for (const [folder, entry] of Object.entries(lock.packages)) {
  if (!folder || entry.dev || entry.optional) continue;
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? readFileSync(`${folder}/${file}`, "utf8") : entry.license;
  console.log(`${folder.replace("node_modules/", "")} ${entry.version}\n\n${text.trim()}\n\n${"-".repeat(72)}\n`);
}
