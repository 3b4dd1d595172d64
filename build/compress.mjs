/**
 * Puts a .br and a .gz beside every file of a folder that is worth it, and a .zst where unpacking is felt, and removes those
 * whose file is gone: node compress.mjs FOLDER
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
      params: { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: BROWSERS_WINDOW },
      pledgedSrcSize: data.length,
    }),
  ".gz": (data) => promisify(gzip)(data, { level: constants.Z_BEST_COMPRESSION }),
};
/** 8 MB, the most that browsers take: RFC 9659. */
const BROWSERS_WINDOW = 23;
/** Compressed in themselves. */
const CLOSED = new Set([".whl", ".woff", ".woff2", ".png", ".jpg", ".gif", ".ico", ...Object.keys(FORMS)]);
/** Below this, headers outweigh what compression saves. */
const SMALL = 1024;
/** Beyond this, which only the sources are, the last tenth would take four times as long. */
const LARGE = 20 * 1024 ** 2;

/** Zstandard is a tenth longer than Brotli and unpacked in a quarter of the time, which a start waits for. */
const isWorth = (ending, size) => size >= SMALL && (ending !== ".zst" || (size > 1024 ** 2 && size <= LARGE));

/** The siblings that are missing or older than their file, as [file, ending, size], the largest first: they would keep a build waiting at its end. */
async function missing(folder) {
  const found = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    const file = await stat(path);
    if (!file.isFile() || CLOSED.has(extname(path))) continue;
    for (const ending of Object.keys(FORMS).filter((ending) => isWorth(ending, file.size))) {
      const sibling = await stat(path + ending).catch(() => undefined);
      if (!sibling || sibling.mtimeMs < file.mtimeMs) found.push([path, ending, file.size]);
    }
  }
  return found.sort(([, , one], [, , other]) => other - one);
}

/** The siblings of files that are there no more. */
async function orphans(folder) {
  const names = new Set(await readdir(folder, { recursive: true }));
  const orphan = (name) => extname(name) in FORMS && !names.has(name.slice(0, -extname(name).length));
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
