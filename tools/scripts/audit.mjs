/**
 * Looks up security advisories for the packages of a lock file:
 *
 *     npm run audit                              # the lock file of this folder
 *     npm run audit -- --prefix tools/mutation   # arguments go to npm audit
 *
 * It fails with each advisory that SECURITY.md does not explain. For this folder it also fails with each advisory that
 * SECURITY.md explains and that no longer applies.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const given = process.argv.slice(2);
const { stdout, error } = spawnSync("npm", ["audit", "--package-lock-only", "--json", ...given], {
  encoding: "utf8",
  maxBuffer: 100 * 1024 * 1024,
  shell: process.platform === "win32",
});
const { vulnerabilities, message } = stdout ? JSON.parse(stdout) : { message: String(error) };
if (vulnerabilities === undefined) {
  console.error(`npm audit failed: ${message}`);
  process.exit(2);
}

const found = Object.values(vulnerabilities)
  // A string is the name of a vulnerable dependency, which has its own entry.
  .flatMap(({ via }) => via.filter((one) => typeof one !== "string"))
  .map(({ url, name, severity, range, title }) => ({
    id: url.slice(url.lastIndexOf("/") + 1),
    text: `${name} ${range}, ${severity}: ${title} ${url}`,
  }));
const explained = [
  ...new Set(readFileSync(new URL("../../SECURITY.md", import.meta.url), "utf8").match(/GHSA(-\w{4}){3}/g)),
];
const news = found.filter(({ id }) => !explained.includes(id));
const gone = given.length > 0 ? [] : explained.filter((id) => !found.some((one) => one.id === id));

for (const { text } of news) {
  console.error(text);
}
for (const id of gone) {
  console.error(`SECURITY.md explains ${id}, which applies to no installed package: remove it`);
}
console.log(
  `${news.length} advisories to explain, ${found.length - news.length} explained in SECURITY.md, ${gone.length} to remove from SECURITY.md`,
);
process.exit(news.length + gone.length > 0 ? 1 : 0);
