// node node_wasi.mjs FOLDER[:FOLDER...] MODULE [ARGUMENT...]: runs a module of preview1 by node's own WASI.
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const [folders, ...args] = process.argv.slice(2);
const preopens = Object.fromEntries(folders.split(":").map((folder) => [folder, folder]));
const wasi = new WASI({ version: "preview1", args, preopens, returnOnExit: false });
const imports = { wasi_snapshot_preview1: wasi.wasiImport };
const { instance } = await WebAssembly.instantiate(await readFile(args[0]), imports);
wasi.start(instance);
