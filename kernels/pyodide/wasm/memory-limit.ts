/** How much memory Python can have: where it is used up, a cell gets a MemoryError, and one that goes on ends the kernel with a reason. */

/** Pyodide takes addresses for signed numbers where it copies bytes to JavaScript: beyond this, it would copy others. */
const MAX_BYTES = 2 ** 31;
/** Kept back until a cell has met its first MemoryError, of which Python must have room to tell. */
const RESERVE = 2 ** 26;
const PAGE = 2 ** 16;
const SMALL_REQUEST = 16 * PAGE;
/** So often Emscripten's malloc asks before it gives up. */
const MALLOC_ATTEMPTS = 2;

export const OUT_OF_MEMORY = "Python has used up all the memory that it can have, which is 2 GB. A restart gives it back; keep less in memory at a time.";

type Resize = (size: number) => boolean;

/** Limits the memory of the module that is instantiated with these imports, and which exports it; `tell` is called when nothing is left. */
export function limitMemory(imports: WebAssembly.Imports, onExhausted: () => void): (instance: WebAssembly.Instance) => void {
  const env = imports.env ?? {};
  // Emscripten's own, which tries to get more than is wanted.
  const resize = env.emscripten_resize_heap as Resize;
  let maxBytes = MAX_BYTES - RESERVE;
  let requested = 0;
  let refused = 0;
  let size = (): number => 0;
  const limited: Resize = (bytes) => {
    requested = bytes >>> 0;
    if (resize(bytes)) {
      refused = 0;
      return true;
    }
    refused += 1;
    if (requested - size() > SMALL_REQUEST) return false; // less of it may still be there
    if (maxBytes === MAX_BYTES) onExhausted();
    else if (refused > MALLOC_ATTEMPTS) {
      maxBytes = MAX_BYTES;
      return resize(bytes);
    }
    return false;
  };
  // It has its signature beside it, for libraries that are loaded later.
  env.emscripten_resize_heap = Object.assign(limited, resize);
  return ({ exports }) => {
    // Pyodide is built so; before 314, its JavaScript makes the memory.
    const memory = (exports.memory ?? env.memory) as WebAssembly.Memory;
    const grow = memory.grow.bind(memory);
    size = () => memory.buffer.byteLength;
    memory.grow = (pages) => {
      if (requested > maxBytes) throw new RangeError("Python may have no more memory.");
      return grow(Math.min(pages, (maxBytes - size()) / PAGE));
    };
  };
}
