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
  console.error(`npm audit could not look anything up: ${message}`);
  process.exit(2);
}

const found = Object.values(vulnerabilities)
  // A text is the name of another package here, through which it is concerned.
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
  console.error(`SECURITY.md explains ${id}, which concerns nothing that is installed any more: take it out`);
}
console.log(
  `${news.length} advisories to see to, ${found.length - news.length} that SECURITY.md explains, ${gone.length} to take out of it`,
);
process.exit(news.length + gone.length > 0 ? 1 : 0);
