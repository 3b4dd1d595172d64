/** Reads uncompressed zip archives, as wasmnb/site/packages/archive.py writes them. */

/** The files of an archive, as views into it. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3 */
export function* unpack(zip: Uint8Array<ArrayBuffer>): Generator<readonly [name: string, bytes: Uint8Array<ArrayBuffer>]> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - END.size;
  if (end < 0 || view.getUint32(end, true) !== END.signature) throw new Error("An archive is truncated. Reload the page to fetch it again.");
  let at = view.getUint32(end + END.directory, true);
  for (let count = view.getUint16(end + END.count, true); count > 0; count--) {
    const size = view.getUint32(at + ENTRY.size, true);
    const nameLength = view.getUint16(at + ENTRY.nameLength, true);
    const header = view.getUint32(at + ENTRY.header, true);
    const start = header + HEADER.size + view.getUint16(header + HEADER.nameLength, true) + view.getUint16(header + HEADER.extraLength, true);
    const name = zip.subarray(at + ENTRY.fixed, at + ENTRY.fixed + nameLength);
    yield [UTF8.decode(name), zip.subarray(start, start + size)];
    at += ENTRY.fixed + nameLength + view.getUint16(at + ENTRY.extraLength, true) + view.getUint16(at + ENTRY.commentLength, true);
  }
}

const UTF8 = new TextDecoder();
const END = { signature: 0x06054b50, size: 22, count: 10, directory: 16 };
const ENTRY = { fixed: 46, size: 20, nameLength: 28, extraLength: 30, commentLength: 32, header: 42 };
const HEADER = { size: 30, nameLength: 26, extraLength: 28 };
