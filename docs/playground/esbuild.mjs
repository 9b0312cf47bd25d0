// Bundles the page into a folder, with the licences of what is in the bundle. usage: esbuild.mjs FOLDER

import { build } from "esbuild";
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const out = process.argv[2] ?? "dist";
const { metafile } = await build({
  entryPoints: ["src/main.ts", "src/worker.ts", "src/main.css"],
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  loader: { ".yaml": "text", ".hujson": "text" },
  minify: true,
  metafile: true,
  logLevel: "warning",
});
copyFileSync("src/index.html", path.join(out, "index.html"));

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const folder = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0];
  if (folder) packages.add(folder);
}
const notices = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, file), "utf8").trim()}\n`;
});
writeFileSync(path.join(out, "THIRD-PARTY-LICENSES.txt"), notices.join(`\n${"-".repeat(79)}\n\n`));
