/**
 * A memory limit with an emergency reserve. The first time that memory runs out, a cell gets a MemoryError and the reserve is
 * released, so that Python can report it. The second time, the kernel ends with a reason.
 */

/** Pyodide reads addresses as signed numbers where it copies bytes to JavaScript: beyond this, it would copy wrong ones. */
const MAX_BYTES = 2 ** 31;
/** Released with the first MemoryError, so that Python has room to report it. */
const RESERVE = 2 ** 26;
const PAGE = 2 ** 16;
const SMALL_REQUEST = 16 * PAGE;
/** Emscripten's malloc gives up after this many requests. */
const MALLOC_ATTEMPTS = 2;

export const OUT_OF_MEMORY = "Python has used all of its memory, which is limited to 2 GB. Restart the kernel to free it, and keep less data in memory at a time.";

type Resize = (size: number) => boolean;

/** Limits the memory of the module that is instantiated with these imports; `onExhausted` is called when the reserve is used up, too. */
export function limitMemory(imports: WebAssembly.Imports, onExhausted: () => void): (instance: WebAssembly.Instance) => void {
  const env = imports.env ?? {};
  // Emscripten's own, which tries to get more than requested.
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
    if (requested - size() > SMALL_REQUEST) return false; // a smaller request may still succeed
    if (maxBytes === MAX_BYTES) onExhausted();
    else if (refused > MALLOC_ATTEMPTS) {
      maxBytes = MAX_BYTES;
      return resize(bytes);
    }
    return false;
  };
  // Emscripten keeps the signature as a property, for libraries.
  env.emscripten_resize_heap = Object.assign(limited, resize);
  return ({ exports }) => {
    // Exported by the program; before Pyodide 314, made by its JavaScript.
    const memory = (exports.memory ?? env.memory) as WebAssembly.Memory;
    const grow = memory.grow.bind(memory);
    size = () => memory.buffer.byteLength;
    memory.grow = (pages) => {
      if (requested > maxBytes) throw new RangeError("Python may have no more memory.");
      return grow(Math.min(pages, (maxBytes - size()) / PAGE));
    };
  };
}
