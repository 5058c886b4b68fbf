// A ZIP archive of a few small files, stored as they are.
import { crc32 } from 'node:zlib';

/** `files`: names and their contents (text or bytes); `programs`: names of those that can be executed. */
export function zip(files, programs = []) {
    const parts = [], directory = [];
    let offset = 0;
    for (const [name, content] of Object.entries(files)) {
        const bytes = Buffer.from(content), path = Buffer.from(name), fields = Buffer.alloc(26);
        fields.writeUInt16LE(20, 0);
        fields.writeUInt16LE(0x21, 8); // 1 January 1980
        fields.writeUInt32LE(crc32(bytes), 10);
        fields.writeUInt32LE(bytes.length, 14);
        fields.writeUInt32LE(bytes.length, 18);
        fields.writeUInt16LE(path.length, 22);
        const entry = Buffer.alloc(46);
        entry.writeUInt32LE(0x02014b50, 0);
        entry.writeUInt16LE(0x0314, 4); // made under Unix: the mode counts
        fields.copy(entry, 6);
        entry.writeUInt32LE(((programs.includes(name) ? 0o100755 : 0o100644) << 16) >>> 0, 38);
        entry.writeUInt32LE(offset, 42);
        directory.push(entry, path);
        parts.push(Buffer.from('PK\x03\x04'), fields, path, bytes);
        offset += 30 + path.length + bytes.length;
    }
    const index = Buffer.concat(directory), end = Buffer.alloc(22), count = Object.keys(files).length;
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(count, 8);
    end.writeUInt16LE(count, 10);
    end.writeUInt32LE(index.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...parts, index, end]);
}
