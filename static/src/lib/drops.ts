/** Lets files be dropped on an element; while they hang over it, it wears the class. */
export function takeDrops(target: HTMLElement, over: string, take: (files: DataTransfer) => void): void {
  const show = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    target.classList.add(over);
  };
  target.addEventListener("dragenter", show);
  target.addEventListener("dragover", show);
  target.addEventListener("dragleave", () => target.classList.remove(over));
  target.addEventListener("drop", (event) => {
    target.classList.remove(over);
    if (!event.dataTransfer) return;
    event.preventDefault();
    take(event.dataTransfer);
  });
}
