/** The entry of a page runs: public/page-load.js has nothing more to do. */
export function pageIsUp(): void {
  document.getElementById('unloaded')?.remove();
}
