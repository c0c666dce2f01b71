// Files that somebody chose or dropped, folders included.

/** A file with its path within what was chosen. */
export interface Chosen {
  readonly file: File;
  readonly path: string;
}

/** Most files that are taken of a folder; the server has the last word. */
const MOST_FILES = 500;

/** Files of an input; of a folder, with their paths. */
export function ofInput(input: HTMLInputElement): Chosen[] {
  return [...(input.files ?? [])].map((file) => ({
    file,
    // Without the folder's own name: the files are meant.
    path: file.webkitRelativePath.split("/").slice(1).join("/") || file.name,
  }));
}

/** Files that were dropped, folders unfolded. */
export async function ofDrop(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  if (!entries.some((entry) => entry?.isDirectory)) {
    return [...transfer.files].map((file) => ({ file, path: file.name }));
  }
  const found: Chosen[] = [];
  for (const entry of entries) if (entry) await walk(entry, entries.length > 1, found);
  return found;
}

async function walk(entry: FileSystemEntry, whole: boolean, found: Chosen[]): Promise<void> {
  if (found.length >= MOST_FILES) return;
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    const parts = entry.fullPath.split("/").filter(Boolean);
    // Without the folder's own name, where only one was dropped: its files are meant.
    found.push({ file, path: (whole ? parts : parts.slice(1)).join("/") || file.name });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader answers at most a hundred at once, and nothing when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    for (const one of some) await walk(one, whole, found);
  }
}
