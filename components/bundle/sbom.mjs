/**
 * A bill of materials of a bundle, in CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/). It has no serial number and no time,
 * because they would differ in every build.
 *
 * @param {{ name: string; version: string }} subject the bundled package
 * @param {ReturnType<typeof import("./notices.mjs").bundledPackages>} packages
 */
export function sbom({ name, version }, packages) {
  const subject = { type: "application", "bom-ref": purl(name, version), name, version };
  const libraries = packages.map((library) => ({
    type: "library",
    "bom-ref": purl(library.name, library.version),
    name: library.name,
    version: library.version,
    purl: purl(library.name, library.version),
    licenses: [
      /^[\w.-]+$/.test(library.license)
        ? { license: { id: library.license } }
        : { expression: library.license },
    ],
  }));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: subject },
    components: libraries,
    dependencies: [{ ref: subject["bom-ref"], dependsOn: libraries.map((library) => library["bom-ref"]) }],
  };
}

/** A package URL (https://github.com/package-url/purl-spec). */
function purl(name, version) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
