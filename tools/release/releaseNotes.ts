/**
 * The notes of a release: the section of a version in a changelog in the form of Keep a Changelog, without its heading.
 *
 * @param repositoryUrl makes links to files of the repository complete. Without it they stay relative
 * @throws Error if the changelog has no section of the version, or one without a day or text
 */
export function releaseNotes(changelog: string, version: string, repositoryUrl?: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  if (section === undefined) {
    const found = sections.map((text) => text.slice(0, text.indexOf("\n")));
    throw new Error(
      `CHANGELOG.md has no section for version ${version}, only: ${found.join(", ")}. Rename "Unreleased" to "[${version}] - <day>"`,
    );
  }
  const [heading = "", ...lines] = section.split("\n");
  if (!/\] - \d{4}-\d\d-\d\d$/.test(heading)) {
    throw new Error(
      `the heading of version ${version} in CHANGELOG.md must end with its day, "[${version}] - 2026-01-31", got "${heading}"`,
    );
  }
  const text = lines.join("\n").trim();
  if (text === "") {
    throw new Error(
      `the section of version ${version} in CHANGELOG.md is empty: list what changes for users`,
    );
  }
  return `${repositoryUrl === undefined ? text : withFullLinks(text, filesAt(repositoryUrl, version))}\n`;
}

/** Where the host of the repository shows its files as of a version. */
function filesAt(repositoryUrl: string, version: string): string {
  return `${repositoryUrl.replace(/^git\+/, "").replace(/(\.git)?\/?$/, "")}/blob/v${version}`;
}

/** A release's page is not in the changelog's folder, so a relative link would be broken. */
function withFullLinks(text: string, files: string): string {
  return text.replace(/\]\((?!https?:|#)([^)]+)\)/g, `](${files}/$1)`);
}
