/** JupyterLab's serializer, fixed for buffers that are views into larger ones. */

import type { KernelMessage, ServerConnection } from "@jupyterlab/services";
import { deserialize, serialize } from "@jupyterlab/services/lib/kernel/serialize";

/**
 * JupyterLab's own ignores offset and length of a view, and fails ("offset is out of bounds").
 * https://github.com/jupyterlab/jupyterlab/blob/main/packages/services/src/kernel/serialize.ts
 */
export const serializer: ServerConnection.ISettings["serializer"] = {
  serialize: (message, protocol) => serialize(withWholeBuffers(message), protocol),
  deserialize,
};

function withWholeBuffers(message: KernelMessage.IMessage): KernelMessage.IMessage {
  return message.buffers ? { ...message, buffers: message.buffers.map(whole) } : message;
}

function whole(buffer: ArrayBuffer | ArrayBufferView): ArrayBuffer | ArrayBufferView {
  if (!ArrayBuffer.isView(buffer) || buffer.byteLength === buffer.buffer.byteLength) return buffer;
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice();
}
