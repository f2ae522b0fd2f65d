/** The entry of a page runs: public/page-load.js has nothing more to do. The element comes from parts/unloaded.html. */
export function pageIsUp(): void {
  document.getElementById('unloaded')?.remove();
}
