import { gzipSync } from "node:zlib";
import type { Clock } from "../clock.js";
import { digestOf } from "./content.js";
import { Images } from "./images.js";

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

/** The repositories and tags of a new registry: those of IoT Edge, and one to which clients should have no access. */
const samples: readonly (readonly [repository: string, tag: string])[] = [
  ["acr/connected-registry", "1.5"],
  ["azureiotedge-api-proxy", "1.5"],
  ["azureiotedge-agent", "1.5"],
  ["azureiotedge-hub", "1.5"],
  ["payroll", "latest"],
];

/** Content with one small image in each sample repository. */
export function sampleImages(clock: Clock): Images {
  const images = new Images(clock);
  for (const [repository, tag] of samples) {
    addImage(images, repository, tag);
  }
  return images;
}

/** Adds a real image: one layer with one file, which names the image. */
function addImage(images: Images, repository: string, tag: string): void {
  const tar = tarOf("image.txt", Buffer.from(`${repository}:${tag}, from a local Azure\n`));
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      created: "2024-01-01T00:00:00Z",
      config: { Env: ["PATH=/"], WorkingDir: "/" },
      rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
      history: [{ created: "2024-01-01T00:00:00Z", created_by: "local-azure" }],
    }),
  );
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: "application/vnd.docker.container.image.v1+json",
        size: config.length,
        digest: images.addBlob(repository, config),
      },
      layers: [
        {
          mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
          size: layer.length,
          digest: images.addBlob(repository, layer),
        },
      ],
    }),
  );
  images.addManifest(repository, manifestType, bytes, tag);
}

/** A tar archive (ustar) of one file. */
function tarOf(name: string, content: Buffer): Buffer {
  const block = 512;
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const header = Buffer.alloc(block);
  header.write(name, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(1704067200, 12), 136);
  header.write("        ", 148); // the checksum counts its own field as spaces
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((block - (content.length % block)) % block);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * block)]);
}
