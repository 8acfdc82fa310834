// Tells the pages that someone writes in that there has been a log-in, and closes the window that it was made in.

new BroadcastChannel("kb-writing").postMessage("signed-in");
if (window.opener) {
  window.close();
}
