/** The pictures of previews in docs/operating.md show the current output of `pulumi preview --diff`. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { describeWith, onlyAtFullSize } from "../engine/support";

/** The lines of changes in a picture, without markup. Other lines depend on the version of the CLI. */
function changes(folder: string, file: string): string[] {
  const text = readFileSync(join(folder, file), "utf8").replace(/<[^>]*>/g, "");
  return text.split("\n").filter((line) => /^ *(?:~|\+|-)/.test(line));
}

describeWith("the pictures of previews", onlyAtFullSize, () => {
  it("are up to date: npm run docs draws them again", () => {
    const folder = mkdtempSync(join(tmpdir(), "picture-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    execFileSync(process.execPath, ["tools/scripts/previewPictures.mjs", folder]);
    for (const file of ["preview-rotation.svg", "preview-leak.svg"]) {
      expect(changes(folder, file)).toEqual(changes("docs", file));
    }
    expect(changes(folder, "preview-rotation.svg").join()).toMatch(
      /current +: "password1" =&gt; "password2"/,
    );
    expect(changes(folder, "preview-leak.svg").join()).toContain(
      "+-acr-token:index:TokenCredentials: (replace)",
    );
  });
});
