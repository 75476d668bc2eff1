// `node bundle.mjs page|doors FOLDER`: each script with all that it imports, as one.

import { build } from "esbuild";

const [of, folder] = process.argv.slice(2);

const kinds = {
  page: {
    entryPoints: ["main.js", ...["embedding", "finding", "judging"].map((of) =>
      `workers/${of}_worker.js`)],
    minify: true,
    format: "iife", // from a file, browsers start no worker that is a module
    define: { "import.meta.url": "self.location.href" }, // which only modules have
  },
  doors: {
    entryPoints: ["doors/report.js", "doors/contact_sheet.js", "doors/fields.js", "doors/desk.js"],
    format: "esm", // as JupyterLab takes it
  },
};

await build({
  ...kinds[of],
  entryNames: "[name]",
  outdir: folder,
  bundle: true,
  target: "es2022",
  charset: "utf8",
  logLevel: "warning",
});
