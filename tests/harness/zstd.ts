/** A zstd frame of one block as it is, which asks for a window of so many bits. */
export function zstdFrame(content: Uint8Array, windowLog: number): Buffer<ArrayBuffer> {
  const header = Buffer.alloc(9);
  header.writeUInt32LE(0xfd2fb528, 0);
  header.writeUInt8((windowLog - 10) << 3, 5);
  header.writeUIntLE((content.length << 3) | 1, 6, 3);
  return Buffer.concat([header, content]);
}
