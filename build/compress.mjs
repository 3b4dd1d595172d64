/**
 * Precompresses the files of a folder: writes a .br and a .gz next to each file that gains from it, and a .zst next to large files
 * that a start waits for. Removes variants without a file. node compress.mjs FOLDER
 */
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip, zstdCompress } from "node:zlib";

const FORMS = {
  ".br": (data) =>
    promisify(brotliCompress)(data, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: data.length > LARGE ? 9 : constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      },
    }),
  ".zst": (data) =>
    promisify(zstdCompress)(data, {
      params: { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: MAX_WINDOW_LOG },
      pledgedSrcSize: data.length,
    }),
  ".gz": (data) => promisify(gzip)(data, { level: constants.Z_BEST_COMPRESSION }),
};
/** 8 MB, the most that browsers take: RFC 9659. */
const MAX_WINDOW_LOG = 23;
/** Formats that are compressed already. */
const COMPRESSED = new Set([".whl", ".woff", ".woff2", ".png", ".jpg", ".gif", ".ico", ...Object.keys(FORMS)]);
/** Bytes; smaller files gain nothing over their HTTP headers. */
const SMALL = 1024;
/** Scripts for Node, which nobody downloads. */
const LOCAL = "node/";
/** Bytes; larger files (only sources.zip) use Brotli 9, as the best level takes four times as long for a tenth less. */
const LARGE = 20 * 1024 ** 2;

/** Zstandard is a tenth larger than Brotli, but decompresses in a quarter of the time. */
const isWorth = (ending, size) => size >= SMALL && (ending !== ".zst" || (size > 1024 ** 2 && size <= LARGE));

/** The variants that are missing or older than their file, as [file, ending, size]; the largest first, so that they run in parallel with others. */
async function missing(folder) {
  const variants = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    const file = await stat(path);
    if (!file.isFile() || COMPRESSED.has(extname(path)) || name.startsWith(LOCAL)) continue;
    for (const ending of Object.keys(FORMS).filter((ending) => isWorth(ending, file.size))) {
      const variant = await stat(path + ending).catch(() => undefined);
      if (!variant || variant.mtimeMs < file.mtimeMs) variants.push([path, ending, file.size]);
    }
  }
  return variants.sort(([, , one], [, , other]) => other - one);
}

/** The variants of files that no longer exist, or that need none. */
async function orphans(folder) {
  const names = new Set(await readdir(folder, { recursive: true }));
  const orphan = (name) => extname(name) in FORMS && (name.startsWith(LOCAL) || !names.has(name.slice(0, -extname(name).length)));
  return [...names].filter(orphan).map((name) => join(folder, name));
}

for (const path of await orphans(process.argv[2])) await rm(path);
const work = await missing(process.argv[2]);
const worker = async () => {
  for (let next; (next = work.shift()); ) {
    const [path, ending] = next;
    await writeFile(path + ending, await FORMS[ending](await readFile(path)));
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
